import { afterEach, describe, expect, test } from "vitest";
import * as engine from "#engine/index.ts";
import {
  assembleOptimisation,
  type Optimisation,
  type OptimisationOptions,
  optimisingStrategy,
  planOptimisation,
} from "#engine/selection/optimisation.ts";
import { ownLossSpec } from "#engine/selection/ownLoss.ts";
import { linkStrategyText, sealedNames } from "#engine/strategy/link.ts";
import { linkedStrategy, strategyModule } from "#engine/strategy/module.ts";
import { ComputePool } from "#workbench/workers/pool.ts";
import { spawnInPage } from "#workbench/workers/spawn.ts";
import { SAMPLE_HASH, sampleCandles, sampleModule, sampleOptions } from "./optimiseSample.ts";

const candles = sampleCandles;
const module = sampleModule;
const lossModule = strategyModule(
  [
    'import { defineLoss } from "walkforward";',
    "const weight = 3;",
    "export default defineLoss(({ totalReturn, maxDrawdown }, { profits }) =>",
    "  profits.length < 5 ? NaN : weight * maxDrawdown - totalReturn);",
    "",
  ].join("\n"),
);

function linked(text: string): unknown {
  return new Function("walkforward", linkStrategyText(text, Object.keys(engine)))(sealedNames(engine));
}
const strategy = linkedStrategy(() => linked(module.text), module);
const loss = linked(lossModule.text) as engine.LossFunction;

/** Each pool starts workers of its own, which takes a while on a machine that is busy. */
const PATIENCE_MS = 240_000;

let pool: ComputePool | undefined;
afterEach(() => pool?.dispose());

/** The folds spread over a pool's workers, as a cell has them. */
async function inWorkers(size: number, options: OptimisationOptions): Promise<Optimisation> {
  pool = new ComputePool(spawnInPage, { size, allowModules: true, readyWithinMs: 60_000 });
  const computing = pool;
  const plan = planOptimisation(strategy, [candles], options);
  const folds = await Promise.all(
    plan.folds.map((fold) =>
      computing.optimiseFold({
        strategy: { kind: "module", ...module },
        candles: [candles],
        fold,
        settings: plan.settings,
      }),
    ),
  );
  return assembleOptimisation(strategy, plan, folds);
}

function onThisThread(options: OptimisationOptions): Optimisation {
  const steps = optimisingStrategy(strategy, [candles], options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

describe("an optimisation in a pool of workers", () => {
  test.each<[string, OptimisationOptions]>([
    ["by the default loss", {}],
    ["by two objectives", { objectives: ["sharpe", "maxDrawdown"] }],
    ["with a pruner", { loss: "sharpe", pruner: "median" }],
  ])(
    "comes out the same as on one thread, with one worker or three: %s",
    async (_, more) => {
      const options: OptimisationOptions = { ...sampleOptions, ...more };
      const here = onThisThread(options);
      if (options.loss === undefined && options.objectives === undefined) expect(here.hash).toBe(SAMPLE_HASH);
      for (const size of [1, 3]) {
        const there = await inWorkers(size, options);
        pool?.dispose();
        expect(there).toEqual(here);
        expect(there.hash).toBe(here.hash);
      }
    },
    PATIENCE_MS,
  );

  test(
    "runs a loss that came as text, and gives the losses that the function gives here",
    async () => {
      const options = { trials: 24, folds: { folds: 2 } };
      const spec = ownLossSpec(loss, lossModule);
      const there = await inWorkers(2, { ...options, loss: spec });
      const here = onThisThread({ ...options, loss });
      expect(there.settings.losses).toEqual([spec]);
      expect(there.folds.map(({ study }) => study.trials)).toEqual(
        here.folds.map(({ study }) => study.trials),
      );
      for (const { study } of there.folds) {
        expect(study.trials.filter(({ state }) => state === "complete").length).toBeGreaterThan(10);
      }
    },
    PATIENCE_MS,
  );

  test(
    "stops a search whose loss gives no number, with an error that says so, and a changed text is refused",
    async () => {
      const text = 'import { defineLoss } from "walkforward";\nexport default defineLoss(() => undefined);\n';
      const wrong = { ...ownLossSpec(loss, strategyModule(text)), name: "nothing" };
      await expect(inWorkers(1, { trials: 4, loss: wrong })).rejects.toMatchObject({
        code: "optimise.own-loss",
      });
      const changed = { ...ownLossSpec(loss, lossModule), text: `${lossModule.text} ` };
      await expect(inWorkers(1, { trials: 4, loss: changed })).rejects.toMatchObject({
        code: "strategy.hash-mismatch",
      });
    },
    PATIENCE_MS,
  );
});
