import type { Random } from "#engine/core/random.ts";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";
import type { SimulatedMarket } from "./markets.ts";

/**
 * What is planted, exactly. In a planted symbol, episodes begin at random times, one in 24 hours on average, and
 * do not overlap. An episode has a direction, up or down with equal chance, and two parts. In the impulse, its
 * first hour, the price drifts in its direction by 0.08% per 5-minute candle and the volume is three times what it
 * would have been. In the follow-through, the four hours after it, the price drifts on by 0.03% per candle, 1.44%
 * in all (logarithmic), at the usual volume. Nothing else in the data can be foreseen: drift outside episodes is
 * zero, and the average drift is zero, since directions balance.
 */
export const PLANTED = {
  perDay: 1,
  impulseMs: HOUR_MS,
  impulsePerBar: 0.0008,
  volumeFactor: 3,
  followMs: 4 * HOUR_MS,
  followPerBar: 0.0003,
} as const;

const EPISODE_MS = PLANTED.impulseMs + PLANTED.followMs;

/** One planted episode: its impulse begins at `startMs`, its follow-through ends before `endMs`. */
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
  for (let time = startMs; time + EPISODE_MS <= endMs; time += barMs) {
    if (random.uniform() >= probability) continue;
    const direction = random.uniform() < 0.5 ? 1 : -1;
    episodes.push({ symbol: market.symbol, startMs: time, endMs: time + EPISODE_MS, direction });
    time += EPISODE_MS - barMs;
  }
  return episodes;
}
