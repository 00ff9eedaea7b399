import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import type { Candles } from "#engine/candles/candles.ts";
import type { Fold } from "#engine/selection/fold.ts";
import type { FoldReport } from "#engine/selection/optimisation.ts";
import type { FoldSettings, SearchProgress } from "#engine/selection/walkForwardSearch.ts";
import type { StrategyModule } from "#engine/strategy/module.ts";
import type { CandlePathPart } from "#engine/stress/candlePaths.ts";
import type { EvaluationProgress } from "#engine/walkforward/evaluate.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { EvaluateOptions } from "#engine/walkforward/settings.ts";
import type { StepView } from "../outputs/stepper/stepView.ts";
import type { LeakAnswer, LeakWork } from "./leaks.ts";
import type { CandlePathWork, StudyAnswers, StudyWork } from "./study.ts";

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
  /** Of a search: the best loss so far, and what gave it. */
  readonly best?: SearchProgress["best"];
  /** As the pace so far suggests; null until there is one. */
  readonly secondsLeft: number | null;
};

/** One of the strategies of a backtest; without a share there is only this one. */
export type ShareText = {
  strategy: StrategyText;
  share?: { parameters?: Record<string, unknown>; weight?: number; symbols?: readonly string[] };
};

/** A backtest as its caller asks for it. */
export type BacktestTask = {
  strategies: readonly ShareText[];
  /** The module of a rule that divides capital among several. */
  capital?: StrategyModule;
  candles: readonly Candles[];
  options: BacktestOptions;
};

/** The same over candles that travel beside it: first the universe, then the detail, then the mark prices. */
export type BacktestWork = {
  strategies: readonly ShareText[];
  capital?: StrategyModule;
  detail: number;
  markPrice: number;
  options: Omit<BacktestOptions, "detail" | "markPrice">;
};

/** One fold of an optimisation as its caller asks for it. */
export type FoldTask = {
  strategy: StrategyText;
  candles: readonly Candles[];
  fold: Fold;
  settings: FoldSettings;
};

/** What is asked of the worker, over candles that it is given beside it. */
export type Work =
  | { kind: "evaluate"; strategy: StrategyText; options: EvaluateOptions }
  | { kind: "optimise"; strategy: StrategyText; fold: Fold; settings: FoldSettings }
  | ({ kind: "backtest" } & BacktestWork)
  /**
   * What the backtest looked like after the last of these times, rows of its equity up to the one called `index`. The
   * worker keeps what it saw at the others: one goes back step by step.
   */
  | ({ kind: "step"; index: number; times: Float64Array; isLast: boolean } & BacktestWork)
  /** The same backtest on changed candles: some of the paths. */
  | ({ kind: "candlePaths"; paths: CandlePathWork } & BacktestWork)
  | StudyWork
  /** A look for the future: runs the subject many times on shortened and changed candles. */
  | LeakWork;

/** What the worker answers to each kind of work. */
export type Answers = {
  evaluate: Evaluation;
  optimise: FoldReport;
  backtest: Backtest;
  step: StepView;
  candlePaths: CandlePathPart;
  leaks: LeakAnswer;
} & StudyAnswers;

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
  /** Where each trial is told as it is made, and known points are asked for: to the ledger, out of reach for whoever gives the work. */
  trials?: MessagePort;
};
