import { afterEach, describe, expect, test } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { Random } from "#engine/core/random.ts";
import { simulateTrades } from "#engine/montecarlo/tradePaths.ts";
import { assess } from "#engine/significance/assess.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { candlePaths, joinCandlePaths } from "#engine/stress/candlePaths.ts";
import { ComputePool } from "#workbench/workers/pool.ts";
import type { BacktestTask } from "#workbench/workers/protocol.ts";
import { spawnInPage } from "#workbench/workers/spawn.ts";
import { headlineStatistics } from "#workbench/workers/study.ts";
import { wanderingUniverse } from "./universe.ts";

let pool: ComputePool | undefined;
const started = (): ComputePool => {
  pool = new ComputePool(spawnInPage, { size: 2, readyWithinMs: 60_000 });
  return pool;
};
afterEach(() => pool?.dispose());

const returns = (count: number, seed: string): Float64Array => {
  const random = Random.seeded(seed).stream("returns");
  return Float64Array.from({ length: count }, () => random.normal(0.001, 0.02));
};

describe("a study in a worker", () => {
  test("draws the paths that a direct call of the engine draws", async () => {
    const trades = returns(200, "trades");
    const options = { paths: 300, order: "shuffled", skip: 0.1, seed: 9 } as const;
    const there = await started().study({ kind: "simulateTrades", returns: trades, options });
    expect(there).toEqual(simulateTrades(trades, options));
    // The caller's own column is still the caller's.
    expect(trades.length).toBe(200);
  });

  test("assesses a result as a direct call does", async () => {
    const trials = Array.from({ length: 5 }, (_, k) => returns(120, `trial ${k}`));
    const input = { returns: trials[2], periodsPerYear: 365, trials, own: 2 };
    const there = await started().study({ kind: "assess", input, options: { resamples: 100 } });
    expect(there).toEqual(assess({ ...input, statistics: headlineStatistics(365) }, { resamples: 100 }));
  });

  test("runs paths on changed candles in two workers as one thread does", async () => {
    const candles = wanderingUniverse(2, 900);
    const task: BacktestTask = {
      strategies: [{ strategy: { kind: "builtIn", name: "momentum-rank" } }],
      candles,
      options: { timeframe: "5m" },
    };
    const settings = { paths: 4, seed: 3, perturbation: { kind: "bootstrap" as const, blockBars: 12 } };
    const two = started();
    const parts = await Promise.all(
      [0, 2].map((from) => two.candlePaths(task, { ...settings, from, count: 2 })),
    );
    const direct = candlePaths(builtInStrategy("momentum-rank"), candles, {
      ...settings,
      options: task.options,
    });
    expect(joinCandlePaths(parts, settings)).toEqual(direct);
    expect(new Set(direct.finalEquity).size).toBeGreaterThan(1);
  });

  test("tells how far it is, and stops when it is canceled", async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const endless = started().study(
      { kind: "simulateTrades", returns: returns(1000, "long"), options: { paths: 200_000 } },
      {
        signal: controller.signal,
        onProgress: ({ done, total }) => {
          told.push(done / total);
          controller.abort();
        },
      },
    );
    const error = await endless.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe("canceled");
    expect(told[0]).toBeGreaterThan(0);
    expect(told[0]).toBeLessThan(1);
  });

  test("hands on what the engine refuses, with its code", async () => {
    const refused = started().study({ kind: "simulateTrades", returns: new Float64Array(0), options: {} });
    await expect(refused).rejects.toMatchObject({ code: "montecarlo.no-trades" });
  });
});
