import type { Table } from "../core/table.ts";

/**
 * One fall from a peak and back: `startTime` is the last time at the peak, `troughTime` when it was deepest,
 * `recoveryTime` when the peak was reached again (NaN while it is not), all UTC milliseconds; `depth` is a positive
 * fraction of the peak. `lengthMs` is from start to recovery, or to the end of the curve; `declineMs` from start to
 * trough; `recoveryMs` from trough to recovery, NaN without one.
 */
export type DrawdownColumn =
  | "startTime"
  | "troughTime"
  | "recoveryTime"
  | "depth"
  | "lengthMs"
  | "declineMs"
  | "recoveryMs";

type Episode = { start: number; trough: number; recovery: number; depth: number; end: number };

/** Every drawdown of a curve, the deepest first, equal ones in order of time. The beginning is the first peak. */
export function drawdownTable(
  time: Float64Array,
  equity: Float64Array,
  begin: { readonly startMs: number; readonly equity: number },
): Table<DrawdownColumn> {
  const all: Episode[] = [];
  let peak = begin.equity;
  let peakTime = begin.startMs;
  let open: Episode | undefined;
  for (let row = 0; row < time.length; row++) {
    if (equity[row] >= peak) {
      if (open !== undefined) open.end = open.recovery = time[row];
      open = undefined;
      peak = equity[row];
      peakTime = time[row];
      continue;
    }
    if (open === undefined) {
      open = { start: peakTime, trough: time[row], recovery: Number.NaN, depth: 0, end: time[row] };
      all.push(open);
    }
    const depth = (peak - equity[row]) / peak;
    if (depth > open.depth) {
      open.depth = depth;
      open.trough = time[row];
    }
    open.end = time[row];
  }
  all.sort((a, b) => b.depth - a.depth || a.start - b.start);
  const column = (of: (episode: Episode) => number): Float64Array => Float64Array.from(all, of);
  return {
    rows: all.length,
    columns: {
      startTime: column(({ start }) => start),
      troughTime: column(({ trough }) => trough),
      recoveryTime: column(({ recovery }) => recovery),
      depth: column(({ depth }) => depth),
      lengthMs: column(({ start, end }) => end - start),
      declineMs: column(({ start, trough }) => trough - start),
      recoveryMs: column(({ trough, recovery }) => recovery - trough),
    },
  };
}
