import { EngineError } from "../core/errors.ts";
import { ln } from "../core/maths.ts";
import { Random } from "../core/random.ts";
import { mean, type Numbers } from "../core/stats.ts";
import { requireCount } from "./requireReturns.ts";

export type RuleOptions = {
  /**
   * How the null is made. `"permutation"` (default) pairs the positions with the market's returns at random: Masters'
   * Monte Carlo permutation, right where neither has a memory. `"rotation"` shifts the positions against the returns by
   * random numbers of bars, end to beginning, so that both keep their order: for rules that hold for long on markets
   * whose returns depend on each other. It needs many times the bars that a position lasts.
   */
  readonly by?: "permutation" | "rotation";
  /** Default: 1000. */
  readonly permutations?: number;
  /** Default: 1. */
  readonly seed?: number | string;
};

/** Whether a rule's positions go with the market's next moves. */
export type RuleSignificance = {
  /** Share of the pairings, the rule's own among them, that gain as much: probability of luck. Never 0. */
  readonly pValue: number;
  /** Mean log return of a bar that the rule earns, the market's drift taken off. */
  readonly gain: number;
  /** What the pairings gained on average: 0 but for chance. */
  readonly nullMean: number;
  /** Mean position: what the drift would have paid for by itself. */
  readonly bias: number;
  /** Bars that were used: those with a position and a return. */
  readonly observations: number;
  readonly permutations: number;
  readonly by: "permutation" | "rotation";
  readonly seed: number | string;
};

/**
 * Tests a rule before any backtest: do its positions know anything of what comes next, or could they as well have stood
 * at any other bar? `positions[i]` is what the rule wants at the close of bar i (1 long, −1 short, fractions between, NaN
 * where it does not yet know); it is entered at `prices[i + 1]` and held to `prices[i + 2]`, so give opens. Log returns
 * are detrended, their mean taken off, so that a rule is not praised for being long while the market rose (Aronson 2006,
 * "Evidence-based technical analysis"); the gain is then compared with that of the same positions paired with the same
 * returns in other orders (Masters 2010). Costs are not in it: it asks for knowledge, not for profit.
 *
 * One rule, chosen before looking. For the best of many see `realityCheck` and `superiorAbility`.
 */
export function ruleSignificance(
  positions: Numbers,
  prices: Numbers,
  { by = "permutation", permutations = 1000, seed = 1 }: RuleOptions = {},
): RuleSignificance {
  requireCount("ruleSignificance", "permutations", permutations);
  const { held, returns } = paired(positions, prices);
  const count = held.length;
  const drift = mean(returns);
  for (let i = 0; i < count; i++) returns[i] -= drift;
  const gain = product(held, returns, 0) / count;

  const random = Random.seeded(seed).stream("rule");
  const order = returns.slice();
  let [asGood, total] = [0, 0];
  for (let draw = 0; draw < permutations; draw++) {
    const shift = by === "rotation" ? random.integer(1, count - 1) : 0;
    if (by === "permutation") random.shuffle(order);
    const drawn = product(held, order, shift) / count;
    total += drawn;
    // Orders that give the same sum are as good; they differ by rounding alone.
    if (drawn >= gain - 1e-12 * Math.abs(gain)) asGood++;
  }
  return {
    pValue: (asGood + 1) / (permutations + 1),
    gain,
    nullMean: total / permutations,
    bias: mean(held),
    observations: count,
    permutations,
    by,
    seed,
  };
}

/** Positions with the log returns that they earned; bars without a position, and without a return, are left out. */
function paired(positions: Numbers, prices: Numbers): { held: Float64Array; returns: Float64Array } {
  if (positions.length !== prices.length) {
    throw new EngineError(
      "significance.lengths",
      `ruleSignificance: ${positions.length} positions for ${prices.length} prices; expected one position for each bar.`,
      { positions: positions.length, prices: prices.length },
    );
  }
  const held: number[] = [];
  const returns: number[] = [];
  for (let i = 0; i + 2 < prices.length; i++) {
    const ratio = prices[i + 2] / prices[i + 1];
    if (!Number.isFinite(positions[i]) || !(ratio > 0 && ratio < Infinity)) continue;
    held.push(positions[i]);
    returns.push(ln(ratio));
  }
  if (held.length < 2 || held.every((one) => one === held[0]) || returns.every((one) => one === returns[0])) {
    throw new EngineError(
      "significance.nothing-to-test",
      `ruleSignificance: ${held.length} bars have both a position and a return; expected at least two, with positions ` +
        "that change and prices that move. A rule that always holds the same cannot be told from the market.",
      { observations: held.length },
    );
  }
  return { held: Float64Array.from(held), returns: Float64Array.from(returns) };
}

/** Σ held[i] returns[i + shift], the end followed by the beginning. */
function product(held: Float64Array, returns: Float64Array, shift: number): number {
  const count = held.length;
  const turn = count - shift;
  let total = 0;
  for (let i = 0; i < turn; i++) total += held[i] * returns[i + shift];
  for (let i = turn; i < count; i++) total += held[i] * returns[i - turn];
  return total;
}
