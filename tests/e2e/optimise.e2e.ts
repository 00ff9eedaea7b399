import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
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

/** Every decision is made by code, so that a search takes long enough to be interrupted. */
const SLOW: Cells = [
  [
    "ts",
    `const slow = defineStrategy({
  name: "slow", timeframe: "1h", history: 60,
  parameters: { length: int(20, 5, 60), band: decimal(0.01, 0, 0.03) },
  features: ({ close, parameters }) => ({ average: sma(close, parameters.length) }),
  decide: ({ market, parameters }) => {
    let thought = 0;
    for (let i = 0; i < 2000; i++) thought += i % 3;
    return { signals: market.rows.map(({ symbol, candle, features }) => ({
      symbol, direction: thought > 0 && candle.close > features.average * (1 + parameters.band) ? "long" : "flat",
    })) };
  },
});`,
  ],
  [
    "ts",
    `const found = await optimise(slow, await candles("BTC/USDT", "1h", { exchange: "simulated" }), {
  trials: 40, folds: { folds: 2 }, loss: ({ sharpe, maxDrawdown }) => maxDrawdown - sharpe, seed: 7,
});
const reused = found.folds.reduce((sum, fold) => sum + fold.reused, 0);
display(\`hash \${found.hash} reused \${reused}\`);`,
  ],
];
const SLOW_POINTS = 80;

/** What the ledger's file of a notebook holds of points of a search. */
function scoredPoints(id: string): number {
  const path = join(workbench.app.home, "notebooks", `${id}.trials.jsonl`);
  if (!existsSync(path)) return 0;
  const { records } = TrialLedger.read(readFileSync(path, "utf8"));
  return records.filter((record) => record.kind !== "cleared" && record.scored !== undefined).length;
}

async function outcome(): Promise<{ hash: string; reused: number }> {
  const words = () => workbench.cell(2).innerText();
  await expect.poll(words, { timeout: 150_000 }).toMatch(/hash [0-9a-f]{64} reused \d+/);
  const [, hash, reused] = /hash ([0-9a-f]{64}) reused (\d+)/.exec(await words()) ?? [];
  return { hash, reused: Number(reused) };
}

describe("a search that is interrupted", () => {
  test("goes on after a reload from what the ledger has, and ends as one that was never interrupted", async () => {
    const id = await workbench.openNotebook("Interrupted", SLOW);
    await expect.poll(() => scoredPoints(id)).toBeGreaterThan(5);
    await workbench.page.reload();
    const before = scoredPoints(id);
    // Its reader has agreed to run it before the reload: it runs as it opens.
    const resumed = await outcome();
    expect(resumed.reused).toBeGreaterThanOrEqual(before);
    await expect.poll(() => scoredPoints(id)).toBe(SLOW_POINTS);

    await workbench.openNotebook("Uninterrupted", SLOW);
    const whole = await outcome();
    expect(whole).toEqual({ hash: resumed.hash, reused: 0 });
  });

  test("goes on when its cell was stopped and is run again, and computes nothing when all is known", async () => {
    const id = await workbench.openNotebook("Stopped", SLOW);
    await expect.poll(() => scoredPoints(id)).toBeGreaterThan(5);
    await workbench.replaceCode(2, `"another cell now"`);
    await expect.poll(() => workbench.cell(2).innerText()).toMatch(/another cell now/);
    await workbench.replaceCode(2, SLOW[1][1]);
    const again = await outcome();
    expect(again.reused).toBeGreaterThan(0);
    await expect.poll(() => scoredPoints(id)).toBe(SLOW_POINTS);
    await workbench.replaceCode(2, `${SLOW[1][1]}\n// once more`);
    await expect.poll(async () => (await outcome()).reused).toBe(SLOW_POINTS);
    expect((await outcome()).hash).toBe(again.hash);
    expect(scoredPoints(id)).toBe(SLOW_POINTS);
  });
});

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

  test("shows the front of two objectives in a way that everybody can read, in light and in dark", async () => {
    await workbench.openNotebook("Two objectives", [
      CELLS[0],
      [
        "ts",
        `display(await optimise(averages, await candles("BTC/USDT", "1h", { exchange: "simulated" }), {
  trials: 24, objectives: ["sharpe", ({ maxDrawdown }) => maxDrawdown], folds: { folds: 2 },
}));`,
      ],
    ]);
    await view().getByLabel("Pareto front of sharpe and own function").waitFor();
    const point = view().getByRole("group", { name: "Point of the front" });
    await expect.poll(() => point.innerText()).toMatch(/Parameters, deployed/);
    for (const colorScheme of ["light", "dark"] as const) {
      await workbench.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const { violations } = await new AxeBuilder({ page: workbench.page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(
        serious.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`)),
      ).toEqual([]);
    }
  });

  test("says in the cell what is wrong with a search that cannot be", async () => {
    const wrong: [options: string, message: RegExp][] = [
      [`{ trails: 4 }`, /no option "trails".*Did you mean "trials"/s],
      [`{ loss: "sharp" }`, /no loss "sharp".*Did you mean "sharpe"/s],
      [`{ loss: () => NaN, trials: 4 }`, /None of the 16 points.*The loss is NaN/s],
      [`{ loss: () => "good", trials: 4 }`, /gave good; expected a number/s],
      [`{ search: { parameters: { fats: { min: 3 } } } }`, /Did you mean "fast"/s],
      [`{ search: { parameters: { fast: 1 } } }`, /fast is held at 1; expected a whole number from 2 to 20/s],
      [`{ search: { groups: ["stop"] } }`, /None of the parameters fast, slow is searched/s],
      [`{ folds: { folds: 4, labelMs: 4e11 } }`, /label/s],
    ];
    await workbench.openNotebook("Optimise wrongly", [
      CELLS[0],
      ...wrong.map(([options]): Cells[number] => [
        "ts",
        `await optimise(averages, await candles("BTC/USDT", "1h"), ${options});`,
      ]),
    ]);
    for (const [k, [, message]] of wrong.entries()) {
      await expect.poll(() => workbench.cell(k + 2).innerText()).toMatch(message);
    }
  });
});
