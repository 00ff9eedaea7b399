import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candles } from "#engine/candles/candles.ts";
import { dataHash } from "#engine/candles/dataHash.ts";
import { macdRsiConfluence, momentumRank } from "#engine/strategies/index.ts";
import { defineStrategy, type Strategy } from "#engine/strategy/contract.ts";
import { strategyHash } from "#engine/strategy/module.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { between } from "./handMade.ts";
import { randomUniverse } from "./randomUniverse.ts";
import { type TwinStrategy, type TwinView, twinEvaluation, twinHash } from "./twin.ts";
import { type ConfluenceParameters, twinConfluence, twinMomentum } from "./twinStrategies.ts";

const MINUTE = 60_000;
/** A Thursday at 01:10: no boundary of an hour, a day or a week. */
const FIRST = Date.UTC(2024, 1, 1, 1, 10);

const shapes = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  symbols: fc.integer({ min: 1, max: 5 }),
  rows: fc.integer({ min: 330, max: 420 }),
});

const timings = fc.record({
  shiftMs: fc.oneof(
    fc.constantFrom(5, 7, 10, 35, 120).map((minutes) => minutes * MINUTE),
    fc.integer({ min: 200_003, max: 3_000_000 }),
  ),
  windowMs: fc.oneof(
    fc.constantFrom(5, 15, 65, 240).map((minutes) => minutes * MINUTE),
    fc.integer({ min: 300_000, max: 9_000_000 }),
  ),
  feeBps: fc.constantFrom(0, 10, 7.5),
  slippageBps: fc.constantFrom(0, 2.5),
  startRow: fc.integer({ min: 40, max: 320 }),
  offsetMs: fc.constantFrom(0, 1, 61_001),
});

const confluence: ConfluenceParameters = {
  macdFast: 12,
  macdSlow: 26,
  macdSignal: 9,
  rsiLength: 14,
  rsiMin: 40,
  rsiMax: 65,
  atrLength: 14,
  maxAtrFraction: 0.05,
  volumeLength: 20,
  minQuoteVolume: 1000,
  maxPositions: 3,
};

type Case = { strategy: Strategy; twin: TwinStrategy; parameters: Record<string, number> };

/** Evaluates both ways and compares trades, counts and the hash. Answers with the number of trades. */
function agree(
  one: Case,
  universe: readonly Candles[],
  timing: Timing,
  timeframe: string,
  ms: number,
): number {
  const { startRow, offsetMs, ...options } = timing;
  const baseMs = universe[0].timeframe === "1m" ? MINUTE : 5 * MINUTE;
  const startMs = FIRST + startRow * ms + offsetMs;
  const endMs = Math.min(FIRST + 420 * ms, startMs + 30 * options.shiftMs) - offsetMs;
  const settings = { ...options, timeframe, startMs, endMs, seed: 1 };
  const { parameters } = one;
  const result = evaluate(one.strategy, universe, { ...settings, parameters });
  const twin = twinEvaluation(one.twin, universe, settings, { ms, baseMs });
  expect(result.trades).toEqual(twin.trades);
  expect(result.slices).toEqual(twin.slices);
  const fromMs = startMs - one.twin.history * ms;
  const data = dataHash(
    [...universe].sort((a, b) => (a.symbol < b.symbol ? -1 : 1)).map((c) => between(c, fromMs, endMs)),
  );
  expect(result.dataHash).toBe(data);
  expect(result.hash).toBe(twinHash(strategyHash(one.strategy), data, parameters, settings, twin.trades));
  return result.trades.length;
}

type Timing = {
  shiftMs: number;
  windowMs: number;
  feeBps: number;
  slippageBps: number;
  startRow: number;
  offsetMs: number;
};

