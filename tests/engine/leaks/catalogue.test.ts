import { describe, expect, it } from "vitest";
import { catalogue } from "#engine/catalogue/catalogue.ts";
import { candleRecipes, indicatorRecipe, type Recipe } from "#engine/catalogue/recipe.ts";
import { leakProbe } from "#engine/leaks/probe.ts";
import { recipeSubject } from "#engine/leaks/recipes.ts";
import { inputOf, walk } from "./subjects.ts";

const candles = walk(900);
const input = inputOf(candles, walk(900, "ETH/USDT", 2));

/** Each output of each indicator, on the candles' own rows, on those of a higher timeframe and of another market. */
function everything(rows: Parameters<typeof candleRecipes>[0]): Record<string, Recipe> {
  const inputs = candleRecipes(rows);
  const known: Readonly<Record<string, Recipe>> = { ...inputs };
  const recipes: Record<string, Recipe> = {};
  for (const entry of catalogue.values()) {
    const given = entry.inputs.map((name) => known[name] ?? inputs.close);
    for (const { name } of entry.outputs)
      recipes[`${entry.name} ${name}`] = indicatorRecipe(entry.name, given, {}, name);
  }
  return recipes;
}

describe("the catalogue under the probe", () => {
  it("is clean in every output of every indicator", () => {
    const report = leakProbe(recipeSubject(everything({})), inputOf(candles));
    expect(report.columns.filter(({ verdict }) => verdict !== "clean").map(({ name }) => name)).toEqual([]);
    expect(report.columns.length).toBeGreaterThanOrEqual(catalogue.size);
  });

  it("is clean on a higher timeframe and on another market, which it sees from their closes on", () => {
    for (const rows of [
      { timeframe: "30m" },
      { symbol: "ETH/USDT" },
      { timeframe: "15m", symbol: "ETH/USDT" },
    ]) {
      const report = leakProbe(recipeSubject(everything(rows)), input, { cuts: 20 });
      expect(report.columns.filter(({ verdict }) => verdict === "leaks" || verdict === "unstable")).toEqual(
        [],
      );
      expect(report.columns.some(({ verdict }) => verdict === "clean")).toBe(true);
    }
  });
});
