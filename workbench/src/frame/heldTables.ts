import { isTabular, tableSource } from "../outputs/columns.ts";
import { isEngineTable } from "../outputs/engineTable.ts";
import type { SqlTable } from "../shell/protocol.ts";

/** Fields of one value that are looked at: a record of thousands is data, not a result with its tables. */
const MOST_FIELDS = 100;

type Held = Omit<SqlTable, "name">;
const known = new WeakMap<object, Held>();

/**
 * The tables that cells hold, under the names by which an SQL cell reads them: `trades` for a value that is one,
 * `result.trades` for one of a record's.
 */
export function heldTables(values: Iterable<readonly [name: string, value: unknown]>): SqlTable[] {
  const tables: SqlTable[] = [];
  for (const [name, value] of values) {
    if (typeof value !== "object" || value === null) continue;
    if (isTabular(value)) tables.push({ name, ...heldOf(value) });
    // A record of lists may be columns, and each of them a table as well; a table's own inside is none.
    if (Object.getPrototypeOf(value) !== Object.prototype || isEngineTable(value)) continue;
    for (const [field, inner] of Object.entries(value).slice(0, MOST_FIELDS)) {
      if (typeof inner === "object" && inner !== null && isTabular(inner)) {
        tables.push({ name: `${name}.${field}`, ...heldOf(inner) });
      }
    }
  }
  return tables;
}

function heldOf(value: object): Held {
  let held = known.get(value);
  if (held === undefined) {
    const { rows, columns } = tableSource(value);
    held = { rows, columns: columns.map(({ name, kind }) => ({ name, type: kind })) };
    known.set(value, held);
  }
  return held;
}
