import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candlesFromColumns, newColumns } from "#engine/candles/build.ts";
import { evaluateRecipes } from "#engine/catalogue/evaluate.ts";
import { candleRecipes } from "#engine/catalogue/recipe.ts";
import {
  above,
  below,
  both,
  crossAbove,
  crossBelow,
  either,
  not,
  sma,
} from "#engine/catalogue/vocabulary.ts";
import { recipeWarmUp } from "#engine/catalogue/warmUp.ts";

/** Values as markets have them, with ties and rows of which nothing is known. */
const values = fc.array(fc.constantFrom(-1, 0, 1, 2, 2.5, NaN, Infinity), { minLength: 1, maxLength: 40 });
const pair = fc
  .tuple(values, values)
  .map(([a, b]) => [a.slice(0, b.length), b.slice(0, a.length)] as const)
  .map(([a, b]) => [Float64Array.from(a), Float64Array.from(b)] as const);

const known = (...numbers: number[]): boolean => !numbers.some(Number.isNaN);
const truth = (value: number): boolean | undefined => (Number.isNaN(value) ? undefined : value !== 0);

describe("comparisons", () => {
  it("say 1, 0, or NaN where a side is not known", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect([...above(a, b)]).toEqual([...a].map((x, i) => (known(x, b[i]) ? Number(x > b[i]) : NaN)));
        expect([...below(a, b)]).toEqual([...above(b, a)]);
        expect([...not(a)]).toEqual([...a].map((x) => (known(x) ? Number(x === 0) : NaN)));
      }),
    );
  });

  it("join truths as SQL does: what one side settles is known", () => {
    const rows: [number, number, number, number][] = [
      // a, b, both, either
      [1, 1, 1, 1],
      [1, 0, 0, 1],
      [2, NaN, NaN, 1],
      [0, NaN, 0, NaN],
      [NaN, NaN, NaN, NaN],
      [0, 0, 0, 0],
    ];
    for (const [a, b, and, or] of rows) {
      for (const [x, y] of [
        [a, b],
        [b, a],
      ]) {
        expect(both(x, y)).toEqual(and);
        expect(either(x, y)).toEqual(or);
      }
    }
  });

  it("obey De Morgan", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect([...not(both(a, b))]).toEqual([...either(not(a), not(b))]);
      }),
    );
  });

  it("cross on the candle that comes above after one that was not", () => {
    fc.assert(
      fc.property(
        pair.filter(([a, b]) => ![...a, ...b].includes(Infinity)),
        ([a, b]) => {
          const expected = [...a].map((x, i) => {
            if (i === 0 || !known(x, b[i], a[i - 1], b[i - 1])) return NaN;
            return Number(truth(Number(x > b[i])) === true && a[i - 1] <= b[i - 1]);
          });
          expect([...crossAbove(a, b)]).toEqual(expected);
          expect([...crossBelow(b, a)]).toEqual(expected);
        },
      ),
    );
  });

  it("are recipes of recipes and numbers, known one candle after their operands where they look back", () => {
    const { close } = candleRecipes();
    const columns = newColumns(4);
    columns.timestamp.set([0, 60_000, 120_000, 180_000]);
    for (const name of ["open", "high", "low", "close"] as const) columns[name].set([1, 3, 1, 3]);
    const candles = candlesFromColumns({ symbol: "A/USDT", timeframe: "1m", exchange: "test" }, columns);
    const { up, over } = evaluateRecipes({ up: crossAbove(close, 2), over: above(2, close) }, candles);
    expect([...up]).toEqual([NaN, 1, 0, 1]);
    expect([...over]).toEqual([1, 0, 1, 0]);
    expect(recipeWarmUp(crossAbove(sma(close, 3), close), "1m")).toBe(3);
    expect(recipeWarmUp(above(sma(close, 3), close), "1m")).toBe(2);
  });
});
