import { describe, expect, test } from "vitest";
import { CONSTRUCTION_METHODS } from "#engine/allocation/construction.ts";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import type { CandleRecipes } from "#engine/catalogue/recipe.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#engine/core/timeframe.ts";
import type { Exits, StopLoss } from "#engine/exits/exits.ts";
import { RULE_DEFAULTS, STANDARD_RULES } from "#engine/risk/presets.ts";
import type { RuleName } from "#engine/risk/rules.ts";
import type { Sizing } from "#engine/sizing/sizing.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import type { UniverseRule } from "#engine/universe/rules.ts";
import { walks } from "../engine/backtest/randomStrategies.ts";
import { documents } from "./documents.ts";

const readme = documents.find(({ name }) => name === "README.md")?.text ?? "";
const section = /## What a backtest can be asked for\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? "";
const [optionTable = "", ruleTable = ""] = section.split("**Risk rules**");
const rowsOf = (table: string): string[][] =>
  [...table.matchAll(/^\| (.*) \|$/gm)].slice(2).map(([, row]) => row.split(" | "));

/** What a piece of code in the readme is, with the constants that it may name. */
function readCode(code: string): unknown {
  const make = new Function("MINUTE_MS", "HOUR_MS", "DAY_MS", `return (${code});`);
  return make(MINUTE_MS, HOUR_MS, DAY_MS);
}

const examples = rowsOf(optionTable).map(([cell]) => {
  const spans = [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
  return [cell, readCode(`{ ${spans.join(", ")} }`) as BacktestOptions] as const;
});

const SIZINGS = {
  ...{ fixedAmount: true, fixedFraction: true, riskPerTrade: true, volatilityTarget: true },
  ...{ atr: true, kelly: true, confidence: true },
} satisfies Record<Sizing["kind"], true>;
const STOPS = { fixed: true, atr: true, structure: true } satisfies Record<StopLoss["kind"], true>;
const EXITS = {
  ...{ stopLoss: true, takeProfit: true, trailing: true, breakEven: true },
  ...{ roi: true, timeStopMs: true, maxBars: true, fractionsOf: true },
} satisfies Record<keyof Exits, true>;
const UNIVERSE = {
  ...{ allow: true, block: true, age: true, price: true, quoteVolume: true, volatility: true },
  ...{ performance: true, range: true, spread: true, top: true, shuffle: true, first: true },
} satisfies Record<UniverseRule["kind"], true>;

const definition = { timeframe: "1m", history: 30, features: ({ close }: CandleRecipes) => ({ close }) };

/** What a construction or a universe is asked of. */
const targets = defineStrategy({
  ...definition,
  name: "targets",
  decide: ({ market }) => market.rows.map(({ symbol }) => ({ symbol, weight: 0.3 })),
});

/** In and out, with all that a size may be taken of. */
const signals = defineStrategy({
  ...definition,
  name: "signals",
  decide: ({ market: { time, rows } }) => ({
    signals: rows.map(({ symbol, candle }) => ({
      symbol,
      direction: (time / MINUTE_MS) % 10 < 5 ? ("long" as const) : ("flat" as const),
      stopPrice: 0.95 * candle.close,
      confidence: 0.5,
    })),
  }),
});

describe("the readme's options of a backtest", () => {
  const universe = [1, 2, 3].map((seed) => ({ ...walks(seed, 1, 2000)[0], symbol: `S${seed}/USDT` }));

  test.each(examples)("%s is one that a backtest takes", (_, options) => {
    const { construction, rebalance, universe: rules, marketType = "linear" } = options;
    const isOfTargets = [construction, rebalance, rules].some((one) => one !== undefined);
    const { fills, riskEvents } = unhashedBacktest(isOfTargets ? targets : signals, universe, {
      ...options,
      marketType,
    });
    // Kelly's fraction waits for trades that nothing here makes, and says so.
    expect(options.sizing?.kind === "kelly" ? riskEvents.rows : fills.rows).toBeGreaterThan(0);
  });

  test("leave out no way of sizing, exit, construction, stop or rule of a universe", () => {
    const all = examples.map(([, options]) => options);
    const kinds = (given: readonly unknown[]): unknown[] =>
      [...new Set(given.filter((one) => one !== undefined))].sort();
    expect(kinds(all.map(({ sizing }) => sizing?.kind))).toEqual(Object.keys(SIZINGS).sort());
    expect(kinds(all.map(({ construction }) => construction?.method))).toEqual(
      [...CONSTRUCTION_METHODS].sort(),
    );
    expect(kinds(all.map(({ exits }) => exits?.stopLoss?.kind))).toEqual(Object.keys(STOPS).sort());
    expect(kinds(all.flatMap(({ exits = {} }) => Object.keys(exits)))).toEqual(Object.keys(EXITS).sort());
    for (const kind of Object.keys(UNIVERSE))
      expect(optionTable).toMatch(new RegExp(`\`${kind}\`|"${kind}"`));
  });

  test("give every risk rule with the default that it has, and say which are the standard's", () => {
    const rules = rowsOf(ruleTable).map(([name, code, standard]) => ({
      name: name.replaceAll("`", ""),
      parameters: readCode(code.replaceAll("`", "")),
      isStandard: standard.trim() === "•",
    }));
    expect(Object.fromEntries(rules.map(({ name, parameters }) => [name, parameters]))).toEqual(
      RULE_DEFAULTS,
    );
    const marked = rules.filter(({ isStandard }) => isStandard).map(({ name }) => name as RuleName);
    expect(marked.sort()).toEqual([...STANDARD_RULES].sort());
  });
});
