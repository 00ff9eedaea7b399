import AxeBuilder from "@axe-core/playwright";
import { describe, expect, test } from "vitest";
import { useWorkbench, type Workbench } from "./workbench.ts";

const workbench = useWorkbench();

type Cells = Parameters<Workbench["openNotebook"]>[1];

const CELLS: Cells = [
  [
    "ts",
    `const averages = defineStrategy({
  name: "averages", timeframe: "1h", history: 60,
  parameters: { fast: int(5, 2, 20), slow: int(40, 21, 60) },
  features: ({ close, parameters }) => ({ fast: sma(close, parameters.fast), slow: sma(close, parameters.slow) }),
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }),
});
const prices = await candles("BTC/USDT", "1h", { exchange: "simulated" });`,
  ],
  [
    "ts",
    `const tried = [];
for (const fast of [3, 5, 8, 12, 16, 20]) tried.push(await backtest(averages, prices, { parameters: { fast }, save: false }));
const best = tried.reduce((most, one) => (one.metrics.sharpe > most.metrics.sharpe ? one : most));`,
  ],
  ["ts", `display(await significance(best, { trials: tried }));`],
  ["ts", `display(await monteCarlo(best, { skip: 0.1, maxDelayBars: 2, maxExtraBps: 5 }));`],
  ["ts", `display(await monteCarlo(best, { candles: "bootstrap", paths: 12 }));`],
];

/** Six backtests come before the first view, and the machine may have other work. */
const PATIENCE = { timeout: 120_000 };

const figure = (id: number, name: string) =>
  workbench.cell(id).locator(`[data-figure="${name}"] dd`).first().innerText();

describe("how likely a result is luck", () => {
  test("is said of the best of several backtests, with the notebook's trials counted", async () => {
    await workbench.openNotebook("Luck", CELLS);
    const view = workbench.cell(3).locator(".wf-luck");
    await view.waitFor(PATIENCE);
    // Six backtests ran in this notebook, whether they are given or not.
    await expect.poll(() => view.locator("header").innerText()).toMatch(/6 trials/);
    expect(Number(await figure(3, "deflated"))).toBeLessThanOrEqual(Number(await figure(3, "probabilistic")));
    expect(await figure(3, "overfitting")).toMatch(/%/);
    const tests = await view.locator('[aria-label="What each test says"]').first().innerText();
    for (const name of ["Bonferroni", "Reality check", "Superior ability"]) expect(tests).toContain(name);
    await view.locator('[aria-label="Logit of the chosen trial\'s rank on the other half"]').waitFor();

    const drawn = workbench.cell(4).locator(".wf-luck");
    await drawn.waitFor(PATIENCE);
    await expect
      .poll(() => drawn.locator("header").innerText())
      .toMatch(/1.000 paths of \d+ trades drawn again/);
    expect(await figure(4, "chance of ruin")).toMatch(/%/);
    await drawn.locator('[aria-label="Deepest drawdown of each path"]').waitFor();

    const changed = workbench.cell(5).locator(".wf-luck");
    await changed.waitFor(PATIENCE);
    expect(await figure(5, "median Sharpe")).toMatch(/\d/);
    await changed.locator('[aria-label^="Bands of the equity"]').waitFor();

    for (const colorScheme of ["light", "dark"] as const) {
      await workbench.page.emulateMedia({ colorScheme });
      await workbench.page.waitForFunction(() =>
        document.getAnimations().every((animation) => !(animation instanceof CSSTransition)),
      );
      const { violations } = await new AxeBuilder({ page: workbench.page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(
        serious.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`)),
      ).toEqual([]);
    }
  });

  test("says in the cell what cannot be simulated", async () => {
    await workbench.openNotebook("Luck, wrongly", [
      CELLS[0],
      ["ts", `await monteCarlo(await backtest(averages, prices), { skipp: 0.1 });`],
    ]);
    await expect.poll(() => workbench.cell(2).innerText()).toMatch(/no option "skipp".*Did you mean "skip"/s);
  });
});
