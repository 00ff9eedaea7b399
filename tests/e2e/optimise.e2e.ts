import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { useWorkbench, type Workbench } from "./workbench.ts";

const workbench = useWorkbench();

type Cells = Parameters<Workbench["openNotebook"]>[1];

const TRIALS = 10;
const FOLDS = 3;

const CELLS: Cells = [
  [
    "ts",
    `const averages = defineStrategy({
  name: "averages", timeframe: "1h", history: 60,
  parameters: { fast: int(3, 2, 20), slow: int(30, 21, 60) },
  features: ({ close, parameters }) => ({ fast: sma(close, parameters.fast), slow: sma(close, parameters.slow) }),
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }),
});`,
  ],
  [
    "ts",
    `const found = await optimise(averages, await candles("BTC/USDT", "1h", { exchange: "simulated" }), {
  trials: ${TRIALS}, sampler: "quasiMonteCarlo", folds: { folds: ${FOLDS} }, backtest: { feeBps: 10 },
});
display(found);`,
  ],
];

const view = () => workbench.cell(2).locator(".wf-optimisation");

describe("an optimisation from a cell", () => {
  test("gives a verdict on what followed, the folds' choices and the trials of each fold", async () => {
    const id = await workbench.openNotebook("Optimise", CELLS);
    await view().waitFor();
    expect(await view().locator(".wf-verdict").innerText()).toMatch(/edge/i);
    const sharpe = await view().locator('[data-figure="Sharpe out of sample"]').innerText();
    expect(sharpe).toMatch(/[-−]?\d+\.\d\d/);

    // One row for each fold, and the trials of the one that is chosen.
    const rows = await view().locator('[aria-label="Folds"]').first().innerText();
    expect(rows.match(/\d{4}-\d\d-\d\d – /g)).toHaveLength(FOLDS);
    const select = view().getByLabel("Trials in training of");
    expect(await select.locator("option").count()).toBe(FOLDS);
    const plot = view().locator('[aria-label="Points tried, as lines over their parameters to their loss"]');
    await plot.waitFor();
    await select.selectOption({ index: 0 });
    await plot.waitFor();

    // Every point tried in training counts, and so does each look at a test.
    const path = join(workbench.app.home, "notebooks", `${id}.trials.jsonl`);
    const count = (): number => (existsSync(path) ? TrialLedger.read(readFileSync(path, "utf8")).count : 0);
    await expect.poll(count).toBe(FOLDS * TRIALS + FOLDS);
  });

  test("says in the cell what is wrong with a search that cannot be", async () => {
    await workbench.openNotebook("Optimise wrongly", [
      CELLS[0],
      ["ts", `await optimise(averages, await candles("BTC/USDT", "1h"), { loss: "sharp" });`],
    ]);
    await expect.poll(() => workbench.cell(2).innerText()).toMatch(/no loss "sharp".*Did you mean "sharpe"/s);
  });
});
