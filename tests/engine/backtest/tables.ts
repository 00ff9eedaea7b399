import type { Table } from "#engine/core/table.ts";

/** A column of numbers. */
export function numbers<Name extends string>({ columns }: Table<Name>, name: Name): Float64Array {
  const column = columns[name];
  if (column instanceof Float64Array) return column;
  throw new Error(`${name} is a column of texts`);
}

/** A column of texts; undefined where there is none. */
export function texts<Name extends string>({ columns }: Table<Name>, name: Name): (string | undefined)[] {
  const column = columns[name];
  if (column instanceof Float64Array) throw new Error(`${name} is a column of numbers`);
  return Array.from(column.codes, (code) => column.values[code]);
}

/** All rows as records, for comparing. */
export function rows(table: Table): Record<string, number | string | undefined>[] {
  return Array.from({ length: table.rows }, (_, i) => {
    const record: Record<string, number | string | undefined> = {};
    for (const [name, column] of Object.entries(table.columns)) {
      record[name] = column instanceof Float64Array ? column[i] : column.values[column.codes[i]];
    }
    return record;
  });
}
