import { describe, expect, it } from "vitest";
import { type CandleRow, candlesFromRows, sliceCandles } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { candleRecipes, recipeKey } from "#engine/catalogue/recipe.ts";
import { atr, dividedBy, ema, log, returns, rsi, shift, sma, zscore } from "#engine/catalogue/vocabulary.ts";
import { Random } from "#engine/core/random.ts";
import { expandFeatures } from "#engine/features/expand.ts";
import { featureMatrix, featureSet, joinFeatures, normaliseFeatures } from "#engine/features/featureSet.ts";
import { normaliseAcross } from "#engine/features/normaliseAcross.ts";

function walk(symbol: string, rows: number): Candles {
  const random = Random.seeded(symbol);
  let price = 100;
  const list = Array.from({ length: rows }, (_, i): CandleRow => {
    const open = price;
    price *= 1 + 0.01 * random.normal();
    return [i * 300_000, open, Math.max(open, price), Math.min(open, price), price, random.between(1, 5)];
  });
  return candlesFromRows({ symbol, timeframe: "5m", exchange: "test" }, list);
}

const { close, volume } = candleRecipes();

describe("feature sets", () => {
  it("are ordered columns with names, each traceable to its recipe", () => {
    const set = featureSet("mine", { rsi: rsi(close, 14), volume: zscore(volume, 20) });
    const candles = walk("A/B", 100);
    const matrix = featureMatrix(set, candles);
    expect(matrix.names).toEqual(["rsi", "volume"]);
    expect(matrix.columns[0]).toEqual(rsi(candles.close, 14));
    expect(matrix.firstRow).toBe(19);
    expect(recipeKey(set.features[0].recipe)).toContain('"name":"rsi"');
    expect(structuredClone(set)).toEqual(set);
  });

  it("refuse a name that comes twice", () => {
    const set = featureSet("one", { rsi: rsi(close, 14) });
    expect(() => joinFeatures("both", [set, set])).toThrowError(
      expect.objectContaining({ code: "features.duplicate-name" }),
    );
  });

  it("can be measured against their own past", () => {
    const set = featureSet("mine", { range: dividedBy(atr(candleRecipes(), 14), close) });
    const candles = walk("A/B", 200);
    const [column] = featureMatrix(set, candles).columns;
    const normalised = featureMatrix(normaliseFeatures(set, "zscore", 50), candles);
    expect(normalised.names).toEqual(["range_zscore-50"]);
    expect(normalised.columns[0]).toEqual(zscore(column, 50));
  });
});

describe("features across the universe", () => {
  it("rank each market among those that have a candle at that time", () => {
    const set = featureSet("mine", { rsi: rsi(close, 14), return: returns(close) });
    const markets = ["A/B", "C/D", "E/F"].map((symbol) => walk(symbol, 80));
    // The second market begins later and the third ends sooner.
    const cut = [markets[0], sliceCandles(markets[1], 20), sliceCandles(markets[2], 0, 60)];
    const matrices = cut.map((candles) => featureMatrix(set, candles));
    const ranked = normaliseAcross(matrices, "percentileRank");
    expect(ranked[1].names).toEqual(["rsi_across-percentileRank", "return_across-percentileRank"]);
    for (const [k, candles] of cut.entries()) {
      candles.timestamp.forEach((time, row) => {
        const known = matrices
          .map((matrix) => matrix.columns[1][matrix.timestamp.indexOf(time)])
          .filter((value) => value !== undefined && !Number.isNaN(value));
        const own = matrices[k].columns[1][row];
        const place = known.filter((value) => value <= own).length / known.length;
        expect(ranked[k].columns[1][row]).toBe(Number.isNaN(own) ? Number.NaN : place);
      });
    }
    const scores = normaliseAcross(matrices, "zscore").map((matrix) => matrix.columns[0]);
    expect(scores[0][50] + scores[1][30] + scores[2][50]).toBeCloseTo(0, 12);
  });

  it("refuse matrices of different sets", () => {
    const candles = walk("A/B", 30);
    const of = (name: string) => featureMatrix(featureSet(name, { [name]: close }), candles);
    expect(() => normaliseAcross([of("x"), of("y")], "zscore")).toThrowError(
      expect.objectContaining({ code: "features.different-sets" }),
    );
    expect(normaliseAcross([], "zscore")).toEqual([]);
  });
});

