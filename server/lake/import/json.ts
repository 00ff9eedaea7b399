import { newColumns } from "#engine/candles/build.ts";
import { CANDLE_COLUMNS } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { Problems } from "./problem.ts";
import type { RawCandles } from "./raw.ts";

/** Reads freqtrade's JSON: an array of rows of time in milliseconds, open, high, low, close, volume. */
export function readJson(text: string, fileName: string): RawCandles {
  const rows = parse(text, fileName);
  const columns = newColumns(rows.length);
  const problems = new Problems(fileName);
  rows.forEach((row, i) => {
    if (!Array.isArray(row) || row.length !== 6) {
      const trades =
        Array.isArray(row) && row.length > 6
          ? " The file looks like trades, which cannot be imported as candles."
          : "";
      problems.add({
        code: "import.not-candles",
        expected: `row ${i + 1} is not [time, open, high, low, close, volume].${trades}`,
      });
      return;
    }
    CANDLE_COLUMNS.forEach((name, k) => {
      const value: unknown = row[k];
      columns[name][i] = typeof value === "number" ? value : Number.NaN;
      if (typeof value !== "number") {
        problems.add({
          code: "import.not-a-number",
          column: name,
          given: JSON.stringify(value),
          expected: `a number in row ${i + 1}`,
        });
      }
    });
  });
  problems.throwIfAny();
  return { columns, dialect: "freqtrade-json", notes: [], mapping: {} };
}

function parse(text: string, fileName: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError(
      "import.truncated",
      `${fileName} is not whole JSON (${cause instanceof Error ? cause.message : String(cause)}): it was cut off or changed. Get the file again.`,
      { file: fileName },
      { cause },
    );
  }
  if (Array.isArray(value) && value.length > 0) return value;
  throw new EngineError(
    "import.not-candles",
    `${fileName} holds no candles: expected a JSON array of rows of time, open, high, low, close, volume.`,
    { file: fileName },
  );
}
