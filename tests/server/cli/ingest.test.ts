import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IngestReport } from "#server/exchange/ingest.ts";
import { openLake } from "#server/lake/lake.ts";
import { type KlinesServer, startKlinesServer } from "../../fixtures/klinesServer.ts";
import { cliHere, startCli } from "./runCli.ts";

const FROM = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
let home: string;
let exchange: KlinesServer;
let onKlines: (ordinal: number) => void = () => undefined;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
  onKlines = () => undefined;
  exchange = await startKlinesServer({
    fromMs: FROM,
    toMs: FROM + 3000 * HOUR,
    onKlines: (n) => onKlines(n),
  });
});
afterEach(async () => {
  await exchange.close();
  await rm(home, { recursive: true, force: true });
});

const args = (...more: string[]): string[] => [
  ...["ingest", "binance", ...more, "--timeframe", "1h", "--from", "2024-01-01"],
  ...["--settings", JSON.stringify(exchange.settings)],
];

describe("walkforward ingest", () => {
  it("fetches symbols into the lake, and a second time finds nothing left to fetch", async () => {
    const given = args("BTC/USDT", "ETH/USDT", "--to", "2024-03-01", "--json");
    const first: IngestReport[] = JSON.parse((await cliHere(given, home)).stdout);
    expect(first.map(({ series, added }) => [series.id, added])).toEqual([
      ["binance/spot/BTC/USDT/1h", 60 * 24],
      ["binance/spot/ETH/USDT/1h", 60 * 24],
    ]);
    const before = exchange.requests.length;
    const second: IngestReport[] = JSON.parse((await cliHere(given, home)).stdout);
    expect(second.map(({ added, fetched }) => [added, fetched])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(exchange.requests.length).toBe(before);
  });

  it("prints what came and what is missing", async () => {
    const { code, stdout } = await cliHere(args("BTC/USDT", "--to", "2024-01-08"), home);
    expect(code).toBe(0);
    expect(stdout).toContain("168 candles fetched: 168 new, 0 were there already");
    expect(stdout).toContain("no gaps");
  });

  it("stops at Ctrl-C with what it has in the lake, and goes on where it stopped", async () => {
    const run = startCli(args("BTC/USDT", "--to", "2024-05-01"), home);
    await new Promise<void>((resolve) => {
      onKlines = (ordinal) => ordinal === 2 && resolve();
    });
    run.signal("SIGINT");
    const { code } = await run.result;
    expect(code).toBe(130);
    const lake = openLake(join(home, "lake"));
    const [stored] = await lake.series();
    expect(stored.rows).toBeGreaterThan(0);
    onKlines = () => undefined;
    const [report]: IngestReport[] = JSON.parse(
      (await cliHere([...args("BTC/USDT", "--to", "2024-05-01"), "--json"], home)).stdout,
    );
    expect(report.series.rows).toBe(121 * 24);
    expect(report.fetched).toBe(121 * 24 - stored.rows);
  });

  const wrongs: [string, string[], number, RegExp][] = [
    [
      "an unknown exchange",
      ["ingest", "binanc", "BTC/USDT", "--timeframe", "1h", "--from", "2024-01-01"],
      3,
      /did you mean "binance"/,
    ],
    [
      "no symbols",
      ["ingest", "binance", "--timeframe", "1h", "--from", "2024-01-01"],
      2,
      /missing required argument/,
    ],
    ["no start", ["ingest", "binance", "BTC/USDT", "--timeframe", "1h"], 2, /required option '--from/],
    [
      "settings that are no JSON",
      ["ingest", "binance", "BTC/USDT", "--timeframe", "1h", "--from", "2024-01-01", "--settings", "x"],
      2,
      /Expected a JSON object/,
    ],
  ];
  for (const [what, given, code, message] of wrongs) {
    it(`refuses ${what}`, async () => {
      const result = await cliHere(given, home);
      expect([result.code, result.stdout]).toEqual([code, ""]);
      expect(result.stderr).toMatch(message);
    });
  }

  it("suggests the symbol and the timeframe that were meant", async () => {
    const symbol = await cliHere(args("BTC/USD", "--to", "2024-01-08"), home);
    expect([symbol.code, symbol.stderr]).toEqual([3, expect.stringContaining('did you mean "BTC/USDT"')]);
  });
});
