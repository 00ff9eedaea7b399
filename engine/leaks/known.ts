import { lowerBound } from "../candles/build.ts";
import { CANDLE_COLUMNS, type Candles } from "../candles/candles.ts";
import { closeTimes, type Information, type ProbeInput } from "./subject.ts";

/** A moment that the probe stands at: all that comes later is taken away or changed, all before must stay. */
export type Cut = {
  /** UTC milliseconds. */
  readonly time: number;
  /** `"opens"`: the first price of candles that open at `time` is known; `"closes"`: it is not yet. */
  readonly knows: "closes" | "opens";
};

/** What of one series of candles is known at a cut. */
export type KnownRows = {
  /** Rows that have closed. */
  readonly closed: number;
  /** Rows after those of which the first price is known. */
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
    const opened = knows === "opens" ? after(timestamp, time) : lowerBound(timestamp, time);
    return { closed, open: Math.max(0, opened - closed) };
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
   * The input as it was at a cut. A candle that is under way is not there, unless its first price is known by the
   * cut's own account: then it stands as it stood at its open, flat and without volume.
   */
  truncated(cut: Cut): ProbeInput {
    return {
      candles: this.input.candles.map((candles, k) => {
        const { closed, open } = this.known(k, cut);
        const isStub = cut.knows === "opens";
        return cutColumns(candles, closed, isStub ? open : 0);
      }),
      information: this.input.information.map((table) => keepRows(table, (at) => at <= cut.time)),
    };
  }

  /** A copy of all of it: a subject may write to what it is given. */
  whole(): ProbeInput {
    return {
      candles: this.input.candles.map((candles) => cutColumns(candles, candles.timestamp.length, 0)),
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

function cutColumns(candles: Candles, closed: number, stubs: number): Candles {
  const { symbol, timeframe, exchange, open } = candles;
  const rows = closed + stubs;
  const copies = Object.fromEntries(
    CANDLE_COLUMNS.map((name) => [name, candles[name].slice(0, rows)]),
  ) as Record<(typeof CANDLE_COLUMNS)[number], Float64Array>;
  for (let i = closed; i < rows; i++) {
    copies.high[i] = copies.low[i] = copies.close[i] = open[i];
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
