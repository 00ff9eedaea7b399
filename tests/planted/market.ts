import type { Candles } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";
import { Rsi } from "#engine/indicators/rsi.ts";

export const HOUR = 3_600_000;
const START = Date.UTC(2021, 0, 1);
const BURN_IN = 500;

export type PlantedMarket = {
  readonly seed: number;
  readonly hours: number;
  /** How far the next candle drifts at an extreme of the feature, in deviations of a candle; 0 for pure noise. */
  readonly drift: number;
};

/** The relative strength index whose distance from its middle is the drift: of the default set, and no length of the sweep. */
export const TRUE_LENGTH = 37;
/** Deviation of the log return of an hour: about 60 % a year. */
const DEVIATION = 0.0064;

/**
 * Hourly candles whose volatility clusters (a GARCH-like recursion) and whose mean is nothing, or a share of the feature
 * as it stood at the close before: `drift × deviation × (rsi − 50) / 25`. What is planted is known only through it.
 */
export function plantedMarket({ seed, hours, drift }: PlantedMarket): Candles {
  const random = Random.seeded(seed).stream("planted");
  const rows = hours;
  const column = (): Float64Array => new Float64Array(rows);
  const candles = {
    timestamp: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  const rsi = new Rsi(TRUE_LENGTH);
  let variance = 1;
  let price = 100;
  let feature = 50;
  for (let i = -BURN_IN; i < rows; i++) {
    const shock = random.normal();
    const deviation = DEVIATION * Math.sqrt(variance);
    const mean = Number.isNaN(feature) ? 0 : (drift * DEVIATION * (feature - 50)) / 25;
    const open = price;
    // Without a drift of its own: the price is a martingale, not its logarithm.
    price *= Math.exp(mean + deviation * shock - (deviation * deviation) / 2);
    feature = rsi.update(price);
    variance = 0.05 + 0.85 * variance + 0.1 * variance * shock * shock;
    const [up, down] = [Math.abs(random.normal()), Math.abs(random.normal())];
    if (i < 0) continue;
    candles.timestamp[i] = START + i * HOUR;
    candles.open[i] = open;
    candles.close[i] = price;
    candles.high[i] = Math.max(open, price) * (1 + 0.3 * deviation * up);
    candles.low[i] = Math.min(open, price) * (1 - 0.3 * deviation * down);
    candles.volume[i] = 1000 * (0.5 + random.uniform());
  }
  return { symbol: "PLANTED/USDT:USDT", timeframe: "1h", exchange: "planted", ...candles };
}
