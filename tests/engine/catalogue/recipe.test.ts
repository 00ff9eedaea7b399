import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { candlesFromColumns, sliceCandles } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { resample } from "#engine/candles/resample.ts";
import { evaluateRecipes, RecipeEvaluator } from "#engine/catalogue/evaluate.ts";
import { candleRecipes, type Recipe, recipeKey } from "#engine/catalogue/recipe.ts";
import {
  absolute,
  atr,
  bollinger,
  change,
  dividedBy,
  ema,
  log,
  macd,
  minus,
  negative,
  percentileRank,
  plus,
  rsi,
  shift,
  sma,
  step,
  times,
  zscore,
} from "#engine/catalogue/vocabulary.ts";
import { recipeWarmUp } from "#engine/catalogue/warmUp.ts";
import { Random } from "#engine/core/random.ts";

/** Five-minute candles of a random walk; about one in `gapEvery` is missing. */
function walk(
  rows: number,
  seed: number,
  { gapEvery = 0, symbol = "AAA/USDT", startMs = 1_700_000_100_000 } = {},
): Candles {
  const random = Random.seeded(seed);
  const source = { symbol, timeframe: "5m", exchange: "test" };
  const columns = Array.from({ length: 6 }, () => new Float64Array(rows));
  let time = Math.ceil(startMs / 300_000) * 300_000;
  let price = 100;
  for (let i = 0; i < rows; i++) {
    const open = price;
    price *= 1 + 0.01 * random.normal();
    const row = [
      time,
      open,
      Math.max(open, price) * 1.001,
      Math.min(open, price) * 0.999,
      price,
      random.between(1, 9),
    ];
    columns.forEach((column, k) => {
      column[i] = row[k];
    });
    do time += 300_000;
    while (gapEvery > 0 && random.integer(1, gapEvery) === 1);
  }
  const [timestamp, open, high, low, close, volume] = columns;
  return candlesFromColumns(source, { timestamp, open, high, low, close, volume });
}

const { open, high, low, close, volume } = candleRecipes();
const bundle = candleRecipes();
const hour = candleRecipes({ timeframe: "1h" });

const SET: Record<string, Recipe> = {
  rsi: rsi(close, 14),
  smoothed: ema(rsi(close, 14), 9),
  volatility: dividedBy(atr(bundle, 14), close),
  histogramSlope: dividedBy(change(macd(close).histogram), close),
  volume: zscore(volume, 20),
  band: minus(close, bollinger(close, 20, 2).upper),
  hourly: ema(hour.close, 5),
  hourlyRange: atr(hour, 3),
  spread: minus(close, sma(hour.close, 3)),
  mixed: plus(times(hour.close, 2), candleRecipes({ timeframe: "4h" }).close),
  shifted: shift(hour.close, 1),
  own: step(
    [close, volume],
    (keep) => {
      let held = 0;
      return (price, amount) => (held = held * keep + price * amount);
    },
    [0.9],
  ),
};

