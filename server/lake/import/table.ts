import Papa from "papaparse";
import { EngineError } from "#engine/core/errors.ts";

/** One row of a text file and the line on which it stands, the first being 1. */
export type TextRow = { line: number; fields: string[] };

/** Splits a text file into rows; the separator (comma, semicolon, tab, bar) is found out, empty lines are left out. */
export function readTable(text: string, fileName: string): TextRow[] {
  const sample = text.slice(0, 1024);
  if (sample.includes("\0")) {
    throw new EngineError(
      "import.unknown-format",
      `${fileName} is not a text file, nor Parquet, Arrow or gzip. Expected candles in one of these.`,
      { file: fileName },
    );
  }
  const { data } = Papa.parse<string[]>(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, {
    delimiter: separatorOf(sample),
    skipEmptyLines: false,
  });
  const rows: TextRow[] = [];
  data.forEach((fields, k) => {
    if (fields.some((field) => field.trim() !== ""))
      rows.push({ line: k + 1, fields: fields.map((field) => field.trim()) });
  });
  if (rows.length === 0) {
    throw new EngineError("import.empty", `${fileName} is empty. Expected candles.`, { file: fileName });
  }
  return rows;
}

/** The separator that splits the first full lines best; Papa's own guess takes an address line for the table. */
function separatorOf(sample: string): string {
  const lines = sample.split(/\r?\n/).slice(0, 5);
  const count = (separator: string): number => Math.max(...lines.map((line) => line.split(separator).length));
  return [",", ";", "\t", "|"].reduce((best, candidate) =>
    count(candidate) > count(best) ? candidate : best,
  );
}
