import { isMissing, type TableColumn } from "./columns.ts";

/** Bounds of what is copied at once: what a clipboard and a spreadsheet bear. */
export const CSV_MAX_ROWS = 100_000;
export const CSV_MAX_CHARACTERS = 20_000_000;

export type Csv = { readonly text: string /** Rows that fitted. */; readonly rows: number };

/**
 * Rows as CSV (RFC 4180, header first): numbers in full as JavaScript reads them back, times in ISO 8601 UTC, missing
 * values empty. Stops at the bounds above; `rows` says how many are in.
 */
export function toCsv(columns: readonly TableColumn[], rowNumbers: Iterable<number>): Csv {
  const lines = [columns.map(({ name }) => quoted(name)).join(",")];
  let characters = lines[0].length;
  let rows = 0;
  for (const row of rowNumbers) {
    const line = columns.map((column) => field(column, row)).join(",");
    characters += line.length + 2;
    if (rows >= CSV_MAX_ROWS || characters > CSV_MAX_CHARACTERS) break;
    lines.push(line);
    rows++;
  }
  return { text: `${lines.join("\r\n")}\r\n`, rows };
}

function field(column: TableColumn, row: number): string {
  const value = column.at(row);
  if (isMissing(value)) return "";
  if (column.kind === "time" && typeof value === "number" && Math.abs(value) <= 8.64e15) {
    return new Date(value).toISOString();
  }
  return typeof value === "string" ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
