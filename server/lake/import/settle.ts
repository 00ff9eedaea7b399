import { candleAt, candlesFromColumns, takeCandles } from "#engine/candles/build.ts";
import type { CandleColumns, Candles } from "#engine/candles/candles.ts";
import { type CandleFinding, type CandleFindingKind, validateCandles } from "#engine/candles/validate.ts";
import { EngineError } from "#engine/core/errors.ts";
import { calendarOf } from "#engine/core/timeframe.ts";
import { type Conflict, REPORTED_CONFLICTS, sameCandle } from "../merge.ts";
import type { RawCandles } from "./raw.ts";
import { inferTimeframe, requireOneTimeframe } from "./timeframe.ts";

/** What the times in a file are: when candles open (the default), when they close, or any time inside them. */
export type TimestampMeaning = "open" | "close" | "inside";

/** Findings that are spelled out in a report; `findingCounts` counts them all. */
const REPORTED_FINDINGS = 200;

/** Candles in order, each open time once, with everything that was noticed on the way. */
export type Settled = {
  candles: Candles;
  notes: string[];
  /** Rows that repeated a candle of the file exactly. */
  duplicates: number;
  /** Rows that gave other values for a candle of the file; the first row stands. */
  conflictCount: number;
  conflicts: Conflict[];
  findings: CandleFinding[];
  findingCounts: Partial<Record<CandleFindingKind, number>>;
};

type SettleOptions = { timeframe?: string | undefined; timestamps?: TimestampMeaning | undefined };

/** Sorts a file's rows, drops repeated ones, finds out the timeframe and looks for everything remarkable. */
export function settle(
  raw: RawCandles,
  fileName: string,
  source: { symbol: string; exchange: string },
  options: SettleOptions,
): Settled {
  const notes = [...raw.notes];
  const sorted = inOrder(raw, notes);
  const timeframe = options.timeframe ?? inferTimeframe(sorted.columns.timestamp);
  if (timeframe === undefined) {
    throw new EngineError(
      "import.unknown-timeframe",
      `${fileName}: the distances between its ${sorted.columns.timestamp.length} rows are those of no timeframe. Name the timeframe; if the rows are trades or ticks, they cannot be imported as candles.`,
      { file: fileName },
    );
  }
  const columns = {
    ...sorted.columns,
    timestamp: openTimes(sorted.columns.timestamp, timeframe, options.timestamps ?? "open"),
  };
  const unique = firstOfEach(columns);
  const lineOf = (row: number): string =>
    sorted.lines === undefined ? "" : `, line ${sorted.lines[unique.rows[row]]}`;
  const candles = takeCandles(candlesFromColumns({ ...source, timeframe }, columns), unique.rows);
  requireOneTimeframe(candles.timestamp, timeframe, { fileName, lineOf });
  const findings = validateCandles(candles);
  const findingCounts: Settled["findingCounts"] = {};
  for (const { kind } of findings) findingCounts[kind] = (findingCounts[kind] ?? 0) + 1;
  const { duplicates, conflictCount, conflicts } = unique;
  return {
    candles,
    notes,
    duplicates,
    conflictCount,
    conflicts,
    findings: findings.slice(0, REPORTED_FINDINGS),
    findingCounts,
  };
}

function inOrder(
  raw: RawCandles,
  notes: string[],
): { columns: CandleColumns; lines?: Uint32Array | undefined } {
  const { timestamp } = raw.columns;
  let backward = 0;
  for (let i = 1; i < timestamp.length; i++) if (timestamp[i] < timestamp[i - 1]) backward++;
  if (backward === 0) return raw;
  notes.push(
    backward >= 0.9 * (timestamp.length - 1)
      ? "The file has the newest candle first; it was put in order of time."
      : `${backward} rows come after a later one; the rows were put in order of time.`,
  );
  const order = Uint32Array.from(timestamp, (_, i) => i);
  order.sort((a, b) => timestamp[a] - timestamp[b] || a - b);
  const columns = takeCandles({ ...raw.columns, symbol: "", timeframe: "", exchange: "" }, order);
  return { columns, lines: raw.lines && order.map((row) => raw.lines?.[row] ?? 0) };
}

function openTimes(timestamp: Float64Array, timeframe: string, meaning: TimestampMeaning): Float64Array {
  if (meaning === "open") return timestamp;
  const calendar = calendarOf(timeframe);
  // A candle that closes at 09:05 is the one that holds the last millisecond before it.
  return timestamp.map((time) => calendar.open(meaning === "close" ? time - 1 : time));
}

/** The first row of each open time, and how the others compare with it. */
function firstOfEach(
  columns: CandleColumns,
): { rows: number[] } & Pick<Settled, "duplicates" | "conflictCount" | "conflicts"> {
  const rows: number[] = [];
  const conflicts: Conflict[] = [];
  let duplicates = 0;
  let conflictCount = 0;
  for (let i = 0; i < columns.timestamp.length; i++) {
    const last = rows[rows.length - 1];
    if (last === undefined || columns.timestamp[i] !== columns.timestamp[last]) rows.push(i);
    else if (sameCandle(columns, i, columns, last)) duplicates++;
    else {
      conflictCount++;
      if (conflicts.length < REPORTED_CONFLICTS) {
        conflicts.push({
          timestamp: columns.timestamp[i],
          stored: candleAt(columns, last),
          given: candleAt(columns, i),
        });
      }
    }
  }
  return { rows, duplicates, conflictCount, conflicts };
}
