import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backtest } from "#engine/backtest/run.ts";
import type { TextColumn } from "#engine/core/table.ts";
import { parseWire } from "#engine/core/wireJson.ts";
import { metricsOf } from "#engine/metrics/accountMetrics.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { worseFills } from "#engine/stress/worseFills.ts";
import { backtestFigures } from "#engine/trials/outcome.ts";
import { deflatedBy, ONE_TRIAL } from "#engine/trials/summary.ts";
import { openLake } from "#server/lake/lake.ts";
import { FIRST_MS, fillLake } from "../lakeOfWaves.ts";
import { cliHere } from "./runCli.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
  const lake = openLake(join(home, "lake"));
  await fillLake(lake);
  // A second exchange: the default one is completed by the bundled universe, this one stays as it is.
  for (const candles of await lake.universe("simulated", "5m")) {
    const key = { exchange: "elsewhere", market: "spot", symbol: candles.symbol, timeframe: "5m" };
    await lake.mergeCandles({ key, candles, source: "made by the tests" });
    await lake.deleteSeries(`simulated/spot/${candles.symbol}/5m`);
  }
});
afterAll(() => rm(home, { recursive: true, force: true }));

const onElsewhere = (...args: string[]): string[] => ["backtest", ...args, "--exchange", "elsewhere"];
const strategy = builtInStrategy("momentum-rank");
const universe = () => openLake(join(home, "lake")).universe("elsewhere", "5m");

describe("walkforward backtest", () => {
  it("prints the figures, both ends of the trades, the assumptions and the hash that the engine gives", async () => {
    const { code, stdout } = await cliHere(onElsewhere("momentum-rank", "--trades", "2"), home);
    expect(code).toBe(0);
    const result = backtest(strategy, await universe());
    expect(stdout).toContain("momentum-rank on elsewhere 5m");
    expect(stdout).not.toContain("simulated data");
    expect(stdout).toContain(`10000.00 became ${result.metrics.finalEquity.toFixed(2)} USDT`);
    const deflated = deflatedBy(backtestFigures(result), ONE_TRIAL).toFixed(2);
    expect(stdout).toContain(
      `Sharpe         ${result.metrics.sharpe.toFixed(2)} · deflated ${deflated} (1 trial)\n`,
    );
    expect(stdout).toMatch(/win rate +\d+\.\d\d% +\(95% between \d+\.\d\d% and \d+\.\d\d%\)/);
    expect(stdout).toContain(`The 2 best and the 2 worst of ${result.trades.rows} trades`);
    for (const sentence of result.assumptions.sentences) expect(stdout).toContain(`- ${sentence}`);
    expect(stdout).toContain(`hash  ${result.hash}\ndata  ${result.dataHash}\n`);
    expect(stdout).toMatch(/^run {3}[0-9a-f-]{36}$/m);
  });

  it("gives with --json exactly what the engine gives for the same inputs, tables as lists", async () => {
    const options = {
      startMs: FIRST_MS + 30 * 3_600_000,
      endMs: FIRST_MS + 72 * 3_600_000,
      ...{
        startingBalance: 500,
        feeBps: 4,
        slippageBps: 1.5,
        fillModel: "nextWorst" as const,
        delayBars: 2,
        seed: 7,
      },
      ...{ marketType: "linear" as const, leverage: 2, maxOpenPositions: 2, parameters: { lookback: 48 } },
    };
    const { code, stdout } = await cliHere(
      onElsewhere(
        ...[
          "momentum-rank",
          "--json",
          "--no-save",
          "--from",
          String(options.startMs),
          "--to",
          String(options.endMs),
        ],
        ...["--balance", "500", "--fee-bps", "4", "--slippage-bps", "1.5", "--fill-model", "nextWorst"],
        ...["--delay-bars", "2", "--seed", "7", "--market-type", "linear", "--leverage", "2"],
        ...["--max-positions", "2", "--param", "lookback=48"],
      ),
      home,
    );
    expect(code).toBe(0);
    const answer = parseWire(stdout) as {
      runId: null;
      backtest: Record<string, never>;
      metrics: Record<string, never>;
    };
    const direct = backtest(strategy, await universe(), options);
    expect(answer.runId).toBeNull();
    expect(answer.backtest.hash).toBe(direct.hash);
    expect(answer.backtest.metrics).toEqual(direct.metrics);
    const { symbol, profit } = (answer.backtest.trades as { columns: Record<string, unknown[]> }).columns;
    expect(profit).toEqual([...(direct.trades.columns.profit as Float64Array)]);
    expect(new Set(symbol)).toEqual(new Set(direct.universe.symbols));
    const { columns } = answer.backtest.riskEvents as { columns: object };
    expect(Object.keys(columns)).toEqual(Object.keys(direct.riskEvents.columns));
    expect(Object.keys(columns)).toContain("untilMs");
    const { ratios, trades, bySymbol } = metricsOf(direct);
    expect(answer.metrics.ratios).toEqual(ratios);
    expect(answer.metrics.trades).toEqual(trades);
    expect(answer.metrics.bySymbol).toEqual({
      rows: bySymbol.rows,
      columns: expect.objectContaining({
        group: (bySymbol.columns.group as TextColumn).values,
        profit: [...(bySymbol.columns.profit as Float64Array)],
      }),
    });
  });

  it("prints the same run with worse fills beside it", async () => {
    const { stdout } = await cliHere(onElsewhere("momentum-rank", "--what-if", "--trades", "0"), home);
    const candles = await universe();
    for (const { title, options } of worseFills({})) {
      const line = stdout.split("\n").find((text) => text.startsWith(title));
      const { metrics } = backtest(strategy, candles, options);
      expect(line).toContain(`${(100 * Math.abs(metrics.totalReturn)).toFixed(2)}%`);
    }
  });

  it("takes a strategy of one's own from a file", async () => {
    const file = join(home, "mine.ts");
    await writeFile(
      file,
      `import { defineStrategy, sma } from "walkforward";
export default defineStrategy({
  name: "mine",
  timeframe: "5m",
  history: 20,
  features: ({ close }) => ({ average: sma(close, 20) }),
  signals: ({ average }) => ({ enterLong: average }),
  exits: { maxBars: 12 },
});
`,
    );
    const { code, stdout } = await cliHere(
      ["backtest", "--strategy-file", file, "--exchange", "elsewhere"],
      home,
    );
    expect(code).toBe(0);
    expect(stdout).toContain("mine on elsewhere 5m");
  });

  it.each([
    [[], 2, "Name one strategy"],
    [["momentum-rnk"], 3, 'Did you mean "momentum-rank"?'],
    [["momentum-rank", "--fill-model", "best"], 2, "Allowed choices are"],
    [["momentum-rank", "--balance", "-5"], 2, "startingBalance"],
    [["momentum-rank", "--param", "lookbak=3"], 2, "lookback"],
  ])("says what is wrong with %j", async (args, expected, words) => {
    const { code, stderr } = await cliHere(onElsewhere(...args), home);
    expect(stderr).toContain(words);
    expect(code).toBe(expected);
  });
});
