import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { cellText } from "./app.ts";
import { useWorkbench, type Workbench } from "./workbench.ts";

const workbench = useWorkbench();

type Cells = Parameters<Workbench["openNotebook"]>[1];

const CANDLES = `const few = await candles("BTC/USDT", "1h", { exchange: "simulated" });`;

const STRATEGY = `const averages = defineStrategy({
  name: "averages", timeframe: "1h", history: 60,
  parameters: { fast: int(3, 2, 60), slow: int(30, 3, 60) },
  features: ({ close, parameters }) => ({ fast: sma(close, parameters.fast), slow: sma(close, parameters.slow) }),
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }),
});`;

const loop = (count: number): string => `let best = -Infinity;
for (let i = 0; i < ${count}; i++) {
  const { metrics } = await backtest(averages, few, { parameters: { fast: 2 + i % 10, slow: 15 + Math.floor(i / 10) * 5 }, save: false });
  best = Math.max(best, metrics.sharpe);
}
display("done: " + best.toFixed(4));`;

const looping = (count = 50): Cells => [
  ["ts", CANDLES],
  ["ts", STRATEGY],
  ["ts", loop(count)],
];

const pathOf = (id: string): string => join(workbench.app.home, "notebooks", `${id}.trials.jsonl`);
const textOf = (id: string): string => (existsSync(pathOf(id)) ? readFileSync(pathOf(id), "utf8") : "");
const ledgerOf = (id: string): TrialLedger => TrialLedger.read(textOf(id));
const countOf = (id: string): number => ledgerOf(id).count;

/** Opens a notebook that tries so much, and waits until it has. */
async function opened(title: string, count = 50): Promise<string> {
  const id = await workbench.openNotebook(title, looping(count));
  await expect.poll(() => cellText(workbench.page, 3)).toMatch(/^done: /);
  await expect.poll(() => countOf(id)).toBe(count);
  return id;
}

describe("what a notebook tries", () => {
  test("is counted by itself: a cell's own loop of fifty backtests adds fifty", async () => {
    const id = await opened("Fifty");
    const ledger = ledgerOf(id);
    expect(ledger.faults).toEqual([]);
    expect(new Set(ledger.trials.map(({ strategy }) => strategy)).size).toBe(1);
    expect(ledger.trials[7]).toMatchObject({
      kind: "backtest",
      name: "averages",
      parameters: { fast: 9, slow: 15 },
    });
  });
});
