// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts of cells hold interpolations
import { afterEach, describe, expect, test } from "vitest";
import { tableNames } from "#runtime/sqlTables.ts";
import type { RuntimeHost, SqlInput } from "#runtime/types.ts";
import { Bench, FakeInput } from "./harness.ts";

describe("the tables of a statement", () => {
  test.each([
    ["SELECT * FROM trades", ["trades"]],
    ["from trades select count(*)", ["trades"]],
    ["SELECT t.x, length FROM trades t, orders AS o WHERE t.id = o.id, other", ["trades", "orders"]],
    ["SELECT * FROM a LEFT JOIN b USING (id) ASOF JOIN c ON a.t >= c.t, d", ["a", "b", "c", "d"]],
    [
      "SELECT * FROM result.trades JOIN simulated.candles_5m USING (symbol)",
      ["result.trades", "simulated.candles_5m"],
    ],
    ["WITH a AS (SELECT * FROM b), c(x) AS (FROM a) SELECT * FROM a, c, d", ["b", "d"]],
    [
      "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 9) FROM t JOIN u ON true",
      ["u"],
    ],
    [
      "SELECT (SELECT max(x) FROM inner_one) FROM (SELECT y FROM deep) s, last",
      ["inner_one", "deep", "last"],
    ],
    ["SELECT extract(year FROM time), trim(both 'x' FROM name) FROM trades", ["trades"]],
    ["SELECT * FROM a WHERE x IS DISTINCT FROM y AND z IS NOT DISTINCT FROM w", ["a"]],
    ["SELECT * FROM range(10) r, generate_series(1, 2), trades", ["trades"]],
    ["SELECT 'FROM no' -- FROM none\n/* FROM nothing */ FROM \"Some Trades\", $$ FROM x $$", ["Some Trades"]],
    ["SUMMARIZE trades", ["trades"]],
    ["PIVOT trades ON symbol USING sum(profit)", ["trades"]],
    [
      "SELECT sum(a) OVER w FROM trades WINDOW w AS (ORDER BY t), x UNION SELECT * FROM more",
      ["trades", "more"],
    ],
    ["FROM (a JOIN b ON a.i = b.i), LATERAL (SELECT a.x) l", ["a", "b"]],
    ["SELECT * FROM ? WHERE x = ?", []],
    ["SELECT 1", []],
  ])("%s", (sql, expected) => {
    expect(tableNames(sql)).toEqual(expected);
  });
});

describe("a statement over values of other cells", () => {
  const benches: Bench[] = [];
  afterEach(() => {
    for (const made of benches.splice(0)) made.runtime.dispose();
  });

  function bench(host: Partial<RuntimeHost> = {}): Bench {
    const runSql = async (_: string, __: unknown, inputs: readonly SqlInput[]): Promise<unknown> =>
      inputs.map(({ schema, name, value }) => ({ schema, name, value }));
    const made = new Bench({ runSql, ...host });
    benches.push(made);
    return made;
  }

  test("reads a cell's name as a table, and a field of it as a table in a schema", async () => {
    const b = await bench().open([
      ["sql", "SELECT * FROM trades JOIN Result.Fills USING (id) JOIN simulated.candles_5m USING (id)"],
      "const trades = [1]",
      "const result = { fills: [2] }",
    ]);
    expect(b.shown.get(1)).toEqual([
      [
        { schema: undefined, name: "trades", value: [1] },
        { schema: "Result", name: "Fills", value: [2] },
      ],
    ]);
    expect(b.runtime.status(1).reads).toEqual(["trades", "result"]);
  });

  test("runs again when the value changes, and a named result is a table for the next statement", async () => {
    const slider = new FakeInput(1);
    const b = await bench({ library: { slider } }).open([
      "const n = view(slider)",
      "const trades = [n]",
      ["sql", "FROM trades", { output: "first" }],
      ["sql", "FROM first", { output: "second" }],
      "second[0].value[0].value[0]",
    ]);
    expect(b.shown.get(5)).toEqual([1]);
    slider.set(2);
    await b.until(() => b.shown.get(5)?.[0] === 2);
    await b.runtime.settled();
    expect(b.states()).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  });

  test("running it alone runs first the cell that gives the table", async () => {
    const b = await bench().open([["sql", "FROM trades"], "const trades = [7]", "'apart'"], false);
    await b.runtime.run(1);
    expect(b.shown.get(1)).toEqual([[{ schema: undefined, name: "trades", value: [7] }]]);
    expect(b.states()).toEqual(["ok", "ok", "new"]);
  });

  test("it heals by itself when a cell comes that gives the table, and becomes stale with it", async () => {
    const runSql: RuntimeHost["runSql"] = async (_, __, inputs) => {
      if (inputs.length === 0) throw new Error("There is no table trades.");
      return inputs[0].value;
    };
    const b = await bench({ runSql }).open([["sql", "FROM trades"], "const other = 1"]);
    expect(b.state(1)).toBe("failed");
    await b.editAndRun(2, "const trades = [3]");
    expect(b.shown.get(1)).toEqual([[3]]);
    expect(b.state(1)).toBe("ok");
    b.edit(2, "const trades = [4]");
    expect(b.state(1)).toBe("stale");
  });

  test("names of its own, of columns and of what it puts in are no tables", async () => {
    const b = await bench().open([
      ["sql", "WITH trades AS (SELECT ${n} AS x) SELECT x, length FROM trades", { output: "rows" }],
      "const trades = [1], length = 2, n = 3",
      ["sql", "FROM own", { output: "own" }],
    ]);
    expect(b.shown.get(1)).toEqual([[]]);
    expect(b.runtime.status(1).reads).toEqual(["n"]);
    expect(b.shown.get(3)).toEqual([[]]);
  });

  test("a cell that fails leaves the statement waiting for it", async () => {
    const b = await bench().open([["sql", "FROM trades"], "const trades = missing()"]);
    expect(b.runtime.status(1)).toMatchObject({
      state: "waiting",
      failure: { causedBy: { id: 2, name: "trades" } },
    });
  });
});
