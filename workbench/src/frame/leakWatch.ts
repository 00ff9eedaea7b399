import type { Candles } from "#engine/candles/candles.ts";
import { isMultiple, timeframeMs } from "#engine/core/timeframe.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { StrategyModule } from "#engine/strategy/module.ts";
import type { RunRecord } from "#runtime/definition.ts";
import { dependsOnData } from "#runtime/replay.ts";
import type { CellStatus } from "#runtime/types.ts";
import { isCandles } from "../outputs/columns.ts";
import type { LeakCheck } from "../outputs/leaks/leakCheck.ts";
import type { CallOptions } from "../workers/client.ts";
import type { LeakAnswer, LeakSubject, LeakWork } from "../workers/leaks.ts";
import type { DataCalls } from "./dataCalls.ts";
import { identify } from "./evaluate.ts";
import { DEFAULT_EXCHANGE, type LakeView } from "./lakeView.ts";
import { cellsOf } from "./leakProbe.ts";
import { isBacktest, isEvaluation, isStrategy } from "./resultKinds.ts";

/** What the watch needs of the notebook around it. */
export type LeakWatchHost = {
  lake: LakeView;
  dataCalls: DataCalls;
  statuses(): readonly CellStatus[];
  recordOf(cell: number): RunRecord | undefined;
  valueOf(name: string): unknown;
  bundle(strategy: unknown): StrategyModule;
  /** Whether somebody looks at the page and no work of theirs is under way. */
  isQuiet(): boolean;
  compute(work: LeakWork, candles: readonly Candles[], options: CallOptions): Promise<LeakAnswer>;
  /** A check of what a run of a cell gave. */
  show(cell: number, run: number, check: LeakCheck): void;
  /** Calls back after so many milliseconds, unless what it returns is called before. */
  later(call: () => void, ms: number): () => void;
};

/** How long all must have been quiet before the first look, and between two. */
const QUIET_MS = 2500;
const NEXT_MS = 200;
/** A look that takes longer than this is given up: who wants to know asks `leakProbe`. */
const MOST_MS = 20_000;
/** Few moments: it is a sample. What it finds is a leak; what it does not find may still be one. */
const SAMPLE = { cuts: 6, attribute: false };
/** Of a strategy that reads no data of its own: markets and candles after its history that it is looked at on. */
const MARKETS = 2;
const CANDLES = 3000;

/**
 * Looks for the future in what cells give, a cell at a time, while nobody needs the workers: columns that were made
 * from candles, and strategies. It makes way at once when a cell or a job begins, and begins again when all is quiet.
 */
export class LeakWatch {
  readonly #host: LeakWatchHost;
  /** By cell: the run that was looked at, or cannot be. */
  readonly #seen = new Map<number, number>();
  #current: AbortController | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(host: LeakWatchHost) {
    this.#host = host;
  }

  /** A cell, a job or the page has changed. */
  changed(): void {
    if (!this.#host.isQuiet()) this.#current?.abort();
    this.#schedule(QUIET_MS);
  }

  #schedule(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#host.later(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    if (this.#current !== undefined || !this.#host.isQuiet()) return;
    const next = this.#host
      .statuses()
      .find(({ id, run, state }) => state === "ok" && this.#seen.get(id) !== run);
    if (next === undefined) return;
    const { id, run } = next;
    this.#seen.set(id, run);
    const controller = new AbortController();
    this.#current = controller;
    let isLate = false;
    const cancelLimit = this.#host.later(() => {
      isLate = true;
      controller.abort();
    }, MOST_MS);
    try {
      const check = await this.#check(id, controller.signal);
      if (check !== undefined) this.#host.show(id, run, check);
    } catch {
      // What cannot be looked at has no badge; whoever asks `leakProbe` is told why. What had to make way is next again.
      if (controller.signal.aborted && !isLate) this.#seen.delete(id);
    } finally {
      cancelLimit();
      this.#current = undefined;
    }
    this.#schedule(this.#host.isQuiet() ? NEXT_MS : QUIET_MS);
  }

  async #check(id: number, signal: AbortSignal): Promise<LeakCheck | undefined> {
    const subject = await this.#subjectOf(id);
    signal.throwIfAborted();
    if (subject === undefined) return undefined;
    const { of, series, cells } = subject;
    const work: LeakWork = {
      kind: "leaks",
      subject: subject.subject,
      options: subject.options,
      warmUp: false,
    };
    const answer = await this.#host.compute(work, series, { signal });
    return { ...answer, of, cells, simulated: this.#host.lake.isSimulated(series), isSample: true };
  }

  async #subjectOf(id: number): Promise<Prepared | undefined> {
    const { recordOf, dataCalls } = this.#host;
    const value = (name: string): unknown => this.#host.valueOf(name);
    const record = recordOf(id);
    if (record === undefined) return undefined;
    const names = record.compiled.outputs.filter(
      (name) => isStrategy(value(name)) || hasColumns(value(name)),
    );
    if (names.length === 0) return undefined;
    const strategies = names.map(value).filter(isStrategy);
    if (!dependsOnData(record)) return strategies.length === 0 ? undefined : this.#ofStrategy(strategies[0]);
    const made = cellsOf(
      names.map((name) => ({ name, record })),
      { dataCalls },
    );
    if (made === undefined) return undefined;
    // A strategy that looked at data is run on those, as far as it can decide on them.
    const universe = made.series.flatMap(({ timeframe }, k) =>
      strategies.every((one) => isMultiple(one.timeframe, timeframe)) ? [k] : [],
    );
    if (strategies.length > 0 && universe.length === 0) return undefined;
    return {
      of: names.join(", "),
      subject: { ...made.subject, universe: strategies.length === 0 ? [] : universe },
      series: made.series,
      cells: made.cells,
      options: strategies.length === 0 ? SAMPLE : { ...SAMPLE, blanks: false },
    };
  }

  async #ofStrategy(strategy: Strategy): Promise<Prepared> {
    const { lake, bundle } = this.#host;
    const { definition, text } = identify(strategy, bundle);
    const known = lake.series.filter(({ exchange }) => exchange === DEFAULT_EXCHANGE);
    const symbols = [...new Set(known.map(({ symbol }) => symbol))].slice(0, MARKETS);
    const { timeframe, history } = definition;
    const lastMs = Math.max(...known.map((one) => one.lastMs));
    const fromMs = lastMs - (history + CANDLES) * timeframeMs(timeframe);
    const base = lake.baseTimeframe(DEFAULT_EXCHANGE, timeframe, { symbols });
    const series = await lake.universe(DEFAULT_EXCHANGE, base, { symbols, fromMs });
    return {
      of: definition.name,
      subject: { kind: "strategy", strategy: text, backtest: {} },
      series,
      cells: [],
      options: { ...SAMPLE, blanks: false },
    };
  }
}

type Prepared = {
  of: string;
  subject: LeakSubject;
  series: readonly Candles[];
  cells: readonly number[];
  options: LeakWork["options"];
};

/** Columns of numbers, by themselves or in a record or a list; candles are what columns are made from. */
function hasColumns(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null || depth > 2 || isCandles(value)) return false;
  // The page's own work: it cannot be made again.
  if (isBacktest(value) || isEvaluation(value)) return false;
  if (ArrayBuffer.isView(value)) return "length" in value;
  if (Array.isArray(value)) return typeof value[0] === "number" || hasColumns(value[0], depth + 1);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  return Object.values(value).some((field) => hasColumns(field, depth + 1));
}
