import type { Random } from "../core/random.ts";
import { DAY_MS, monthOf, timeframeMs } from "../core/timeframe.ts";
import type { BaseColumn } from "./compare.ts";
import { after, type Cut, type TimedInput } from "./known.ts";

/** How many cuts of each sort. */
export type CutCounts = {
  /** Spread over the whole span. */
  readonly spread: number;
  /** At most so many where the input is unusual: gaps, the largest moves, turns of the calendar, news. */
  readonly telling: number;
  /** At most so many where an output that seldom changes does. */
  readonly events: number;
};

/**
 * Where to cut. Most cuts are spread over the span, each at a random place of its own stretch, closer together early,
 * where a run on what is known costs less. A leak may show at few rows only: a hole that is filled from behind, an
 * outlier smoothed by its neighbours, a pivot that is marked where it was and not where it was confirmed, the first
 * rows filled with the first value; so cuts are also made at the very beginning, and where inputs or outputs have
 * something to tell.
 */
export function cutPoints(
  timed: TimedInput,
  columns: readonly BaseColumn[],
  { spread, telling, events }: CutCounts,
  random: Random,
): { spread: Cut[]; telling: Cut[] } {
  const grid = gridOf(timed.closes);
  const early = new Set([...spreadTimes(grid, spread, random.stream("spread")), ...earlyTimes(grid)]);
  const late = new Set([
    ...draw(tellingTimes(timed), telling, random.stream("telling")),
    ...draw(eventTimes(grid, columns), events, random.stream("events")),
  ]);
  const last = grid[grid.length - 1];
  // Nothing comes after the last close, so nothing can be taken away or changed there.
  const cuts = (times: Iterable<number>): Cut[] =>
    [...times].filter((time) => time < last).map((time) => ({ time, knows: "closes" }));
  return {
    spread: cuts(early),
    telling: [
      ...cuts(late).filter(({ time }) => !early.has(time)),
      ...openCuts(timed, columns, spread, events, random.stream("opens")),
    ],
  };
}

/** All times at which a candle closes, each once, in order. */
export function gridOf(lists: readonly Float64Array[]): Float64Array {
  const total = lists.reduce((sum, { length }) => sum + length, 0);
  const all = new Float64Array(total);
  let next = 0;
  for (const times of lists) {
    all.set(times, next);
    next += times.length;
  }
  all.sort();
  let count = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i];
  return all.slice(0, count);
}

function spreadTimes(grid: Float64Array, count: number, random: Random): number[] {
  const usable = grid.length - 1;
  // Stretches that grow from the first to the last: the k-th of n ends at the share (k / n)³ of the rows.
  const edge = (k: number): number => Math.floor(usable * (k / count) * (k / count) * (k / count));
  return Array.from({ length: Math.min(count, usable) }, (_, k) => {
    const from = edge(k);
    return grid[random.integer(from, Math.max(from, edge(k + 1) - 1))];
  });
}

/** The first rows, ever further apart: 1, 2, 3, 5, 8 … up to a fiftieth of all, at most some hundreds. */
function earlyTimes(grid: Float64Array): number[] {
  const times: number[] = [];
  const most = Math.min(grid.length - 1, Math.max(60, Math.floor(grid.length / 50)));
  for (let [row, next] = [1, 2]; row < most; [row, next] = [next, row + next]) times.push(grid[row]);
  return times;
}

/** Times worth a look, the most telling first: all of them, and then any others. */
export function wantedTimes(
  timed: TimedInput,
  columns: readonly BaseColumn[],
  grid: Float64Array,
  random: Random,
): number[] {
  const lists = [...eventTimes(grid, columns), ...tellingTimes(timed)];
  const most = lists.reduce((sum, { length }) => sum + length, 0);
  return [...draw(lists, most, random), ...random.shuffle(grid.slice(0, -1))];
}

/** So many of the largest moves are looked at. */
const LARGEST = 40;

