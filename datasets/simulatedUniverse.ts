import { candlesFromColumns, newColumns, takeCandles } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { exp, ln } from "#engine/core/maths.ts";
import { Random } from "#engine/core/random.ts";
import { DAY_MS, MINUTE_MS } from "#engine/core/timeframe.ts";
import { MARKET_DEVIATION, MARKETS, SECTOR_DEVIATION, type SimulatedMarket } from "./markets.ts";
import { type Episode, episodesOf, PLANTED } from "./planted.ts";
import { clusteredInnovations, jumps, roundTo, season } from "./process.ts";

export const SIMULATED_EXCHANGE = "simulated";
export const SIMULATED_TIMEFRAME = "5m";
const BAR_MS = 5 * MINUTE_MS;

export type SimulationOptions = {
  /** Another seed is another history of the same markets. */
  seed?: number;
  days?: number;
  /** Open time of the first candle; a multiple of 5 minutes. */
  startMs?: number;
  /** False leaves the planted episodes out: what remains is noise in which no strategy has an edge. */
  planted?: boolean;
};

export type Simulation = {
  symbols: readonly string[];
  /** The candles of one symbol; the others are not computed for it. */
  candles(symbol: string): Candles;
  /** What was planted, in order of symbol and time. */
  episodes: readonly Episode[];
};

/**
 * A crypto-like universe out of a seed: 5-minute candles of twelve symbols whose moves are correlated (through the
 * market and through sectors), whose volatility comes in clusters and follows the time of day, with jumps, with
 * volume that rises with volatility, and with a few gaps. The same seed gives the same bytes on every machine:
 * each purpose draws from its own stream, and all mathematics is portable.
 */
export function simulateUniverse({
  seed = 1,
  days = 90,
  startMs = Date.UTC(2024, 0, 1),
  planted = true,
}: SimulationOptions = {}): Simulation {
  requireOptions(days, startMs);
  const random = Random.seeded(seed).stream("simulated universe");
  const bars = Math.round((days * DAY_MS) / BAR_MS);
  const span = { startMs, endMs: startMs + bars * BAR_MS, barMs: BAR_MS };
  const seasons = Float64Array.from({ length: bars }, (_, t) => season(startMs + t * BAR_MS));
  const market = commonMoves(random.stream("market"), bars, MARKET_DEVIATION, 0.15);
  const sectors = new Map(
    [...new Set(MARKETS.map(({ sector }) => sector))].map((sector) => [
      sector,
      commonMoves(random.stream(`sector ${sector}`), bars, SECTOR_DEVIATION, 0.1),
    ]),
  );
  const episodes = planted
    ? MARKETS.flatMap((member) => episodesOf(member, random.stream(`episodes ${member.symbol}`), span))
    : [];
  const outages = outagesOf(random.stream("outages"), bars);

  return {
    symbols: MARKETS.map(({ symbol }) => symbol),
    episodes,
    candles(symbol) {
      const member = MARKETS.find((candidate) => candidate.symbol === symbol);
      if (member === undefined) {
        throw new EngineError(
          "datasets.unknown-symbol",
          `The simulated universe has no ${symbol}; it has ${MARKETS.map((m) => m.symbol).join(", ")}.`,
          { symbol },
        );
      }
      const sector = sectors.get(member.sector) ?? market;
      const own = random.stream(symbol);
      const path = simulatePath(member, own, { startMs, seasons, market, sector, episodes });
      return withGaps(path, own.stream("gaps"), outages);
    },
  };
}

function requireOptions(days: number, startMs: number): void {
  if (!(days > 0 && days <= 3660) || !Number.isSafeInteger(startMs) || startMs % BAR_MS !== 0) {
    throw new EngineError(
      "datasets.options",
      `The simulated universe was asked for ${days} days from ${startMs}; expected 0 < days ≤ 3660 and a start on a multiple of 5 minutes.`,
      { days, startMs },
    );
  }
}

/** The move that several symbols share: clustered, with a common jump now and then. Both are before the season. */
function commonMoves(random: Random, bars: number, deviation: number, jumpsPerDay: number): Float64Array {
  const { values } = clusteredInnovations(random.stream("moves"), bars);
  const jumped = jumps(random.stream("jumps"), bars, BAR_MS, {
    perDay: jumpsPerDay,
    deviation: 8 * deviation,
  });
  return values.map((value, t) => deviation * value + jumped[t]);
}

type Surroundings = {
  startMs: number;
  seasons: Float64Array;
  market: Float64Array;
  sector: Float64Array;
  episodes: readonly Episode[];
};

/** Volume follows the size of the move, the state of the volatility, the time of day, and a slow wave of its own. */
const VOLUME = { move: 0.35, largestMove: 6, variance: 0.3, season: 1.2, memory: 0.9, noise: 0.2 };

