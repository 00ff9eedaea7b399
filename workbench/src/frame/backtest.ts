import type { BacktestOptions as EngineOptions } from "#engine/backtest/options.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { StrategyModule } from "#engine/strategy/module.ts";
import type { CellRun } from "#runtime/types.ts";
import type { Ingredients, SeriesName } from "#server/contract.ts";
import { isCandles } from "../outputs/columns.ts";
import type { ProgressState } from "../outputs/progress.ts";
import type { StepView } from "../outputs/stepper/stepView.ts";
import type { CandleSource } from "../outputs/tearsheet/tradePanel.ts";
import type { Variant } from "../outputs/tearsheet/whatIf.ts";
import { stepAt, worseRuns } from "../workers/again.ts";
import type { CallOptions } from "../workers/client.ts";
import type { BacktestTask, ShareText } from "../workers/protocol.ts";
import { identify, loadUniverse, type UniverseChoice } from "./evaluate.ts";
import type { Jobs } from "./jobs.ts";
import type { LakeView } from "./lakeView.ts";

/** One of several strategies on one account; see the engine's `StrategyShare`. */
export type CellShare = {
  strategy: unknown;
  parameters?: Record<string, unknown>;
  weight?: number;
  symbols?: readonly string[];
};
export type CellStrategies = { strategies: readonly CellShare[]; capital?: unknown };

export type BacktestOptions = EngineOptions &
  UniverseChoice & {
    /** Keeps the result among the runs. Default: true. */
    save?: boolean;
  };

export type RunBacktest = (
  strategy: unknown,
  universe: Candles | readonly Candles[] | BacktestOptions | undefined,
  options: BacktestOptions | undefined,
  run: CellRun,
) => Promise<Backtest>;

export type BacktestHost = {
  lake: LakeView;
  jobs: Jobs;
  bundle(strategy: unknown): StrategyModule;
  /** The module text of a rule that divides capital. */
  bundleCapital(rule: unknown): StrategyModule;
  /** Runs a task in a worker of the pool. */
  compute(task: BacktestTask, options: CallOptions): Promise<Backtest>;
  /** Runs a task's step in a worker that is kept for it. */
  step(
    task: BacktestTask,
    step: { index: number; times: Float64Array; isLast: boolean },
    options: CallOptions,
  ): Promise<StepView>;
  /** Keeps a result among the runs, with what it was made of. */
  save(result: Backtest, ingredients: Ingredients): void;
};

/**
 * `backtest(strategy, universe, options)` of a cell, in the workers' pool, and what a result can be asked for later: the
 * same run with worse fills, what it looked like at a step, the candles it saw.
 */
export class Backtests {
  readonly #host: BacktestHost;
  /** What each result was made of, while somebody holds the result. */
  readonly #tasks = new WeakMap<Backtest, { task: BacktestTask; cell: number }>();

  constructor(host: BacktestHost) {
    this.#host = host;
  }

  run: RunBacktest = async (strategy, given, more, run) => {
    const { lake, jobs, compute, save } = this.#host;
    const { universe, options } = universeAndOptions<BacktestOptions>("backtest", given, more);
    const { exchange, market, symbols, save: isKept = true, ...settings } = options;
    const { definitions, ...texts } = identifyAll(strategy, this.#host);
    const job = jobs.begin(`Backtest ${definitions.map(({ name }) => name).join(" + ")}`, run.id, run.signal);
    try {
      const choice = { exchange, market, symbols };
      const candles =
        universe ?? (await loadUniverse(lake, slowest(definitions), { ...settings, ...choice }));
      job.signal.throwIfAborted();
      const simulated = settings.simulated ?? lake.isSimulated(candles);
      const task: BacktestTask = { ...texts, candles, options: { ...settings, simulated } };
      const result = await compute(task, {
        signal: job.signal,
        onProgress: ({ done, total, secondsLeft }) => job.progress(done, total, secondsLeft),
      });
      this.#tasks.set(result, { task, cell: run.id });
      if (isKept) save(result, ingredientsOf(task));
      return result;
    } finally {
      job.end();
    }
  };

  /** Whether this result was made here, so that it can be run anew. */
  knows(result: Backtest): boolean {
    return this.#tasks.has(result);
  }

  /** The candles of a symbol as the backtest saw them, else those of the lake. */
  candlesOf(result: Backtest): CandleSource {
    const universe = this.#tasks.get(result)?.task.candles;
    const { exchanges, timeframe } = result.universe;
    return (symbol) => {
      // Where two exchanges have the symbol, its name in the result begins with the exchange.
      const known = universe?.find(
        (one) => one.symbol === symbol || `${one.exchange}:${one.symbol}` === symbol,
      );
      if (known !== undefined) return { ...known, symbol };
      const exchange = exchanges.find((name) => symbol.startsWith(`${name}:`)) ?? exchanges[0];
      const own = symbol.startsWith(`${exchange}:`) ? symbol.slice(exchange.length + 1) : symbol;
      return this.#host.lake
        .candles(own, timeframe, { exchange })
        .then((candles) => ({ ...candles, symbol }));
    };
  }

  /** The same backtest under worse fills, one run after the other. */
  async worse(
    result: Backtest,
    signal: AbortSignal,
    onProgress: (progress: ProgressState) => void,
  ): Promise<Variant[]> {
    const { task, cell } = this.taskOf(result);
    const job = this.#host.jobs.begin(`Worse fills of ${result.strategy.name}`, cell, signal);
    try {
      return await worseRuns(task, this.#host.compute, {
        signal: job.signal,
        onProgress(share) {
          job.progress(share.done * 1000, 1000, share.secondsLeft);
          onProgress(share);
        },
      });
    } finally {
      job.end();
    }
  }

