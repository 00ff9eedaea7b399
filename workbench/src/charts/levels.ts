import type { CandleColumns } from "#engine/candles/candles.ts";
import type { SlotAxis } from "./slots.ts";

/**
 * Candles put together in groups of 2^level places, at fixed boundaries so that panning never regroups them. What a
 * bar of a group shows is what a candle of that length would: first open, extremes, last close, summed volume.
 */
export type Level = {
  readonly level: number;
  readonly bars: number;
  /** Bar `b` holds the rows from `rowStart[b]` up to `rowStart[b + 1]`; equal where all of its candles are missing. */
  readonly rowStart: Int32Array;
  /** By bar; NaN for an empty one. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly volume: Float64Array;
};

/** Makes levels when they are first asked for and keeps them. */
export class Levels {
  readonly #made: Level[] = [];

  constructor(
    readonly candles: CandleColumns,
    readonly axis: SlotAxis,
  ) {}

  at(level: number): Level {
    return (this.#made[level] ??= group(this.candles, this.axis, level));
  }
}

function group({ high, low, volume }: CandleColumns, { slots, slotOfRow }: SlotAxis, level: number): Level {
  const bars = slots === 0 ? 0 : ((slots - 1) >> level) + 1;
  const made = {
    level,
    bars,
    rowStart: new Int32Array(bars + 1).fill(slotOfRow.length),
    high: new Float64Array(bars).fill(Number.NaN),
    low: new Float64Array(bars).fill(Number.NaN),
    volume: new Float64Array(bars).fill(Number.NaN),
  };
  let last = -1;
  for (let row = 0; row < slotOfRow.length; row++) {
    const bar = slotOfRow[row] >> level;
    if (bar !== last) {
      // Bars without candles start where the next one with candles does.
      for (let empty = last + 1; empty <= bar; empty++) made.rowStart[empty] = row;
      made.high[bar] = high[row];
      made.low[bar] = low[row];
      made.volume[bar] = volume[row];
      last = bar;
    } else {
      if (high[row] > made.high[bar]) made.high[bar] = high[row];
      if (low[row] < made.low[bar]) made.low[bar] = low[row];
      made.volume[bar] += volume[row];
    }
  }
  return made;
}

/** The finest level at which a bar is at least `minBarPx` wide when `slots` places share `widthPx`. */
export function levelFor(slots: number, widthPx: number, minBarPx: number): number {
  const needed = (minBarPx * slots) / Math.max(widthPx, 1);
  return needed <= 1 ? 0 : Math.ceil(Math.log2(needed));
}
