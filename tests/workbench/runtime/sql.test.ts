// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts of cells hold interpolations
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "#runtime/compile.ts";
import { newCell } from "#runtime/notebook.ts";
import { ident, sqlText } from "#runtime/sql.ts";

let query: (sql: string) => Promise<unknown[][]>;

beforeAll(async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  query = async (sql) => (await connection.runAndReadAll(sql)).getRows();
});

describe("values in a statement", () => {
  test("numbers and texts come back from DuckDB as they were given", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double(), { minLength: 1 }),
        fc.string({ unit: "grapheme" }),
        async (numbers, text) => {
          const given = text.replaceAll("\0", "");
          const columns = ["SELECT ", ...numbers.map((_, i) => `::DOUBLE AS c${i}, `), " AS t"];
          const [row] = await query(sqlText(columns, [...numbers, given]));
          expect(row).toEqual([...numbers, given]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("lists serve IN and NOT IN, the empty one included", async () => {
    const count = async (list: unknown, not = ""): Promise<unknown> =>
      (
        await query(
          sqlText(
            [`SELECT count(*)::INTEGER FROM (VALUES ('a'), ('b')) t(x) WHERE x ${not} IN `, ""],
            [list],
          ),
        )
      )[0][0];
    expect(await count(["a", "z"])).toBe(1);
    expect(await count([])).toBe(0);
    expect(await count([], "NOT")).toBe(2);
    const [row] = await query(sqlText(["SELECT 2 IN ", ""], [Float64Array.of(1, 2)]));
    expect(row).toEqual([true]);
  });

  test("dates are UTC timestamps, null is NULL, a negative number begins no comment", async () => {
    const date = new Date(Date.UTC(2024, 1, 29, 12, 30, 15, 250));
    const sql = sqlText(
      ["SELECT epoch_ms(", ")::DOUBLE, ", " IS NULL, 1 -", ", ", ""],
      [date, null, -2, true],
    );
    expect(await query(sql)).toEqual([[date.getTime(), true, 3, true]]);
  });

  test("names are quoted as names", async () => {
    await query('CREATE SCHEMA "odd"; CREATE TABLE "odd"."a ""b""" (x INTEGER)');
    expect(await query(sqlText(["SELECT count(*)::INTEGER FROM ", ""], [ident("odd", 'a "b"')]))).toEqual([
      [0],
    ]);
    expect(ident("simulated.btc_usdt_5m").toString()).toBe('"simulated"."btc_usdt_5m"');
    expect(() => ident("")).toThrowError(expect.objectContaining({ code: "sql.bad-identifier" }) as Error);
  });

  test.each([[undefined], [{ a: 1 }], [Symbol("x")], [() => 1], [new Date(Number.NaN)], [[[1]]], ["a\0b"]])(
    "%s is refused by name",
    (value) => {
      expect(() => sqlText(["SELECT ", ""], [value])).toThrowError(
        expect.objectContaining({ code: "sql.bad-value" }) as Error,
      );
    },
  );
});

describe("interpolations", () => {
  const failure = (value: string) => compile(newCell(1, "sql", value)).failure;

  test.each([
    ["SELECT '${x}'", 9],
    ['SELECT * FROM "${x}"', 16],
    ["-- ${x}\nSELECT 1", 4],
    ["SELECT /* a ' ${x} */ 1", 15],
    ["SELECT $$ ${x} $$", 11],
    ["SELECT 'a''b${x}'", 13],
  ])("a value inside quotes or a comment is an error with its place: %s", (text, column) => {
    expect(failure(text)).toMatchObject({ code: "sql.quoted-value", line: 1, column });
  });

  test.each(["SELECT 'a' || ${x} || 'b'", "SELECT ${x} -- '", "/* ' */ SELECT ${x}", "SELECT 'it''s', ${x}"])(
    "a value outside them is none: %s",
    (text) => expect(failure(text)).toBeUndefined(),
  );

  test("a syntax error inside one has the place of the cell's text", () => {
    expect(failure("SELECT 1,\n  ${a +}")).toMatchObject({ code: "notebook.syntax", line: 2, column: 8 });
  });

  test("a result's name must be one that code can read", () => {
    expect(compile({ ...newCell(1, "sql", "SELECT 1"), output: "my rows" }).failure?.code).toBe(
      "notebook.bad-output-name",
    );
  });
});
