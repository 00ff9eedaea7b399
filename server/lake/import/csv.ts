import { newColumns } from "#engine/candles/build.ts";
import { EngineError } from "#engine/core/errors.ts";
import { detectLayout, type Layout, type LayoutOptions } from "./layout.ts";
import { Problems } from "./problem.ts";
import type { RawCandles } from "./raw.ts";
import { readTable, type TextRow } from "./table.ts";
import { type DateFormat, detectDateFormat, timeReader } from "./times.ts";

export type CsvOptions = LayoutOptions & {
  /** How times are written; found out from the column otherwise. */
  dateFormat?: DateFormat;
  /** Only the rows of this symbol, as the file writes it. */
  only?: (symbol: string) => boolean;
};

const PRICES = ["open", "high", "low", "close"] as const;

/** Reads candles from a text file, in the file's order. Every place that cannot be read is reported. */
export function readCsv(text: string, fileName: string, options: CsvOptions = {}): RawCandles {
  const rows = readTable(text, fileName);
  const layout = detectLayout(rows, options);
  const candles = rows.slice(layout.skip);
  if (candles.length === 0) {
    throw new EngineError("import.empty", `${fileName} has a header but no candles.`, { file: fileName });
  }
  const problems = new Problems(fileName);
  const width = layout.names.length;
  const kept = candles.filter((row, k) =>
    hasAllFields(row, k === candles.length - 1, width, layout, problems),
  );
  const { rows: chosen, symbol } = ofOneSymbol(kept, layout, fileName, options.only);
  const [full, empty] = withoutEmptyRows(chosen, layout);
  const raw = readRows(full, layout, options.dateFormat, problems);
  problems.throwIfAny();
  const notes = [...layout.notes];
  if (empty > 0) notes.push(`${empty} rows without prices (days without trading) were left out.`);
  return {
    ...raw,
    dialect: layout.dialect,
    notes,
    symbol,
    exchange: layout.exchange,
    market: layout.market,
    mapping: Object.fromEntries(Object.entries(layout.columns).map(([field, k]) => [field, layout.names[k]])),
  };
}

function hasAllFields(
  row: TextRow,
  isLast: boolean,
  width: number,
  layout: Layout,
  problems: Problems,
): boolean {
  const needed = Math.max(...Object.values(layout.columns)) + 1;
  if (row.fields.length === width || (row.fields.length >= needed && !isLast)) return true;
  if (isLast && row.fields.length < width) {
    problems.add({
      code: "import.truncated",
      line: row.line,
      expected: `the last line has ${row.fields.length} of ${width} columns: the file was cut off. Get it again, or delete that line.`,
    });
    return false;
  }
  if (row.fields.length >= needed) return true;
  problems.add({
    code: "import.wrong-columns",
    line: row.line,
    expected: `the line has ${row.fields.length} columns where the others have ${width}.`,
  });
  return false;
}

function ofOneSymbol(
  rows: TextRow[],
  layout: Layout,
  fileName: string,
  only: ((symbol: string) => boolean) | undefined,
): { rows: TextRow[]; symbol: string | undefined } {
  const column = layout.columns.symbol;
  if (column === undefined) return { rows, symbol: undefined };
  const symbols = [...new Set(rows.map((row) => row.fields[column]))];
  if (symbols.length === 1) return { rows, symbol: symbols[0] };
  const wanted = only === undefined ? [] : symbols.filter(only);
  if (wanted.length === 1)
    return { rows: rows.filter((row) => row.fields[column] === wanted[0]), symbol: wanted[0] };
  throw new EngineError(
    "import.several-symbols",
    `${fileName} holds ${symbols.length} symbols (${symbols.slice(0, 20).join(", ")}). Name the one to import.`,
    { file: fileName, symbols: symbols.slice(0, 1000) },
  );
}

/** Yahoo writes "null" in all columns of a day without trading. */
function withoutEmptyRows(rows: TextRow[], layout: Layout): [rows: TextRow[], left: number] {
  const isEmpty = ({ fields }: TextRow): boolean =>
    PRICES.every((name) => /^(null|nan|n\/a|-|)$/i.test(fields[layout.columns[name] ?? -1] ?? ""));
  const full = layout.dialect === "yahoo" ? rows.filter((row) => !isEmpty(row)) : rows;
  return [full, rows.length - full.length];
}

function readRows(
  rows: readonly TextRow[],
  layout: Layout,
  dateFormat: DateFormat | undefined,
  problems: Problems,
): Pick<RawCandles, "columns" | "lines"> {
  const columns = newColumns(rows.length);
  const timeText = timeTextOf(layout);
  const format = dateFormat ?? detectDateFormat(readable(rows, timeText));
  const readTime = format === undefined ? () => Number.NaN : timeReader(format);
  const timeName = layout.names[layout.columns.timestamp ?? layout.columns.date ?? 0];
  rows.forEach((row, k) => {
    const text = timeText(row);
    columns.timestamp[k] = readTime(text);
    if (!Number.isFinite(columns.timestamp[k])) {
      problems.add({
        code: "import.bad-time",
        line: row.line,
        column: timeName,
        given: text,
        expected: "a time such as 2024-01-31 09:30",
      });
    }
    for (const name of [...PRICES, "volume"] as const) {
      const column = layout.columns[name];
      if (column === undefined) continue;
      const given = row.fields[column];
      const value = given === "" ? Number.NaN : Number(given);
      columns[name][k] = value;
      if (!Number.isFinite(value)) {
        problems.add({
          code: "import.not-a-number",
          line: row.line,
          column: layout.names[column],
          given,
          expected: `a number for ${name}`,
        });
      }
    }
  });
  return { columns, lines: Uint32Array.from(rows, (row) => row.line) };
}

function timeTextOf({ columns }: Layout): (row: TextRow) => string {
  const { timestamp, date, time } = columns;
  if (date !== undefined && time !== undefined) return ({ fields }) => `${fields[date]} ${fields[time]}`;
  const column = timestamp ?? date ?? 0;
  return ({ fields }) => fields[column];
}

function* readable(rows: readonly TextRow[], text: (row: TextRow) => string): Generator<string> {
  for (const row of rows) yield text(row);
}
