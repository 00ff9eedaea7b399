import { expect, test } from "vitest";
import * as engine from "#engine";
import { engineInCells } from "#workbench/frame/engineInCells.ts";

test("cells have the engine without what would run a strategy uncounted", () => {
  const missing = Object.keys(engine).filter((name) => !(name in engineInCells));
  expect(missing.sort()).toEqual([
    "backtest",
    "backtesting",
    "evaluate",
    "evaluation",
    "strategySubject",
    "unhashedBacktest",
  ]);
});
