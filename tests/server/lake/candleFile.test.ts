import { readFile } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { newColumns } from "#engine/candles/build.ts";
import { CANDLE_COLUMNS, type CandleColumns } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";
import { readCandleFiles } from "#server/lake/candleFile.ts";
import { writeCandleFile } from "#server/lake/duckdb.ts";
import { temporaryFolder } from "../../fixtures/temporaryFolder.ts";

const newFile = (): string => path.join(temporaryFolder(), "candles.parquet");

/** Seeded candles of seconds, some of them off the second. */
function randomColumns(rows: number, firstMs: number): CandleColumns {
  const random = Random.seeded(rows);
  const columns = newColumns(rows);
  let time = firstMs;
  for (let i = 0; i < rows; i++) {
    columns.timestamp[i] = time;
    time += random.integer(1, 2000);
    for (const name of CANDLE_COLUMNS.slice(1)) columns[name][i] = random.between(-1e6, 1e6);
  }
  return columns;
}

async function written(columns: CandleColumns): Promise<{ file: string; rows: number }> {
  const file = newFile();
  await writeCandleFile(file, columns);
  return { file, rows: columns.timestamp.length };
}

/** A Parquet file of another program, by a query. */
async function queried(sql: string, options: string): Promise<string> {
  const file = newFile();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${sql}) TO '${file}' (FORMAT parquet, ${options})`);
  connection.closeSync();
  return file;
}

describe("a candle file", () => {
  test.each([
    ["no more than one row", 1, 0],
    ["fewer rows than a batch", 3000, Date.UTC(2024, 0, 31)],
    ["several batches and row groups", 150_000, Date.UTC(2024, 0, 31)],
    ["times long before 1970", 500, -(2 ** 45) - 1],
    ["times about 1970", 500, -300_000],
  ])("with %s comes back to the last bit", async (_, rows, firstMs) => {
    const columns = randomColumns(rows, firstMs);
    const read = await readCandleFiles([await written(columns)]);
    for (const name of CANDLE_COLUMNS)
      expect(Buffer.from(read[name].buffer).equals(Buffer.from(columns[name].buffer)), name).toBe(true);
  });

  test("keeps NaN, infinities, −0 and the smallest numbers", async () => {
    const columns = randomColumns(6, 0);
    columns.volume.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 5e-324]);
    expect(await readCandleFiles([await written(columns)])).toEqual(columns);
  });

  test("has the same bytes for the same candles", async () => {
    const columns = randomColumns(3000, 0);
    const [one, two] = [await written(columns), await written(columns)];
    expect(await readFile(one.file)).toEqual(await readFile(two.file));
  });

  test("is read in the order given, however many there are", async () => {
    const parts = Array.from({ length: 9 }, (_, k) => randomColumns(200 + k, k * 1e9));
    const files = await Promise.all(parts.map(written));
    const { timestamp, close } = await readCandleFiles(files);
    expect(timestamp).toEqual(Float64Array.from(parts.flatMap((part) => [...part.timestamp])));
    expect(close).toEqual(Float64Array.from(parts.flatMap((part) => [...part.close])));
  });

  test("of the lake's first format, plain values under zstd, is read", async () => {
    const file = await queried(
      `SELECT make_timestamp_ms(i * 60000)::TIMESTAMP_MS AS "timestamp", (i + 0.1)::DOUBLE AS open,
       (i + 0.2)::DOUBLE AS high, (i * 7919 % 10007)::DOUBLE AS low, sqrt(i) AS close, (i % 3)::DOUBLE AS volume
       FROM range(5000) t(i)`,
      "COMPRESSION zstd",
    );
    const columns = await readCandleFiles([{ file, rows: 5000 }]);
    for (let i = 0; i < 5000; i++) {
      expect(CANDLE_COLUMNS.map((name) => columns[name][i])).toEqual([
        i * 60_000,
        Number(`${i}.1`),
        Number(`${i}.2`),
        (i * 7919) % 10007,
        Math.sqrt(i),
        i % 3,
      ]);
    }
  });

  test("with other rows, columns or empty values than the lake writes is refused", async () => {
    const good = await written(randomColumns(50, 0));
    for (const rows of [49, 51])
      await expect(readCandleFiles([{ ...good, rows }])).rejects.toThrow(`expected ${rows} rows`);
    const time = `make_timestamp_ms(i)::TIMESTAMP_MS AS "timestamp"`;
    const prices = "i::DOUBLE AS open, i::DOUBLE AS high, i::DOUBLE AS low, i::DOUBLE AS close";
    for (const [sql, message] of [
      [`SELECT ${time}, ${prices} FROM range(50) t(i)`, "expected columns"],
      [`SELECT ${time}, ${prices}, i::FLOAT AS volume FROM range(50) t(i)`, "expected columns"],
      [
        `SELECT i::DOUBLE AS "timestamp", ${prices}, 1::DOUBLE AS volume FROM range(50) t(i)`,
        "expected columns",
      ],
      [`SELECT ${time}, ${prices}, nullif(i, 7)::DOUBLE AS volume FROM range(50) t(i)`, "empty values"],
    ]) {
      const file = await queried(sql, "COMPRESSION zstd");
      await expect(readCandleFiles([{ file, rows: 50 }])).rejects.toThrow(message);
    }
    expect((await readCandleFiles([good])).timestamp.length).toBe(50);
  });
});
