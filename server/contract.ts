/**
 * What goes over the wire between the workbench and the server, as plain JSON types. The workbench imports
 * types only; the routes parse what comes in with zod schemas that produce these types.
 */

import type { Backtest } from "#engine/backtest/result.ts";
import type { Candle } from "#engine/candles/candles.ts";
import type { CandleFinding, CandleFindingKind } from "#engine/candles/validate.ts";
import type { Optimisation, OptimisationOptions } from "#engine/selection/optimisation.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { ColumnMap, Dialect } from "./lake/import/dialects.ts";
import type { TimestampMeaning } from "./lake/import/settle.ts";
import type { DateFormat } from "./lake/import/times.ts";
import type { Conflict, OnConflict } from "./lake/merge.ts";

/** One stored series as the manifest lists it. */
export type Series = {
  /** `"<exchange>/<market>/<symbol>/<timeframe>"`, e.g. `"binance/spot/BTC/USDT/1h"`. */
  id: string;
  kind: "candles";
  exchange: string;
  /** `"spot"`, `"perp"`, `"equity"`, `"index"`. */
  market: string;
  symbol: string;
  timeframe: string;
  rows: number;
  /** Open time of the first and of the last candle, UTC milliseconds. */
  firstMs: number;
  lastMs: number;
  gaps: { count: number; missing: number };
  /** True for made-up data; shown wherever the data or a result from it is shown. */
  simulated: boolean;
  /** Where the rows came from, in words. */
  source: string;
  files: SeriesFile[];
};

export type SeriesFile = {
  /** The span of the file in UTC: `"2024-01"` below 1h, `"2024"` below 1d, `"all"` from 1d on. */
  period: string;
  /** SHA-256 of the file's bytes; the file is fetched by it and never changes. */
  hash: string;
  rows: number;
  firstMs: number;
  lastMs: number;
  bytes: number;
};

export type LakeListing = { version: number; series: Series[] };

/** What a person may tell about a file; what is left out is found out from it. */
export type ImportOptions = {
  exchange?: string;
  market?: string;
  symbol?: string;
  timeframe?: string;
  /** The file's layout; found out from its content by default. */
  dialect?: Dialect;
  /** Which column holds what, for files whose columns have other names. */
  map?: ColumnMap;
  dateFormat?: DateFormat;
  timestamps?: TimestampMeaning;
  /** Stored candles that the file gives with other values are kept unless this says `"replace"`. */
  onConflict?: OnConflict;
};

/** What is found in a file before it is imported. */
export type ImportPreview = {
  file: string;
  dialect: Dialect;
  /** The dialect in words. */
  dialectTitle: string;
  /** Candle field to the file's own name of the column. */
  mapping: Record<string, string>;
  exchange: string;
  market: string;
  /** Null when neither file nor name tell: it must be given to import. */
  symbol: string | null;
  timeframe: string;
  rows: number;
  firstMs: number;
  lastMs: number;
  /** The first five candles. */
  first: Candle[];
  notes: string[];
  /** Rows that repeated a candle of the file exactly. */
  duplicates: number;
  /** Rows that gave other values for a candle of the file, in a report for one of the lake too; `conflicts` has the first. */
  conflictCount: number;
  conflicts: Conflict[];
  findings: CandleFinding[];
  findingCounts: Partial<Record<CandleFindingKind, number>>;
};

export type ImportReport = Omit<ImportPreview, "first" | "symbol"> & {
  symbol: string;
  series: Series;
  /** Candles that were not stored before, and those that were there with the same values. */
  added: number;
  identical: number;
  replaced: number;
  gaps: { count: number; missing: number };
};

export type ApiError = { error: { code: string; message: string; details: Record<string, unknown> } };

/** A notebook in the list: samples come with the app and are opened as copies. */
export type NotebookSummary = {
  id: string;
  title: string;
  origin: "sample" | "user";
  modifiedMs: number;
  bytes: number;
  /** SHA-256 of the text; also the version that a save must name. */
  hash: string;
};

export type Notebook = NotebookSummary & { text: string };

/** Saving names the version it was based on; another version on disk answers 409 with the text that is there. */
export type SaveNotebook = { text: string; basedOn: string | null };
export type SaveConflict = { code: "notebook.conflict"; theirs: Notebook };

/** A new notebook; its ledger of trials is that of the notebook it was made from, or the text of a file. */
export type NewNotebook = { title: string; text: string; trialsOf?: string; trials?: string };

/** The last line of a ledger of trials that one knows; number 0 and a hash of zeros where one knows none. */
export type LedgerHead = { seq: number; hash: string };

/** What a change did to a ledger: the lines it appended, or null where the caller's copy is behind and must be read anew. */
export type LedgerChange = { lines: readonly string[] | null; head: LedgerHead };

