import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resample } from "#engine/candles/resample.ts";
import { parseWire } from "#engine/core/wireJson.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { strategyModule } from "#engine/strategy/module.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import { openLake } from "#server/lake/lake.ts";
import { FIRST_MS, fillLake } from "../lakeOfWaves.ts";
import { cli, cliHere } from "./runCli.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
  await fillLake(openLake(join(home, "lake")));
  // A second exchange: the default one is completed by the bundled universe, this one stays as it is.
  const lake = openLake(join(home, "lake"));
  for (const candles of await lake.universe("simulated", "5m")) {
    const key = { exchange: "elsewhere", market: "spot", symbol: candles.symbol, timeframe: "5m" };
    await lake.mergeCandles({ key, candles, source: "made by the tests" });
    await lake.deleteSeries(`simulated/spot/${candles.symbol}/5m`);
  }
});
afterAll(() => rm(home, { recursive: true, force: true }));

const onElsewhere = (...args: string[]): string[] => ["evaluate", ...args, "--exchange", "elsewhere"];

describe("walkforward evaluate", () => {
  it("without more arguments makes the bundled universe and prints the table with its hash and label", async () => {
    const fresh = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
    const { code, stdout } = await cli(["evaluate", "macd-rsi-confluence"], fresh);
    expect(code).toBe(0);
    expect(stdout).toContain("macd-rsi-confluence on simulated 5m");
    expect(stdout).toContain("simulated data");
    expect(stdout).toMatch(/win rate +\d+\.\d\d% +\(95% between \d+\.\d\d% and \d+\.\d\d%\)/);
    expect(stdout).toMatch(
      /Sharpe +[−-]?\d+\.\d\d · deflated [01]\.\d\d \(1 trial\), of all slices together/,
    );
    expect(stdout).toMatch(/costs +10 bps fee and 0 bps slippage/);
    expect(stdout).toMatch(/parameters +.*rsiMin=40 rsiMax=65/);
    expect(stdout).toMatch(/^BTC\/USDT +\d+/m);
    expect(stdout).toMatch(/^2024-02 +\d+/m);
    const hash = /^hash +([0-9a-f]{64})$/m.exec(stdout)?.[1];
    const universe = await openLake(join(fresh, "lake")).universe("simulated", "5m");
    expect(hash).toBe(evaluate(builtInStrategy("macd-rsi-confluence"), universe).hash);
    await rm(fresh, { recursive: true });
  });

  it("gives with --json exactly what the engine gives for the same inputs", async () => {
    const { code, stdout } = await cli(
      onElsewhere(
        ...[
          "momentum-rank",
          "--symbols",
          "CCC/USDT,AAA/USDT",
          "--from",
          "2024-01-02T06:00",
          "--to",
          "2024-01-04",
        ],
        ...[
          "--window",
          "6h",
          "--shift",
          "90m",
          "--fee-bps",
          "5",
          "--slippage-bps",
          "2.5",
          "--seed",
          "7",
          "--json",
        ],
      ),
      home,
    );
    expect(code).toBe(0);
    const { evaluation, runId } = parseWire(stdout) as { evaluation: Evaluation; runId: string };
    const lake = openLake(join(home, "lake"));
    const universe = await lake.universe("elsewhere", "5m", { symbols: ["AAA/USDT", "CCC/USDT"] });
    expect(evaluation).toEqual(
      evaluate(builtInStrategy("momentum-rank"), universe, {
        ...{ startMs: FIRST_MS + 30 * 3_600_000, endMs: FIRST_MS + 72 * 3_600_000 },
        ...{ windowMs: 6 * 3_600_000, shiftMs: 90 * 60_000, feeBps: 5, slippageBps: 2.5, seed: 7 },
      }),
    );
    expect(runId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("evaluates a strategy of one's own from a TypeScript file, under the hash of its module text", async () => {
    const typed = join(home, "own.ts");
    await writeFile(
      typed,
      `// My first strategy.
import { sma, defineStrategy } from "walkforward";
import type { Market } from "walkforward";

type Weights = Record<string, number>;
const first = (market: { rows: readonly { symbol: string }[] }): Weights => ({ [market.rows[0].symbol]: 1 });

export default defineStrategy({
  name: "own", timeframe: "5m", history: 20, parameters: {},
  features: ({ close }) => ({ mean: sma(close, 10) }),
  decide: ({ market }) => first(market),
});
`,
    );
    const { code, stdout } = await cliHere(
      onElsewhere("--strategy-file", typed, "--json", "--no-save"),
      home,
    );
    expect(code).toBe(0);
    const { evaluation, runId } = parseWire(stdout) as { evaluation: Evaluation; runId: null };
    expect(runId).toBeNull();
    expect(evaluation.trades.length).toBeGreaterThan(0);
    expect(new Set(evaluation.trades.map(({ symbol }) => symbol))).toEqual(new Set(["AAA/USDT"]));
    const text = `import { defineStrategy, sma } from "walkforward";
// My first strategy.
const first = (market) => ({ [market.rows[0].symbol]: 1 });
export default defineStrategy({
    name: "own", timeframe: "5m", history: 20, parameters: {},
    features: ({ close }) => ({ mean: sma(close, 10) }),
    decide: ({ market }) => first(market),
});
`;
    expect(evaluation.strategy).toEqual({ name: "own", hash: strategyModule(text).hash });
    const plain = join(home, "own.js");
    await writeFile(plain, text);
    const again = await cliHere(onElsewhere("--strategy-file", plain, "--json"), home);
    expect((parseWire(again.stdout) as { evaluation: Evaluation }).evaluation.hash).toBe(evaluation.hash);
  });

  it("takes symbols that are stored finer than the others, and says which it could not take", async () => {
    const mixed = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
    const lake = openLake(join(mixed, "lake"));
    for (const [i, candles] of (await openLake(join(home, "lake")).universe("elsewhere", "5m")).entries()) {
      const timeframe = ["15m", "5m", "1d"][i];
      const key = { exchange: "mixed", market: "spot", symbol: candles.symbol, timeframe };
      const stored = timeframe === "5m" ? candles : resample(candles, timeframe);
      await lake.mergeCandles({ key, candles: stored, source: "made by the tests" });
    }
    const args = ["evaluate", "momentum-rank", "--exchange", "mixed", "--timeframe", "15m", "--no-save"];
    const { code, stdout, stderr } = await cliHere(args, mixed);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^symbols +AAA\/USDT BBB\/USDT$/m);
    expect(stderr).toContain("Left out, since 15m candles cannot be made of what is stored: CCC/USDT (1d).");
    await rm(mixed, { recursive: true });
  });

  it("prints the worst trades beside the best, and each once when there are few", async () => {
    const few = await cliHere(onElsewhere("momentum-rank", "--no-save", "--to", "2024-01-02T12:00"), home);
    const many = await cliHere(onElsewhere("momentum-rank", "--no-save", "--trades", "2"), home);
    const returnsOf = (text: string): number[] =>
      [...text.matchAll(/^\S+ +(?:long|short) +\d+ +.{16} +\S+ +.{16} +\S+ +([+−])([\d.]+)%/gm)].map(
        ([, sign, figure]) => (sign === "−" ? -1 : 1) * Number(figure),
      );
    const { evaluation } = parseWire(
      (await cliHere(onElsewhere("momentum-rank", "--no-save", "--json"), home)).stdout,
    ) as { evaluation: Evaluation };
    const all = evaluation.trades.map((trade) => Number((100 * trade.return).toFixed(2)));
    all.sort((a, b) => b - a);
    expect(many.stdout).toContain("The 2 best and the 2 worst of");
    expect(returnsOf(many.stdout)).toEqual([...all.slice(0, 2), ...all.slice(-2)]);
    const tradeCount = Number(/^trades +(\d+),/m.exec(few.stdout)?.[1]);
    expect(tradeCount).toBeGreaterThan(0);
    expect(few.stdout).toContain("All trades, best first");
    expect(returnsOf(few.stdout)).toHaveLength(tradeCount);
  });

  const wrongs: [string, string[], number, RegExp][] = [
    ["an unknown strategy, suggesting the nearest", ["momentum-rnk"], 3, /Did you mean "momentum-rank"/],
    ["no strategy at all", [], 2, /Name one strategy/],
    [
      "an unknown symbol, suggesting the nearest",
      ["momentum-rank", "--symbols", "AAA/USD"],
      3,
      /did you mean "AAA\/USDT"/,
    ],
    [
      "an end before the start",
      ["momentum-rank", "--from", "2024-01-04", "--to", "2024-01-02"],
      2,
      /is not after startMs/,
    ],
    [
      "dates before all candles, naming those that there are",
      ["momentum-rank", "--from", "2023-01-04", "--to", "2023-02-02"],
      2,
      /The candles reach from 2024-01-01 00:00 UTC/,
    ],
    ["a window shorter than a candle", ["momentum-rank", "--window", "1m"], 2, /shorter than one 5m candle/],
    ["a parameter out of range", ["macd-rsi-confluence", "--param", "rsiLength=1000"], 2, /rsiLength.*1000/],
    ["an unknown parameter", ["macd-rsi-confluence", "--param", "rsiLenth=5"], 2, /Did you mean "rsiLength"/],
    ["a parameter without a value", ["momentum-rank", "--param", "rsi"], 2, /Expected name=value/],
    ["a day that does not exist", ["momentum-rank", "--from", "2024-02-31"], 2, /Expected a UTC date/],
    ["a duration without sense", ["momentum-rank", "--window", "soon"], 2, /Expected a duration/],
    [
      "a timeframe finer than the data",
      ["momentum-rank", "--timeframe", "1m"],
      3,
      /from which 1m can be made/,
    ],
    ["a strategy's file that is not there", ["--strategy-file", "/nowhere/x.ts"], 3, /There is no file/],
    ["an unknown option", ["momentum-rank", "--windows", "4h"], 2, /unknown option/],
  ];
  for (const [what, args, code, message] of wrongs) {
    it(`refuses ${what}, in one message without a stack`, async () => {
      const result = await cliHere(onElsewhere(...args), home);
      expect(result.stderr).toMatch(message);
      expect(result.stderr).not.toMatch(/^\s+at /m);
      expect([result.code, result.stdout]).toEqual([code, ""]);
    });
  }

  const faulty: [string, string, number, RegExp][] = [
    ["throws", 'decide: () => { throw new Error("oops"); }', 1, /oops/],
    ["gives a weight that is no number", 'decide: () => [{ symbol: "AAA/USDT", weight: NaN }]', 1, /NaN/],
    [
      "gives a symbol that is not in view",
      'decide: () => [{ symbol: "ZZZ/USDT", weight: 1 }]',
      1,
      /ZZZ\/USDT/,
    ],
    [
      "has a step that throws",
      "decide: () => [], ...{ features: ({ close }) => ({ mean: step([close], () => () => null.x) }) }",
      1,
      /row 0 threw/,
    ],
    ["rolls dice", 'decide: () => [{ symbol: "AAA/USDT", weight: Math.random() }]', 1, /Math\.random/],
    ["looks at the clock", 'decide: () => [{ symbol: "AAA/USDT", weight: Date.now() }]', 1, /Date/],
  ];
  for (const [what, decide, code, message] of faulty) {
    it(`fails with a clear message when the strategy ${what}`, async () => {
      const file = join(home, "faulty.js");
      await writeFile(
        file,
        `import { defineStrategy, sma, step } from "walkforward";\nexport default defineStrategy({ name: "faulty", ` +
          `timeframe: "5m", history: 20, features: ({ close }) => ({ mean: sma(close, 3) }), ${decide} });\n`,
      );
      const result = await cliHere(onElsewhere("--strategy-file", file, "--json"), home);
      expect(result.stderr).toMatch(message);
      expect(result.code).toBe(code);
      expect(JSON.parse(result.stdout)).toMatchObject({
        error: { code: expect.any(String), message: expect.any(String) },
      });
    });
  }
});
