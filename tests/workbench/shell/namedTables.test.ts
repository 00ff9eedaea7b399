import { expect, test } from "vitest";
import { dottedNames, firstWord, hasSecondStatement } from "#workbench/data/namedTables.ts";

const named = (sql: string) =>
  dottedNames(sql).flatMap(({ schema, name }) => (schema === undefined ? [] : [`${schema}.${name}`]));

test("tables are found wherever a statement names them", () => {
  const sql = `WITH b AS (FROM Simulated.BTC_usdt_5m)
    SELECT * FROM b JOIN binance . eth_usdt_1h AS e USING (timestamp), (SELECT 1 FROM "sample"."aapl_1d_equity")`;
  expect(named(sql)).toEqual(["simulated.btc_usdt_5m", "binance.eth_usdt_1h", "sample.aapl_1d_equity"]);
});

test("the last two parts of a longer name are the table", () => {
  expect(named("SELECT * FROM memory.simulated.btc_usdt_5m")).toEqual(["simulated.btc_usdt_5m"]);
});

test("strings and comments name nothing", () => {
  const sql = `SELECT 'from a.b', $$ c.d $$, $x$ e.f $x$ -- g.h
    /* i.j */ FROM lake.series WHERE t = 'it''s k.l'`;
  expect(named(sql)).toEqual(["lake.series"]);
});

test("names next to each other without a dot are not one name", () => {
  expect(dottedNames("FROM a b")).toEqual([
    { schema: undefined, name: "from" },
    { schema: undefined, name: "a" },
    { schema: undefined, name: "b" },
  ]);
});

test("numbers with a point are not names", () => {
  expect(named("SELECT 1.5, 2.e3, 0.1*x.y")).toContain("x.y");
  expect(named("SELECT 1.5")).toEqual([]);
});

test("a semicolon at the end is no second statement, one inside a string neither", () => {
  expect(hasSecondStatement("SELECT 1;\n -- done\n")).toBe(false);
  expect(hasSecondStatement("SELECT ';' || \"a;b\"")).toBe(false);
  expect(hasSecondStatement("SELECT 1; DROP TABLE x")).toBe(true);
  expect(hasSecondStatement("SELECT 1 /* ; */ ;;")).toBe(false);
});

test("the first word is found behind comments and brackets", () => {
  expect(firstWord("-- what\n /* and why */ ((select 1))")).toBe("SELECT");
  expect(firstWord("  -- nothing\n")).toBe("");
  expect(firstWord("'text'")).toBe("");
});
