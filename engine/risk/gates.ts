/**
 * Gates before an order: each looks at one figure and says why it refuses, or nothing when it lets the position
 * through, so that gates chain with `??` and stop at the first refusal. A figure that is not yet known (NaN) is
 * refused: no gate opens on ignorance.
 */
export type Refusal = {
  /** The gate's own name, `"maxAtrFraction"`. */
  readonly gate: string;
  readonly value: number;
  /** What was allowed, both ends included; −Infinity or Infinity where there is no limit. */
  readonly min: number;
  readonly max: number;
};

/** Lets through what moves at most `max` of its price in a typical candle (average true range by price). */
export function maxAtrFraction(atr: number, price: number, max: number): Refusal | undefined {
  return within("maxAtrFraction", atr / price, -Infinity, max);
}

/** Lets through what trades at least `min` a candle, in quote currency. */
export function minQuoteVolume(quoteVolume: number, min: number): Refusal | undefined {
  return within("minQuoteVolume", quoteVolume, min, Infinity);
}

/** Lets through a relative strength index from `min` to `max`: neither fallen through the floor nor overheated. */
export function rsiBand(rsi: number, min: number, max: number): Refusal | undefined {
  return within("rsiBand", rsi, min, max);
}

/** Lets through what rises: a slope strictly above zero. */
export function rising(slope: number): Refusal | undefined {
  return slope > 0 ? undefined : { gate: "rising", value: slope, min: 0, max: Infinity };
}

/** Lets through a spread of at most `maxBps` hundredths of a percent of the middle price. */
export function maxSpreadBps(bid: number, ask: number, maxBps: number): Refusal | undefined {
  return within("maxSpreadBps", (2e4 * (ask - bid)) / (ask + bid), -Infinity, maxBps);
}

/** Lets through a candle that closed at most `maxAgeMs` before `time`: in a gap the latest candle grows old. */
export function maxAge(closedMs: number, time: number, maxAgeMs: number): Refusal | undefined {
  return within("maxAge", time - closedMs, -Infinity, maxAgeMs);
}

/** A refusal in words, `"rsiBand: 71.2 is above 65"`. */
export function refusalText({ gate, value, min, max }: Refusal): string {
  if (Number.isNaN(value)) return `${gate}: not yet known`;
  if (value > max) return `${gate}: ${value} is above ${max}`;
  return value < min ? `${gate}: ${value} is below ${min}` : `${gate}: ${value} is not above ${min}`;
}

function within(gate: string, value: number, min: number, max: number): Refusal | undefined {
  return value >= min && value <= max ? undefined : { gate, value, min, max };
}
