import type { Random } from "#engine/core/random.ts";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";
import type { SimulatedMarket } from "./markets.ts";

/**
 * What is planted, exactly. In a planted symbol, episodes begin at random times, one in 24 hours on average, and
 * do not overlap. An episode has a direction, up or down with equal chance. For its first hour the volume is three
 * times what it would have been; for its whole five hours the price drifts in its direction by 0.025% per 5-minute
 * bar, 1.5% in all (logarithmic). Nothing else in the data can be foreseen: drift outside episodes is zero, and
 * the average drift is zero, since directions balance.
 */
export const PLANTED = {
  perDay: 1,
  volumeMs: HOUR_MS,
  volumeFactor: 3,
  driftMs: 5 * HOUR_MS,
  driftPerBar: 0.00025,
} as const;

/** One planted episode: it moves the symbol in [startMs, endMs). */
export type Episode = { symbol: string; startMs: number; endMs: number; direction: 1 | -1 };

/** The episodes of one symbol in order of time; none in a symbol that is not planted. */
export function episodesOf(
  market: SimulatedMarket,
  random: Random,
  { startMs, endMs, barMs }: { startMs: number; endMs: number; barMs: number },
): Episode[] {
  if (!market.planted) return [];
  const probability = (PLANTED.perDay * barMs) / DAY_MS;
  const episodes: Episode[] = [];
  for (let time = startMs; time + PLANTED.driftMs <= endMs; time += barMs) {
    if (random.uniform() >= probability) continue;
    const direction = random.uniform() < 0.5 ? 1 : -1;
    episodes.push({ symbol: market.symbol, startMs: time, endMs: time + PLANTED.driftMs, direction });
    time += PLANTED.driftMs - barMs;
  }
  return episodes;
}
