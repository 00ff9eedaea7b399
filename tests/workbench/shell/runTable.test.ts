import { expect, test } from "vitest";
import type { RunSummary } from "#server/contract.ts";
import { differences, figureOf, filterRuns, sortRuns } from "#workbench/state/runTable.ts";

function run(id: string, over: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    createdMs: 0,
    source: "form",
    notebook: null,
    kind: "evaluation",
    strategy: { name: "momentum-rank", hash: "s" },
    hash: `hash-${id}`,
    dataHash: "d",
    engineVersion: "0.1.0",
    simulated: false,
    exchange: "binance",
    symbols: ["BTC/USDT"],
    timeframe: "5m",
    settings: { windowMs: 14_400_000 },
    parameters: { length: 20 },
    metrics: {},
    tradeCount: 0,
    ...over,
  };
}
const ids = (list: readonly RunSummary[]) => list.map(({ id }) => id);

test("every word of the filter must be found somewhere", () => {
  const list = [
    run("a", { simulated: true, symbols: ["ETH/USDT"] }),
    run("b", { strategy: { name: "macd", hash: "" } }),
  ];
  expect(ids(filterRuns(list, "  eth SIMULATED "))).toEqual(["a"]);
  expect(ids(filterRuns(list, "macd usdt"))).toEqual(["b"]);
  expect(ids(filterRuns(list, "macd eth"))).toEqual([]);
  expect(ids(filterRuns(list, ""))).toEqual(["a", "b"]);
});

test("sorting by a figure keeps runs without it last, both ways", () => {
  const list = [
    run("none"),
    run("low", { metrics: { meanReturn: -1 } }),
    run("high", { metrics: { meanReturn: 2 } }),
  ];
  expect(ids(sortRuns(list, { by: "meanReturn", descending: true }))).toEqual(["high", "low", "none"]);
  expect(ids(sortRuns(list, { by: "meanReturn", descending: false }))).toEqual(["low", "high", "none"]);
});

test("an infinite profit factor is the highest of all", () => {
  const list = [
    run("a", { metrics: { profitFactor: 9 } }),
    run("b", { metrics: { profitFactor: Infinity } }),
  ];
  expect(ids(sortRuns(list, { by: "profitFactor", descending: true }))).toEqual(["b", "a"]);
});

test("runs alike in the figure stand with the newest first", () => {
  const list = [run("old", { createdMs: 1 }), run("new", { createdMs: 2 })];
  expect(ids(sortRuns(list, { by: "tradeCount", descending: true }))).toEqual(["new", "old"]);
  expect(ids(sortRuns(list, { by: "tradeCount", descending: false }))).toEqual(["new", "old"]);
});

test("a figure with an interval counts by its middle", () => {
  expect(figureOf(run("a", { metrics: { winRate: { value: 0.5, low: 0.4, high: 0.6 } } }), "winRate")).toBe(
    0.5,
  );
  expect(figureOf(run("a"), "winRate")).toBeNaN();
});

test("only what differs between runs is listed, in words people use", () => {
  const other = run("b", { settings: { windowMs: 28_800_000 }, parameters: { length: 20, extra: true } });
  expect(differences([run("a"), other])).toEqual([
    { name: "window", values: ["4h", "8h"] },
    { name: "extra", values: ["–", "true"] },
  ]);
  expect(differences([run("a"), run("a")])).toEqual([]);
});
