import type { Candles } from "#engine/candles/candles.ts";
import type { GivenLoss } from "#engine/selection/givenLosses.ts";
import {
  assembleOptimisation,
  type OptimisationOptions as EngineOptions,
  type FoldReport,
  type Optimisation,
  planOptimisation,
} from "#engine/selection/optimisation.ts";
import { ownLossSpec } from "#engine/selection/ownLoss.ts";
import type { StrategyModule } from "#engine/strategy/module.ts";
import type { CellRun } from "#runtime/types.ts";
import { formatNumber } from "../outputs/format.ts";
import type { CallOptions } from "../workers/client.ts";
import type { FoldTask } from "../workers/protocol.ts";
import { universeAndOptions } from "./backtest.ts";
import { identify, loadUniverse, type UniverseChoice } from "./evaluate.ts";
import type { Jobs } from "./jobs.ts";
import { requireKnownOptions } from "./knownOptions.ts";
import type { LakeView } from "./lakeView.ts";

export type OptimiseOptions = EngineOptions & UniverseChoice;

export type RunOptimise = (
  strategy: unknown,
  universe: Candles | readonly Candles[] | OptimiseOptions | undefined,
  options: OptimiseOptions | undefined,
  run: CellRun,
) => Promise<Optimisation>;

export type OptimiseHost = {
  lake: LakeView;
  jobs: Jobs;
  bundle(strategy: unknown): StrategyModule;
  /** The module text of a loss function of a cell. */
  bundleLoss(loss: unknown): StrategyModule;
  /** Runs one fold in a worker of the pool. */
  compute(task: FoldTask, options: CallOptions): Promise<FoldReport>;
};

const OPTIONS = [
  ...([
    "trials",
    "sampler",
    "loss",
    "objectives",
    "choose",
    "seed",
    "batch",
    "pruner",
    "search",
    "folds",
  ] as const),
  ...(["backtest", "exchange", "market", "symbols"] as const),
] satisfies readonly (keyof OptimiseOptions)[];

/**
 * `optimise(strategy, universe, options)` of a cell: every fold is a piece of work of its own for the pool's workers; put
 * together in the order of the folds, the result is the same however many there are.
 */
export function optimiser({ lake, jobs, bundle, bundleLoss, compute }: OptimiseHost): RunOptimise {
  return async (strategy, given, more, run) => {
    const { universe, options } = universeAndOptions<OptimiseOptions>("optimise", given, more);
    requireKnownOptions("optimise", options, OPTIONS);
    const { exchange, market, symbols, ...settings } = options;
    const { definition, text } = identify(strategy, bundle);
    const asText = (loss: GivenLoss): GivenLoss =>
      typeof loss === "function" ? ownLossSpec(loss, bundleLoss(loss)) : loss;
    const { loss, objectives } = settings;
    const job = jobs.begin(`Optimise ${definition.name}`, run.id, run.signal);
    try {
      const candles =
        universe ??
        (await loadUniverse(lake, definition, { ...settings.backtest, exchange, market, symbols }));
      job.signal.throwIfAborted();
      const simulated = settings.backtest?.simulated ?? lake.isSimulated(candles);
      const plan = planOptimisation(definition, candles, {
        ...settings,
        ...(loss !== undefined && { loss: asText(loss) }),
        ...(Array.isArray(objectives) && { objectives: objectives.map(asText) }),
        backtest: { ...settings.backtest, simulated },
      });
      const done = plan.folds.map(() => 0);
      const began = performance.now();
      const best = plan.folds.map(() => Number.NaN);
      const tell = (fold: number, share: number, loss = Number.NaN): void => {
        done[fold] = share;
        best[fold] = loss;
        const all = done.reduce((sum, one) => sum + one, 0) / done.length;
        const left = all > 0.03 ? ((performance.now() - began) / 1000) * (1 / all - 1) : null;
        // One for each fold: losses over different spans do not compare.
        const note = best.some(Number.isFinite)
          ? `best loss ${best.map((one) => formatNumber(one, 2)).join(", ")}`
          : "";
        job.progress(all * 1000, 1000, left, note.slice(0, 200));
      };
      const folds = await Promise.all(
        plan.folds.map((fold, k) =>
          compute(
            { strategy: text, candles, fold, settings: plan.settings },
            {
              signal: job.signal,
              onProgress: (progress) => tell(k, progress.done / progress.total, progress.best?.loss),
            },
          ),
        ),
      );
      return assembleOptimisation(definition, plan, folds);
    } finally {
      job.end();
    }
  };
}
