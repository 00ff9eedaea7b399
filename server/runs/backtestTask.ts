import { setImmediate as pause } from "node:timers/promises";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import { backtesting } from "#engine/backtest/run.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import { worseFills } from "#engine/stress/worseFills.ts";
import type { BacktestRequest } from "../contract.ts";
import type { TaskContext } from "../jobs/messages.ts";
import { openLake } from "../lake/lake.ts";
import { ingredientsOf } from "./ingredients.ts";
import { linkStrategy } from "./linkStrategy.ts";
import { type PackedRun, packBacktest } from "./packedRun.ts";
import { readUniverse } from "./readUniverse.ts";

export type BacktestTaskInput = {
  lakeRoot: string;
  request: BacktestRequest;
  /** A strategy that is not built in, as normalised module text. */
  moduleText?: string;
  /** Runs it again with worse fills as well. */
  whatIf?: boolean;
};

/** A backtest packed to be kept, and the figures of the same run with worse fills where they were asked for. */
export type PackedBacktest = PackedRun & { worse: readonly WorseFigures[] };
export type WorseFigures = {
  title: string;
  hash: string;
  metrics: Backtest["metrics"];
  costs: Backtest["costs"];
};

/** How long the backtest may keep its thread before it looks whether it is still wanted. */
const BREATH_MS = 20;

/** Backtests a strategy over candles of the lake, from the request alone, and packs the result to be kept. */
export async function backtestTask(
  { lakeRoot, request, moduleText, whatIf = false }: BacktestTaskInput,
  context: TaskContext,
): Promise<PackedBacktest> {
  const strategy = moduleText === undefined ? builtInStrategy(request.strategy) : linkStrategy(moduleText);
  context.progress({ done: 0, total: null, message: "Reading candles" });
  const { universe, simulated } = await readUniverse(openLake(lakeRoot), strategy, request);
  const options = { ...optionsOf(request), simulated };
  const result = await driven(strategy, universe, options, context, "Backtesting");
  const worse: WorseFigures[] = [];
  for (const { title, options: given } of whatIf ? worseFills(options) : []) {
    const { hash, metrics, costs } = await driven(
      strategy,
      universe,
      given,
      context,
      `Backtesting, ${title}`,
    );
    worse.push({ title, hash, metrics, costs });
  }
  const ingredients = ingredientsOf(request.strategy, moduleText, universe, options);
  return { ...packBacktest(result, ingredients), worse };
}

/** The engine's options of a request; the engine's defaults stand for absent options, not for undefined ones. */
function optionsOf({
  strategy: _,
  exchange: __,
  market: ___,
  symbols: ____,
  ...options
}: BacktestRequest): BacktestOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

async function driven(
  strategy: Strategy,
  universe: readonly Candles[],
  options: BacktestOptions,
  { progress, signal }: TaskContext,
  message: string,
): Promise<Backtest> {
  const steps = backtesting(strategy, universe, options);
  let breathMs = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    progress({ ...step.value, message });
    if (performance.now() - breathMs < BREATH_MS) continue;
    // Messages, a cancel among them, arrive only while the thread waits.
    await pause();
    throwIfCanceled(signal);
    breathMs = performance.now();
  }
}
