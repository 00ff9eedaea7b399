import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Backtest } from "#engine/backtest/result.ts";
import { backtest } from "#engine/backtest/run.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import type { BacktestDetails, Ingredients, RunSummary } from "#server/contract.ts";
import { packBacktest } from "#server/runs/packedRun.ts";
import { RunStore } from "#server/runs/runStore.ts";
import { openDatabase } from "#server/store/database.ts";
import { MIGRATIONS } from "#server/store/migrations.ts";
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

const keep = (given: unknown, more: object = {}): Promise<Response> =>
  app.call("/api/runs", {
    method: "POST",
    body: stringifyWire({ backtest: given, notebook: "Mine", ...more }),
  });
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

  it("one keeps what it was made of, from which it can be made again; one without says so", async () => {
    const ingredients: Ingredients = {
      strategies: [{ strategy: { kind: "builtIn", name: "momentum-rank" }, share: { weight: 1 } }],
      options: { feeBps: 5, funding: [{ symbol: "AAA/USDT", rate: Float64Array.of(0.0001, Number.NaN) }] },
      candles: {
        universe: [{ exchange: "simulated", symbol: "AAA/USDT", timeframe: "5m" }],
        detail: [],
        markPrice: [],
      },
    };
    const { id } = await (await keep(made, { ingredients })).json();
    expect((await read<BacktestDetails>(`/api/runs/${id}`)).ingredients).toEqual(ingredients);
    const without = await (await keep(made)).json();
    expect((await read<BacktestDetails>(`/api/runs/${without.id}`)).ingredients).toBeNull();
  });

  it("one that comes with another strategy than its result names is not kept", async () => {
    const text = `import { defineStrategy } from "walkforward";\nexport default defineStrategy({});\n`;
    const candles = { universe: [], detail: [], markPrice: [] };
    const { hash } = made.strategy;
    for (const strategies of [
      // What a text says of its own hash proves nothing.
      [{ strategy: { kind: "module", text, hash } }],
      [{ strategy: { kind: "builtIn", name: "macd-rsi-confluence" } }],
      [{ strategy: { kind: "builtIn", name: "nobody" } }],
      [
        { strategy: { kind: "builtIn", name: "momentum-rank" } },
        { strategy: { kind: "builtIn", name: "momentum-rank" } },
      ],
    ]) {
      const answer = await keep(made, { ingredients: { strategies, options: {}, candles } });
      expect(answer.status).toBe(400);
      expect((await answer.json()).error.code).toBe("run.ingredients-mismatch");
    }
    const rule = { text: "import", hash: "0".repeat(64) };
    const own = [{ strategy: { kind: "builtIn", name: "momentum-rank" } }];
    const divided = await keep(made, {
      ingredients: { strategies: own, capital: rule, options: {}, candles },
    });
    expect((await divided.json()).error.code).toBe("run.ingredients-mismatch");
    const shapeless = await keep(made, { ingredients: { strategies: [], options: {}, candles } });
    expect((await shapeless.json()).error.code).toBe("request.invalid");
  });

  it("one that was kept before runs had ingredients is still there, without any", async () => {
    const home = mkdtempSync(join(tmpdir(), "walkforward-test-"));
    const path = join(home, "walkforward.db");
    const old = new Libsql(path);
    old.exec(MIGRATIONS[0]);
    old.exec("PRAGMA user_version = 1");
    const { summary, body } = packBacktest(made);
    old
      .prepare(
        `INSERT INTO runs (id, created_ms, source, notebook, strategy, exchange, hash, summary, evaluation)
         VALUES ('old', 5, 'notebook', NULL, ?, 'simulated', ?, ?, ?)`,
      )
      .run([
        ...[summary.strategy.name, summary.hash],
        ...[stringifyWire({ id: "old", createdMs: 5, ...summary }), Buffer.from(body)],
      ]);
    old.close();
    const database = openDatabase(path);
    const runs = new RunStore(database, { clock: () => 0 });
    expect(runs.list().map(({ id }) => id)).toEqual(["old"]);
    const { ingredientsJson, resultJson } = runs.read("old");
    expect(ingredientsJson).toBe("null");
    expect(parseWire(resultJson)).toEqual(made);
    database.close();
    rmSync(home, { recursive: true, force: true });
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
