import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { candlesFromRows } from "#engine/candles/build.ts";
import { MINUTE_MS } from "#engine/core/timeframe.ts";
import { openExchange } from "#server/exchange/ccxt.ts";
import type { Clock } from "#server/exchange/clock.ts";
import type { CandleExchange } from "#server/exchange/exchange.ts";
import { type IngestOptions, type IngestProgress, ingest } from "#server/exchange/ingest.ts";
import type { Retry } from "#server/exchange/retry.ts";
import { type Lake, openLake } from "#server/lake/lake.ts";
import {
  type KlinesServer,
  type KlinesServerOptions,
  klineAt,
  startKlinesServer,
} from "../../fixtures/klinesServer.ts";
import { temporaryFolder } from "../../fixtures/temporaryFolder.ts";

const START = Date.UTC(2024, 0, 31, 12);
const END = START + 5000 * MINUTE_MS;
const ID = "binance/spot/BTC/USDT/1m";

/** A clock that stands still and remembers how long it was asked to wait. */
function stoppedClock(now: number): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
    },
  };
}

async function withExchange(
  options: Partial<KlinesServerOptions> = {},
): Promise<{ server: KlinesServer; exchange: CandleExchange }> {
  const server = await startKlinesServer({ fromMs: START, toMs: END, ...options });
  const exchange = await openExchange("binance", { settings: server.settings });
  onTestFinished(async () => {
    await exchange.close();
    await server.close();
  });
  return { server, exchange };
}

type Setup = {
  exchange: CandleExchange;
  lake?: Lake;
  clock?: Clock;
  symbol?: string;
  fromMs?: number;
  toMs?: number;
  options?: IngestOptions;
};

async function run({
  exchange,
  lake = openLake(temporaryFolder()),
  clock = stoppedClock(END + MINUTE_MS),
  symbol = "BTC/USDT",
  fromMs = START,
  toMs = END,
  options = {},
}: Setup) {
  const report = await ingest({ exchange, lake, clock }, { symbol, timeframe: "1m", fromMs, toMs }, options);
  return { report, lake };
}

const minutes = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / MINUTE_MS }, (_, k) => from + k * MINUTE_MS);

/** What the lake holds, without anything that depends on how it came there. */
async function contentOf(lake: Lake) {
  return (await lake.series()).map(({ id, rows, firstMs, lastMs, files }) => ({
    id,
    rows,
    firstMs,
    lastMs,
    files: files.map(({ hash }) => hash),
  }));
}

