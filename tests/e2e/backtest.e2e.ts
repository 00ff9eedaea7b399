import { expect, test } from "vitest";
import { parseWire } from "#engine/core/wireJson.ts";
import type { BacktestDetails, RunSummary } from "#server/contract.ts";
import { cellText, settled, tokenOf } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const bench = useWorkbench();

const STRATEGY = `const dips = defineStrategy({
  name: "dips",
  timeframe: "1h",
  history: 60,
  parameters: { below: decimal(35, 5, 50) },
  features: ({ close }) => ({ rsi: rsi(close, 14) }),
  decide: ({ market, parameters }) => ({
    signals: market.rows
      .filter(({ features }) => features.rsi < parameters.below)
      .map(({ symbol }) => ({ symbol, direction: "long" })),
  }),
  exits: { stopLoss: { kind: "fixed", fraction: 0.02 }, timeStopMs: 12 * HOUR_MS },
});`;

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${bench.app.url}/api${path}`, {
    headers: { "x-walkforward-token": await tokenOf(bench.page) },
  });
  return parseWire(await answer.text()) as T;
}

test("a backtest of a cell is queried by SQL, shown, stepped through, and kept with its hash", async () => {
  await bench.openNotebook("Backtested", [
    ["ts", STRATEGY],
    ["ts", 'const most = view(Inputs.range([1, 12], { value: 2, step: 1, label: "Most" }));'],
    [
      "ts",
      'const result = await backtest(dips, await universe("simulated"), { maxOpenPositions: most });\ndisplay(result);',
    ],
    [
      "sql",
      "SELECT count(*)::INTEGER AS n, sum(profit) AS profit, max(exitTime) AS last FROM result.trades",
      "sums",
    ],
    [
      "ts",
      "[sums.get(0).n === result.trades.rows, Math.abs(sums.get(0).profit - result.trades.columns.profit.reduce((a, b) => a + b, 0)) < 1e-6].join()",
    ],
    ["ts", "result.trades.rows"],
    ["ts", "display(steps(result));"],
    ["ts", "result.hash"],
  ]);
  await settled(bench.page);
  expect(await cellText(bench.page, 5)).toBe("true,true");
  const rows = Number(await cellText(bench.page, 6));
  expect(rows).toBeGreaterThan(20);

  // The small tearsheet's door leads to the whole one, whose table goes with the chart.
  await bench.cell(3).getByRole("button", { name: "Open the tearsheet" }).click();
  await bench.cell(3).getByText("How the fills were made").waitFor();
  await bench.cell(3).locator(".wf-chart").waitFor();

  // Steps: from entry to entry by the keyboard; what was filled there is told.
  const stepper = bench.cell(7).getByRole("group", { name: "Step through the backtest" });
  await stepper
    .getByText(/USDT at .* fee/)
    .first()
    .waitFor();
  const before = await stepper.locator("output").textContent();
  await stepper.focus();
  await bench.page.keyboard.press("]");
  await expect.poll(() => stepper.locator("output").textContent()).not.toBe(before);

  // Another setting runs it anew, and the query with it.
  await bench.slide(2, 6);
  await expect
    .poll(async () => Number(await cellText(bench.page, 6)), { timeout: 60_000 })
    .toBeGreaterThan(rows);
  await settled(bench.page);
  expect(await cellText(bench.page, 5)).toBe("true,true");

  const hash = await cellText(bench.page, 8);
  await expect.poll(async () => (await get<RunSummary[]>("/runs")).map((run) => run.hash)).toContain(hash);
  const run = (await get<RunSummary[]>("/runs")).find((one) => one.hash === hash);
  expect(run).toMatchObject({ kind: "backtest", source: "notebook", strategy: { name: "dips" } });
  expect((await get<BacktestDetails>(`/runs/${run?.id}`)).backtest.trades.rows).toBe(run?.tradeCount);
  await bench.go(`#/runs/${run?.id}`);
  await bench.page.getByText("How the fills were made").waitFor();
  await bench.page.locator(".wf-chart").waitFor();
});

test("a statement that names what no cell holds says what was meant, and heals when the cell comes", async () => {
  await bench.openNotebook("Queried", [
    ["sql", "SELECT count(*)::INTEGER AS n FROM prises", "counted"],
    ["ts", "const prices = [{ x: 1 }, { x: 2 }];"],
    ["ts", "counted.get(0).n"],
  ]);
  await bench.cell(1).getByText("Did you mean prices?").first().waitFor();
  expect(await bench.state(3)).toBe("waiting");
  await bench.replaceCode(1, "SELECT count(*)::INTEGER AS n FROM prices");
  await expect.poll(() => cellText(bench.page, 3)).toBe("2");
});

test("strategies of cells share an account that a rule of another cell divides", async () => {
  const holder = (name: string): string => `const ${name} = defineStrategy({
  name: "${name}", timeframe: "1h", history: 30,
  features: ({ close }) => ({ close }),
  decide: ({ market }) => market.rows.map(({ symbol }) => ({ symbol, weight: 1 })),
});`;
  await bench.openNotebook("Divided", [
    ["ts", holder("first")],
    ["ts", holder("second")],
    ["ts", "const share = 0.75;"],
    [
      "ts",
      `const capital = defineCapital({
  every: "1d",
  features: ({ close }) => ({ close, mean: sma(close, 24) }),
  weights: ({ features }) => (features.close > features.mean ? [share, 0] : [0, share]),
});`,
    ],
    [
      "ts",
      `const strategies = [{ strategy: first, symbols: ["BTC/USDT"] }, { strategy: second, symbols: ["ETH/USDT"] }];
const result = await backtest({ strategies, capital }, { symbols: ["BTC/USDT", "ETH/USDT"] });`,
    ],
    ["ts", "result.assumptions.record.capitalRule"],
    [
      "ts",
      "result.strategies.map(({ metrics }) => metrics.timeInMarket > 0 && metrics.timeInMarket < 1).join()",
    ],
    ["ts", 'backtest({ strategies, capital: { every: "1d", weights: () => [1, 0] } })'],
  ]);
  await settled(bench.page);
  expect(await cellText(bench.page, 6)).toMatch(/^[0-9a-f]{64}$/);
  expect(await cellText(bench.page, 7)).toBe("true,true");
  await bench.cell(8).getByText("Give the answer of defineCapital").first().waitFor();
});
