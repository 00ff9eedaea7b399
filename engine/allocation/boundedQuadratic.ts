import { EngineError } from "../core/errors.ts";
import { cholesky, type MatrixRows, matrixTimes, solveCholesky } from "../core/linearAlgebra.ts";
import { mean, type Numbers } from "../core/stats.ts";

/** Minimise ½wᵀΣw − lᵀw where the weights add up to `total` and each lies from `low` to `high`. */
export type QuadraticProblem = {
  /** Positive definite. */
  readonly covariance: MatrixRows;
  readonly linear: Numbers;
  readonly total: number;
  /** −Infinity and Infinity are no bounds. Σlow ≤ total ≤ Σhigh. */
  readonly low: Numbers;
  readonly high: Numbers;
};

const FREE = 0;
const AT_LOW = -1;
const AT_HIGH = 1;

/**
 * The one solution, by the primal active-set method (Nocedal and Wright, 16.5): solve exactly with some weights held at
 * their bounds, go there as far as the others' bounds let, hold what stops it, and let go what pulls inwards, until
 * nothing does. Ends after finitely many steps; every choice goes to the first of equals, so it is always the same.
 */
export function boundedQuadratic(problem: QuadraticProblem): Float64Array {
  const { covariance, linear, low, high } = problem;
  const size = linear.length;
  const weights = feasibleStart(problem);
  const held = Int8Array.from(weights, (weight, i) =>
    weight === low[i] ? AT_LOW : weight === high[i] ? AT_HIGH : FREE,
  );
  for (let step = 0; step < 1000 * (size + 1); step++) {
    const free = indicesOf(held);
    const price = free.length === 0 ? Number.NaN : moveFree(problem, weights, held, free);
    // NaN with free weights: a bound stood in the way and is held from now on.
    if (free.length > 0 && Number.isNaN(price)) continue;
    const gradient = matrixTimes(covariance, weights).map((one, i) => one - linear[i]);
    const isCautious = step > 20 * size;
    const next = mostPulled(problem, gradient, held, price, isCautious);
    if (next < 0) return weights;
    held[next] = FREE;
  }
  throw new EngineError(
    "allocation.no-convergence",
    `The weights of ${size} symbols do not settle; their covariance is nearly singular. Shrink it: covariance { kind: "ledoitWolf" }.`,
    { size },
  );
}

/** Zero for all, or the bound nearest to it, then up or down in order until the weights add up. */
function feasibleStart({ low, high, total, linear }: QuadraticProblem): Float64Array {
  const weights = Float64Array.from(linear, (_, i) => Math.min(Math.max(0, low[i]), high[i]));
  let rest = total - weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length && rest !== 0; i++) {
    const room = rest > 0 ? high[i] - weights[i] : low[i] - weights[i];
    const takesAll = Math.abs(room) > Math.abs(rest);
    weights[i] = takesAll ? weights[i] + rest : rest > 0 ? high[i] : low[i];
    rest = takesAll ? 0 : rest - room;
  }
  return weights;
}

/**
 * Moves the free weights to their best with all others held, and returns the price of one unit more in total; or as far
 * as the first bound lets, holds that one, and returns NaN.
 */
function moveFree(
  { covariance, linear, total, low, high }: QuadraticProblem,
  weights: Float64Array,
  held: Int8Array,
  free: readonly number[],
): number {
  let rest = total;
  for (let i = 0; i < weights.length; i++) if (held[i] !== FREE) rest -= weights[i];
  const pull = Float64Array.from(free, (i) => {
    let one = linear[i];
    for (let j = 0; j < weights.length; j++) if (held[j] !== FREE) one -= covariance[i][j] * weights[j];
    return one;
  });
  // The weights' total is fixed, so a constant more for all of them changes the price alone. Without it the two halves of
  // the solution below do not cancel each other out where returns weigh far more than risk.
  const level = mean(pull);
  for (let k = 0; k < pull.length; k++) pull[k] -= level;
  const lower = cholesky(free.map((i) => free.map((j) => covariance[i][j])));
  const toPull = solveCholesky(lower, pull);
  const toOne = solveCholesky(lower, new Float64Array(free.length).fill(1));
  const price = (rest - toPull.reduce((a, b) => a + b, 0)) / toOne.reduce((a, b) => a + b, 0);
  const best = toPull.map((one, k) => one + price * toOne[k]);

  let share = 1;
  let blocking = -1;
  free.forEach((i, k) => {
    // Past a bound by rounding alone is at it: a lone free weight must not be stopped where it stands.
    const slack = 1e-14 * (1 + Math.abs(best[k]));
    const bound = best[k] < low[i] - slack ? low[i] : best[k] > high[i] + slack ? high[i] : Number.NaN;
    const until = (bound - weights[i]) / (best[k] - weights[i]);
    if (until < share) {
      share = Math.max(0, until);
      blocking = k;
    }
  });
  free.forEach((i, k) => {
    const moved = share === 1 ? best[k] : weights[i] + share * (best[k] - weights[i]);
    weights[i] = Math.min(Math.max(moved, low[i]), high[i]);
  });
  if (blocking < 0) return price - level;
  const i = free[blocking];
  held[i] = best[blocking] < low[i] ? AT_LOW : AT_HIGH;
  weights[i] = held[i] === AT_LOW ? low[i] : high[i];
  return Number.NaN;
}

/**
 * The held weight that would gain most by going inwards, or −1. `price` is what the free ones gain by one unit more;
 * without free ones it is anything between what the held ones ask. `isCautious` takes the first that gains (Bland's rule,
 * against going round in circles among ties).
 */
function mostPulled(
  { covariance, low, high }: QuadraticProblem,
  gradient: Float64Array,
  held: Int8Array,
  price: number,
  isCautious: boolean,
): number {
  const between = Number.isNaN(price) ? pairPrice(gradient, held, low, high) : price;
  let best = -1;
  let most = 0;
  for (let i = 0; i < gradient.length; i++) {
    if (held[i] === FREE || low[i] === high[i]) continue;
    const gain = held[i] === AT_LOW ? between - gradient[i] : gradient[i] - between;
    const rounding = 1e-12 * (Math.abs(gradient[i]) + Math.abs(between) + covariance[i][i]);
    if (gain <= rounding || gain <= most) continue;
    best = i;
    if (isCautious) return best;
    most = gain;
  }
  return best;
}

/** With nothing free: the least that one at its upper bound asks for coming down, to see whether one below gives more. */
function pairPrice(gradient: Float64Array, held: Int8Array, low: Numbers, high: Numbers): number {
  let price = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < gradient.length; i++) {
    if (held[i] === AT_HIGH && low[i] !== high[i]) price = Math.max(price, gradient[i]);
  }
  return price;
}

function indicesOf(held: Int8Array): number[] {
  const free: number[] = [];
  for (let i = 0; i < held.length; i++) if (held[i] === FREE) free.push(i);
  return free;
}
