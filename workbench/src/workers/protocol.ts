import type { Candles } from "#engine/candles/candles.ts";

/** What a compute worker is asked to do: everything crosses as plain data, a strategy as module text. */
export type StrategyText =
  /** One of the engine's own strategies, by name. */
  | { kind: "builtIn"; name: string }
  /** A bundled module; `text` is what is hashed, linked and deployed. */
  | { kind: "module"; text: string; hash: string };

export type EvaluateTask = {
  strategy: StrategyText;
  /** Columns that the worker may not have yet; transferred. */
  candles: Candles[];
  simulated: boolean;
  options: Record<string, unknown>;
};

export type Progress = { done: number; total: number };
