import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseWire } from "#engine/core/wireJson.ts";
import {
  type Optimisation,
  type OptimisationOptions,
  optimisingStrategy,
} from "#engine/selection/optimisation.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { openLake } from "#server/lake/lake.ts";
import { FIRST_MS, fillLake } from "../lakeOfWaves.ts";
import { cliHere, startCli } from "./runCli.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
  const lake = openLake(join(home, "lake"));
  await fillLake(lake, { days: 12 });
  // A second exchange: the default one is completed by the bundled universe, this one stays as it is.
  for (const candles of await lake.universe("simulated", "5m")) {
    const key = { exchange: "elsewhere", market: "spot", symbol: candles.symbol, timeframe: "5m" };
    await lake.mergeCandles({ key, candles, source: "made by the tests" });
    await lake.deleteSeries(`simulated/spot/${candles.symbol}/5m`);
  }
});
afterAll(() => rm(home, { recursive: true, force: true }));

const onElsewhere = (...args: string[]): string[] => [
  ...["optimise", ...args, "--exchange", "elsewhere", "--timeframe", "1h"],
  ...["--set", "lookback=6..48:2", "--set", "skip=0", "--set", "maxPositions=1..2"],
];
const SEARCH = {
  parameters: { lookback: { min: 6, max: 48, step: 2 }, skip: 0, maxPositions: { min: 1, max: 2 } },
};

type Answer = {
  runId: string | null;
  optimisation: Optimisation;
  ledger: { file: string; trials: number; reused: number };
};
const answerOf = (stdout: string): Answer => parseWire(stdout) as Answer;