export type JobState = "queued" | "running" | "done" | "failed" | "canceled";
export type Job = {
  id: string;
  kind: "ingest" | "import" | "evaluate" | "backtest" | "optimise" | "samples";
  title: string;
  state: JobState;
  /** Work done and in all, in the unit `unit`; total is null when unknown. */
  done: number;
  total: number | null;
  unit: string;
  message: string;
  startedMs: number | null;
  finishedMs: number | null;
  /** Seconds left as estimated from the pace so far, null when unknown. */
  secondsLeft: number | null;
  error: { code: string; message: string; details: Record<string, unknown> } | null;
  /** What it made: a run's id, an import report. */
  result: unknown;
};

export type StrategyParameter = {
  name: string;
  kind: "int" | "decimal" | "boolean" | "choice";
  default: number | boolean | string;
  description: string;
  /** Of a number: the range, both ends included, and the step of a slider. */
  min?: number;
  max?: number;
  step?: number;
  choices?: string[];
};

export type StrategySummary = {
  name: string;
  description: string;
  timeframe: string;
  history: number;
  parameters: StrategyParameter[];
};

/** What the Runs form and the command line ask for; times are ISO dates or UTC milliseconds as text. */
export type EvaluateRequest = {
  strategy: string;
  exchange?: string;
  market?: string;
  symbols?: string[];
  timeframe?: string;
  startMs?: number;
  endMs?: number;
  windowMs?: number;
  shiftMs?: number;
  feeBps?: number;
  slippageBps?: number;
  seed?: number;
  parameters?: Record<string, number | boolean | string>;
};

/** What the Runs form and the command line ask of a backtest; the options are the engine's. */
export type BacktestRequest = {
  strategy: string;
  exchange?: string;
  market?: string;
  symbols?: string[];
  timeframe?: string;
  startMs?: number;
  endMs?: number;
  seed?: number;
  parameters?: Record<string, number | boolean | string>;
  startingBalance?: number;
  marketType?: "spot" | "linear";
  leverage?: number;
  feeBps?: number;
  slippageBps?: number;
  fillModel?: "nextOpen" | "nextWorst" | "thisClose";
  delayBars?: number;
  maxOpenPositions?: number;
  risk?: "research" | "standard";
};

/**
 * What the Runs form and the command line ask of a walk-forward optimisation: where its candles are, and the options that
 * `optimise` of a cell takes, which give the same result there.
 */
export type OptimiseRequest = Pick<BacktestRequest, "strategy" | "exchange" | "market" | "symbols"> &
  Omit<OptimisationOptions, "backtest"> & {
    backtest?: Omit<BacktestRequest, "strategy" | "exchange" | "market" | "symbols" | "parameters">;
  };

/** Candles by their name; the lake may have them. */
export type SeriesName = { exchange: string; symbol: string; timeframe: string };

/** What a backtest was made of, so that it can be made again: a strategy as text, the engine's options, candles by name. */
export type Ingredients = {
  strategies: readonly {
    strategy: { kind: "builtIn"; name: string } | { kind: "module"; text: string; hash: string };
    /** Of one among several on one account. */
    share?: { parameters?: Record<string, unknown>; weight?: number; symbols?: readonly string[] };
  }[];
  /** The module of a rule that divides capital among them. */
  capital?: { text: string; hash: string };
  /** Those of the engine's `BacktestOptions` that are no candles. */
  options: Record<string, unknown>;
  candles: {
    universe: readonly SeriesName[];
    detail: readonly SeriesName[];
    markPrice: readonly SeriesName[];
  };
};

/** Numbers that JSON has not (NaN, infinities) travel as `{"$number":"NaN"}`: read runs with `parseWire`. */
export type RunSummary = {
  id: string;
  /** Slices of a walk-forward evaluation, one portfolio over the history, or parameters chosen fold by fold. */
  kind: "evaluation" | "backtest" | "optimisation";
  createdMs: number;
  /** Who asked for it. */
  source: "notebook" | "form" | "cli";
  notebook: string | null;
  strategy: { name: string; hash: string };
  hash: string;
  dataHash: string;
  engineVersion: string;
  simulated: boolean;
  exchange: string;
  symbols: string[];
  timeframe: string;
  settings: Record<string, unknown>;
  parameters: Record<string, unknown>;
  metrics: Record<string, unknown>;
  tradeCount: number;
};

/** Answer of `GET /api/runs/:id` for an evaluation, for a backtest and for an optimisation. */
export type RunDetails = { run: RunSummary; evaluation: Evaluation };
export type BacktestDetails = {
  run: RunSummary;
  backtest: Backtest;
  /** Null where it was kept without: it cannot be made again from here. */
  ingredients: Ingredients | null;
};
export type OptimisationDetails = { run: RunSummary; optimisation: Optimisation };
