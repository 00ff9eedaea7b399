import { isMissing, type TableColumn } from "./columns.ts";
import { formatCount } from "./format.ts";
import { outputHost } from "./host.ts";

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

/** Puts the first `count` rows that `sourceRow` names on the clipboard; answers in words what came of it. */
export async function copyAsCsv(
  columns: readonly TableColumn[],
  count: number,
  sourceRow: (i: number) => number,
): Promise<string> {
  const wanted = Array.from({ length: Math.min(count, CSV_MAX_ROWS) }, (_, i) => sourceRow(i));
  const { text, rows } = toCsv(columns, wanted);
  try {
    await outputHost().copy(text);
  } catch (error) {
    return `Not copied: ${error instanceof Error ? error.message : String(error)}`;
  }
  const rest = rows < count ? ` of ${formatCount(count)}, as many as one copy may hold` : "";
  return `Copied ${formatCount(rows)} rows${rest}.`;
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
