import { CANDLE_COLUMNS, type CandleColumns, type Candles } from "../candles/candles.ts";
import { ln } from "../core/maths.ts";
import type { Random } from "../core/random.ts";
import type { TimedInput } from "./known.ts";
import type { ProbeInput } from "./subject.ts";

/**
 * The same markets on prices that nobody can foresee: from row to row the price is a martingale, and inside each candle
 * high and low are those of a Brownian path from open to close. Whatever rule trades on them, what it earns before
 * costs has expectation 0 (Doob's optional stopping); a rule that earns knows the candle that it earns on.
 *
 * High and low are drawn from their exact laws given open and close (the maximum of a Brownian bridge), each by itself;
 * a stop or a target inside the candle is then fair, and a candle that holds both is left to whoever assumes the worse.
 */
export function fairInput({ input, moves }: TimedInput, random: Random): ProbeInput {
  return {
    candles: input.candles.map((series, k) => fairCandles(series, moves[k], random.stream(`series ${k}`))),
    information: input.information,
  };
}

function fairCandles(series: Candles, move: number, random: Random): Candles {
  const { symbol, timeframe, exchange, timestamp } = series;
  const rows = timestamp.length;
  const columns = {} as { -readonly [Name in keyof CandleColumns]: Float64Array };
  for (const name of CANDLE_COLUMNS) columns[name] = new Float64Array(rows);
  columns.timestamp.set(timestamp);
  columns.volume.set(series.volume);
  random.shuffle(columns.volume);
  // The mean of |N(0, σ)| is σ √(2/π).
  const sigma = Math.min(0.1, move * Math.sqrt(Math.PI / 2));
  let price = series.close.find((value) => value > 0) ?? 1;
  for (let i = 0; i < rows; i++) {
    const open = price * bounded(1 + (sigma / 10) * random.normal());
    const close = open * bounded(1 + sigma * random.normal());
    columns.open[i] = open;
    columns.close[i] = close;
    columns.high[i] = furthest(open, close, sigma * open, random);
    columns.low[i] = Math.max(open / 2, open + close - furthest(close, open, sigma * open, random));
    columns.low[i] = Math.min(columns.low[i], open, close);
    price = close;
  }
  return { symbol, timeframe, exchange, ...columns };
}

/** The maximum of a Brownian path from `from` to `to` in unit time: (a + b + √((b − a)² − 2σ² ln U)) / 2. */
function furthest(from: number, to: number, sigma: number, random: Random): number {
  const distance = to - from;
  const u = 1 - random.uniform();
  return (from + to + Math.sqrt(distance * distance - 2 * sigma * sigma * ln(u))) / 2;
}

/** Symmetrical about 1, so that the expectation stays there. */
function bounded(factor: number): number {
  return Math.min(1.5, Math.max(0.5, factor));
}

/** Mean by its standard error of what was earned, rows without anything earned left out; NaN for fewer than 30. */
export class EarnedTotal {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(values: Float64Array): void {
    for (const value of values) {
      if (value === 0 || !(Math.abs(value) < Number.POSITIVE_INFINITY)) continue;
      this.#count++;
      this.#sum += value;
      this.#squares += value * value;
    }
  }

  get count(): number {
    return this.#count;
  }

  /** What is earned adds up as a martingale, so the squares alone estimate its variance. */
  get tValue(): number {
    return this.#count < 30 ? Number.NaN : this.#sum / Math.sqrt(this.#squares);
  }
}
