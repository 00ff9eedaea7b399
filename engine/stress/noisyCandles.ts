import type { Candles } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import { exp, ln } from "../core/maths.ts";
import type { Random } from "../core/random.ts";

/**
 * The same candles as another tape might have shown them: each open, high, low and close moved by a normal variable whose
 * standard deviation is `noise` × the candle's true range, both as logarithms; highs and lows are then widened to hold
 * the open and the close. The four prices of a candle and those of its neighbours are moved independently of each
 * other: noise that a close handed on to the next open would be an edge for whoever buys below it. A candle that did
 * not move stays as it is, and so do times and volumes.
 */
export function noisyCandles(
  candles: Candles,
  { random, noise = 0.1 }: { readonly random: Random; readonly noise?: number },
): Candles {
  if (!(noise >= 0 && noise < Infinity)) {
    throw new EngineError(
      "stress.noise",
      `noisyCandles: noise is ${noise}; expected a fraction of the true range from 0.`,
      { noise },
    );
  }
  const count = candles.timestamp.length;
  const made = {
    open: new Float64Array(count),
    high: new Float64Array(count),
    low: new Float64Array(count),
    close: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const before = i === 0 ? candles.open[0] : candles.close[i - 1];
    const range = ln(Math.max(candles.high[i], before) / Math.min(candles.low[i], before));
    const moved = (price: number): number => price * exp(noise * range * random.normal());
    const open = moved(candles.open[i]);
    const high = moved(candles.high[i]);
    const low = moved(candles.low[i]);
    const close = moved(candles.close[i]);
    made.open[i] = open;
    made.close[i] = close;
    made.high[i] = Math.max(open, close, high, low);
    made.low[i] = Math.min(open, close, high, low);
  }
  return { ...candles, ...made };
}