describe("expansion", () => {
  it("multiplies recipes by periods, timeframes, symbols and shifts, in a stated order", () => {
    const set = expandFeatures("freqai", {
      perPeriod: (inputs, period) => ({
        rsi: rsi(inputs.close, period),
        ema: dividedBy(ema(inputs.close, period), inputs.close),
      }),
      basic: (inputs) => ({ return: returns(inputs.close) }),
      standard: (inputs) => ({ logVolume: log(inputs.volume) }),
      periods: [10, 20],
      timeframes: ["1h"],
      symbols: ["ETH/USDT"],
      shifts: 2,
    });
    const names = set.features.map((feature) => feature.name);
    expect(names.length).toBe((2 * 2 + 1) * 2 * 2 * 3 + 1);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(0, 4)).toEqual(["rsi_10", "rsi_10_shift-1", "rsi_10_shift-2", "ema_10"]);
    expect(names).toContain("ema_20_1h_ETH/USDT_shift-2");
    expect(names.at(-1)).toBe("logVolume");
  });

  it("gives the columns that the parts give alone", () => {
    const candles = walk("BTC/USDT", 600);
    const other = walk("ETH/USDT", 600);
    const set = expandFeatures("one", {
      perPeriod: (inputs, period) => ({ sma: sma(inputs.close, period) }),
      periods: [3],
      symbols: ["ETH/USDT"],
      timeframes: ["1h"],
      shifts: 1,
    });
    const matrix = featureMatrix(set, candles, [other]);
    const column = (name: string): Float64Array => matrix.columns[matrix.names.indexOf(name)];
    expect(column("sma_3")).toEqual(sma(candles.close, 3));
    expect(column("sma_3_ETH/USDT")).toEqual(sma(other.close, 3));
    expect(column("sma_3_1h_shift-1")).toEqual(shift(column("sma_3_1h"), 1));
    expect(matrix.columns.every((each) => !each.subarray(matrix.firstRow).some(Number.isNaN))).toBe(true);
  });

  it("sees no future in any of some thousand columns", () => {
    const set = expandFeatures("wide", {
      perPeriod: (inputs, period) => ({
        rsi: rsi(inputs.close, period),
        sma: sma(inputs.close, period),
        volume: zscore(inputs.volume, period),
      }),
      periods: [5, 10, 15, 20, 30],
      timeframes: ["15m", "1h"],
      symbols: ["ETH/USDT", "SOL/USDT"],
      shifts: 7,
    });
    expect(set.features.length).toBe(3 * 5 * 3 * 3 * 8);
    const markets = ["BTC/USDT", "ETH/USDT", "SOL/USDT"].map((symbol) => walk(symbol, 500));
    const cut = markets.map((candles) => sliceCandles(candles, 0, 437));
    const whole = featureMatrix(set, markets[0], markets.slice(1));
    const prefix = featureMatrix(set, cut[0], cut.slice(1));
    prefix.columns.forEach((column, k) => {
      expect(column).toEqual(whole.columns[k].subarray(0, 437));
    });
  });

  it("says what is wrong with its instructions", () => {
    const perPeriod = () => ({ close });
    expect(() => expandFeatures("x", { perPeriod })).toThrowError(
      expect.objectContaining({ code: "features.periods" }),
    );
    expect(() => expandFeatures("x", { shifts: -1 })).toThrowError(
      expect.objectContaining({ code: "features.shifts" }),
    );
  });
});
