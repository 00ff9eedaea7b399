import type { Backtest } from "#engine/backtest/result.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { accountTurnover, closedBalances } from "#engine/montecarlo/accountReturns.ts";
import type { PathOptions } from "#engine/montecarlo/pathOptions.ts";
import type { DrawOptions } from "#engine/montecarlo/tradeDraw.ts";
import type { TradePathOptions } from "#engine/montecarlo/tradePaths.ts";
import { type CandlePathPart, joinCandlePaths, ownCurve } from "#engine/stress/candlePaths.ts";
import { delayedReturns } from "#engine/stress/delayedReturns.ts";
import type { CandlePerturbation } from "#engine/stress/perturbCandles.ts";
import { describe } from "#runtime/describe.ts";
import type { CellRun } from "#runtime/types.ts";
import { numbersOf, textAt } from "../outputs/engineTable.ts";
import type { MonteCarlo } from "../outputs/luck/monteCarlo.ts";
import { candleWords, tradeWords } from "../outputs/luck/monteCarloWords.ts";
import type { CallOptions } from "../workers/client.ts";
import { secondsLeft } from "../workers/pace.ts";
import type { BacktestTask } from "../workers/protocol.ts";
import type { CandlePathWork, StudyAnswers, StudyWork } from "../workers/study.ts";
import type { Backtests } from "./backtest.ts";
import type { JobHandle, Jobs } from "./jobs.ts";
import { requireKnownOptions } from "./knownOptions.ts";
import { isBacktest } from "./resultKinds.ts";

export type MonteCarloOptions = PathOptions &
  Pick<DrawOptions, "order" | "runLength" | "skip" | "maxExtraBps"> & {
    /** Whether trades compound (default), or each stakes the same as if the account had not changed. */
    stake?: "compounded" | "fixed";
    /** Each trade is entered up to so many candles later. Default: 0. */
    maxDelayBars?: number;
    /** Runs the whole backtest again on candles drawn again in blocks, or with noise on their prices. */
    candles?: "bootstrap" | "noise";
    /** Mean length of the blocks of `candles: "bootstrap"`. Default: as long as volatility lasts. */
    blockBars?: number;
    /** Of `candles: "noise"`: its standard deviation as a share of each candle's true range. Default: 0.1. */
    noise?: number;
  };

const COMMON = ["paths", "seed", "quantiles", "ruinLevel", "mostSteps"];
const OF_TRADES = ["order", "runLength", "skip", "maxExtraBps", "maxDelayBars", "stake"];
const OF_CANDLES = ["candles", "blockBars", "noise"];
/** Each path on changed candles is a whole backtest. */
const CANDLE_PATHS = 200;
/** Parts for each worker, so that none has long to wait for the last. */
const PARTS_EACH = 4;

export type RunMonteCarlo = (
  result: Backtest,
  options: MonteCarloOptions | undefined,
  run: CellRun,
) => Promise<MonteCarlo>;

export type MonteCarloHost = {
  jobs: Jobs;
  backtests: Pick<Backtests, "candlesOf" | "taskOf">;
  /** How many workers the pool has at most. */
  workers: number;
  /** Does a study in a worker of the pool. */
  study<W extends StudyWork>(work: W, options: CallOptions): Promise<StudyAnswers[W["kind"]]>;
  /** Runs a part of the paths in a worker of the pool. */
  candlePaths(task: BacktestTask, paths: CandlePathWork, options: CallOptions): Promise<CandlePathPart>;
};

/**
 * `monteCarlo(result, options)` of a cell: what a backtest could have come to, by drawing its trades again or by running
 * it again on changed candles, in the workers' pool. A run of the cell that replaces this one cancels it.
 */
export function monteCarloRunner(host: MonteCarloHost): RunMonteCarlo {
  return async (result, options = {}, run) => {
    requireResult(result);
    requireKnownOptions("monteCarlo", options, [...COMMON, ...OF_TRADES, ...OF_CANDLES]);
    requireOneKind(options);
    const job = host.jobs.begin(`Monte Carlo of ${result.strategy.name}`, run.id, run.signal);
    try {
      const made =
        options.candles === undefined
          ? await ofTrades(host, result, options, job)
          : await ofCandles(host, result, options, perturbationOf(options), job);
      const { strategy, hash, universe } = result;
      return { ...made, of: strategy.name, backtest: hash, simulated: universe.simulated };
    } finally {
      job.end();
    }
  };
}

type Made = Omit<MonteCarlo, "of" | "backtest" | "simulated">;

