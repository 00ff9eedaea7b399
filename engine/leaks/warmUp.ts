import { EngineError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { baseColumns, requireAnswer } from "./compare.ts";
import { gridOf } from "./cutPoints.ts";
import { after, keepRows, TimedInput } from "./known.ts";
import type { ProbeAnswer, ProbeInput, Subject, SubjectFactory } from "./subject.ts";

export type WarmUpOptions = {
  /** Candles of history to try. Default: 25, 50, 100, 200 … up to half of what there is. */
  readonly startups?: readonly number[];
  /** Rows at which values are compared, spread over the later half. Default: 8. */
  readonly rows?: number;
  /** A column has settled when it differs by no more than this fraction. Default: 1e-6. */
  readonly tolerance?: number;
  /** Where the compared rows are drawn from. Default: 1. */
  readonly seed?: number;
};

export type WarmUpColumn = {
  readonly name: string;
  /**
   * By startup: the largest difference from the value with all of the history, as a fraction of the value or of the
   * column's mean absolute value, whichever is larger; NaN where the value was not known at some row.
   */
  readonly differences: Float64Array;
  /** The fewest candles of those tried from which on it stays within the tolerance; NaN where none is enough. */
  readonly settledBy: number;
};

export type WarmUpReport = {
  /** Candles of history before and with the compared row. */
  readonly startups: readonly number[];
  readonly columns: readonly WarmUpColumn[];
  /** UTC milliseconds of the compared rows. */
  readonly times: Float64Array;
  readonly tolerance: number;
};

/** A run that the analysis asks for: the input with only so much history, or all of it, up to some time. */
export type WarmUpRun = { readonly input: ProbeInput; readonly done: number; readonly total: number };

/**
 * How the value at a row depends on where the history starts: Freqtrade's recursive analysis, for every column. An
 * average over a window forgets at once what has left it; an exponential one never quite does, and a strategy that is
 * given less history live than in its backtest sees other numbers. A column whose difference does not shrink depends on
 * where its data begin: a cumulative sum, a maximum of all.
 */
export function* warmingUp(
  input: ProbeInput,
  { startups, rows = 8, tolerance = 1e-6, seed = 1 }: WarmUpOptions = {},
): Generator<WarmUpRun, WarmUpReport, ProbeAnswer> {
  const timed = new TimedInput(input);
  const grid = gridOf(timed.closes);
  const lengths = startups ?? doubling(grid.length);
  requireStartups(lengths, grid.length);
  const total = 1 + rows * lengths.length;
  const base = baseColumns(requireAnswer(yield { input: timed.whole(), done: 0, total }));
  const random = Random.seeded(seed).stream("warm-up");
  // The later half has the most history, and the longest startup must fit before each row.
  const first = Math.max(Math.floor(grid.length / 2), Math.max(...lengths) - 1);
  const places = Array.from({ length: rows }, () => random.integer(first, grid.length - 1)).sort(
    (a, b) => a - b,
  );
  const differences = new Map(base.map(({ name }) => [name, new Float64Array(lengths.length)]));

  let done = 1;
  for (const [s, length] of lengths.entries()) {
    for (const place of places) {
      const time = grid[place];
      const from = place - length >= 0 ? grid[place - length] : Number.NEGATIVE_INFINITY;
      const answer = requireAnswer(yield { input: between(timed, from, time), done: done++, total });
      const others = new Map(answer.map((column) => [column.name, column]));
      for (const { name, time: times, values, scale } of base) {
        const own = differences.get(name);
        const expected = values[after(times, time) - 1];
        if (own === undefined || expected === undefined || Number.isNaN(expected)) continue;
        const other = others.get(name);
        const row = other === undefined ? -1 : after(other.time, time) - 1;
        const given = other?.values[row] ?? Number.NaN;
        const size = Math.max(Math.abs(expected), scale);
        const difference = given === expected ? 0 : Math.abs(given - expected) / size;
        own[s] = Number.isNaN(difference) ? Number.NaN : Math.max(own[s], difference);
      }
    }
  }
  return {
    startups: lengths,
    times: Float64Array.from(places, (place) => grid[place]),
    tolerance,
    columns: [...differences].map(([name, each]) => ({
      name,
      differences: each,
      settledBy: settledBy(lengths, each, tolerance),
    })),
  };
}

/** `warmingUp` in one go. */
export function warmUpAnalysis(
  subject: Subject | SubjectFactory,
  input: ProbeInput,
  options: WarmUpOptions = {},
): WarmUpReport {
  const create = typeof subject === "function" ? () => subject : subject.create;
  const steps = warmingUp(input, options);
  for (let step = steps.next(); ; step = steps.next(create()(step.value.input))) {
    if (step.done) return step.value;
  }
}

/** The candles that closed after one time and by another. */
function between(timed: TimedInput, from: number, to: number): ProbeInput {
  const upTo = timed.truncated({ time: to, knows: "closes" });
  return {
    candles: upTo.candles.map((candles, k) => {
      const start = after(timed.closes[k].subarray(0, candles.timestamp.length), from);
      const { symbol, timeframe, exchange } = candles;
      return {
        ...{ symbol, timeframe, exchange },
        timestamp: candles.timestamp.slice(start),
        open: candles.open.slice(start),
        high: candles.high.slice(start),
        low: candles.low.slice(start),
        close: candles.close.slice(start),
        volume: candles.volume.slice(start),
      };
    }),
    information: timed.input.information.map((table) => keepRows(table, (at) => at <= to)),
  };
}

function doubling(rows: number): number[] {
  const lengths: number[] = [];
  for (let length = 25; length <= rows / 2; length *= 2) lengths.push(length);
  return lengths.length > 0 ? lengths : [Math.max(1, Math.floor(rows / 2))];
}

function settledBy(startups: readonly number[], differences: Float64Array, tolerance: number): number {
  let settled = Number.NaN;
  for (let s = startups.length - 1; s >= 0 && differences[s] <= tolerance; s--) settled = startups[s];
  return settled;
}

function requireStartups(startups: readonly number[], rows: number): void {
  const isFine =
    startups.length > 0 && startups.every((each) => Number.isInteger(each) && each >= 1 && each < rows);
  const isRising = startups.every((each, k) => k === 0 || each > startups[k - 1]);
  if (isFine && isRising) return;
  throw new EngineError(
    "leaks.startups",
    `warmUpAnalysis: startups are ${startups.join(", ") || "none"}; expected rising whole numbers of candles from 1, fewer ` +
      `than the ${rows} that there are.`,
    { given: startups, rows },
  );
}
