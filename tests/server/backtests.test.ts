import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Backtest } from "#engine/backtest/result.ts";
import { backtest } from "#engine/backtest/run.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import type { BacktestDetails, RunSummary } from "#server/contract.ts";
import { fillLake } from "./lakeOfWaves.ts";
import { openTestApp, type TestApp } from "./testApp.ts";

let app: TestApp;
let made: Backtest;
beforeAll(async () => {
  app = await openTestApp({ clock: () => Date.UTC(2024, 0, 1) });
  await fillLake(app.lake);
  made = backtest(builtInStrategy("momentum-rank"), await app.lake.universe("simulated", "5m"));
});
afterAll(() => app.close());

const keep = (given: unknown): Promise<Response> =>
  app.call("/api/runs", { method: "POST", body: stringifyWire({ backtest: given, notebook: "Mine" }) });
const read = async <T>(path: string): Promise<T> => parseWire(await (await app.call(path)).text()) as T;

describe("kept backtests", () => {
  it("one from a notebook reads back with every table to the bit", async () => {
    const { id } = await (await keep(made)).json();
    const { run, backtest: back } = await read<BacktestDetails>(`/api/runs/${id}`);
    expect(back).toEqual(made);
    expect(run).toMatchObject({
      ...{ id, kind: "backtest", source: "notebook", notebook: "Mine", hash: made.hash, simulated: true },
      ...{ tradeCount: made.trades.rows, exchange: "simulated", strategy: { name: "momentum-rank" } },
    });
    const [first] = await read<RunSummary[]>("/api/runs");
    expect(first.metrics.totalReturn).toBe(made.metrics.totalReturn);
  });

  it("one whose trades were changed is not kept", async () => {
    const profit = (made.trades.columns.profit as Float64Array).slice();
    profit[0] += 1;
    const forged = { ...made, trades: { ...made.trades, columns: { ...made.trades.columns, profit } } };
    const answer = await keep(forged);
    expect(answer.status).toBe(400);
    expect((await answer.json()).error.code).toBe("run.hash-mismatch");
  });

  it("what is no backtest is refused, and says where", async () => {
    const short = { ...made.trades, rows: made.trades.rows + 1 };
    const symbol = { codes: Int32Array.of(5), values: ["A"] };
    for (const given of [
      null,
      5,
      {},
      { ...made, trades: short },
      { ...made, hash: "x" },
      { ...made, fills: { rows: 1, columns: { symbol } } },
      { ...made, equity: { rows: 0, columns: { time: "none" } } },
    ]) {
      const answer = await keep(given);
      expect(answer.status).toBe(400);
      expect((await answer.json()).error.code).toBe("request.invalid");
    }
    expect(app.reported).toEqual([]);
  });

  it("a wrong request of the form is refused before anything runs", async () => {
    for (const body of [
      {},
      { strategy: "momentum-rank", fillModel: "best" },
      { strategy: "momentum-rank", windowMs: 5 },
    ]) {
      expect((await app.call("/api/runs/backtest", { body })).status).toBe(400);
    }
  });
});
