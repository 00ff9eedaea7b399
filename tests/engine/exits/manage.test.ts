import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ExitReason, Exits } from "#engine/exits/exits.ts";
import { exitsFromFreqtrade } from "#engine/exits/freqtrade.ts";
import { manageExit, repriceExit } from "#engine/exits/manage.ts";
import { entered } from "./fixtures.ts";

const MINUTE = 60_000;
const NONE = Number.NaN;

type Bar = { high: number; low: number; close: number };

/** Runs candles of one minute, and says after each where the stop stands and what was answered. */
function run(exits: Exits, bars: readonly Bar[], direction: 1 | -1 = 1) {
  const { plan, state } = entered(exits, {
    direction,
    stopStructure: NONE,
    trailStructure: direction > 0 ? 95 : 105,
  });
  return bars.map(({ high, low, close }, i) => {
    const reason = manageExit(
      plan,
      state,
      high,
      low,
      close,
      (i + 1) * MINUTE,
      2,
      direction > 0 ? low - 5 : high + 5,
    );
    return { stop: state.stopPrice, roi: state.roiPrice, reason };
  });
}

const flat = (price: number): Bar => ({ high: price, low: price, close: price });

describe("an open position's plan", () => {
  it("moves the stop to the entry once the profit has been reached, and not before", () => {
    const exits: Exits = {
      stopLoss: { kind: "fixed", fraction: 0.1 },
      breakEven: { at: { riskMultiple: 1 }, offset: 0.001 },
    };
    expect(run(exits, [flat(109.99), flat(110), flat(105)]).map(({ stop }) => stop)).toEqual([
      90, 100.1, 100.1,
    ]);
  });

  it("follows the best price by a fraction, and never goes back", () => {
    const exits: Exits = { trailing: { kind: "fraction", fraction: 0.1, follows: "close" } };
    // The example of freqtrade's documentation: bought at 100, the price rises to 102, then falls to 101.
    expect(run(exits, [flat(100), flat(102), flat(101)]).map(({ stop }) => stop)).toEqual([90, 91.8, 91.8]);
    expect(run(exits, [flat(98), flat(99)], -1)[1].stop).toBeCloseTo(107.8, 12);
  });

  it("hangs from the highest high by true ranges, and under the lows of a structure", () => {
    const chandelier: Exits = { trailing: { kind: "atr", multiple: 3, follows: "close" } };
    expect(run(chandelier, [flat(100), { high: 108, low: 103, close: 104 }]).map(({ stop }) => stop)).toEqual(
      [94, 102],
    );
    const structure: Exits = { trailing: { kind: "structure", bars: 3 } };
    expect(run(structure, [flat(101), flat(103), flat(99)]).map(({ stop }) => stop)).toEqual([96, 98, 98]);
  });

  it("begins to follow at its activation", () => {
    const exits: Exits = {
      stopLoss: { kind: "fixed", fraction: 0.2 },
      trailing: { kind: "fraction", fraction: 0.05, activation: { fraction: 0.1 }, follows: "close" },
    };
    expect(run(exits, [flat(109), flat(110), flat(120)]).map(({ stop }) => stop)).toEqual([80, 104.5, 114]);
  });

  it("says to leave when the stop would have to stand past the close", () => {
    const exits: Exits = { trailing: { kind: "fraction", fraction: 0.05, follows: "close" } };
    expect(run(exits, [{ high: 110, low: 100, close: 104 }])[0].reason).toBe("trailingStop");
    const even: Exits = { breakEven: { at: { fraction: 0.05 } } };
    expect(run(even, [{ high: 106, low: 98, close: 99 }])[0].reason).toBe("breakEven");
  });

  it("asks of the profit what the ROI table says for its age", () => {
    const exits: Exits = { roi: { 0: 0.04, 2: 0.02, 3: 0, 5: -1 } };
    const answers = run(exits, [flat(100), flat(100), flat(100), flat(100), flat(100)]);
    expect(answers.map(({ roi }) => roi).slice(0, 4)).toEqual([104, 102, 100, 100]);
    expect(answers.map(({ reason }) => reason)).toEqual(["", "", "", "", "roi"]);
    expect(run({ roi: { 2: 0.02 } }, [flat(100), flat(100)]).map(({ roi }) => roi)).toEqual([NONE, 102]);
  });

  it("leaves when it has grown too old by time or by candles", () => {
    expect(
      run({ timeStopMs: 150_000 }, [flat(1e2), flat(1e2), flat(1e2)]).map(({ reason }) => reason),
    ).toEqual(["", "", "timeStop"]);
    expect(run({ maxBars: 2 }, [flat(1e2), flat(1e2)]).map(({ reason }) => reason)).toEqual(["", "maxBars"]);
  });

  it("counts profits from the average price after adding to the position, and keeps the stop", () => {
    const { plan, state } = entered({
      stopLoss: { kind: "fixed", fraction: 0.1 },
      roi: { 0: 0.1 },
      breakEven: { at: { fraction: 0.05 } },
    });
    repriceExit(plan, state, 96);
    expect(state.stopPrice).toBe(90);
    expect(state.roiPrice).toBeCloseTo(105.6, 12);
    manageExit(plan, state, 100.8, 99, 100.7, MINUTE, 2, NONE);
    expect(state.stopPrice).toBe(96);
  });

  it("does as a plan read afresh from the whole history does", () => {
    const bars = fc.array(
      fc.record({
        close: fc.integer({ min: 80, max: 130 }),
        up: fc.integer({ min: 0, max: 6 }),
        down: fc.integer({ min: 0, max: 6 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(bars, fc.constantFrom(1 as const, -1 as const), (made, direction) => {
        const candles = made.map(({ close, up, down }) => ({ high: close + up, low: close - down, close }));
        const exits: Exits = {
          stopLoss: { kind: "fixed", fraction: 0.15 },
          trailing: {
            kind: "fraction",
            fraction: 0.1,
            activation: { fraction: 0.02 },
            tighter: { from: { fraction: 0.08 }, fraction: 0.03 },
            follows: "close",
          },
          breakEven: { at: { riskMultiple: 0.4 }, offset: 0.002 },
          roi: { 0: 0.3, 4: 0.1, 9: 0.02, 25: -1 },
          timeStopMs: 20 * MINUTE,
          maxBars: 22,
        };
        const answers = run(exits, candles, direction);
        expect(answers).toEqual(candles.map((_, i) => naive(candles.slice(0, i + 1), direction)));
      }),
    );
  });
});

/** The plan of the property above by its definition, from all candles since the entry at 100. */
function naive(
  candles: readonly Bar[],
  direction: 1 | -1,
): { stop: number; roi: number; reason: ExitReason | "" } {
  const levels: { price: number; reason: ExitReason }[] = [
    { price: 100 - direction * 15, reason: "stopLoss" },
  ];
  const bests = candles.map((_, i) =>
    direction > 0
      ? Math.max(100, ...candles.slice(0, i + 1).map(({ high }) => high))
      : Math.min(100, ...candles.slice(0, i + 1).map(({ low }) => low)),
  );
  for (const best of bests) {
    const reached = (price: number): boolean => direction * (best - price) >= 0;
    const risk = 15;
    if (reached(100 + direction * 0.4 * risk))
      levels.push({ price: 100 + direction * 0.2, reason: "breakEven" });
    if (reached(100 + direction * 2))
      levels.push({ price: best - direction * 0.1 * best, reason: "trailingStop" });
    if (direction * (best - (100 + direction * 8)) > 0)
      levels.push({ price: best - direction * 0.03 * best, reason: "trailingStop" });
  }
  const nearest = levels.reduce((best, one) => (direction * (one.price - best.price) > 0 ? one : best));
  const age = candles.length;
  const fraction = age >= 25 ? -1 : age >= 9 ? 0.02 : age >= 4 ? 0.1 : 0.3;
  const { close } = candles[candles.length - 1];
  const isPast = direction * (close - nearest.price) <= 0;
  const old = age >= 25 ? "roi" : age >= 20 ? "timeStop" : "";
  return {
    stop: nearest.price,
    roi: fraction === -1 ? Number.NaN : 100 + direction * fraction * 100,
    reason: isPast ? nearest.reason : old,
  };
}

describe("freqtrade's exits", () => {
  const close = (exits: Exits): Exits => ({
    ...exits,
    trailing: exits.trailing && { ...exits.trailing, follows: "close" },
  });

  it("become a plan with the same meaning", () => {
    expect(exitsFromFreqtrade({ minimal_roi: { "0": 0.04, "30": 0 }, stoploss: -0.1 })).toEqual({
      fractionsOf: "stake",
      roi: { "0": 0.04, "30": 0 },
      stopLoss: { kind: "fixed", fraction: 0.1 },
    });
    expect(exitsFromFreqtrade({ stoploss: -0.99 }).stopLoss).toBeUndefined();
  });

  // https://www.freqtrade.io/en/stable/stoploss/, the worked examples of each mode.
  it("trail as the documentation's examples do", () => {
    const plain = exitsFromFreqtrade({ stoploss: -0.1, trailing_stop: true });
    expect(run(close(plain), [flat(102), flat(101)]).map(({ stop }) => stop)).toEqual([91.8, 91.8]);
    const positive = exitsFromFreqtrade({
      stoploss: -0.1,
      trailing_stop: true,
      trailing_stop_positive: 0.02,
    });
    expect(run(close(positive), [flat(99), flat(102), flat(101)]).map(({ stop }) => stop)).toEqual([
      90, 99.96, 99.96,
    ]);
    const offset = exitsFromFreqtrade({
      stoploss: -0.1,
      trailing_stop: true,
      trailing_stop_positive: 0.02,
      trailing_stop_positive_offset: 0.03,
    });
    expect(run(close(offset), [flat(102), flat(103.5), flat(102)]).map(({ stop }) => stop)).toEqual([
      91.8, 101.43, 101.43,
    ]);
    const only = exitsFromFreqtrade({
      stoploss: -0.1,
      trailing_stop: true,
      trailing_stop_positive: 0.02,
      trailing_stop_positive_offset: 0.03,
      trailing_only_offset_is_reached: true,
    });
    expect(run(close(only), [flat(102), flat(103.5)]).map(({ stop }) => stop)).toEqual([90, 101.43]);
  });
});
