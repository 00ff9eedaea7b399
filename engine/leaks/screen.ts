import type { Random } from "../core/random.ts";
import { timeframeMs } from "../core/timeframe.ts";
import type { BaseColumn } from "./compare.ts";
import { after, type TimedInput } from "./known.ts";
import { copyOf } from "./perturb.ts";
import type { ProbeAnswer, ProbeInput } from "./subject.ts";

/** Short stretches of candles that are changed in one run: each begins right after its time. */
export type Screen = { readonly times: Float64Array; readonly input: ProbeInput };

/** Candles of a stretch. */
const LENGTH = 2;
/** An effect that begins further before a place than this is left to the cuts, which see it without help. */
const AHEAD = 3;

/**
 * An input that is changed in many short places at once. An effect that begins before one of them, where column and
 * column had just agreed, may come from it: from its future. Or, delayed, from the place before; so a screen accuses
 * nobody, it says where to cut. It looks at hundreds of places at the price of one run, but only at columns that forget:
 * one that remembers the first place for ever never agrees again.
 */
export function screen(
  timed: TimedInput,
  wanted: readonly number[],
  spacingRows: number,
  grid: Float64Array,
  random: Random,
): Screen {
  const times = spaced(wanted, spacingRows, grid);
  return {
    times,
    input: {
      candles: timed.input.candles.map((series, k) => {
        const columns = copyOf(series, series.timestamp.length);
        for (const time of times) {
          const { closed } = timed.known(k, { time, knows: "closes" });
          const price =
            random.uniform() < 0.5 ? 1.02 + 0.05 * random.uniform() : 0.93 + 0.05 * random.uniform();
          const volume = 2 + 5 * random.uniform();
          for (let i = closed; i < Math.min(closed + LENGTH, series.timestamp.length); i++) {
            // A candle long after the place, beyond a hole, is not next to it, but it is what comes next.
            columns.open[i] *= price;
            columns.high[i] *= price;
            columns.low[i] *= price;
            columns.close[i] *= price;
            columns.volume[i] = columns.volume[i] * volume + volume;
          }
        }
        const { symbol, timeframe, exchange } = series;
        return { symbol, timeframe, exchange, ...columns };
      }),
      information: timed.input.information,
    },
  };
}

/** As many of the wanted times as keep their distance, the first ones first, in order of time. */
function spaced(wanted: readonly number[], rows: number, grid: Float64Array): Float64Array {
  const taken = new Uint8Array(grid.length);
  const chosen: number[] = [];
  for (const time of wanted) {
    const place = after(grid, time);
    if (place >= grid.length || taken[place] === 1) continue;
    taken.fill(1, Math.max(0, place - rows), place + rows + 1);
    chosen.push(time);
  }
  return Float64Array.from(chosen).sort();
}

/** Times at which an effect seems to come before its cause, with the columns in which it does. */
export function suspects(
  { times }: Screen,
  base: readonly BaseColumn[],
  answer: ProbeAnswer,
  timed: TimedInput,
): Map<number, string[]> {
  const found = new Map<number, string[]>();
  const others = new Map(answer.map((column) => [column.name, column]));
  for (const { name, time, values } of base) {
    const other = others.get(name);
    if (other === undefined) continue;
    const rows = Math.min(values.length, other.values.length);
    let agreed = true;
    for (let i = 0; i < rows && time[i] === other.time[i]; i++) {
      const agrees = Object.is(values[i], other.values[i]);
      if (!agrees && agreed) {
        const next = times[after(times, time[i] - 1)];
        if (next !== undefined && candlesBetween(timed, time[i], next) < AHEAD)
          found.set(next, [...(found.get(next) ?? []), name]);
      }
      agreed = agrees;
    }
  }
  return found;
}

/**
 * Candles that close after a time and up to another one, of the finest series that has fewest of them there: in a hole
 * of its own a series has none.
 */
function candlesBetween({ closes, input }: TimedInput, from: number, to: number): number {
  const lengths = input.candles.map(({ timeframe }) => timeframeMs(timeframe));
  const finest = Math.min(...lengths);
  let least = Number.POSITIVE_INFINITY;
  for (const [k, times] of closes.entries()) {
    const end = after(times, to);
    const isAlive = end > 0 && end < times.length;
    if (lengths[k] === finest && isAlive) least = Math.min(least, end - after(times, from));
  }
  return least;
}

/** Up to `count` of the suspected times: each column's first, second … in turn, those of several columns once. */
export function drawSuspects(
  found: ReadonlyMap<number, readonly string[]>,
  count: number,
  random: Random,
): number[] {
  const byColumn = new Map<string, number[]>();
  for (const [time, names] of found)
    for (const name of names) byColumn.set(name, [...(byColumn.get(name) ?? []), time]);
  const lists = [...byColumn.values()].map((times) => random.shuffle(times));
  const drawn = new Set<number>();
  for (let round = 0; round < 3; round++) {
    for (const times of lists) if (round < times.length && drawn.size < count) drawn.add(times[round]);
  }
  return [...drawn];
}
