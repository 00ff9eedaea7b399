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
export function rows<Name extends string>(table: Table<Name>): Record<Name, number | string | undefined>[] {
  const names = Object.keys(table.columns) as Name[];
  return Array.from({ length: table.rows }, (_, i) => {
    const record = {} as Record<Name, number | string | undefined>;
    for (const name of names) {
      const column = table.columns[name];
      record[name] = column instanceof Float64Array ? column[i] : column.values[column.codes[i]];
    }
    return record;
  });
}
