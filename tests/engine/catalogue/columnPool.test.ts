import { describe, expect, it } from "vitest";
import { calculate, writesAll } from "#engine/catalogue/arithmetic.ts";
import { catalogue } from "#engine/catalogue/catalogue.ts";
import { ColumnPool } from "#engine/catalogue/columnPool.ts";
import { completeParameters } from "#engine/catalogue/entry.ts";
import { evaluateRecipes, RecipeEvaluator } from "#engine/catalogue/evaluate.ts";
import { candleRecipes } from "#engine/catalogue/recipe.ts";
import { change, crossAbove, ema, macd, sma, times } from "#engine/catalogue/vocabulary.ts";
import { randomUniverse } from "../walkforward/randomUniverse.ts";

const markets = randomUniverse({
  seed: 5,
  symbols: 3,
  rows: 300,
  timeframe: "5m",
  timeframeMs: 300_000,
  firstMs: Date.UTC(2024, 1, 1),
});
const used = (rows: number): Float64Array => new Float64Array(rows).fill(12345);

describe("a pool of columns", () => {
  it("gives memory out again, the whole of it, however little of it was asked for", () => {
    const pool = new ColumnPool();
    const first = pool.take(100);
    pool.giveBack(first);
    const second = pool.take(10);
    expect(second.buffer).toBe(first.buffer);
    expect(second).toHaveLength(10);
    pool.giveBack(second);
    expect(pool.take(100).buffer).toBe(first.buffer);
    expect(pool.take(100).buffer).not.toBe(first.buffer);
  });

  it.each([...catalogue.values()])("holds all that $name writes, whatever was in it before", (entry) => {
    const [market] = markets;
    const columns = { values: market.close, high: market.high, low: market.low, close: market.close };
    const inputs = entry.inputs.map((name) => columns[name]);
    const parameters = completeParameters(entry, {});
    const out = entry.outputs.map(() => used(market.close.length));
    const written = entry.batch(inputs, parameters, out);
    expect(written).toEqual(entry.batch(inputs, parameters));
    written.forEach((column, k) => void expect(column).toBe(out[k]));
  });

  it.each([
    "plus",
    "minus",
    "times",
    "dividedBy",
    "above",
    "below",
    "both",
    "either",
    "not",
    "negative",
    "absolute",
    "log",
    "crossAbove",
    "crossBelow",
  ] as const)("is given to %s only if that writes every row", (operation) => {
    const [{ close, open }] = markets;
    const operands = ["not", "negative", "absolute", "log"].includes(operation) ? [close] : [close, open];
    const fresh = calculate(operation, operands, close.length);
    if (writesAll(operation))
      expect(calculate(operation, operands, close.length, used(close.length))).toEqual(fresh);
    else expect(calculate(operation, operands, close.length, used(close.length))).not.toEqual(fresh);
  });

  it("changes no column of a recipe, for one market after the other", () => {
    const { close, volume } = candleRecipes();
    const recipes = {
      slope: change(macd(close, 5, 12, 4).histogram, 1),
      volume: sma(times(close, volume), 7),
      cross: crossAbove(ema(close, 3), ema(close, 9)),
      close,
    };
    const pool = new ColumnPool();
    for (const market of markets) {
      const evaluator = new RecipeEvaluator(market, markets, pool);
      const expected = evaluateRecipes(recipes, market, markets);
      for (const [name, recipe] of Object.entries(recipes))
        expect(evaluator.column(recipe), name).toEqual(expected[name as keyof typeof recipes]);
      evaluator.close();
    }
  });
});
