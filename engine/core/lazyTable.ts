import type { Table, TableColumn } from "./table.ts";

/**
 * A table whose columns are made when they are first read: most of what a backtest writes down nobody looks at, and
 * memory that is touched for the first time costs more than the arithmetic that fills it. To the reader it is any table;
 * copying or sending it makes all of it.
 */
export function lazyTable<Name extends string>(
  rows: number,
  makers: Readonly<Record<Name, () => TableColumn>>,
): Table<Name> {
  return lazily(rows, () => lazyColumns(makers));
}

/** A table all of whose columns are made when the first is read. */
export function lazily<Name extends string>(
  rows: number,
  make: () => Readonly<Record<Name, TableColumn>>,
): Table<Name> {
  let columns: Readonly<Record<Name, TableColumn>> | undefined;
  return {
    rows,
    get columns() {
      columns ??= make();
      return columns;
    },
  };
}

function lazyColumns<Name extends string>(
  makers: Readonly<Record<Name, () => TableColumn>>,
): Record<Name, TableColumn> {
  const columns = {} as Record<Name, TableColumn>;
  for (const name of Object.keys(makers) as Name[]) {
    Object.defineProperty(columns, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = makers[name]();
        // From here on a plain value: what it was made of may be forgotten.
        Object.defineProperty(columns, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return columns;
}
