import type { Table } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import type { Table as EngineTable } from "#engine/core/table.ts";
import type { CellRun } from "#runtime/types.ts";
import type { CellTable } from "#workbench/data/cellTables.ts";
import { LakeDatabase } from "#workbench/data/lakeDatabase.ts";
import { SqlRunner } from "#workbench/frame/sqlRunner.ts";

const run: CellRun = { id: 1, run: 1, signal: new AbortController().signal };

let database: LakeDatabase;
let sent: CellTable[][] = [];
const runner = new SqlRunner({
  request: (sql, tables, signal) => {
    sent.push(tables);
    return database.query(sql, { signal, progress: () => undefined }, tables);
  },
  tables: () => [],
  names: () => ["trades"],
});

beforeAll(() => {
  database = new LakeDatabase(() => undefined);
});
afterAll(() => database.close());

const rowsOf = async (
  sql: string,
  inputs: Parameters<SqlRunner["run"]>[2],
): Promise<Record<string, unknown>[]> =>
  ((await runner.run(sql, run, inputs)) as Table).toArray().map((row) => row.toJSON());

const noon = Date.UTC(2024, 1, 29, 12, 0, 0, 250);
const trades: EngineTable = {
  rows: 3,
  columns: {
    symbol: { codes: Int32Array.of(1, 0, -1), values: ["BTC/USDT", "ETH/USDT"] },
    exitTime: Float64Array.of(noon, noon + 1, Number.NaN),
    profit: Float64Array.of(1.5, -2, Number.NaN),
  },
};

describe("a statement over tables of cells", () => {
  test("sees texts as VARCHAR, times as TIMESTAMP, and no value as NULL", async () => {
    expect(
      await rowsOf("SELECT column_name, column_type FROM (DESCRIBE trades)", [
        { name: "trades", value: trades },
      ]),
    ).toEqual([
      { column_name: "symbol", column_type: "VARCHAR" },
      { column_name: "exitTime", column_type: "TIMESTAMP" },
      { column_name: "profit", column_type: "DOUBLE" },
    ]);
    const rows = await rowsOf(
      "SELECT symbol, epoch_ms(exitTime)::DOUBLE AS t, profit, count(*) OVER ()::INTEGER AS n FROM result.trades ORDER BY profit",
      [{ schema: "result", name: "trades", value: trades }],
    );
    expect(rows).toEqual([
      { symbol: "BTC/USDT", t: noon + 1, profit: -2, n: 3 },
      { symbol: "ETH/USDT", t: noon, profit: 1.5, n: 3 },
      { symbol: null, t: null, profit: null, n: 3 },
    ]);
  });

  test("joins the result of another statement, records and columns; nothing of it is there afterwards", async () => {
    const first = await runner.run("SELECT range::INTEGER AS i FROM range(3)", run, []);
    const rows = await rowsOf(
      "SELECT i, word, x, flag FROM first JOIN records USING (i) JOIN columns USING (i) ORDER BY i",
      [
        { name: "first", value: first },
        {
          name: "records",
          value: [
            { i: 1, word: "a", flag: true },
            { i: 2, word: null, flag: null },
          ],
        },
        { name: "columns", value: { i: [1, 2], x: Float64Array.of(0.5, Number.NaN) } },
      ],
    );
    expect(rows).toEqual([
      { i: 1, word: "a", x: 0.5, flag: true },
      { i: 2, word: null, x: null, flag: null },
    ]);
    await expect(rowsOf("FROM records", [])).rejects.toMatchObject({ code: "sql.unknown-table" });
  });

  test("the same table goes over once; rows of records go with each statement, as they may have changed", async () => {
    const records = [{ x: 1 }];
    sent = [];
    for (let n = 0; n < 2; n++) {
      await rowsOf("FROM trades, records", [
        { name: "trades", value: trades },
        { name: "records", value: records },
      ]);
      records.push({ x: 2 });
    }
    const bytes = sent.map((tables) => tables.map(({ ipc }) => ipc !== undefined));
    expect(bytes[1]).toEqual([false, true]);
    expect(
      await rowsOf("SELECT count(*)::INTEGER AS n FROM records", [{ name: "records", value: records }]),
    ).toEqual([{ n: 3 }]);
  });

  test("a database that was started afresh is given the rows again", async () => {
    await rowsOf("FROM trades", [{ name: "trades", value: trades }]);
    database.close();
    database = new LakeDatabase(() => undefined);
    expect(
      await rowsOf("SELECT count(*)::INTEGER AS n FROM trades", [{ name: "trades", value: trades }]),
    ).toEqual([{ n: 3 }]);
  });

  test("an empty table has its columns", async () => {
    const empty: EngineTable = {
      rows: 0,
      columns: { time: new Float64Array(0), rule: { codes: new Int32Array(0), values: [] } },
    };
    expect(
      await rowsOf("SELECT count(*)::INTEGER AS n, max(rule) AS m FROM empty", [
        { name: "empty", value: empty },
      ]),
    ).toEqual([{ n: 0, m: null }]);
    const none = await runner.run("SELECT 1 AS x WHERE false", run, []);
    expect(await rowsOf("SELECT count(x)::INTEGER AS n FROM none", [{ name: "none", value: none }])).toEqual([
      { n: 0 },
    ]);
  });

  test("half a million rows arrive exactly, in stretches that leave the page free", async () => {
    const rows = 500_000;
    const time = Float64Array.from({ length: rows }, (_, i) => noon + i * 60_000);
    const equity = Float64Array.from({ length: rows }, (_, i) => 10_000 + Math.sqrt(i));
    const large: EngineTable = { rows, columns: { time, equity } };
    const [row] = await rowsOf(
      "SELECT count(*)::INTEGER AS n, epoch_ms(max(time))::DOUBLE AS last, max(equity) AS top FROM equity",
      [{ name: "equity", value: large }],
    );
    expect(row).toEqual({ n: rows, last: time[rows - 1], top: equity[rows - 1] });
    // The caller's columns are still the caller's.
    expect(time.length).toBe(rows);
  });

  test("what is no table is refused with what it is, and a name that was mistyped is found", async () => {
    const error = (inputs: Parameters<SqlRunner["run"]>[2]): Promise<unknown> =>
      runner.run("FROM trade", run, inputs).catch((thrown: unknown) => thrown);
    expect(await error([{ name: "trade", value: 7 }])).toMatchObject({
      code: "sql.not-a-table",
      details: { given: "number" },
    });
    expect(await error([{ schema: "result", name: "trade", value: undefined }])).toMatchObject({
      code: "sql.not-a-table",
      details: { name: "result.trade", given: "nothing" },
    });
    const unknown = (await error([])) as EngineError;
    expect(unknown).toBeInstanceOf(EngineError);
    expect(unknown.message).toContain("Did you mean trades?");
  });
});