/** Lists of times that are telling, one for each reason. */
function tellingTimes(timed: TimedInput): number[][] {
  const gaps: number[] = [];
  const turns: number[] = [];
  const months: number[] = [];
  const quiet: number[] = [];
  const moves: { size: number; times: number[] }[] = [];
  const ends: number[] = [];
  for (const [k, { timestamp, close, volume, timeframe }] of timed.input.candles.entries()) {
    const closes = timed.closes[k];
    const rows = timestamp.length;
    if (rows === 0) continue;
    const step = timeframeMs(timeframe);
    const quietRows: number[] = [];
    for (let i = 1; i < rows; i++) {
      const [before, open] = [closes[i - 1], timestamp[i]];
      // On the edges of a hole, and inside it, where a row may have been made up.
      if (open > before)
        gaps.push(before, before + Math.floor((open - before) / step / 2) * step, open, closes[i]);
      if (Math.floor(open / DAY_MS) !== Math.floor(timestamp[i - 1] / DAY_MS)) turns.push(before);
      if (monthOf(open) !== monthOf(timestamp[i - 1])) months.push(before);
      if (volume[i] === 0) quietRows.push(closes[i]);
      const move = Math.abs(close[i] / close[i - 1] - 1);
      const size = move / timed.moves[k];
      if (size > 4 || Number.isNaN(size)) moves.push({ size, times: [closes[i], before] });
    }
    if (quietRows.length < rows / 10) quiet.push(...quietRows);
    // A market that begins or ends inside the span: just before, and just after.
    ends.push(closes[0] - step, closes[0], closes[rows - 1], closes[rows - 1] + step);
  }
  const news = timed.input.information.flatMap(({ availableAt }) =>
    [...availableAt].flatMap((time) => [time - 1, time]),
  );
  const largest = moves.sort((a, b) => b.size - a.size || 0).slice(0, LARGEST);
  const jumps = largest.flatMap(({ times }) => times);
  return [gaps, jumps, quiet, news, turns, months, ends].filter(({ length }) => length > 0);
}

/** Up to `count` of the times, the same number of each list as far as there are. */
function draw(lists: readonly number[][], count: number, random: Random): number[] {
  const shuffled = lists.map((list) => random.shuffle([...list]));
  const drawn: number[] = [];
  for (let round = 0; drawn.length < count && shuffled.some(({ length }) => length > round); round++) {
    for (const list of shuffled) if (round < list.length && drawn.length < count) drawn.push(list[round]);
  }
  return drawn;
}

/** Times of rows at which columns change that seldom do, a list for each of them. */
function eventTimes(grid: Float64Array, columns: readonly BaseColumn[]): number[][] {
  return columns.flatMap(({ time, values }) => {
    const rows = changes(values);
    const isEvents = time.length < grid.length / 3;
    const isSeldom = isEvents || rows.length <= Math.max(20, values.length / 5);
    return isSeldom && rows.length > 0 ? [rows.map((row) => time[row])] : [];
  });
}

/** Rows whose value is another than the one before. */
function changes(values: Float64Array): number[] {
  const rows: number[] = [];
  for (let i = 1; i < values.length; i++) {
    if (!Object.is(values[i], values[i - 1]) && !Number.isNaN(values[i])) rows.push(i);
  }
  return rows;
}

/** Cuts between the beginning of a candle, or its first price, and the rest of it, where some column knows that much. */
function openCuts(
  timed: TimedInput,
  columns: readonly BaseColumn[],
  spread: number,
  events: number,
  random: Random,
): Cut[] {
  const begins = gridOf(timed.input.candles.map(({ timestamp }) => timestamp));
  return (["begins", "opens"] as const).flatMap((knows) => {
    const knowing = columns.filter((column) => column.knows === knows && column.time.length > 0);
    if (knowing.length === 0) return [];
    const own = draw(
      knowing.map(({ time, values }) => changes(values).map((row) => time[row])),
      events,
      random,
    );
    const times = new Set([...spreadTimes(begins, Math.ceil(spread / 2), random), ...own]);
    return [...times].map((time): Cut => ({ time, knows }));
  });
}

/** The end of a stretch of `rows` closes after a cut; Infinity where there are not so many. */
export function horizonMs(grid: Float64Array, { time }: Cut, rows: number): number {
  const next = after(grid, time);
  return next + rows - 1 < grid.length ? grid[next + rows - 1] : Number.POSITIVE_INFINITY;
}
