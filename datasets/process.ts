import { pow, sin } from "#engine/core/maths.ts";
import type { Random } from "#engine/core/random.ts";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";

/** GARCH(1,1) with variance 1 on average: a share of the last shock and most of the last variance carry over. */
const SHOCK = 0.06;
const PERSISTENCE = 0.93;

/** Innovations of mean 0 and variance 1 whose size comes in clusters, and the variance that each was drawn with. */
export type Innovations = { values: Float64Array; variance: Float64Array };

export function clusteredInnovations(random: Random, length: number): Innovations {
  const values = new Float64Array(length);
  const variance = new Float64Array(length);
  let current = 1;
  for (let t = 0; t < length; t++) {
    const value = Math.sqrt(current) * random.normal();
    values[t] = value;
    variance[t] = current;
    current = 1 - SHOCK - PERSISTENCE + SHOCK * value * value + PERSISTENCE * current;
  }
  return { values, variance };
}

/** Jumps: in each bar with a probability of `perDay` by day, normal with this deviation; 0 in all other bars. */
export function jumps(
  random: Random,
  length: number,
  barMs: number,
  { perDay, deviation }: { perDay: number; deviation: number },
): Float64Array {
  const values = new Float64Array(length);
  const probability = (perDay * barMs) / DAY_MS;
  for (let t = 0; t < length; t++)
    if (random.uniform() < probability) values[t] = random.normal(0, deviation);
  return values;
}

const SEASON_DEPTH = 0.35;
const BUSIEST_HOUR = 15;

/** How lively the market is at a time of day, as a multiple of its deviation: mean square 1, most at 15:00 UTC. */
export function season(timestamp: number): number {
  const hour = (timestamp % DAY_MS) / HOUR_MS;
  const wave = sin((2 * Math.PI * (hour - BUSIEST_HOUR + 6)) / 24);
  return (1 + SEASON_DEPTH * wave) / Math.sqrt(1 + SEASON_DEPTH ** 2 / 2);
}

/** Rounds to a number of decimals, to the double nearest to that decimal. */
export function roundTo(value: number, decimals: number): number {
  const scale = pow(10, decimals);
  return Math.round(value * scale) / scale;
}