function simulatePath(member: SimulatedMarket, random: Random, around: Surroundings): Candles {
  const { startMs, seasons, market, sector } = around;
  const bars = seasons.length;
  const own = clusteredInnovations(random.stream("moves"), bars);
  const jumped = jumps(random.stream("jumps"), bars, BAR_MS, {
    perDay: 0.25,
    deviation: 10 * member.ownDeviation,
  });
  const { drift, logVolumeFactor } = plantedColumns(member.symbol, around);
  const inside = random.stream("inside");
  const volumeNoise = random.stream("volume");
  const columns = newColumns(bars);
  // A symbol's usual deviation in one bar, of all its parts together.
  const usual = Math.sqrt(
    (member.beta * MARKET_DEVIATION) ** 2 + SECTOR_DEVIATION ** 2 + member.ownDeviation ** 2,
  );
  const logUsualVolume = ln(member.turnover / member.price);
  let logPrice = ln(member.price);
  let wave = 0;
  for (let t = 0; t < bars; t++) {
    const move =
      seasons[t] * (member.beta * market[t] + sector[t] + member.ownDeviation * own.values[t]) +
      jumped[t] +
      drift[t];
    const next = logPrice + move;
    const spread = usual * seasons[t] * Math.sqrt(own.variance[t]);
    columns.timestamp[t] = startMs + t * BAR_MS;
    columns.open[t] = roundTo(exp(logPrice), member.priceDecimals);
    columns.close[t] = roundTo(exp(next), member.priceDecimals);
    // The extremes of a Brownian bridge from open to close, each exact in distribution (Borodin and Salminen).
    columns.high[t] = roundTo(
      exp((logPrice + next + bridge(move, spread, inside)) / 2),
      member.priceDecimals,
    );
    columns.low[t] = roundTo(exp((logPrice + next - bridge(move, spread, inside)) / 2), member.priceDecimals);
    wave = VOLUME.memory * wave + VOLUME.noise * volumeNoise.normal();
    const size = Math.min(VOLUME.largestMove, Math.abs(move) / usual);
    const logVolume =
      logUsualVolume +
      VOLUME.move * (size - 0.8) +
      VOLUME.variance * ln(own.variance[t]) +
      VOLUME.season * ln(seasons[t]) +
      wave +
      logVolumeFactor[t];
    columns.volume[t] = roundTo(exp(logVolume), member.volumeDecimals);
    logPrice = next;
  }
  return candlesFromColumns(
    { symbol: member.symbol, timeframe: SIMULATED_TIMEFRAME, exchange: SIMULATED_EXCHANGE },
    columns,
  );
}

/** Twice the distance from the middle of open and close to an extreme of the path between them; at least |move|. */
function bridge(move: number, deviation: number, random: Random): number {
  return Math.sqrt(move * move - 2 * deviation * deviation * ln(1 - random.uniform()));
}

function plantedColumns(
  symbol: string,
  { startMs, seasons, episodes }: Surroundings,
): { drift: Float64Array; logVolumeFactor: Float64Array } {
  const drift = new Float64Array(seasons.length);
  const logVolumeFactor = new Float64Array(seasons.length);
  for (const episode of episodes) {
    if (episode.symbol !== symbol) continue;
    const first = (episode.startMs - startMs) / BAR_MS;
    const follow = first + PLANTED.impulseMs / BAR_MS;
    drift.fill(episode.direction * PLANTED.impulsePerBar, first, follow);
    drift.fill(episode.direction * PLANTED.followPerBar, follow, (episode.endMs - startMs) / BAR_MS);
    logVolumeFactor.fill(ln(PLANTED.volumeFactor), first, follow);
  }
  return { drift, logVolumeFactor };
}

/** Bars that are absent in every symbol: the exchange was down. */
function outagesOf(random: Random, bars: number): ReadonlySet<number> {
  const down = new Set<number>();
  for (const length of [3, 9]) {
    const start = random.integer(0, Math.max(0, bars - length - 1));
    for (let t = start; t < start + length; t++) down.add(t);
  }
  return down;
}

/** Takes away the outages' candles and a few of the symbol's own; the price has moved on when the feed comes back. */
function withGaps(path: Candles, random: Random, outages: ReadonlySet<number>): Candles {
  const bars = path.timestamp.length;
  const absent = new Set(outages);
  for (let k = 0; k < 3; k++) {
    const start = random.integer(1, bars - 2);
    const end = start + random.integer(1, 4);
    for (let t = start; t < end; t++) absent.add(t);
  }
  // The first and the last candle stay, so that all symbols have one span.
  const rows = Array.from({ length: bars }, (_, t) => t).filter(
    (t) => t === 0 || t === bars - 1 || !absent.has(t),
  );
  return takeCandles(path, rows);
}
