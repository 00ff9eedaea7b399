import { expose, transfer } from "comlink";
import { backtesting } from "#engine/backtest/run.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import { EngineError } from "#engine/core/errors.ts";
import * as engine from "#engine/index.ts";
import type { OwnLossSpec } from "#engine/selection/ownLoss.ts";
import { searchHash } from "#engine/selection/searchHash.ts";
import { searching } from "#engine/selection/searching.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { Trial } from "#engine/trials/trial.ts";
import { engineInCells } from "../frame/engineInCells.ts";
import { type LeakAnswer, type LeakWork, probeLeaks } from "./leaks.ts";
import { LedgerPort } from "./ledgerPort.ts";
import { lockDown } from "./lockdown.ts";
import type {
  Answers,
  BacktestWork,
  ComputeApi,
  StrategyText,
  WireTask,
  Work,
  WorkerHello,
  WorkerStart,
} from "./protocol.ts";
import { requireWorker } from "./requireWorker.ts";
import { freezeMessages, watchShared } from "./shared.ts";
import { inSlices } from "./slices.ts";
import { type BacktestArguments, stepping } from "./stepping.ts";
import { pathing, studying } from "./study.ts";
import { carryEngineErrors } from "./throwHandler.ts";

requireWorker();

/** Between two looks at the mailbox; a cancel waits no longer than this and one step of the evaluation. */
const BUDGET_MS = 12;
const PROGRESS_EVERY_MS = 100;
/** What was tried in a search is told at least so often: what was told is not lost, however the search ends. */
const TELL_EVERY_MS = 100;

// Kept before the scope is locked down: what drives a strategy needs what the strategy must not have.
const now = performance.now.bind(performance);
const channel = MessageChannel;
const say = self.postMessage.bind(self) as (message: WorkerHello) => void;

const candlesByKey = new Map<string, Candles>();
const running = new Map<number, { aborted: boolean }>();
let allowModules = false;
let checkShared: () => void = () => undefined;
/** Where the notebook's ledger is; none where nobody counts, in a test say. */
let ledger: LedgerPort | undefined;
const tellTrial = (trial: Trial): void => ledger?.tell(trial);

const api: ComputeApi = {
  async run(id, task, progress) {
    const cancel = { aborted: false };
    running.set(id, cancel);
    for (const { key, candles } of task.added) candlesByKey.set(key, candles);
    let told = now();
    try {
      const onPause = (step: engine.EvaluationProgress): void => {
        if (now() - told < PROGRESS_EVERY_MS) return;
        told = now();
        progress.postMessage(step);
      };
      const { work } = task;
      const answer =
        work.kind === "leaks"
          ? await leaksOf(work, candlesOf(task), cancel, onPause)
          : await inSlices(await stepsOf(work, candlesOf(task), task.keys), {
              signal: cancel,
              budgetMs: BUDGET_MS,
              now,
              pause,
              onPause,
            });
      checkShared();
      noteTrial(task.work, answer);
      return transfer(answer, [...buffersOf(answer)]);
    } catch (error) {
      // Whatever went wrong: what comes after it in this worker must not suffer from it.
      checkShared();
      throw error;
    } finally {
      running.delete(id);
      progress.close();
    }
  },
  cancel(id) {
    const task = running.get(id);
    if (task !== undefined) task.aborted = true;
  },
  forget(keys) {
    for (const key of keys) candlesByKey.delete(key);
  },
};

/** What was tried is told before its result is: who knows how a strategy did has had a look. */
function noteTrial(work: Work, answer: Answers[Work["kind"]]): void {
  if (work.kind === "evaluate") tellTrial(engine.trialOfEvaluation(answer as Answers["evaluate"]));
  else if (work.kind === "backtest") tellTrial(engine.trialOfBacktest(answer as Answers["backtest"]));
}

/** The memory of a result's columns, which is handed over instead of being copied: the worker has no use for it. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (value instanceof Float64Array || value instanceof Int32Array) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) if (typeof part === "object") buffersOf(part, found);
  }
  return found;
}

/** A look for the future: cells that run again may await, so this is no generator; it pauses between its runs. */
function leaksOf(
  work: LeakWork,
  candles: readonly Candles[],
  cancel: { aborted: boolean },
  onPause: (step: engine.EvaluationProgress) => void,
): Promise<LeakAnswer> {
  if (work.subject.kind === "cells" && !allowModules) throw modulesNotAllowed();
  let until = now() + BUDGET_MS;
  return probeLeaks(work, candles, {
    strategyOf,
    engine: engine.sealedNames(engineInCells),
    async pause(step) {
      if (now() < until) return;
      onPause(step);
      await pause();
      throwIfCanceled(cancel);
      until = now() + BUDGET_MS;
    },
  });
}

