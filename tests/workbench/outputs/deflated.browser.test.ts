import { afterEach, describe, expect, test } from "vitest";
import { backtestFigures } from "#engine/trials/outcome.ts";
import { deflatedBy, ONE_TRIAL, type TrialSummary } from "#engine/trials/summary.ts";
import { pageTrials, settledTrials, trialsText } from "#workbench/outputs/deflated.ts";
import { comparison } from "#workbench/outputs/tearsheet/compareBacktests.ts";
import { tearsheetPage } from "#workbench/outputs/tearsheet/tearsheet.ts";
import { wanderingUniverse } from "../workers/universe.ts";
import { sampleBacktest } from "./sampleBacktest.ts";

const SEVENTEEN: TrialSummary = { trials: 17, cleared: 0, independent: 4, expectedMaximum: 0.08 };

afterEach(() => {
  pageTrials.show(undefined);
  document.body.replaceChildren();
});

const figure = (root: HTMLElement): string[] =>
  Array.from(root.querySelectorAll('[data-figure="deflated"] > *'), (part) => part.textContent ?? "");

describe("the deflated Sharpe ratio of a report", () => {
  const result = sampleBacktest(wanderingUniverse(2, 9000));
  const words = (summary: TrialSummary): string => deflatedBy(backtestFigures(result), summary).toFixed(2);

  test("stands beside the plain one in the same size, and follows the notebook's trials until it is let go", () => {
    const page = tearsheetPage(result);
    document.body.append(page);
    expect(figure(page)).toEqual(["deflated", "–", "counting trials"]);
    pageTrials.show(ONE_TRIAL);
    expect(figure(page)).toEqual(["deflated", words(ONE_TRIAL), "1 trial"]);
    pageTrials.show(SEVENTEEN);
    expect(figure(page)).toEqual(["deflated", words(SEVENTEEN), "17 trials, 4 different bets"]);
    expect(words(SEVENTEEN)).not.toBe(words(ONE_TRIAL));
    const [plain, deflated] = ["Sharpe", "deflated"].map((name) =>
      page.querySelector<HTMLElement>(`[data-figure="${name}"]`),
    );
    expect(plain?.nextElementSibling).toBe(deflated);
    const size = (one: HTMLElement | null | undefined) =>
      getComputedStyle(one?.querySelector("dd") as HTMLElement).fontSize;
    expect(size(deflated)).toBe(size(plain));
    page.destroy();
    pageTrials.show(ONE_TRIAL);
    expect(figure(page)[2]).toBe("17 trials, 4 different bets");
  });

  test("of a kept run is that of the trials it came from, or says why there is none", () => {
    pageTrials.show(ONE_TRIAL);
    const kept = tearsheetPage(result, { trials: settledTrials(SEVENTEEN) });
    expect(figure(kept)[1]).toBe(words(SEVENTEEN));
    const lost = tearsheetPage(result, { trials: settledTrials({ missing: "its notebook is gone" }) });
    expect(figure(lost)).toEqual(["deflated", "–", "its notebook is gone"]);
    for (const page of [kept, lost]) page.destroy();
  });

  test("is a row of its own where results stand side by side", () => {
    pageTrials.show(SEVENTEEN);
    const table = comparison(
      [
        { title: "a", result },
        { title: "b", result, trials: settledTrials(ONE_TRIAL) },
      ],
      "Side by side",
    );
    document.body.append(table);
    const rows = Array.from(table.querySelectorAll("tbody tr"), (row) =>
      Array.from(row.children, (cell) => cell.textContent),
    );
    const at = rows.findIndex(([name]) => name === "Sharpe");
    expect(rows[at + 1]).toEqual([
      "deflated",
      `${words(SEVENTEEN)} (17 trials)`,
      `${words(ONE_TRIAL)} (1 trial)`,
    ]);
    table.destroy();
  });

  test("says in words how many trials, how many bets, and how many were cleared", () => {
    const text = (more: Partial<TrialSummary>) => trialsText({ ...SEVENTEEN, ...more });
    expect(text({ trials: 1, independent: 1 })).toBe("1 trial");
    expect(text({ independent: 1 })).toBe("17 trials, 1 bet");
    expect(text({ trials: 1234 })).toBe("1\u202f234 trials, 4 different bets");
    expect(text({ trials: 0, cleared: 57 })).toBe("0 trials; 57 cleared before");
  });
});
