import type { Candles } from "#engine/candles/candles.ts";
import type { EvaluationProgress } from "#engine/walkforward/evaluate.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { EvaluateOptions } from "#engine/walkforward/settings.ts";

/** What a compute worker is asked to do: everything crosses as plain data, a strategy as module text. */
export type StrategyText =
  /** One of the engine's own strategies, by name. */
  | { kind: "builtIn"; name: string }
  /** A bundled module; `text` is what is hashed, linked and deployed. */
  | { kind: "module"; text: string; hash: string };

/** An evaluation as its caller asks for it. */
export type EvaluateTask = {
  strategy: StrategyText;
  candles: readonly Candles[];
  /** Labels the result; see `EvaluateOptions.simulated`. */
  simulated?: boolean;
  options: EvaluateOptions;
};

export type Progress = EvaluationProgress & {
  /** As the pace so far suggests; null until there is one. */
  readonly secondsLeft: number | null;
};

/** What is asked of the worker, over candles that it is given beside it. */
export type Work = { kind: "evaluate"; strategy: StrategyText; options: EvaluateOptions };

/** What the worker answers to each kind of work. */
export type Answers = { evaluate: Evaluation };

/** Work as it crosses: candles by key, and with them only those that the worker does not have yet. */
export type WireTask<W extends Work = Work> = {
  work: W;
  keys: readonly string[];
  added: readonly { key: string; candles: Candles }[];
};

/** What a worker offers through comlink, on a port of its own that a strategy cannot reach. */
export type ComputeApi = {
  /** Progress comes through `progress`, at most ten times a second. */
  run(id: number, task: WireTask, progress: MessagePort): Promise<Answers[Work["kind"]]>;
  cancel(id: number): void;
  forget(keys: readonly string[]): void;
};

/** A worker's first words: its code is loaded, or why it is not. */
export type WorkerHello = { ready: true } | { ready: false; message: string };

/** The page's answer to `ready`, once. */
export type WorkerStart = {
  port: MessagePort;
  /** Whether strategies may come as text: only where the worker lives in the notebook's sandbox. */
  allowModules: boolean;
};
