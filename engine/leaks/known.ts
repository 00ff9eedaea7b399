import { CANDLE_COLUMNS, type Candles } from "../candles/candles.ts";
import { closeTimes, type Information, type Knows, type ProbeInput } from "./subject.ts";

/** A moment that the probe stands at: all that comes later is taken away or changed, all before must stay. */
export type Cut = {
  /** UTC milliseconds. */
  readonly time: number;
  /** What of the candles that begin at `time` is known. */
  readonly knows: Knows;
};

/** What of one series of candles is known at a cut. */
export type KnownRows = {
  /** Rows that have closed. */
  readonly closed: number;
  /** Rows after those that are known to have begun. */
  readonly begun: number;
  /** How many of these have a first price that is known: all of them or none. */
  readonly open: number;
};

/** An input with the times that are looked up at every cut. */
export class TimedInput {
  readonly input: ProbeInput;
  /** Close of each candle, by series. */
  readonly closes: readonly Float64Array[];
  /** Typical absolute move from close to close, a fraction, by series: how loud a change must be to be heard. */
  readonly moves: readonly number[];

  constructor(input: ProbeInput) {
    this.input = input;
    this.closes = input.candles.map(closeTimes);
    this.moves = input.candles.map(typicalMove);
  }

  known(series: number, { time, knows }: Cut): KnownRows {
    const { timestamp } = this.input.candles[series];
    const closed = after(this.closes[series], time);
    const begun = knows === "closes" ? 0 : Math.max(0, after(timestamp, time) - closed);
    return { closed, begun, open: knows === "opens" ? begun : 0 };
  }

  /**
   * The first moment that is not wholly known at a cut: the open of the earliest candle that has not closed. A row
   * that knows opens is compared before it only.
   */
  firstUnclosed({ time }: Cut): number {
    let first = Number.POSITIVE_INFINITY;
    for (const [k, { timestamp }] of this.input.candles.entries()) {
      const closed = after(this.closes[k], time);
      if (closed < timestamp.length) first = Math.min(first, timestamp[closed]);
    }
    return first;
  }

  /**
   * The input as it was at a cut. A candle that is under way is not there, unless the cut knows that it has begun: then
   * it stands flat and without volume, at its first price where that is known, else at the last close.
   */
  truncated(cut: Cut): ProbeInput {
    return {
      candles: this.input.candles.map((candles, k) => {
        const { closed, begun, open } = this.known(k, cut);
        return cutColumns(candles, closed, begun, open > 0);
      }),
      information: this.input.information.map((table) => keepRows(table, (at) => at <= cut.time)),
    };
  }

  /** A copy of all of it: a subject may write to what it is given. */
  whole(): ProbeInput {
    return {
      candles: this.input.candles.map((candles) => cutColumns(candles, candles.timestamp.length, 0, true)),
      information: this.input.information.map((table) => keepRows(table, () => true)),
    };
  }
}

/** Rows before the first of which the time is later than `time`. */
export function after(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows of a table of information whose time of availability passes, copied. */
export function keepRows(table: Information, isKept: (availableAt: number) => boolean): Information {
  const rows: number[] = [];
  for (let i = 0; i < table.availableAt.length; i++) if (isKept(table.availableAt[i])) rows.push(i);
  const take = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]);
  const { name, availableAt, about, values } = table;
  return {
    name,
    availableAt: take(availableAt),
    ...(about !== undefined && { about: take(about) }),
    values: Object.fromEntries(Object.entries(values).map(([key, column]) => [key, take(column)])),
  };
}

function cutColumns(candles: Candles, closed: number, stubs: number, isPriced: boolean): Candles {
  const { symbol, timeframe, exchange, open, close } = candles;
  const rows = closed + stubs;
  const copies = Object.fromEntries(
    CANDLE_COLUMNS.map((name) => [name, candles[name].slice(0, rows)]),
  ) as Record<(typeof CANDLE_COLUMNS)[number], Float64Array>;
  for (let i = closed; i < rows; i++) {
    const price = isPriced || closed === 0 ? open[i] : close[closed - 1];
    copies.open[i] = copies.high[i] = copies.low[i] = copies.close[i] = price;
    copies.volume[i] = 0;
  }
  return { symbol, timeframe, exchange, ...copies };
}

/** The mean absolute move of the close; a thousandth where nothing moves. */
function typicalMove({ close }: Candles): number {
  let sum = 0;
  let count = 0;
  for (let i = 1; i < close.length; i++) {
    const move = Math.abs(close[i] / close[i - 1] - 1);
    if (move < 1) {
      sum += move;
      count++;
    }
  }
  return count > 0 && sum > 0 ? sum / count : 0.001;
}
