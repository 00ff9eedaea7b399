import { DuckDBInstance } from "@duckdb/node-api";
import { resample } from "#engine/candles/resample.ts";
import { walkCandles } from "./candles.ts";
import { type Goal, printGroup, requireClose, sideBySide } from "./measure.ts";

/** 1,000,000 one-minute candles to one hour: the engine against DuckDB's ways of writing the same query. */
export async function benchResample(rounds: number): Promise<Goal[]> {
  const candles = walkCandles(1_000_000);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET threads TO 1");
  await connection.run(
    "CREATE TABLE candles (timestamp BIGINT, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE)",
  );
  const appender = await connection.createAppender("candles");
  for (let i = 0; i < candles.timestamp.length; i++) {
    appender.appendBigInt(BigInt(candles.timestamp[i]));
    for (const column of [candles.open, candles.high, candles.low, candles.close, candles.volume]) {
      appender.appendDouble(column[i]);
    }
    appender.endRow();
  }
  appender.closeSync();

  const hour = "timestamp - timestamp % 3600000";
  const rest = "max(high) AS high, min(low) AS low, sum(volume) AS volume";
  const byArg = `SELECT ${hour} AS t, arg_min(open, timestamp) AS open, arg_max(close, timestamp) AS close, ${rest} FROM candles GROUP BY t ORDER BY t`;
  const byFirst = `SELECT ${hour} AS t, first(open ORDER BY timestamp) AS open, last(close ORDER BY timestamp) AS close, ${rest} FROM candles GROUP BY t ORDER BY t`;
  const run = async (sql: string): Promise<unknown> => (await connection.run(sql)).fetchAllChunks();

  const check = await connection.runAndReadAll(byArg);
  const columns = check.getColumnsObject();
  const hourly = resample(candles, "1h", { incomplete: "keep" });
  requireClose("resample close", hourly.close, columns.close as number[]);
  requireClose("resample high", hourly.high, columns.high as number[]);
  requireClose("resample volume", hourly.volume, columns.volume as number[]);

  const times = await sideBySide(
    {
      "engine resample": () => resample(candles, "1h"),
      "DuckDB arg_min/arg_max, one thread": () => run(byArg),
      "DuckDB first/last, one thread": () => run(byFirst),
    },
    rounds,
  );
  await connection.run("SET threads TO 2");
  Object.assign(times, await sideBySide({ "DuckDB arg_min/arg_max, two threads": () => run(byArg) }, rounds));
  printGroup("1,000,000 candles, 1m to 1h", times);
  connection.closeSync();
  const best = Math.min(
    ...Object.entries(times).flatMap(([name, ms]) => (name.startsWith("DuckDB") ? [ms] : [])),
  );
  return [
    {
      name: "resample, engine against DuckDB's best",
      measured: times["engine resample"] / best,
      limit: 0.3,
      unit: "×",
    },
  ];
}