async function ofTrades(
  { backtests, study }: MonteCarloHost,
  result: Backtest,
  { maxDelayBars = 0, ...options }: MonteCarloOptions,
  job: JobHandle,
): Promise<Made> {
  const { trades, metrics } = result;
  const { maxExtraBps = 0, stake = "compounded" } = options;
  if (trades.rows === 0) {
    throw new EngineError(
      "monteCarlo.no-trades",
      "monteCarlo: the backtest has no trades to draw from. Look at why it did not trade, or run it on other " +
        'histories with candles: "bootstrap".',
    );
  }
  const profit = numbersOf(trades, "profit");
  const balances =
    stake === "fixed"
      ? profit.map(() => metrics.startingBalance)
      : closedBalances(profit, metrics.startingBalance);
  const asked: TradePathOptions = {
    ...options,
    ...(maxExtraBps > 0 && { turnover: accountTurnover(sidesOf(result), balances) }),
    ...(maxDelayBars > 0 && {
      delayed: delayedReturns(trades, await candlesBySymbol(backtests, result), {
        mostBars: maxDelayBars,
        balances,
      }),
    }),
  };
  job.signal.throwIfAborted();
  const { trades: count, ...summary } = await study(
    { kind: "simulateTrades", returns: profit.map((value, i) => value / balances[i]), options: asked },
    {
      signal: job.signal,
      onProgress: ({ done, total, secondsLeft: left }) => job.progress(done, total, left),
    },
  );
  return {
    ...summary,
    method: "trades",
    words: tradeWords(count, summary.paths, { maxDelayBars, ...options }),
  };
}

async function ofCandles(
  { backtests, workers, candlePaths }: MonteCarloHost,
  result: Backtest,
  { paths = CANDLE_PATHS, seed, quantiles, ruinLevel, mostSteps }: MonteCarloOptions,
  perturbation: CandlePerturbation,
  job: JobHandle,
): Promise<Made> {
  const { task } = backtests.taskOf(result);
  const settings = { paths, seed, quantiles, ruinLevel, mostSteps, perturbation };
  const count = Math.max(1, Math.min(paths, PARTS_EACH * workers));
  const starts = Array.from({ length: count + 1 }, (_, k) => Math.round((k * paths) / count));
  const done = new Float64Array(count);
  const began = performance.now();
  const tell = (): void => {
    const all = done.reduce((sum, one) => sum + one, 0);
    job.progress(all, paths, secondsLeft(all, paths, performance.now() - began));
  };
  const parts = await Promise.all(
    Array.from(done, async (_, k) => {
      const range = { from: starts[k], count: starts[k + 1] - starts[k] };
      const part = await candlePaths(
        task,
        { ...settings, ...range },
        {
          signal: job.signal,
          onProgress: (progress) => {
            done[k] = progress.done;
            tell();
          },
        },
      );
      done[k] = range.count;
      tell();
      return part;
    }),
  );
  const { perturbation: _, ...joined } = joinCandlePaths(parts, settings);
  const { metrics } = result;
  return {
    ...joined,
    method: "candles",
    words: candleWords(paths, perturbation),
    original: {
      equity: ownCurve(result, joined.times),
      finalEquity: metrics.finalEquity / metrics.startingBalance,
      maxDrawdown: metrics.maxDrawdown,
    },
  };
}

function sidesOf({ trades }: Backtest): Parameters<typeof accountTurnover>[0] {
  return {
    amount: numbersOf(trades, "amount"),
    entryPrice: numbersOf(trades, "entryPrice"),
    exitPrice: numbersOf(trades, "exitPrice"),
  };
}

/** The candles of every symbol that was traded, at hand. */
async function candlesBySymbol(
  backtests: MonteCarloHost["backtests"],
  result: Backtest,
): Promise<(symbol: string) => Candles> {
  const { trades } = result;
  const source = backtests.candlesOf(result);
  const symbols = new Set(Array.from({ length: trades.rows }, (_, row) => textAt(trades, "symbol", row)));
  const candles = new Map<string, Candles>();
  for (const symbol of symbols) candles.set(symbol, await source(symbol));
  return (symbol) => candles.get(symbol) as Candles;
}

function perturbationOf({ candles, blockBars, noise }: MonteCarloOptions): CandlePerturbation {
  if (candles === "bootstrap") return { kind: "bootstrap", blockBars };
  if (candles === "noise") return { kind: "noise", noise };
  throw new EngineError(
    "monteCarlo.candles",
    `monteCarlo: candles is ${String(candles)}; expected "bootstrap" or "noise".`,
    { candles: String(candles) },
  );
}

/** Trades are drawn, or candles are changed: what belongs to the one does nothing with the other. */
function requireOneKind(options: MonteCarloOptions): void {
  const { candles } = options;
  const given = (name: string): boolean => (options as Record<string, unknown>)[name] !== undefined;
  const wrong = (candles === undefined ? OF_CANDLES : OF_TRADES).find(given);
  const other = { bootstrap: "noise", noise: "blockBars" }[candles ?? "noise"];
  if (wrong === undefined && (candles === undefined || !given(other))) return;
  const name = wrong ?? other;
  throw new EngineError(
    "monteCarlo.options",
    candles === undefined
      ? `monteCarlo: ${name} belongs to changed candles; expected candles: "bootstrap" or "noise" beside it.`
      : `monteCarlo: ${name} has no meaning with candles: "${candles}"; expected one without the other.`,
    { option: name },
  );
}

function requireResult(value: unknown): asserts value is Backtest {
  if (isBacktest(value)) return;
  const given = describe(value).type;
  throw new EngineError(
    "monteCarlo.not-a-backtest",
    `monteCarlo: got a value of type ${given}; expected what await backtest(strategy, universe) gives.`,
    { given },
  );
}
