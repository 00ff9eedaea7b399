/**
 * The server's one door to DuckDB: everything here takes and gives columns and plain rows. One in-memory
 * database serves the process; it holds no data between calls, the lake's files do.
 */
import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBInstance,
} from "@duckdb/node-api";
import { CANDLE_COLUMNS, type CandleColumns } from "#engine/candles/candles.ts";

/** DuckDB's vectors hold this many rows. */
const CHUNK_ROWS = 2048;

let database: Promise<DuckDBInstance> | undefined;

async function connect(): Promise<DuckDBConnection> {
  // One thread per query: the lake's files are small, several are read at once, and handing parts of one query
  // around costs a quarter of the processor's time (measured).
  database ??= DuckDBInstance.create(":memory:", { threads: "1" });
  const instance = await database;
  return await instance.connect();
}

async function withConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const connection = await connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}

/**
 * Writes candles as one Parquet file: `timestamp` as TIMESTAMP in UTC milliseconds and five DOUBLE columns, in order of
 * time. The same columns give the same bytes.
 *
 * Version 2 of the format stores times as differences, which take next to nothing, and splits prices into streams of
 * equal bytes. LZ4 then comes as small as zstd does on plain values, and WebAssembly, which reads these files in the
 * browser and here, decodes it five times as fast.
 */
export async function writeCandleFile(file: string, columns: CandleColumns): Promise<void> {
  await withConnection(async (connection) => {
    const table = `"candles_${nextTable++}"`;
    await connection.run(
      `CREATE TEMP TABLE ${table} (${CANDLE_COLUMNS.map((name) => `"${name}" DOUBLE`).join(", ")})`,
    );
    try {
      const appender = await connection.createAppender(table.slice(1, -1), null, "temp");
      const types = CANDLE_COLUMNS.map(() => DOUBLE);
      const rows = columns.timestamp.length;
      for (let from = 0; from < rows; from += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, rows - from);
        const chunk = DuckDBDataChunk.create(types, count);
        CANDLE_COLUMNS.forEach((name, k) => {
          const vector = doubles(chunk, k);
          vector.items.set(columns[name].subarray(from, from + count));
          vector.flush();
        });
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
      await connection.run(
        `COPY (SELECT make_timestamp_ms("timestamp"::BIGINT)::TIMESTAMP_MS AS "timestamp", open, high, low, close, volume ` +
          `FROM ${table} ORDER BY ${table}."timestamp") TO ${quoted(file)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4_raw)`,
      );
    } finally {
      await connection.run(`DROP TABLE ${table}`);
    }
  });
}

let nextTable = 0;

/** Values of a DOUBLE column of a chunk, in DuckDB's own memory. */
type Doubles = { items: Float64Array; validity: { itemValid(index: number): boolean }; flush(): void };

/** The typings call the memory of a vector private; through `getItem` a million rows would take a second. */
function doubles(chunk: DuckDBDataChunk, column: number): Doubles {
  const vector: unknown = chunk.getColumnVector(column);
  if (!(vector instanceof DuckDBDoubleVector)) throw new Error(`column ${column} is not DOUBLE`);
  return vector as unknown as Doubles;
}

/** One column of a Parquet file as DuckDB describes it. */
export type ParquetColumn = { name: string; type: string };

/** The columns of any Parquet file. */
export async function describeParquet(file: string): Promise<ParquetColumn[]> {
  return await withConnection(async (connection) => {
    const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${parquet(file)}`);
    return reader
      .getRowObjects()
      .map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  });
}

/** Any query over a Parquet file whose every result column is text; `$rows` in it stands for the file's rows. */
export async function queryParquetText(file: string, sql: string): Promise<(string | null)[][]> {
  return await withConnection(async (connection) => {
    const reader = await connection.runAndReadAll(sql.replaceAll("$rows", () => parquet(file)));
    return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
  });
}

/** Any query over a Parquet file whose every result column is DOUBLE; NULL comes back as NaN. */
export async function queryParquetNumbers(file: string, sql: string): Promise<Float64Array[]> {
  return await withConnection(async (connection) => {
    const result = await connection.run(sql.replaceAll("$rows", () => parquet(file)));
    const chunks = await result.fetchAllChunks();
    const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
    return Array.from({ length: result.columnCount }, (_, k) => {
      const column = new Float64Array(rows);
      let row = 0;
      for (const chunk of chunks) {
        const vector = doubles(chunk, k);
        column.set(vector.items, row);
        for (let i = 0; i < chunk.rowCount; i++)
          if (!vector.validity.itemValid(i)) column[row + i] = Number.NaN;
        row += chunk.rowCount;
      }
      return column;
    });
  });
}

/** A file's own columns: those that its folders' names would add are left out. */
function parquet(file: string): string {
  return `read_parquet(${quoted(file)}, hive_partitioning = false)`;
}

/** An SQL name in quotes. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
