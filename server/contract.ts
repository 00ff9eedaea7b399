/**
 * What goes over the wire between the workbench and the server, as plain JSON types. The workbench imports
 * types only; the routes parse what comes in with zod schemas that produce these types.
 */

import type { Evaluation } from "#engine/walkforward/result.ts";

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

export type JobState = "queued" | "running" | "done" | "failed" | "canceled";
export type Job = {
  id: string;
  kind: "ingest" | "import" | "evaluate" | "samples";
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

/** Numbers that JSON has not (NaN, infinities) travel as `{"$number":"NaN"}`: read runs with `parseWire`. */
export type RunSummary = {
  id: string;
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

/** Answer of `GET /api/runs/:id`. */
export type RunDetails = { run: RunSummary; evaluation: Evaluation };
