import { type CandleRow, candlesFromRows } from "#engine/candles/build.ts";
import { findGaps, type Gap } from "#engine/candles/gaps.ts";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import { EngineError } from "#engine/core/errors.ts";
import { isoTime } from "#engine/core/isoTime.ts";
import { calendarOf, parseTimeframe } from "#engine/core/timeframe.ts";
import type { MergeReport } from "../lake/commit.ts";
import type { Lake } from "../lake/lake.ts";
import { type Conflict, REPORTED_CONFLICTS } from "../lake/merge.ts";
import { type Series, type SeriesKey, seriesId } from "../lake/series.ts";
import type { Clock } from "./clock.ts";
import type { CandleExchange } from "./exchange.ts";
import { missingSpans, type Span } from "./missing.ts";
import { type Retry, withRetries } from "./retry.ts";

export type IngestRequest = {
  symbol: string;
  timeframe: string;
  /** Open times in [fromMs, toMs), UTC milliseconds; until the last closed candle by default. */
  fromMs: number;
  toMs?: number;
};

export type IngestProgress = {
  symbol: string;
  /** Candles fetched so far by this run. */
  fetched: number;
  fromMs: number;
  toMs: number;
  /** How far the run has come: everything before is stored or about to be. */
  atMs: number;
};

export type IngestOptions = {
  onProgress?: (progress: IngestProgress) => void;
  /** Told of every request that failed and will be tried again. */
  onRetry?: (retry: Retry) => void;
  /** Stops between requests; what was fetched is stored first. */
  signal?: AbortSignal;
  /** Candles asked for at a time; exchanges give fewer if that is more than they like. */
  pageRows?: number;
  /** Candles per commit: a kill loses at most so many. */
  batchRows?: number;
};

export type IngestReport = {
  series: Series;
  requests: number;
  fetched: number;
  added: number;
  identical: number;
  conflictCount: number;
  conflicts: Conflict[];
  /** Rows without prices, left out. */
  unusable: number;
  /** Candles that the exchange does not have either, in the span asked for; the longest hundred are listed. */
  gaps: { count: number; missing: number; longest: Gap[] };
};

/**
 * Fetches the candles of a span that the lake does not have yet, oldest first, and stores them in batches. What is
 * stored is all the progress there is, so that a run that was killed goes on where its last commit stopped. The
 * candle that is still forming is left out.
 */
export async function ingest(
  { exchange, lake, clock }: { exchange: CandleExchange; lake: Lake; clock: Clock },
  request: IngestRequest,
  options: IngestOptions = {},
): Promise<IngestReport> {
  parseTimeframe(request.timeframe);
  await exchange.requireTimeframe(request.timeframe);
  const retries = { clock, signal: options.signal, onRetry: options.onRetry };
  const { symbol, market } = await withRetries(() => exchange.market(request.symbol), retries);
  const key: SeriesKey = { exchange: exchange.id, market, symbol, timeframe: request.timeframe };
  const span = spanOf(request, clock);
  const run = new IngestRun(exchange, lake, key, span, options);
  const { pageRows = 1000 } = options;
  const calendar = calendarOf(key.timeframe);
  try {
    for (const missing of missingSpans(await storedTimes(lake, key, span), key.timeframe, span)) {
      let atMs = Math.max(missing.fromMs, run.atMs);
      while (atMs < missing.toMs) {
        const rows = await withRetries(() => run.fetch(atMs, pageRows), retries);
        // Some exchanges answer for a window of `limit` candles only, and may have none in this one.
        atMs = run.take(rows, atMs) ?? calendar.at(calendar.number(atMs) + pageRows);
        run.reach(atMs);
        await run.commitIfFull();
      }
    }
  } finally {
    await run.commit();
  }
  throwIfCanceled(options.signal);
  return await run.report();
}

function spanOf({ fromMs, toMs, timeframe }: IngestRequest, clock: Clock): Span {
  const calendar = calendarOf(timeframe);
  // A candle that holds the present is still forming.
  const closed = calendar.open(clock.now());
  const end = Math.min(toMs ?? closed, closed);
  if (fromMs < end) return { fromMs, toMs: end };
  throw new EngineError(
    "ingest.range",
    `Asked for candles from ${isoTime(fromMs)} to ${isoTime(toMs ?? closed)}, and none of ${timeframe} has closed in that span. Give an earlier start.`,
    { fromMs, toMs: toMs ?? closed, timeframe },
  );
}

