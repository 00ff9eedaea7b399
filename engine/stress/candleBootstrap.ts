import type { Candles } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { median } from "../core/stats.ts";
import { optimalBlockLength } from "../significance/optimalBlockLength.ts";
import { StationaryBlocks } from "../significance/stationaryBlocks.ts";

/** One market's candles as what each did to the close before it: prices as multiples of that close. */
type Shapes = {
  readonly candles: Candles;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** The row of each time that all markets have. */
  readonly row: Int32Array;
};

/**
 * Other histories of the same markets: their candles drawn again in blocks (the stationary bootstrap), each with its own
 * shape, its step from the close before and its volume, all markets from the same times, so that what moved together
 * still does. Open times stay where they are, gaps and late listings with them; what depends on the hour or the weekday
 * does not survive. Blocks keep what lasts for less than their length: long trends and slow cycles are cut.
 *
 * Only times that every market has are drawn from: a market that was listed late shortens what there is for all.
 */
export class CandleBootstrap {
  /** Mean length of the blocks, in candles. */
  readonly blockBars: number;
  readonly #shapes: readonly Shapes[];
  /** All open times of any market. */
  readonly #times: Float64Array;
  /** How many times all markets have. */
  readonly #common: number;

  /**
   * `blockBars`: by default what `optimalBlockLength` says of the size of the markets' steps, their median: it is
   * volatility that lasts.
   */
  constructor(universe: readonly Candles[], { blockBars }: { blockBars?: number } = {}) {
    if (universe.length === 0) {
      throw new EngineError(
        "stress.no-candles",
        "bootstrapped candles: the universe is empty; expected one market.",
      );
    }
    const times = commonTimes(universe);
    if (times.length < 2) {
      throw new EngineError(
        "stress.no-common-times",
        `bootstrapped candles: the ${universe.length} markets have ${times.length} candles at the same times; expected ` +
          "two at least. Leave out markets that were listed late, or take another span.",
        { markets: universe.length, common: times.length },
      );
    }
    this.#common = times.length;
    this.#shapes = universe.map((candles) => shapesOf(candles, times));
    this.#times = allTimes(universe);
    this.blockBars =
      blockBars ??
      median(
        this.#shapes.map(
          ({ close }) => optimalBlockLength(close.map((step) => Math.abs(step - 1))).stationary,
        ),
      );
  }

  /** Another history; each call draws one more. */
  draw(random: Random): Candles[] {
    const count = this.#times.length;
    const blocks = new StationaryBlocks(this.#common, this.blockBars, random);
    const order = Float64Array.from({ length: this.#common }, (_, i) => i);
    const drawn = new Float64Array(this.#common);
    const source = new Int32Array(count);
    for (let done = 0; done < count; done += this.#common) {
      blocks.draw();
      blocks.take(order, drawn);
      for (let i = 0; i < this.#common && done + i < count; i++) source[done + i] = drawn[i];
    }
    return this.#shapes.map((shapes) => redrawn(shapes, this.#times, source));
  }
}

/** The candles of one market at their own times, made of those that were drawn for each time. */
function redrawn(
  { candles, open, high, low, close, row }: Shapes,
  times: Float64Array,
  source: Int32Array,
): Candles {
  const { timestamp, volume } = candles;
  const count = timestamp.length;
  const made = {
    open: new Float64Array(count),
    high: new Float64Array(count),
    low: new Float64Array(count),
    close: new Float64Array(count),
    volume: new Float64Array(count),
  };
  let before = count === 0 ? Number.NaN : candles.open[0];
  let t = 0;
  for (let i = 0; i < count; i++) {
    while (times[t] < timestamp[i]) t++;
    const from = row[source[t]];
    // Rounding keeps the order of what is multiplied: the high stays the highest.
    made.open[i] = before * open[from];
    made.high[i] = before * high[from];
    made.low[i] = before * low[from];
    made.close[i] = before * close[from];
    made.volume[i] = volume[from];
    before = made.close[i];
  }
  return { ...candles, timestamp, ...made };
}

function shapesOf(candles: Candles, times: Float64Array): Shapes {
  const count = candles.timestamp.length;
  const before = Float64Array.from({ length: count }, (_, i) =>
    i === 0 ? candles.open[0] : candles.close[i - 1],
  );
  const step = (column: Float64Array): Float64Array => column.map((price, i) => price / before[i]);
  const row = new Int32Array(times.length);
  for (let t = 0, i = 0; t < times.length; t++) {
    while (candles.timestamp[i] < times[t]) i++;
    row[t] = i;
  }
  const [open, high, low, close] = [candles.open, candles.high, candles.low, candles.close].map(step);
  return { candles, open, high, low, close, row };
}

/** Open times that every market has. */
function commonTimes(universe: readonly Candles[]): Float64Array {
  const [first, ...others] = universe;
  const at = others.map(() => 0);
  return first.timestamp.filter((time) =>
    others.every(({ timestamp }, k) => {
      while (timestamp[at[k]] < time) at[k]++;
      return timestamp[at[k]] === time;
    }),
  );
}

/** Open times that any market has. */
function allTimes(universe: readonly Candles[]): Float64Array {
  const [first, ...others] = universe;
  const known = new Set<number>(first.timestamp);
  let isSame = true;
  for (const { timestamp } of others) {
    for (const time of timestamp) {
      if (known.has(time)) continue;
      known.add(time);
      isSame = false;
    }
  }
  return isSame ? first.timestamp : Float64Array.from(known).sort();
}
