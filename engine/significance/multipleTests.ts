import { EngineError } from "../core/errors.ts";
import type { Numbers } from "../core/stats.ts";

/** How p-values are raised for having come from many tests. */
export type Adjustment = "bonferroni" | "holm" | "bhy";

/**
 * P-values raised so that each can be held against the level as if it were the only one; in the order given, at most 1.
 * `"bonferroni"` and `"holm"` (Holm 1979) bound the chance of any false discovery, `"bhy"` the expected share of false
 * ones among the discoveries, whatever the dependence (Benjamini and Yekutieli 2001). As R's `p.adjust`; Harvey and Liu
 * print BHY with the largest p-value left as it is, which changes nothing for the best trials.
 */
export function adjustPValues(pValues: Numbers, method: Adjustment): Float64Array {
  const count = pValues.length;
  for (let i = 0; i < count; i++) {
    if (pValues[i] >= 0 && pValues[i] <= 1) continue;
    throw new EngineError(
      "significance.p-value",
      `adjustPValues: p-value ${i} is ${pValues[i]}; expected 0 … 1.`,
      { index: i, given: String(pValues[i]) },
    );
  }
  const order = Array.from({ length: count }, (_, i) => i).sort((i, j) => pValues[i] - pValues[j] || i - j);
  const adjusted = new Float64Array(count);
  if (method === "bhy") {
    let harmonic = 0;
    for (let k = 1; k <= count; k++) harmonic += 1 / k;
    let least = 1;
    for (let rank = count; rank >= 1; rank--) {
      const i = order[rank - 1];
      least = Math.min(least, ((count * harmonic) / rank) * pValues[i]);
      adjusted[i] = least;
    }
    return adjusted;
  }
  let most = 0;
  for (const [before, i] of order.entries()) {
    const tests = method === "holm" ? count - before : count;
    most = Math.max(most, Math.min(1, tests * pValues[i]));
    adjusted[i] = most;
  }
  return adjusted;
}
