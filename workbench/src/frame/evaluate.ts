import type { Candles } from "#engine/candles/candles.ts";
import { isFixedLength, timeframeMs } from "#engine/core/timeframe.ts";
import { builtInStrategies, builtInStrategy } from "#engine/strategies/index.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { StrategyModule } from "#engine/strategy/module.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { EvaluateOptions as EngineOptions } from "#engine/walkforward/settings.ts";
import type { CellRun } from "#runtime/types.ts";
import type { CallOptions } from "../workers/client.ts";
import type { EvaluateTask, StrategyText } from "../workers/protocol.ts";
import type { Jobs } from "./jobs.ts";
import { DEFAULT_EXCHANGE, type LakeView } from "./lakeView.ts";

/** Which candles of the lake, where none are given. */
export type UniverseChoice = {
  /** Default: the simulated universe that ships, as on the command line. */
  exchange?: string;
  market?: string;
  symbols?: readonly string[];
};

export type EvaluateOptions = EngineOptions &
  UniverseChoice & {
    /** The candles to evaluate on. Default: all symbols of `exchange`. */
    universe?: readonly Candles[];
    /** Keeps the result among the runs. Default: true. */
    save?: boolean;
  };

export type Evaluate = (strategy: unknown, options: EvaluateOptions, run: CellRun) => Promise<Evaluation>;

export type EvaluateHost = {
  lake: LakeView;
  jobs: Jobs;
  /** The module text of a strategy that a cell of this notebook defined; an error for any other value. */
  bundle(strategy: unknown): StrategyModule;
  /** Runs a task in a worker. */
  compute(task: EvaluateTask, options: CallOptions): Promise<Evaluation>;
  save(evaluation: Evaluation): void;
};

/**
 * `evaluate(strategy, options)` of a cell: a built-in strategy by its name or value, or one that a cell defined,
 * which goes to the worker as module text. A run of the cell that replaces this one cancels it.
 */
export function evaluator({ lake, jobs, bundle, compute, save }: EvaluateHost): Evaluate {
  return async (strategy, options, run) => {
    const { universe, exchange: _e, market: _m, symbols: _s, save: isKept = true, ...settings } = options;
    const { definition, text } = identify(strategy, bundle);
    const job = jobs.begin(`Evaluate ${definition.name}`, run.id, run.signal);
    try {
      const candles = universe ?? (await loadUniverse(lake, definition, options));
      job.signal.throwIfAborted();
      const simulated = settings.simulated ?? lake.isSimulated(candles);
      const task: EvaluateTask = { strategy: text, candles, options: { ...settings, simulated } };
      const evaluation = await compute(task, {
        signal: job.signal,
        onProgress: ({ done, total, secondsLeft }) => job.progress(done, total, secondsLeft),
      });
      if (isKept) save(evaluation);
      return evaluation;
    } finally {
      job.end();
    }
  };
}

/** A strategy as a worker takes it: a built-in one by its name, one of a cell as module text. */
export function identify(
  strategy: unknown,
  bundle: EvaluateHost["bundle"],
): { definition: Strategy; text: StrategyText } {
  if (typeof strategy === "string") {
    return { definition: builtInStrategy(strategy), text: { kind: "builtIn", name: strategy } };
  }
  const builtIn = Object.values(builtInStrategies).find((one) => one === strategy);
  if (builtIn !== undefined) return { definition: builtIn, text: { kind: "builtIn", name: builtIn.name } };
  const { text, hash } = bundle(strategy);
  return { definition: strategy as Strategy, text: { kind: "module", text, hash } };
}

/** The base candles of one exchange: the engine makes higher timeframes itself, so the hash is that of what is stored. */
export function loadUniverse(
  lake: LakeView,
  strategy: Strategy,
  options: UniverseChoice & Pick<EngineOptions, "timeframe" | "startMs" | "endMs">,
): Promise<Candles[]> {
  const { exchange = DEFAULT_EXCHANGE, market, symbols, timeframe = strategy.timeframe } = options;
  const base = lake.baseTimeframe(exchange, timeframe, { market, symbols });
  return lake.universe(exchange, base, { market, symbols, ...neededRange(strategy, timeframe, options) });
}

/** What the engine will cut out, and a little more: the answer is the same as over everything that is stored. */
function neededRange(
  strategy: Strategy,
  timeframe: string,
  { startMs, endMs }: Pick<EngineOptions, "startMs" | "endMs">,
): { fromMs?: number; toMs?: number } {
  if (startMs === undefined || endMs === undefined || endMs <= startMs || !isFixedLength(timeframe))
    return {};
  return { fromMs: startMs - (strategy.history + 2) * timeframeMs(timeframe), toMs: endMs };
}
