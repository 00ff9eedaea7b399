import { expect, test } from "vitest";
import { dottedNames } from "#workbench/data/namedTables.ts";
import { sqlFailure } from "#workbench/data/sqlFailure.ts";

const known = ["simulated.btc_usdt_5m", "simulated.eth_usdt_5m", "lake.series"];
const missing = (name: string) =>
  `Catalog Error: Table with name ${name} does not exist!\nDid you mean "pg_am"?\n\nLINE 1: …`;
const failure = (sql: string, message: string) => sqlFailure(message, dottedNames(sql), known);

test("an unknown table is named as it was written, with the nearest that there is", () => {
  const error = failure("SELECT * FROM simulated.btc_usd_5m", missing("btc_usd_5m"));
  expect(error.code).toBe("sql.unknown-table");
  expect(error.message).toBe(
    "There is no table simulated.btc_usd_5m. The nearest name is simulated.btc_usdt_5m.",
  );
});

test("a table without its schema leads to the one with it", () => {
  const error = failure("SELECT * FROM eth_usdt_5m", missing("eth_usdt_5m"));
  expect(error.details).toEqual({ given: "eth_usdt_5m", nearest: "simulated.eth_usdt_5m" });
});

test("where nothing is near, the list of what there is is named", () => {
  expect(failure("FROM weather.berlin", missing("berlin")).message).toContain("lake.series");
});

test("memory that ran out is said as such, in DuckDB's words or the engine's", () => {
  for (const message of [
    "Out of Memory Error: could not allocate block of size 256.0 KiB (1.8 GiB/1.8 GiB used)",
    "memory access out of bounds",
    "Aborted(OOM)",
  ]) {
    expect(failure("SELECT 1", message).code).toBe("sql.out-of-memory");
  }
});

test("other failures keep DuckDB's sentence and the line, and lose the class and the drawing", () => {
  const error = failure(
    "SELECT nope",
    'Binder Error: Referenced column "nope" not found!\n\nLINE 3: SELECT nope\n               ^',
  );
  expect(error.message).toBe('Referenced column "nope" not found!');
  expect(error.details).toEqual({ line: 3 });
});