describe("ingest with ccxt's Binance client", () => {
  test("fetches page after page and stores every candle as the exchange has it", async () => {
    const { server, exchange } = await withExchange();
    const seen: IngestProgress[] = [];
    const { report, lake } = await run({
      exchange,
      options: { onProgress: (progress) => seen.push(progress) },
    });
    const expected = candlesFromRows(
      { exchange: "binance", symbol: "BTC/USDT", timeframe: "1m" },
      minutes(START, END).map(klineAt),
    );
    expect(await lake.candles(ID)).toEqual(expected);
    expect(report).toMatchObject({
      fetched: 5000,
      added: 5000,
      requests: 5,
      conflictCount: 0,
      gaps: { count: 0, missing: 0 },
    });
    expect(server.requests.map((query) => Number(query.get("startTime")))).toEqual(
      [0, 1000, 2000, 3000, 4000].map((k) => START + k * MINUTE_MS),
    );
    expect(seen.map((progress) => progress.fetched)).toEqual([1000, 2000, 3000, 4000, 5000]);
    expect(seen.at(-1)).toEqual({ symbol: "BTC/USDT", fetched: 5000, fromMs: START, toMs: END, atMs: END });
  });

  test("waits as long as the exchange asks after a 429, and stores the same as without it", async () => {
    const calm = await run({ exchange: (await withExchange()).exchange });
    const clock = stoppedClock(END + MINUTE_MS);
    const retries: Retry[] = [];
    const { exchange } = await withExchange({
      faults: new Map([[3, { kind: "tooManyRequests", retryAfterS: 7 }]]),
    });
    const { lake } = await run({ exchange, clock, options: { onRetry: (retry) => retries.push(retry) } });
    expect(clock.waits).toEqual([7000]);
    expect(retries).toMatchObject([{ attempt: 1, waitMs: 7000 }]);
    expect(await contentOf(lake)).toEqual(await contentOf(calm.lake));
  });

  test("asks again, with growing pauses, when the connection is cut in the middle of an answer", async () => {
    const calm = await run({ exchange: (await withExchange()).exchange });
    const clock = stoppedClock(END + MINUTE_MS);
    const { exchange } = await withExchange({ faults: new Map([2, 3, 4].map((k) => [k, { kind: "drop" }])) });
    const { lake } = await run({ exchange, clock });
    expect(clock.waits).toEqual([1000, 2000, 4000]);
    expect(await contentOf(lake)).toEqual(await contentOf(calm.lake));
  });

  test("gives up after eight failures, and what was fetched before is stored", async () => {
    const faults = new Map(Array.from({ length: 8 }, (_, k) => [k + 3, { kind: "drop" } as const]));
    const { exchange } = await withExchange({ faults });
    const lake = openLake(temporaryFolder());
    await expect(run({ exchange, lake })).rejects.toMatchObject({ code: "exchange.unavailable" });
    expect((await lake.get(ID)).rows).toBe(2000);
    const { report } = await run({ exchange, lake });
    expect(report).toMatchObject({ added: 3000, identical: 0 });
  });

  test("a page that is sent twice adds nothing twice", async () => {
    const calm = await run({ exchange: (await withExchange()).exchange });
    const { exchange } = await withExchange({ faults: new Map([[3, { kind: "repeatPage" }]]) });
    const { report, lake } = await run({ exchange });
    expect(report).toMatchObject({ fetched: 5000, added: 5000, requests: 6 });
    expect(await contentOf(lake)).toEqual(await contentOf(calm.lake));
  });

  test("stops with a clear error when the exchange sends the same page for ever", async () => {
    const faults = new Map(Array.from({ length: 20 }, (_, k) => [k + 3, { kind: "repeatPage" } as const]));
    const { exchange } = await withExchange({ faults });
    await expect(run({ exchange })).rejects.toMatchObject({ code: "exchange.unavailable" });
  });

  test("leaves out the candle that is still forming", async () => {
    const { exchange } = await withExchange();
    const now = START + 10 * MINUTE_MS + 30_000;
    const { lake } = await run({ exchange, clock: stoppedClock(now) });
    expect((await lake.get(ID)).lastMs).toBe(START + 9 * MINUTE_MS);
  });

  test("fetches only what is missing when run again, on both sides of what is stored", async () => {
    const { server, exchange } = await withExchange();
    const lake = openLake(temporaryFolder());
    await run({ exchange, lake, fromMs: START + 2000 * MINUTE_MS, toMs: START + 3000 * MINUTE_MS });
    const before = server.requests.length;
    const { report } = await run({ exchange, lake });
    expect(report.added).toBe(4000);
    expect(server.requests.length - before).toBe(4);
    const again = await run({ exchange, lake });
    expect(again.report).toMatchObject({ requests: 0, added: 0 });
  });

  test("reports the gaps that the exchange has itself", async () => {
    const hole = (open: number): boolean => open >= START + 100 * MINUTE_MS && open < START + 160 * MINUTE_MS;
    const { exchange } = await withExchange({
      isAbsent: (open) => hole(open) || open === START + 3000 * MINUTE_MS,
    });
    const { report } = await run({ exchange });
    expect(report.gaps).toMatchObject({
      count: 2,
      missing: 61,
      longest: [
        { startMs: START + 100 * MINUTE_MS, endMs: START + 160 * MINUTE_MS, missing: 60 },
        { startMs: START + 3000 * MINUTE_MS, missing: 1 },
      ],
    });
  });

  test("stores what was fetched when it is canceled, and goes on from there", async () => {
    const stop = new AbortController();
    const { exchange } = await withExchange({ onKlines: (ordinal) => ordinal === 3 && stop.abort() });
    const lake = openLake(temporaryFolder());
    await expect(run({ exchange, lake, options: { signal: stop.signal } })).rejects.toMatchObject({
      code: "canceled",
    });
    expect((await lake.get(ID)).rows).toBe(3000);
    const { report } = await run({ exchange, lake });
    expect(report).toMatchObject({ added: 2000, identical: 0 });
  });

  test("killed in the middle and run again, it leaves the same lake as an undisturbed run", async () => {
    const calm = await run({ exchange: (await withExchange()).exchange });
    const folder = temporaryFolder();
    let child: ChildProcess | undefined;
    const { server } = await withExchange({ onKlines: (ordinal) => ordinal === 4 && child?.kill("SIGKILL") });
    const program = path.join(import.meta.dirname, "ingestOnce.ts");
    const start = (): Promise<NodeJS.Signals | number | null> =>
      new Promise((resolve, reject) => {
        child = spawn(
          process.execPath,
          ["--import", "tsx", program, JSON.stringify(server.settings), folder, `${START}`, `${END}`, "1000"],
          { stdio: "inherit" },
        );
        child.once("error", reject);
        child.once("exit", (code, signal) => resolve(signal ?? code));
      });
    expect(await start()).toBe("SIGKILL");
    const lake = openLake(folder);
    const afterKill = (await lake.get(ID)).rows;
    expect(afterKill).toBeGreaterThanOrEqual(1000);
    expect(afterKill).toBeLessThan(5000);
    expect(await start()).toBe(0);
    expect(await contentOf(lake)).toEqual(await contentOf(calm.lake));
    expect(await lake.verify()).toEqual([]);
  });
});

describe("what cannot be fetched is refused before any candle is asked for", () => {
  test("an unknown exchange suggests the nearest", async () => {
    await expect(openExchange("binanc")).rejects.toMatchObject({
      code: "exchange.unknown",
      details: { nearest: "binance" },
    });
  });

  test("an unknown symbol suggests the nearest", async () => {
    const { exchange } = await withExchange();
    await expect(run({ exchange, symbol: "BTC/USD" })).rejects.toMatchObject({
      code: "exchange.unknown-symbol",
      details: { nearest: "BTC/USDT" },
    });
  });

  test("a timeframe that the exchange does not have lists those that it has", async () => {
    const { exchange } = await withExchange();
    await expect(exchange.requireTimeframe("7m")).rejects.toMatchObject({
      code: "exchange.unknown-timeframe",
    });
  });

  test("a span in which nothing has closed yet is refused", async () => {
    const { exchange } = await withExchange();
    await expect(run({ exchange, fromMs: END, toMs: START })).rejects.toMatchObject({ code: "ingest.range" });
  });
});
