import type { Numbers } from "../core/stats.ts";

/** The largest and the smallest value, whatever their sign; NaN of none, and where one is NaN. */
export function extremes(values: Numbers): { readonly best: number; readonly worst: number } {
  if (values.length === 0) return { best: Number.NaN, worst: Number.NaN };
  let [best, worst] = [-Infinity, Infinity];
  for (let i = 0; i < values.length; i++) {
    best = Math.max(best, values[i]);
    worst = Math.min(worst, values[i]);
  }
  return { best, worst };
}