describe("recipes", () => {
  it("give the columns that the same functions give of columns", () => {
    const candles = walk(400, 1);
    const columns = evaluateRecipes(SET, candles);
    expect(columns.rsi).toEqual(rsi(candles.close, 14));
    expect(columns.smoothed).toEqual(ema(rsi(candles.close, 14), 9));
    expect(columns.volatility).toEqual(dividedBy(atr(candles, 14), candles.close));
    expect(columns.histogramSlope).toEqual(dividedBy(change(macd(candles.close).histogram), candles.close));
    expect(columns.volume).toEqual(zscore(candles.volume, 20));
    expect(columns.band).toEqual(minus(candles.close, bollinger(candles.close, 20, 2).upper));
  });

  it("are the same for a prefix of the candles as for all of them, gaps and higher timeframes included", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0, 3, 10), fc.nat(300), (seed, gapEvery, length) => {
        const candles = walk(300, seed, { gapEvery });
        const whole = evaluateRecipes(SET, candles);
        const prefix = evaluateRecipes(SET, sliceCandles(candles, 0, length));
        for (const name of Object.keys(SET)) expect(prefix[name]).toEqual(whole[name].subarray(0, length));
      }),
      { numRuns: 40 },
    );
  });

  it("show a higher timeframe's value from the close of its candle, and not before", () => {
    const candles = walk(400, 2, { gapEvery: 6 });
    const hourly = resample(candles, "1h");
    const hourlyAverage = ema(hourly.close, 5);
    const column = evaluateRecipes({ hourly: SET.hourly }, candles).hourly;
    for (let i = 0; i < column.length; i++) {
      const now = candles.timestamp[i] + 300_000;
      // The naive reading: the last hour among all that was over by now.
      let expected = Number.NaN;
      hourly.timestamp.forEach((openMs, k) => {
        if (openMs + 3_600_000 <= now) expected = hourlyAverage[k];
      });
      expect(column[i]).toBe(expected);
    }
  });

  it("may name other markets, seen from the close of their candles", () => {
    const candles = walk(200, 3);
    const other = walk(200, 4, { symbol: "BBB/USDT", gapEvery: 4 });
    const otherClose = candleRecipes({ symbol: "BBB/USDT" }).close;
    const columns = evaluateRecipes({ ratio: dividedBy(close, otherClose) }, candles, [other]);
    candles.timestamp.forEach((time, i) => {
      const row = other.timestamp.findLastIndex((openMs) => openMs <= time);
      expect(columns.ratio[i]).toBe(candles.close[i] / other.close[row]);
    });
    expect(() => evaluateRecipes({ otherClose }, candles)).toThrowError(
      expect.objectContaining({ code: "recipe.unknown-symbol" }),
    );
  });

  it("are plain frozen data, known by their content", () => {
    const again = dividedBy(atr(candleRecipes(), 14), candleRecipes().close);
    expect(recipeKey(again)).toBe(recipeKey(SET.volatility));
    expect(recipeKey(atr(bundle, 15))).not.toBe(recipeKey(atr(bundle, 14)));
    expect(structuredClone(SET.mixed)).toEqual(SET.mixed);
    expect(Object.isFrozen(SET.rsi)).toBe(true);
    const copied = JSON.parse(JSON.stringify(SET.mixed)) as Recipe;
    const candles = walk(200, 5);
    expect(evaluateRecipes({ copied }, candles).copied).toEqual(
      evaluateRecipes({ it: SET.mixed }, candles).it,
    );
  });

  it("are computed once each, however often they are named", () => {
    let made = 0;
    const counted = step([close], () => {
      made++;
      return (x) => x;
    });
    const evaluator = new RecipeEvaluator(walk(50, 6));
    for (const recipe of [counted, plus(counted, 1), times(counted, counted)]) evaluator.column(recipe);
    expect(made).toBe(1);
    expect(evaluator.column(rsi(close, 7))).toBe(evaluator.column(rsi(candleRecipes().close, 7)));
  });

  it("keep two steps of one text apart when they are two functions", () => {
    const byHeld = (held: number): Recipe => step([close], () => (x) => x * held);
    const columns = evaluateRecipes({ two: byHeld(2), three: byHeld(3) }, walk(5, 7));
    expect(columns.three[4] / columns.two[4]).toBeCloseTo(1.5, 14);
  });

  it("do not hand out the candles' own memory", () => {
    const candles = walk(5, 8);
    expect(evaluateRecipes({ close }, candles).close).not.toBe(candles.close);
  });

  it("give numbers for numbers and NaN where there is no finite answer", () => {
    expect(plus(1, 2)).toBe(3);
    expect(negative(2)).toBe(-2);
    expect(absolute(Float64Array.of(-1, 2))).toEqual(Float64Array.of(1, 2));
    expect(dividedBy(Float64Array.of(1, 0), Float64Array.of(0, 0))).toEqual(
      Float64Array.of(Number.NaN, Number.NaN),
    );
    expect(log(Float64Array.of(0, -1, 1))).toEqual(Float64Array.of(Number.NaN, Number.NaN, 0));
    expect(minus(10, Float64Array.of(1, 2))).toEqual(Float64Array.of(9, 8));
    expect(() => plus(new Float64Array(2), new Float64Array(3))).toThrowError(
      expect.objectContaining({ code: "arithmetic.unequal-columns" }),
    );
  });

  it("say what is wrong with them", () => {
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => rsi(close, 1)).toThrowError(code("indicator.parameter-out-of-range"));
    expect(() => rsi(5 as unknown as Recipe)).toThrowError(code("recipe.operand"));
    expect(() => plus(close, new Float64Array(3) as unknown as Recipe)).toThrowError(code("recipe.operand"));
    expect(() => candleRecipes({ timeframe: "1 hour" })).toThrowError(code("timeframe.unknown"));
    expect(() => step([], () => () => 1)).toThrowError(code("recipe.inputs"));
    const candles = walk(9, 9);
    const evaluated = (recipe: Recipe) => () => evaluateRecipes({ recipe }, candles);
    expect(evaluated(step([close], () => () => "1" as unknown as number))).toThrowError(
      code("recipe.step-not-a-number"),
    );
    expect(evaluated(step([close], (() => 1) as never))).toThrowError(code("recipe.step-not-a-function"));
    let rows = 0;
    const failing = (x: number): number => {
      if (rows++ === 4) throw new TypeError("no sense");
      return x;
    };
    expect(evaluated(step([close], () => failing))).toThrowError(
      expect.objectContaining({
        code: "recipe.step-threw",
        message: "step: row 4 threw TypeError: no sense. Mend the step's code there.",
        details: { index: 4, cause: "TypeError: no sense" },
      }),
    );
    expect(evaluated(structuredClone(step([close], () => (x) => x)))).toThrowError(
      code("recipe.step-without-code"),
    );
    expect(evaluated({ ...rsi(close), output: "rsy" } as Recipe)).toThrowError(/Did you mean rsi\?/);
    expect(evaluated({ ...rsi(close), name: "rsj" } as Recipe)).toThrowError(
      code("catalogue.unknown-indicator"),
    );
    expect(evaluated({ ...plus(close, 1), operation: "add" } as unknown as Recipe)).toThrowError(
      code("arithmetic.unknown-operation"),
    );
    expect(evaluated({ kind: "wish" } as unknown as Recipe)).toThrowError(code("recipe.unknown-kind"));
    expect(evaluated(candleRecipes({ timeframe: "1m" }).close)).toThrowError(code("candles.not-a-multiple"));
  });

  it("tell how many candles they need first", () => {
    expect(recipeWarmUp(SET.smoothed, "5m")).toBe(22);
    expect(recipeWarmUp(SET.histogramSlope, "5m")).toBe(34);
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 600 }), (seed, offset) => {
        const candles = walk(500, seed, { startMs: 1_700_000_000_000 + offset * 300_000 });
        const columns = evaluateRecipes(SET, candles);
        for (const [name, recipe] of Object.entries(SET)) {
          const needed = recipeWarmUp(recipe, "5m");
          expect(columns[name].subarray(needed).some(Number.isNaN)).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("have types that keep columns and recipes apart", () => {
    expectTypeOf(rsi(close)).toEqualTypeOf<Recipe>();
    expectTypeOf(rsi(new Float64Array(1))).toEqualTypeOf<Float64Array>();
    expectTypeOf(plus(1, 2)).toEqualTypeOf<number>();
    expectTypeOf(plus(close, 2)).toEqualTypeOf<Recipe>();
    // @ts-expect-error a column and a recipe cannot be mixed
    expect(() => plus(close, new Float64Array(1))).toThrowError();
    expect([open, high, low].every((recipe) => recipe.kind === "input")).toBe(true);
    expect(percentileRank(close).kind).toBe("indicator");
  });
});
