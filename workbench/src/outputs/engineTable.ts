import type { Table } from "#engine/core/table.ts";

/** Whether a value is a table of the engine: columns of numbers, and of texts by code. */
export function isEngineTable(value: unknown): value is Table {
  if (typeof value !== "object" || value === null) return false;
  const { rows, columns } = value as Partial<Table>;
  if (typeof rows !== "number" || typeof columns !== "object" || columns === null) return false;
  if (Array.isArray(columns)) return false;
  return Object.values(columns).every(
    (column) => column instanceof Float64Array || column?.codes instanceof Int32Array,
  );
}

/** A column of numbers; an empty one where the table has none of that name. */
export function numbersOf<Name extends string>(table: Table<Name>, name: Name): Float64Array {
  const column = table.columns[name];
  return column instanceof Float64Array ? column : new Float64Array(0);
}

/** The text of a row, empty where there is none. */
export function textAt<Name extends string>(table: Table<Name>, name: Name, row: number): string {
  const column = table.columns[name];
  if (column === undefined || column instanceof Float64Array) return "";
  return column.values[column.codes[row]] ?? "";
}