  /** What the backtest looked like after a row of its equity. */
  step(result: Backtest, index: number, signal: AbortSignal): Promise<StepView> {
    const { task } = this.taskOf(result);
    return this.#host.step(task, stepAt(result, index), { signal });
  }

  /** What a result was made of; throws for one that was not made here. */
  taskOf(result: Backtest): { task: BacktestTask; cell: number } {
    const known = this.#tasks.get(result);
    if (known !== undefined) return known;
    throw new EngineError(
      "backtest.not-made-here",
      "This result was not made by a backtest of this page since it was opened, so it cannot be run anew. Run the cell " +
        "with backtest(…) again.",
    );
  }
}

/** What a task is made of, to be kept: candles go by their names. */
function ingredientsOf({ strategies, capital, candles, options }: BacktestTask): Ingredients {
  const { detail = [], markPrice = [], ...others } = options;
  const names = (all: readonly Candles[]): SeriesName[] =>
    all.map(({ exchange, symbol, timeframe }) => ({ exchange, symbol, timeframe }));
  return {
    strategies,
    ...(capital && { capital }),
    options: others,
    candles: { universe: names(candles), detail: names(detail), markPrice: names(markPrice) },
  };
}

/** A call's universe, where candles were given, and its options: what follows the strategy may be either. */
export function universeAndOptions<Options extends object>(
  call: string,
  given: Candles | readonly Candles[] | Options | undefined,
  more: Options | undefined,
): { universe?: readonly Candles[]; options: Options } {
  const none = {} as Options;
  if (isCandles(given)) return { universe: [given], options: more ?? none };
  if (Array.isArray(given)) {
    if (given.length > 0 && given.every(isCandles)) return { universe: given, options: more ?? none };
    throw notAUniverse(call, given.length === 0 ? "an empty list" : "a list of something else than candles");
  }
  if (given === undefined) return { options: more ?? none };
  if (typeof given === "object" && given !== null && more === undefined) return { options: given as Options };
  throw notAUniverse(call, typeof given);
}

function notAUniverse(call: string, given: string): EngineError {
  return new EngineError(
    `${call}.not-a-universe`,
    `${call}: the universe is ${given}; expected candles, or a list of them, as await universe("simulated") gives. ` +
      "Leave it out for all of the simulated symbols.",
    { given },
  );
}

function identifyAll(
  given: unknown,
  { bundle, bundleCapital }: Pick<BacktestHost, "bundle" | "bundleCapital">,
): { definitions: Strategy[] } & Pick<BacktestTask, "strategies" | "capital"> {
  if (!isMix(given)) {
    const { definition, text } = identify(given, bundle);
    return { definitions: [definition], strategies: [{ strategy: text }] };
  }
  const definitions: Strategy[] = [];
  const strategies = given.strategies.map(({ strategy, ...share }): ShareText => {
    const { definition, text } = identify(strategy, bundle);
    definitions.push(definition);
    return { strategy: text, share };
  });
  const { capital } = given;
  return {
    definitions,
    strategies,
    ...(capital === undefined ? {} : { capital: bundleCapital(capital) }),
  };
}

function isMix(given: unknown): given is CellStrategies {
  return (
    typeof given === "object" &&
    given !== null &&
    Array.isArray((given as Partial<CellStrategies>).strategies)
  );
}

/** The one that needs most candles before its first decision. */
function slowest(definitions: readonly Strategy[]): Strategy {
  return definitions.reduce((most, one) => (one.history > most.history ? one : most));
}
