/**
 * The deepest fall of an equity curve from its running peak, as a positive fraction of that peak; 0 for a curve
 * that never falls and for an empty one. The curve's first value is the first peak.
 */
export function maxDrawdown(equity: ArrayLike<number>): number {
  let peak = -Infinity;
  let deepest = 0;
  for (let i = 0; i < equity.length; i++) {
    if (equity[i] > peak) peak = equity[i];
    const drawdown = (peak - equity[i]) / peak;
    if (drawdown > deepest) deepest = drawdown;
  }
  return deepest;
}

/** How far each value lies below the highest before it, as a positive fraction of that; `start` is the first peak. */
export function drawdownsOf(equity: ArrayLike<number>, start: number): Float64Array {
  const drawdowns = new Float64Array(equity.length);
  let peak = start;
  for (let i = 0; i < equity.length; i++) {
    if (equity[i] > peak) peak = equity[i];
    if (equity[i] !== peak) drawdowns[i] = (peak - equity[i]) / peak;
  }
  return drawdowns;
}
