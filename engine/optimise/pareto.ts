import type { Numbers } from "../core/stats.ts";
import type { Trial } from "./trial.ts";

/** Whether losses are nowhere larger than others, and somewhere smaller. */
export function dominates(a: Numbers, b: Numbers): boolean {
  let isSmaller = false;
  for (let m = 0; m < a.length; m++) {
    if (a[m] > b[m]) return false;
    if (a[m] < b[m]) isSmaller = true;
  }
  return isSmaller;
}

/**
 * The places of the rows in fronts: first those that no other row dominates, then those that only the first front's do,
 * and so on (the fast nondominated sort of Deb et al. 2002). Each front in the order of the rows.
 */
export function nondominatedFronts(losses: readonly Numbers[]): number[][] {
  const dominated: number[][] = losses.map(() => []);
  const dominators = new Int32Array(losses.length);
  for (let i = 0; i < losses.length; i++) {
    for (let j = 0; j < i; j++) {
      if (dominates(losses[i], losses[j])) {
        dominated[i].push(j);
        dominators[j]++;
      } else if (dominates(losses[j], losses[i])) {
        dominated[j].push(i);
        dominators[i]++;
      }
    }
  }
  const fronts: number[][] = [];
  let front = losses.map((_, i) => i).filter((i) => dominators[i] === 0);
  while (front.length > 0) {
    fronts.push(front);
    const next: number[] = [];
    for (const i of front) for (const j of dominated[i]) if (--dominators[j] === 0) next.push(j);
    front = next.sort((a, b) => a - b);
  }
  return fronts;
}

/**
 * How lonely each row of a front is: the sum over the objectives of the gap between its two neighbours, in parts of the
 * front's range; Infinity at the ends (Deb et al. 2002).
 */
export function crowdingDistances(losses: readonly Numbers[]): Float64Array {
  const distances = new Float64Array(losses.length);
  const objectives = losses.length === 0 ? 0 : losses[0].length;
  for (let m = 0; m < objectives; m++) {
    const order = losses.map((_, i) => i).sort((a, b) => losses[a][m] - losses[b][m] || a - b);
    const [first, last] = [order[0], order[order.length - 1]];
    distances[first] = Infinity;
    distances[last] = Infinity;
    const range = losses[last][m] - losses[first][m];
    if (!(range > 0 && range < Infinity)) continue;
    for (let k = 1; k < order.length - 1; k++) {
      distances[order[k]] += (losses[order[k + 1]][m] - losses[order[k - 1]][m]) / range;
    }
  }
  return distances;
}

/** The complete trials that no other dominates, in the order of the study; of trials that are one point, the first. */
export function paretoFront(trials: readonly Trial[]): Trial[] {
  const complete = trials.filter(({ state, sameAs }) => state === "complete" && sameAs === undefined);
  return complete.filter(({ losses }) => !complete.some((other) => dominates(other.losses, losses)));
}
