import { describe, expect, it } from "vitest";
import { DAY_MS } from "#engine/core/timeframe.ts";
import { packReturns } from "#engine/trials/returns.ts";
import type { PackedReturns } from "#engine/trials/trial.ts";
import { trialRows } from "#workbench/frame/trialRows.ts";

/** Returns of the days from `first` on; a day that is left out has none. */
function packed(first: number, returns: readonly (number | undefined)[]): PackedReturns {
  const days: number[] = [];
  const equity: number[] = [];
  let value = 1;
  for (const [i, change] of returns.entries()) {
    if (change === undefined) continue;
    value *= 1 + change;
    days.push(first + i);
    equity.push(value);
  }
  return packReturns({ day: Float64Array.from(days), equity: Float64Array.from(equity) }, { before: 1 });
}

const near = (row: Float64Array): number[] => Array.from(row, (value) => Number(value.toFixed(6)));

describe("the returns of trials over the days of one of them", () => {
  const own = packed(100, [0.01, 0.02, undefined, 0.03]);

  it("are those of the same days, 0 where a trial has none, and nothing where the result has none", () => {
    const earlier = packed(99, [0.5, 0.1, 0.2, 0.3, 0.4, 0.6]);
    const later = packed(103, [0.7, 0.8]);
    const { own: ours, rows, kept } = trialRows(own, [own, earlier, later]);
    expect(near(ours)).toEqual([0.01, 0.02, 0.03]);
    expect(rows.map(near)).toEqual([
      [0.01, 0.02, 0.03],
      [0.1, 0.2, 0.4],
      [0, 0, 0.7],
    ]);
    expect(kept).toEqual([0, 1, 2]);
  });

  it("leave out a trial over stretches of another length", () => {
    const coarse: PackedReturns = { ...own, days: 2, firstMs: 100 * DAY_MS };
    expect(trialRows(own, [own, coarse]).kept).toEqual([0]);
  });
});
