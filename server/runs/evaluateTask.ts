import { setImmediate as pause } from "node:timers/promises";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { evaluation } from "#engine/walkforward/evaluate.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { EvaluateRequest } from "../contract.ts";
import type { TaskContext } from "../jobs/messages.ts";
import { openLake } from "../lake/lake.ts";
import { linkStrategy } from "./linkStrategy.ts";
import { type PackedRun, packRun } from "./packedRun.ts";
import { readUniverse } from "./readUniverse.ts";

export type EvaluateTaskInput = {
  lakeRoot: string;
  request: EvaluateRequest;
  /** A strategy that is not built in, as normalised module text. */
  moduleText?: string;
};

/** How long the evaluation may keep its thread before it looks whether it is still wanted. */
const BREATH_MS = 20;

/** Evaluates a strategy over candles of the lake, from the request alone, and packs the result to be kept. */
export async function evaluateTask(
  { lakeRoot, request, moduleText }: EvaluateTaskInput,
  context: TaskContext,
): Promise<PackedRun> {
  const strategy = moduleText === undefined ? builtInStrategy(request.strategy) : linkStrategy(moduleText);
  context.progress({ done: 0, total: null, message: "Reading candles" });
  const { universe, simulated } = await readUniverse(openLake(lakeRoot), strategy, request);
  const { parameters, timeframe, startMs, endMs, windowMs, shiftMs, feeBps, slippageBps, seed } = request;
  const options = defined({
    parameters,
    timeframe,
    startMs,
    endMs,
    windowMs,
    shiftMs,
    feeBps,
    slippageBps,
    seed,
  });
  return packRun(await driven(evaluation(strategy, universe, { ...options, simulated }), context));
}

async function driven(
  steps: Generator<{ done: number; total: number }, Evaluation, void>,
  { progress, signal }: TaskContext,
): Promise<Evaluation> {
  let breathMs = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    progress({ ...step.value, message: "Evaluating" });
    if (performance.now() - breathMs < BREATH_MS) continue;
    // Messages, a cancel among them, arrive only while the thread waits.
    await pause();
    throwIfCanceled(signal);
    breathMs = performance.now();
  }
}

/** Without what was not given: the engine's defaults stand for absent options, not for undefined ones. */
function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
