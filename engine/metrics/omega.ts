import type { Numbers } from "../core/stats.ts";

/**
 * Omega ratio (Keating and Shadwick 2002): what returns gained above `threshold`, a fraction a period, by what others
 * fell short of it. Above 1 the gains outweigh; it sees the whole distribution, not two moments of it. Infinity with
 * gains and no loss, NaN with neither.
 */
export function omegaRatio(returns: Numbers, { threshold = 0 }: { threshold?: number } = {}): number {
  let gains = 0;
  let losses = 0;
  for (let i = 0; i < returns.length; i++) {
    const over = returns[i] - threshold;
    if (Number.isNaN(over)) return Number.NaN;
    if (over > 0) gains += over;
    else losses -= over;
  }
  return gains / losses;
}

/**
 * Gain-to-pain ratio (Schwager 2012): the sum of the returns by the sum of the losses among them. Schwager takes monthly
 * returns; of daily ones it is much smaller. Infinity with gains and no loss, NaN with neither.
 */
export function gainToPain(returns: Numbers): number {
  let total = 0;
  let pain = 0;
  for (let i = 0; i < returns.length; i++) {
    total += returns[i];
    if (returns[i] < 0) pain -= returns[i];
  }
  return total / pain;
}
