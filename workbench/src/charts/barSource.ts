import type { Candles } from "#engine/candles/candles.ts";
import { type Level, Levels, levelFor } from "./levels.ts";
import { type SlotAxis, slotAxis } from "./slots.ts";
import type { Bar, Point } from "./surface.ts";
import type { View } from "./view.ts";

/** Bars thinner than this are put together. */
const MIN_BAR_PX = 3;

/** The bars that a surface holds at the moment: a stretch of one level. */
export type BarWindow = { readonly level: Level; readonly from: number; readonly to: number };

/** Candles as a chart asks for them: axis, level of detail, and the bars and points of a window. */
export class BarSource {
  readonly axis: SlotAxis;
  readonly #levels: Levels;

  constructor(readonly candles: Candles) {
    this.axis = slotAxis(candles.timestamp, candles.timeframe);
    this.#levels = new Levels(candles, this.axis);
  }

  /**
   * The window for a view: the one that is held where it still covers the view, else one with a screen more on either
   * side, so that a pan seldom needs new bars.
   */
  windowFor(view: View, widthPx: number, held: BarWindow | undefined): BarWindow {
    const span = view.to - view.from;
    const level = this.#levels.at(levelFor(span, widthPx, MIN_BAR_PX));
    const size = slotsOf(level);
    const first = Math.max(0, Math.floor(view.from / size));
    const last = Math.min(level.bars, Math.ceil(view.to / size));
    if (held?.level === level && first >= held.from && last <= held.to) return held;
    const reach = Math.ceil(span / size);
    return { level, from: Math.max(0, first - reach), to: Math.min(level.bars, last + reach) };
  }

  bars({ level, from, to }: BarWindow): Bar[] {
    const bars: Bar[] = [];
    for (let bar = from; bar < to; bar++) bars.push(this.bar(level, bar));
    return bars;
  }

  bar(level: Level, bar: number): Bar {
    const { open, close } = this.candles;
    const start = level.rowStart[bar];
    const end = level.rowStart[bar + 1];
    const isEmpty = end === start;
    return {
      time: this.#seconds(level, bar),
      open: isEmpty ? Number.NaN : open[start],
      high: level.high[bar],
      low: level.low[bar],
      close: isEmpty ? Number.NaN : close[end - 1],
      volume: level.volume[bar],
    };
  }

  points(values: Float64Array, { level, from, to }: BarWindow): Point[] {
    const points: Point[] = [];
    for (let bar = from; bar < to; bar++) {
      points.push({ time: this.#seconds(level, bar), value: this.value(values, level, bar) });
    }
    return points;
  }

  /** A column's value at the last candle of a bar: what it would be at that bar's close. */
  value(values: Float64Array, { rowStart }: Level, bar: number): number {
    return rowStart[bar + 1] > rowStart[bar] ? values[rowStart[bar + 1] - 1] : Number.NaN;
  }

  #seconds(level: Level, bar: number): number {
    return this.axis.timeOf(bar * slotsOf(level)) / 1000;
  }
}

/** Places of the axis that one bar of a level covers. */
export function slotsOf({ level }: Level): number {
  return 2 ** level;
}
