import { newColumns } from "#engine/candles/build.ts";
import { EngineError } from "#engine/core/errors.ts";
import {
  describeParquet,
  type ParquetColumn,
  queryParquetNumbers,
  queryParquetText,
  quotedName,
} from "../duckdb.ts";
import type { ColumnMap } from "./dialects.ts";
import { columnsByName, NO_VOLUME } from "./layout.ts";
import { Problems } from "./problem.ts";
import type { RawCandles } from "./raw.ts";
import { detectDateFormat, timeReader } from "./times.ts";

type ParquetOptions = {
  map?: ColumnMap | undefined;
  /** Only the rows of this symbol, as the file writes it. */
  only?: ((symbol: string) => boolean) | undefined;
};

/** Reads candles from a Parquet file, in the file's order. */
export async function readParquet(
  file: string,
  fileName: string,
  { map, only }: ParquetOptions = {},
): Promise<RawCandles> {
  try {
    return await read(file, fileName, map, only);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(
      "import.corrupt-file",
      `${fileName} cannot be read as Parquet (${cause instanceof Error ? cause.message : String(cause)}). Get the file again.`,
      { file: fileName },
      { cause },
    );
  }
}

async function read(
  file: string,
  fileName: string,
  map: ColumnMap | undefined,
  only: ParquetOptions["only"],
): Promise<RawCandles> {
  const described = await describeParquet(file);
  const names = described.map((column) => column.name);
  const fields = columnsByName(names, map);
  const at = (k: number | undefined): ParquetColumn | undefined =>
    k === undefined ? undefined : described[k];
  const symbol = await symbolOf(file, fileName, at(fields.symbol), only);
  const where =
    symbol === undefined
      ? ""
      : ` WHERE ${quotedName(at(fields.symbol)?.name ?? "")}::VARCHAR = ${text(symbol)}`;
  const prices = ["open", "high", "low", "close", "volume"] as const;
  const numbers = prices.map((name) => {
    const column = at(fields[name]);
    return column === undefined ? "0::DOUBLE" : `TRY_CAST(${quotedName(column.name)} AS DOUBLE)`;
  });
  const values = await queryParquetNumbers(file, `SELECT ${numbers.join(", ")} FROM $rows${where}`);
  const columns = newColumns(values[0].length);
  const problems = new Problems(fileName);
  prices.forEach((name, k) => {
    columns[name].set(values[k]);
    values[k].forEach((value, i) => {
      if (!Number.isFinite(value)) {
        problems.add({
          code: "import.not-a-number",
          column: at(fields[name])?.name ?? name,
          given: String(value),
          expected: `a number for ${name} in row ${i + 1}`,
        });
      }
    });
  });
  const timeColumn = at(fields.timestamp ?? fields.date) ?? described[0];
  columns.timestamp.set(await timesOf(file, timeColumn, where));
  columns.timestamp.forEach((time, i) => {
    if (!Number.isFinite(time))
      problems.add({
        code: "import.bad-time",
        column: timeColumn.name,
        expected: `a time in row ${i + 1}; there is none.`,
      });
  });
  problems.throwIfAny();
  const mapping = Object.fromEntries(Object.entries(fields).map(([field, k]) => [field, names[k]]));
  return {
    columns,
    dialect: "parquet",
    notes: fields.volume === undefined ? [NO_VOLUME] : [],
    mapping,
    symbol,
  };
}

async function symbolOf(
  file: string,
  fileName: string,
  column: ParquetColumn | undefined,
  only: ParquetOptions["only"],
): Promise<string | undefined> {
  if (column === undefined) return undefined;
  const rows = await queryParquetText(
    file,
    `SELECT DISTINCT ${quotedName(column.name)}::VARCHAR AS symbol FROM $rows ORDER BY symbol`,
  );
  const symbols = rows.map(([symbol]) => symbol ?? "");
  const wanted = symbols.length === 1 ? symbols : symbols.filter((symbol) => only?.(symbol) ?? false);
  if (wanted.length === 1) return wanted[0];
  throw new EngineError(
    "import.several-symbols",
    `${fileName} holds ${symbols.length} symbols (${symbols.slice(0, 20).join(", ")}). Name the one to import.`,
    { file: fileName, symbols: symbols.slice(0, 1000) },
  );
}

async function timesOf(file: string, { name, type }: ParquetColumn, where: string): Promise<Float64Array> {
  const column = quotedName(name);
  if (/^(TIMESTAMP|DATE)/.test(type)) {
    // Microseconds reach the year 2255 exactly in a double; DuckDB keeps zoned times as UTC.
    const [micros] = await queryParquetNumbers(file, `SELECT epoch_us(${column})::DOUBLE FROM $rows${where}`);
    return micros.map((time) => Math.floor(time / 1000));
  }
  const rows = await queryParquetText(file, `SELECT ${column}::VARCHAR FROM $rows${where}`);
  const texts = rows.map(([value]) => value ?? "");
  const format = detectDateFormat(texts);
  return Float64Array.from(texts, format === undefined ? () => Number.NaN : timeReader(format));
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
