/**
 * A column of texts that repeat, as numbers into the list of the different ones. −1 stands for no value.
 */
export type TextColumn = { readonly codes: Int32Array; readonly values: readonly string[] };

/** A column of a table: numbers (NaN is no value, times are UTC milliseconds) or repeating texts. */
export type TableColumn = Float64Array | TextColumn;

/** Rows as columns of one length: what results are made of, in memory and on the way to Arrow and Parquet. */
export type Table<Name extends string = string> = {
  readonly rows: number;
  readonly columns: Readonly<Record<Name, TableColumn>>;
};