/** The work as a generator that tells its progress and may be stopped between its steps. */
async function stepsOf(
  work: Exclude<Work, LeakWork>,
  candles: readonly Candles[],
  keys: readonly string[],
): Promise<Generator<engine.EvaluationProgress, Answers[Work["kind"]], void>> {
  switch (work.kind) {
    case "evaluate":
      return engine.evaluation(strategyOf(work.strategy), candles, work.options);
    case "optimise": {
      const { fold, settings } = work;
      const strategy = strategyOf(work.strategy);
      const points = await ledger?.finished(searchHash(strategy, candles, fold, settings));
      const isDue = every(TELL_EVERY_MS);
      return searching(strategy, candles, fold, settings, {
        tell: tellTrial,
        linkLoss: lossOf,
        isDue,
        ...(points && { points }),
      });
    }
    case "backtest": {
      const { strategies, universe, options } = backtestOf(work, candles);
      return backtesting(strategies, universe, options);
    }
    case "step":
      return stepping(work, keys, () => backtestOf(work, candles));
    case "candlePaths":
      return pathing(backtestOf(work, candles), work.paths);
    case "simulateTrades":
    case "assess":
      return studying(work);
  }
}

/** A backtest's own arguments: the strategy, or the several that share an account, its universe and its options. */
function backtestOf(work: BacktestWork, candles: readonly Candles[]): BacktestArguments {
  const { strategies, capital, detail, markPrice, options } = work;
  const shares = strategies.map(({ strategy, share }) => ({ ...share, strategy: strategyOf(strategy) }));
  const [first] = strategies;
  const universe = candles.slice(0, candles.length - detail - markPrice);
  const inside = candles.slice(universe.length, universe.length + detail);
  const marks = candles.slice(universe.length + detail);
  return {
    strategies:
      first?.share === undefined
        ? shares[0].strategy
        : { strategies: shares, ...(capital && { capital: capitalOf(capital) }) },
    universe,
    options: {
      ...options,
      ...(detail > 0 && { detail: inside }),
      ...(markPrice > 0 && { markPrice: marks }),
    },
  };
}

function candlesOf({ keys }: WireTask): Candles[] {
  return keys.map((key) => {
    const candles = candlesByKey.get(key);
    if (candles !== undefined) return candles;
    throw new EngineError("worker.candles-missing", `The worker was not sent the candles ${key}.`, { key });
  });
}

function strategyOf(given: StrategyText): Strategy {
  if (given.kind === "builtIn") return engine.builtInStrategy(given.name);
  const { module, evaluate } = moduleOf(given);
  return engine.linkedStrategy(evaluate, module);
}

/** A loss function that came as text. */
function lossOf(given: OwnLossSpec): engine.LossFunction {
  return engine.defineLoss(moduleOf(given).evaluate() as engine.LossFunction);
}

/** A rule that divides capital that came as text. */
function capitalOf(given: engine.StrategyModule): engine.CapitalRule {
  const { module, evaluate } = moduleOf(given);
  return engine.linkedCapital(evaluate, module);
}

/** A module's text under the hash that was announced, and what its default export is. */
function moduleOf(given: engine.StrategyModule): { module: engine.StrategyModule; evaluate: () => unknown } {
  if (!allowModules) throw modulesNotAllowed();
  const module = engine.strategyModule(given.text);
  if (module.hash !== given.hash) {
    throw new EngineError(
      "strategy.hash-mismatch",
      `The module's text has the hash ${module.hash}, but ${given.hash} was announced. Bundle it again.`,
      { given: given.hash, computed: module.hash },
    );
  }
  const body = linked(module.text);
  return { module, evaluate: () => body(engine.sealedNames(engine)) };
}

/** Whether so much time has passed since it last said so. */
function every(milliseconds: number): () => boolean {
  let last = now();
  return () => {
    if (now() - last < milliseconds) return false;
    last = now();
    return true;
  };
}

function modulesNotAllowed(): EngineError {
  return new EngineError(
    "worker.modules-not-allowed",
    "This worker runs the engine's own strategies only. A strategy's text runs in the notebook's sandbox.",
  );
}

function linked(text: string): (walkforward: typeof engine) => unknown {
  // The worker's policy allows this and nothing that would come from elsewhere; see `lockDown`.
  return new Function("walkforward", engine.linkStrategyText(text, Object.keys(engine))) as ReturnType<
    typeof linked
  >;
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new channel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

self.onmessage = ({ data }: MessageEvent<WorkerStart>) => {
  self.onmessage = null;
  allowModules = data.allowModules;
  const { trials } = data;
  if (trials !== undefined) ledger = new LedgerPort(trials);
  carryEngineErrors();
  lockDown(self);
  freezeMessages();
  checkShared = watchShared(self);
  expose(api, data.port);
};

say({ ready: true });
