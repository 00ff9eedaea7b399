/** What the curve needs to know of a trade. */
export type WeightedTrade = {
  readonly sliceMs: number;
  readonly exitTime: number;
  /** Positive fraction of the slice's capital. */
  readonly weight: number;
  /** Fraction gained after costs. */
  readonly return: number;
};

/** Equity after each exit, as a multiple of the starting capital. */
export type AggregateCurve = {
  /** UTC milliseconds, ascending; equal where two slices end together. */
  readonly time: Float64Array;
  readonly equity: Float64Array;
};

/**
 * All slices as one portfolio. Where slices overlap, `windowMs / shiftMs` of them are held at a time, so each gets
 * that part of the capital, `shiftMs / windowMs` (overlapping portfolios: Jegadeesh and Titman 1993), never more
 * than the whole. Returns are booked at the exit and compound in order of exit time, ties by slice; positions of
 * one slice that end together are added, not compounded. Between entry and exit the curve is flat: what happens
 * inside a trade is the trade's own drawdown.
 */
export function aggregateCurve(
  trades: readonly WeightedTrade[],
  { windowMs, shiftMs }: { readonly windowMs: number; readonly shiftMs: number },
): AggregateCurve {
  const share = Math.min(1, shiftMs / windowMs);
  const ordered = [...trades].sort((a, b) => a.exitTime - b.exitTime || a.sliceMs - b.sliceMs);
  const time: number[] = [];
  const equity: number[] = [];
  let capital = 1;
  for (let i = 0; i < ordered.length; ) {
    const { exitTime, sliceMs } = ordered[i];
    let gain = 0;
    for (; i < ordered.length && ordered[i].exitTime === exitTime && ordered[i].sliceMs === sliceMs; i++) {
      gain += ordered[i].weight * ordered[i].return;
    }
    capital *= 1 + share * gain;
    time.push(exitTime);
    equity.push(capital);
  }
  return { time: Float64Array.from(time), equity: Float64Array.from(equity) };
}
