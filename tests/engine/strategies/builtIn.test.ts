import { describe, expect, it } from "vitest";
import type { Candle } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { hashText } from "#engine/core/hash.ts";
import { Random } from "#engine/core/random.ts";
import { builtInStrategies, builtInStrategy, macdRsiConfluence } from "#engine/strategies/index.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import { EMPTY_PORTFOLIO } from "#engine/strategy/market.ts";
import { resolveParameters } from "#engine/strategy/parameters.ts";

const candle: Candle = { timestamp: 0, open: 100, high: 101, low: 99, close: 100, volume: 500 };
const healthy = { histogramSlope: 0.001, rsi: 50, atr: 1, quoteVolume: 50_000, volumeZscore: 1 };

function decide(
  strategy: Strategy,
  features: Record<string, Record<string, number>>,
  parameters = {},
): unknown {
  const rows = Object.entries(features).map(([symbol, values]) => ({ symbol, candle, features: values }));
  return strategy.decide?.({
    market: {
      time: 300_000,
      rows,
      row: (symbol) => rows.find((row) => row.symbol === symbol),
      history: () => new Float64Array(0),
    },
    portfolio: EMPTY_PORTFOLIO,
    parameters: resolveParameters(strategy.parameters, parameters),
    state: null,
    random: Random.seeded(1),
  });
}

const symbolsOf = (decision: unknown) => (decision as { symbol: string }[]).map(({ symbol }) => symbol);

describe("macd-rsi-confluence", () => {
  it("prints its caps and minima as parameters with defaults", () => {
    expect(resolveParameters(macdRsiConfluence.parameters)).toEqual({
      macdFast: 12,
      macdSlow: 26,
      macdSignal: 9,
      rsiLength: 14,
      rsiMin: 40,
      rsiMax: 65,
      atrLength: 14,
      maxAtrFraction: 0.05,
      volumeLength: 20,
      minQuoteVolume: 10_000,
      maxPositions: 3,
    });
  });

  it.each([
    ["moves more than the cap", { atr: 5.01 }],
    ["trades less than the least", { quoteVolume: 9_999 }],
    ["has a flat histogram", { histogramSlope: 0 }],
    ["has a falling histogram", { histogramSlope: -0.001 }],
    ["is overheated", { rsi: 65.1 }],
    ["has fallen through the floor", { rsi: 39.9 }],
    ["has a feature that is not yet known", { volumeZscore: Number.NaN }],
  ])("leaves out a symbol that %s", (_, fault) => {
    expect(symbolsOf(decide(macdRsiConfluence, { A: healthy, B: { ...healthy, ...fault } }))).toEqual(["A"]);
  });

  it("takes the ends of its gates as passed", () => {
    const edge = { ...healthy, atr: 5, quoteVolume: 10_000, rsi: 65 };
    expect(symbolsOf(decide(macdRsiConfluence, { A: edge, B: { ...edge, rsi: 40 } }))).toEqual(["A", "B"]);
  });

  it("scores by the mean of both percentile ranks over all known symbols, refused ones included", () => {
    const features = {
      A: { ...healthy, histogramSlope: 0.001, volumeZscore: 3 },
      B: { ...healthy, histogramSlope: 0.003, volumeZscore: 2 },
      C: { ...healthy, histogramSlope: 0.002, volumeZscore: 1 },
      D: { ...healthy, histogramSlope: 0.004, volumeZscore: 4, rsi: 90 },
      E: { ...healthy, histogramSlope: Number.NaN },
    };
    expect(decide(macdRsiConfluence, features)).toEqual([
      { symbol: "B", score: (3 / 4 + 2 / 4) / 2, weight: 1 / 3 },
      { symbol: "A", score: (1 / 4 + 3 / 4) / 2, weight: 1 / 3 },
      { symbol: "C", score: (2 / 4 + 1 / 4) / 2, weight: 1 / 3 },
    ]);
  });

  it("holds three at most, and of equal ones those that come first by symbol", () => {
    const features = Object.fromEntries(["E", "D", "C", "B", "A"].map((symbol) => [symbol, healthy]));
    expect(symbolsOf(decide(macdRsiConfluence, features))).toEqual(["A", "B", "C"]);
    expect(symbolsOf(decide(macdRsiConfluence, features, { maxPositions: 1 }))).toEqual(["A"]);
    expect(decide(macdRsiConfluence, {})).toEqual([]);
  });
});

describe("momentum-rank", () => {
  const momentum = builtInStrategies["momentum-rank"];

  it("holds what rose most, and nothing that did not rise", () => {
    const features = {
      A: { momentum: 0.01 },
      B: { momentum: 0.03 },
      C: { momentum: 0 },
      D: { momentum: Number.NaN },
    };
    expect(decide(momentum, features)).toEqual([
      { symbol: "B", score: 0.03, weight: 0.5 },
      { symbol: "A", score: 0.01, weight: 0.5 },
    ]);
  });

  it("never needs more candles than its history", () => {
    const { lookback, skip } = momentum.parameters;
    expect((lookback as { max: number }).max + (skip as { max: number }).max).toBeLessThanOrEqual(
      momentum.history,
    );
  });
});

describe("the strategies that ship", () => {
  it("are identified by name and version", () => {
    expect(macdRsiConfluence.hash).toBe(hashText("builtin:macd-rsi-confluence@1.0.0"));
    expect(builtInStrategies["momentum-rank"].hash).toBe(hashText("builtin:momentum-rank@1.0.0"));
  });

  it("are found by name, and an unknown name suggests the nearest", () => {
    for (const [name, strategy] of Object.entries(builtInStrategies)) {
      expect(strategy.name).toBe(name);
      expect(strategy.description).not.toBe("");
      expect(builtInStrategy(name)).toBe(strategy);
    }
    expect(() => builtInStrategy("macd-rsi-confluense")).toThrow(EngineError);
    expect(() => builtInStrategy("macd-rsi-confluense")).toThrow('Did you mean "macd-rsi-confluence"?');
    expect(() => builtInStrategy("toString")).toThrow(expect.objectContaining({ code: "strategy.unknown" }));
  });
});