async function storedTimes(lake: Lake, key: SeriesKey, { fromMs, toMs }: Span): Promise<Float64Array> {
  const id = seriesId(key);
  if (!(await lake.series()).some((series) => series.id === id)) return new Float64Array(0);
  return (await lake.candles(id, { fromMs, toMs })).timestamp;
}

/** What one run has fetched and stored so far. */
class IngestRun {
  #batch: CandleRow[] = [];
  #stored: MergeReport | undefined;
  #requests = 0;
  #fetched = 0;
  #unusable = 0;
  #totals = { added: 0, identical: 0, conflictCount: 0, conflicts: [] as Conflict[] };
  #atMs: number;

  constructor(
    readonly exchange: CandleExchange,
    readonly lake: Lake,
    readonly key: SeriesKey,
    readonly span: Span,
    readonly options: IngestOptions,
  ) {
    this.#atMs = span.fromMs;
  }

  /** Everything before has been asked for. */
  get atMs(): number {
    return this.#atMs;
  }

  reach(atMs: number): void {
    this.#atMs = atMs;
    const { fromMs, toMs } = this.span;
    this.options.onProgress?.({
      symbol: this.key.symbol,
      fetched: this.#fetched,
      fromMs,
      toMs,
      atMs: Math.min(atMs, toMs),
    });
  }

  async fetch(sinceMs: number, limit: number): Promise<CandleRow[]> {
    this.#requests++;
    return await this.exchange.candles(this.key.symbol, this.key.timeframe, sinceMs, limit);
  }

  /** Keeps the rows of a page that are in the span, and returns the open time to ask for next; undefined for an empty page. */
  take(rows: readonly CandleRow[], sinceMs: number): number | undefined {
    const calendar = calendarOf(this.key.timeframe);
    let last: number | undefined;
    for (const row of rows.toSorted((a, b) => a[0] - b[0])) {
      const time = row[0];
      if (!(time >= sinceMs) || time === last) continue;
      last = time;
      if (time >= this.span.toMs) continue;
      if (calendar.open(time) !== time) throw this.#offCalendar(time);
      if (!row.slice(1, 5).every(Number.isFinite)) {
        this.#unusable++;
        continue;
      }
      // No volume told is none traded, as exchanges have it.
      this.#batch.push(Number.isFinite(row[5]) ? row : [row[0], row[1], row[2], row[3], row[4], 0]);
      this.#fetched++;
    }
    return last === undefined ? undefined : calendar.close(last);
  }

  async commitIfFull(): Promise<void> {
    if (this.#batch.length >= (this.options.batchRows ?? 10_000)) await this.commit();
  }

  async commit(): Promise<void> {
    if (this.#batch.length === 0) return;
    const candles = candlesFromRows(this.key, this.#batch);
    const merged = await this.lake.mergeCandles({
      key: this.key,
      candles,
      source: `${this.exchange.id}, fetched with ccxt`,
    });
    this.#batch = [];
    this.#stored = merged;
    const totals = this.#totals;
    totals.added += merged.added;
    totals.identical += merged.identical;
    totals.conflictCount += merged.conflictCount;
    totals.conflicts.push(...merged.conflicts.slice(0, REPORTED_CONFLICTS - totals.conflicts.length));
  }

  async report(): Promise<IngestReport> {
    const id = seriesId(this.key);
    const known = (await this.lake.series()).find((series) => series.id === id);
    const series = this.#stored?.series ?? known;
    if (series === undefined) {
      throw new EngineError(
        "ingest.no-candles",
        `${this.key.exchange} has no ${this.key.timeframe} candles of ${this.key.symbol} from ${isoTime(this.span.fromMs)} to ${isoTime(this.span.toMs)}.`,
        { ...this.key, ...this.span },
      );
    }
    const candles = await this.lake.candles(id, this.span);
    const gaps = candles.timestamp.length === 0 ? [] : findGaps(candles);
    return {
      series,
      requests: this.#requests,
      fetched: this.#fetched,
      ...this.#totals,
      unusable: this.#unusable,
      gaps: {
        count: gaps.length,
        missing: gaps.reduce((sum, gap) => sum + gap.missing, 0),
        longest: gaps.toSorted((a, b) => b.missing - a.missing || a.startMs - b.startMs).slice(0, 100),
      },
    };
  }

  #offCalendar(time: number): EngineError {
    const { exchange, symbol, timeframe } = this.key;
    return new EngineError(
      "ingest.off-calendar",
      `${exchange}'s ${timeframe} candles of ${symbol} open at ${isoTime(time)}, where no ${timeframe} candle opens in UTC. Fetch a shorter timeframe and let it be aggregated.`,
      { exchange, symbol, timeframe, timestamp: time },
    );
  }
}
