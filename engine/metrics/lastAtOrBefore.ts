/** The last row whose time is at or before `at`, −1 before the first; `times` ascend. */
export function lastAtOrBefore(times: Float64Array, at: number): number {
  let [low, high] = [-1, times.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}