describe("an evaluation and its brute-force twin", () => {
  const confluences = fc.record({
    rsiMin: fc.constantFrom(0, 40),
    rsiMax: fc.constantFrom(65, 100),
    maxPositions: fc.integer({ min: 1, max: 3 }),
    volumeLength: fc.constantFrom(5, 20, 23),
    minQuoteVolume: fc.constantFrom(0, 1000, 10_000),
    maxAtrFraction: fc.constantFrom(0.01, 0.05),
  });

  it("agree on macd-rsi-confluence to the last bit, over gaps, odd shifts and windows", () => {
    let trades = 0;
    fc.assert(
      fc.property(shapes, timings, confluences, (shape, timing, given) => {
        const parameters = { ...confluence, ...given };
        const one = { strategy: macdRsiConfluence, twin: twinConfluence(parameters), parameters };
        const universe = randomUniverse({
          ...shape,
          timeframe: "5m",
          timeframeMs: 5 * MINUTE,
          firstMs: FIRST,
        });
        trades += agree(one, universe, timing, "5m", 5 * MINUTE);
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(trades).toBeGreaterThan(300);
  });

  it("agree on momentum-rank to the last bit, over gaps, odd shifts and windows", () => {
    const choices = fc.record({
      lookback: fc.constantFrom(2, 30, 144, 288),
      skip: fc.constantFrom(0, 1, 12),
      minReturn: fc.constantFrom(-1, 0, 0.01),
      maxPositions: fc.integer({ min: 1, max: 4 }),
    });
    let trades = 0;
    fc.assert(
      fc.property(shapes, timings, choices, (shape, timing, parameters) => {
        const one = { strategy: momentumRank, twin: twinMomentum(parameters), parameters };
        const universe = randomUniverse({
          ...shape,
          timeframe: "5m",
          timeframeMs: 5 * MINUTE,
          firstMs: FIRST,
        });
        trades += agree(one, universe, timing, "5m", 5 * MINUTE);
      }),
      { numRuns: 120, seed: 2 },
    );
    expect(trades).toBeGreaterThan(1500);
  });

  it("agree where finer candles are aggregated first", () => {
    const parameters = { ...confluence, rsiMin: 0, rsiMax: 100, minQuoteVolume: 0, maxAtrFraction: 0.5 };
    const one = { strategy: macdRsiConfluence, twin: twinConfluence(parameters), parameters };
    let trades = 0;
    fc.assert(
      fc.property(shapes, timings, fc.constantFrom(3, 5, 15), (shape, timing, minutes) => {
        const rows = shape.rows * minutes;
        const universe = randomUniverse({
          ...shape,
          rows,
          timeframe: "1m",
          timeframeMs: MINUTE,
          firstMs: FIRST,
        });
        const windowMs = Math.max(timing.windowMs, minutes * MINUTE);
        trades += agree(one, universe, { ...timing, windowMs }, `${minutes}m`, minutes * MINUTE);
      }),
      { numRuns: 20, seed: 3 },
    );
    expect(trades).toBeGreaterThan(50);
  });

  /** Long what rose most since the last closed hour, short what fell most. */
  const longShort = defineStrategy({
    name: "long-short",
    timeframe: "5m",
    informative: ["1h"],
    history: 300,
    features: ({ close, on }) => ({ last: close, hour: on("1h").close, hourHigh: on("1h").high }),
    decide: ({ market }) => {
      const known = market.rows
        .filter(({ features }) => Number.isFinite(features.hour))
        .map(({ symbol, features }) => ({ symbol, score: features.last / features.hour }))
        .sort((a, b) => b.score - a.score || (a.symbol < b.symbol ? -1 : 1));
      if (known.length < 2) return [];
      const [first, last] = [known[0], known[known.length - 1]];
      return [
        { ...first, weight: 0.5 },
        { ...last, weight: -0.25 },
      ];
    },
  });

  /** The latest hour that was over when the view's last candle closed. */
  function lastHour({ candles }: TwinView): { hour: number; hourHigh: number } {
    const hourOf = (timestamp: number) => Math.floor(timestamp / 3_600_000);
    const now = candles.at(-1)!.timestamp + 5 * MINUTE;
    const over = candles.filter(({ timestamp }) => hourOf(timestamp) < hourOf(now));
    const latest = over.filter(({ timestamp }) => hourOf(timestamp) === hourOf(over.at(-1)!.timestamp));
    return { hour: latest.at(-1)?.close ?? NaN, hourHigh: Math.max(...latest.map(({ high }) => high)) };
  }

  const twinLongShort: TwinStrategy = {
    history: 300,
    choose(views) {
      const known = views
        .map((view) => ({
          symbol: view.symbol,
          features: { last: view.candles.at(-1)!.close, ...lastHour(view) },
        }))
        .filter(({ features }) => Number.isFinite(features.hour))
        .map((one) => ({ ...one, score: one.features.last / one.features.hour }))
        .sort((a, b) => b.score - a.score || (a.symbol < b.symbol ? -1 : 1));
      if (known.length < 2) return [];
      return [
        { ...known[0], weight: 0.5 },
        { ...known[known.length - 1], weight: -0.25 },
      ];
    },
  };

  it("agree on short positions and on a higher timeframe, which is seen from its close only", () => {
    let trades = 0;
    fc.assert(
      fc.property(shapes, timings, (shape, timing) => {
        const one = { strategy: longShort, twin: twinLongShort, parameters: {} };
        const universe = randomUniverse({
          ...shape,
          timeframe: "5m",
          timeframeMs: 5 * MINUTE,
          firstMs: FIRST,
        });
        trades += agree(one, universe, timing, "5m", 5 * MINUTE);
      }),
      { numRuns: 60, seed: 4 },
    );
    expect(trades).toBeGreaterThan(1000);
  });
});