async function onOneThread(options: OptimisationOptions): Promise<Optimisation> {
  const universe = await openLake(join(home, "lake")).universe("elsewhere", "5m");
  const backtest = { timeframe: "1h", simulated: false, ...options.backtest };
  const steps = optimisingStrategy(builtInStrategy("momentum-rank"), universe, {
    ...{ search: SEARCH, ...options },
    backtest,
  });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

describe("walkforward optimise", () => {
  it("gives with any number of workers what the engine gives on one thread, with its hash", async () => {
    const options = { trials: 12, seed: 5, folds: { folds: 3 } };
    const expected = await onOneThread(options);
    const args = onElsewhere("momentum-rank", "--trials", "12", "--seed", "5", "--folds", "3", "--json");
    for (const workers of ["1", "2"]) {
      const ledger = join(home, `of-${workers}.trials.jsonl`);
      const { code, stdout } = await cliHere([...args, "--workers", workers, "--ledger", ledger], home);
      expect(code).toBe(0);
      const { optimisation, runId } = answerOf(stdout);
      expect(optimisation.hash).toBe(expected.hash);
      expect(optimisation.outOfSample).toEqual(expected.outOfSample);
      expect(runId).toMatch(/^[0-9a-f-]{36}$/);
      const points = optimisation.folds.flatMap(({ study }) =>
        study.trials.filter(({ sameAs }) => sameAs === undefined),
      );
      expect(TrialLedger.read(await readFile(ledger, "utf8")).count).toBe(points.length + 3);
    }
  });

  it("prints what each fold chose, what it was worth, the hash, and the ledger that counts every point", async () => {
    const ledger = join(home, "printed.trials.jsonl");
    const span = { startMs: FIRST_MS + 4 * 86_400_000, endMs: FIRST_MS + 10 * 86_400_000 };
    const { code, stdout, stderr } = await cliHere(
      [
        ...onElsewhere(
          "momentum-rank",
          "--trials",
          "9",
          "--sampler",
          "random",
          "--folds",
          "2",
          "--workers",
          "1",
        ),
        ...["--loss", "sharpe", "--from", "2024-01-05", "--to", "2024-01-11", "--fee-bps", "2", "--no-save"],
        ...["--ledger", ledger],
      ],
      home,
    );
    expect([code, stderr]).toEqual([0, "Optimise momentum-rank …\n"]);
    const expected = await onOneThread({
      ...{ trials: 9, sampler: "random", loss: "sharpe", folds: { folds: 2 } },
      backtest: { ...span, feeBps: 2 },
    });
    expect(stdout).toContain("momentum-rank on elsewhere 1h, 3 symbols\n");
    expect(stdout).toContain("9 points in each of 2 folds, sampler random, loss sharpe, seed 1");
    expect(stdout).toContain(`verdict        ${expected.verdict.text}`);
    for (const { chosen } of expected.folds) {
      expect(stdout).toContain(` lookback=${chosen?.parameters.lookback} skip=0 `);
      expect(stdout).toContain(` ${chosen?.outOfSample.figures.sharpe.toFixed(2)} `);
    }
    expect(stdout).toContain(`hash    ${expected.hash}\n`);
    expect(stdout).not.toMatch(/^run /m);
    // Each different point in training, and the one look at each test.
    const points = expected.folds.flatMap(({ study }) =>
      study.trials.filter(({ sameAs }) => sameAs === undefined),
    );
    const kept = TrialLedger.read(await readFile(ledger, "utf8"));
    expect(kept.faults).toEqual([]);
    expect(kept.count).toBe(points.length + 2);
    expect(stdout).toContain(`ledger  ${ledger}, ${kept.count} trials\n`);
  });

  it("stops at Ctrl-C with every finished point in the ledger, and comes out the same when it is run again", async () => {
    const ledger = join(home, "stopped.trials.jsonl");
    const args = [
      ...["optimise", "momentum-rank", "--exchange", "elsewhere", "--timeframe", "1h", "--json"],
      ...["--sampler", "random", "--loss", "sharpe", "--workers", "1", "--set", "lookback=6..48"],
    ];
    const onLedger = [...args, "--ledger", ledger];
    const lines = async (): Promise<number> =>
      (await readFile(ledger, "utf8").catch(() => "")).split("\n").length - 1;
    const run = startCli([...onLedger, "--trials", "100000"], home);
    await vi.waitUntil(async () => (await lines()) >= 8, { timeout: 90_000, interval: 50 });
    run.signal("SIGINT");
    const { code, stderr } = await run.result;
    expect([code, stderr]).toEqual([130, expect.stringContaining("Canceled before it finished.")]);
    const kept = TrialLedger.read(await readFile(ledger, "utf8"));
    expect(kept.faults).toEqual([]);
    expect(kept.count).toBe(await lines());
    // The first points of a shorter search are those of the long one: they are not computed again.
    const search = async (file: string): Promise<Answer> =>
      answerOf((await cliHere([...args, "--trials", "10", "--ledger", file], home)).stdout);
    const again = await search(ledger);
    expect(again.ledger.reused).toBeGreaterThanOrEqual(Math.min(10, kept.count));
    const fresh = await search(join(home, "fresh.trials.jsonl"));
    expect(fresh.ledger.reused).toBe(0);
    expect(again.optimisation.hash).toBe(fresh.optimisation.hash);
    const third = await search(ledger);
    const points = fresh.optimisation.folds.flatMap(({ study }) =>
      study.trials.filter(({ sameAs }) => sameAs === undefined),
    );
    expect([third.ledger.reused, third.ledger.trials]).toEqual([points.length, again.ledger.trials]);
  }, 240_000);

  it("searches for several objectives, and gives points up on the way, as a cell does", async () => {
    const args = onElsewhere("momentum-rank", "--trials", "8", "--folds", "2", "--workers", "2", "--json");
    const several = await cliHere([...args, "--objectives", "sharpe,maxDrawdown", "--choose", "first"], home);
    const { optimisation } = answerOf(several.stdout);
    const asked = { trials: 8, folds: { folds: 2 } };
    const expected = await onOneThread({ ...asked, objectives: ["sharpe", "maxDrawdown"], choose: "first" });
    expect(optimisation.hash).toBe(expected.hash);
    const pruned = answerOf((await cliHere([...args, "--pruner", "median"], home)).stdout);
    expect(pruned.optimisation.hash).toBe((await onOneThread({ ...asked, pruner: "median" })).hash);
  });

  it("searches a strategy of one's own, in the ledger of its name", async () => {
    const file = join(home, "mine.ts");
    await writeFile(
      file,
      `import { defineStrategy, int, sma, minus } from "walkforward";
export default defineStrategy({
  name: "mine",
  timeframe: "1h",
  history: 60,
  parameters: { length: int(20, 5, 50), isShort: { kind: "boolean", default: false } },
  features: ({ close, parameters }) => ({ above: minus(close, sma(close, parameters.length)) }),
  signals: ({ above }) => ({ enterLong: above }),
  exits: { maxBars: 12 },
});
`,
    );
    const space = join(home, "space.json");
    await writeFile(space, JSON.stringify({ parameters: { length: { min: 10, max: 40, step: 10 } } }));
    const args = ["--exchange", "elsewhere", "--sampler", "grid", "--workers", "1", "--symbols", "AAA/USDT"];
    const { code, stdout } = await cliHere(
      ["optimise", "--strategy-file", file, ...args, "--space", space, "--set", "isShort=false", "--json"],
      home,
    );
    expect(code).toBe(0);
    const { optimisation, ledger } = answerOf(stdout);
    expect(ledger.file).toBe(join(home, "searches/mine.trials.jsonl"));
    const tried = optimisation.folds[0].study.trials.map(({ parameters }) => parameters);
    expect(tried.toSorted((a, b) => Number(a.length) - Number(b.length))).toEqual(
      [10, 20, 30, 40].map((length) => ({ length, isShort: false })),
    );
  });

  it.each([
    [[], 2, "Name one strategy"],
    [["momentum-rnk"], 3, 'Did you mean "momentum-rank"?'],
    [["momentum-rank", "--sampler", "tpee"], 2, 'Did you mean "tpe"?'],
    [["momentum-rank", "--loss", "sharp"], 2, 'Did you mean "sharpe"?'],
    [["momentum-rank", "--set", "lookbak=3..5"], 2, 'Did you mean "lookback"?'],
    [["momentum-rank", "--set", "minReturn=-500..5"], 2, "declared from"],
    [["momentum-rank", "--groups", "entree"], 2, "does not say where to search"],
    [["momentum-rank", "--space", "nowhere.json"], 3, "There is no file"],
    [["momentum-rank", "--trials", "0"], 2, "expected a whole number from 1"],
  ])("says what is wrong with %j", async (args, expected, words) => {
    const { code, stderr } = await cliHere(onElsewhere(...args), home);
    expect(stderr).toContain(words);
    expect(code).toBe(expected);
  });
});
