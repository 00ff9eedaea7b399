import type { TwinChoice, TwinStrategy, TwinView } from "./twin.ts";

/** The strategies of the twin: from the candles of a prefix to choices, by plain loops over lists. */

export type ConfluenceParameters = {
  macdFast: number;
  macdSlow: number;
  macdSignal: number;
  rsiLength: number;
  rsiMin: number;
  rsiMax: number;
  atrLength: number;
  maxAtrFraction: number;
  volumeLength: number;
  minQuoteVolume: number;
  maxPositions: number;
};

export function twinConfluence(p: ConfluenceParameters): TwinStrategy {
  return {
    history: 300,
    choose(views) {
      const all = views.map((view) => ({ ...view, features: confluenceFeatures(view, p) }));
      const known = all.filter(({ features }) =>
        Object.values(features).every((value) => Number.isFinite(value)),
      );
      const scored = known.map((one) => {
        const slopeRank = rankOf(
          one.features.histogramSlope,
          known.map(({ features }) => features.histogramSlope),
        );
        const volumeRank = rankOf(
          one.features.volumeZscore,
          known.map(({ features }) => features.volumeZscore),
        );
        return { ...one, score: (slopeRank + volumeRank) / 2 };
      });
      const passed = scored.filter(({ candles, features }) => {
        const price = candles.at(-1)!.close;
        return (
          features.atr / price <= p.maxAtrFraction &&
          features.quoteVolume >= p.minQuoteVolume &&
          features.histogramSlope > 0 &&
          features.rsi >= p.rsiMin &&
          features.rsi <= p.rsiMax
        );
      });
      return best(passed, p.maxPositions);
    },
  };
}

export function twinMomentum(p: {
  lookback: number;
  skip: number;
  minReturn: number;
  maxPositions: number;
}): TwinStrategy {
  return {
    history: 300,
    choose(views) {
      const all = views.map(({ symbol, candles }) => {
        const latest = candles.at(-1 - p.skip)?.close ?? NaN;
        const past = candles.at(-1 - p.skip - p.lookback)?.close ?? NaN;
        const momentum = latest / past - 1;
        return { symbol, score: momentum, features: { momentum } };
      });
      return best(
        all.filter(({ score }) => score > p.minReturn),
        p.maxPositions,
      );
    },
  };
}

function best(all: Omit<TwinChoice, "weight">[], count: number): TwinChoice[] {
  const order = [...all].sort((a, b) =>
    a.score === b.score ? (a.symbol < b.symbol ? -1 : 1) : b.score - a.score,
  );
  const chosen = order.slice(0, count);
  return chosen.map(({ symbol, score, features }) => ({
    symbol,
    score,
    features,
    weight: 1 / chosen.length,
  }));
}

/** Place among all from 1 up, by their number; equal values share the mean of their places. */
function rankOf(value: number, all: number[]): number {
  const places = [...all].sort((a, b) => a - b).flatMap((other, i) => (other === value ? [i + 1] : []));
  return (places[0] + places[places.length - 1]) / 2 / all.length;
}

function confluenceFeatures({ candles }: TwinView, p: ConfluenceParameters): Record<string, number> {
  const close = candles.map((candle) => candle.close);
  const volume = candles.map((candle) => candle.volume);
  const histogram = macdHistogram(close, p.macdFast, p.macdSlow, p.macdSignal);
  return {
    histogramSlope: ((histogram.at(-1) ?? NaN) - (histogram.at(-2) ?? NaN)) / close[close.length - 1],
    rsi: wilderRsi(close, p.rsiLength),
    atr: wilderAtr(candles, p.atrLength),
    quoteVolume: runningMean(
      candles.map((candle) => candle.close * candle.volume),
      p.volumeLength,
    ),
    volumeZscore: slidingZscore(volume, p.volumeLength),
  };
}

/** All values of the average, the first at the `n`-th value: its seed, their mean. */
function emaFrom(values: number[], n: number): number[] {
  if (values.length < n) return [];
  let average = values.slice(0, n).reduce((sum, value) => sum + value, 0) / n;
  const averages = [average];
  for (const value of values.slice(n)) averages.push((average += (value - average) * (2 / (n + 1))));
  return averages;
}

function macdHistogram(close: number[], fast: number, slow: number, signal: number): number[] {
  const slowLine = emaFrom(close, slow);
  const fastLine = emaFrom(close.slice(slow - fast), fast);
  const line = slowLine.map((value, i) => fastLine[i] - value);
  const signalLine = emaFrom(line, signal);
  return signalLine.map((value, i) => line[i + signal - 1] - value);
}

function wilderRsi(close: number[], n: number): number {
  const changes = close.slice(1).map((value, i) => value - close[i]);
  const gain = wilder(
    changes.map((change) => Math.max(change, 0)),
    n,
  );
  const loss = wilder(
    changes.map((change) => Math.max(-change, 0)),
    n,
  );
  return (100 * gain) / (gain + loss);
}

function wilderAtr(candles: TwinView["candles"], n: number): number {
  const ranges = candles
    .slice(1)
    .map(({ high, low }, i) => Math.max(high, candles[i].close) - Math.min(low, candles[i].close));
  return wilder(ranges, n);
}

function wilder(values: number[], n: number): number {
  if (values.length < n) return NaN;
  let average = values.slice(0, n).reduce((sum, value) => sum + value, 0) / n;
  for (const value of values.slice(n)) average = average * ((n - 1) / n) + value * (1 / n);
  return average;
}

/** Running sums are made afresh when this many values have passed and, for the mean, a ring of the window turns. */
const REFRESH_AFTER = 256;

/** A running sum; at every `n`-th value it is made afresh when the last time is long ago. */
function runningMean(values: number[], n: number): number {
  if (values.length < n) return NaN;
  let sum = 0;
  let age = 0;
  values.forEach((value, i) => {
    sum += i < n ? value : value - values[i - n];
    if (i % n !== n - 1) return;
    age += n;
    if (age < REFRESH_AFTER) return;
    age = 0;
    sum = values.slice(i - n + 1, i + 1).reduce((total, each) => total + each, 0);
  });
  return sum / n;
}

/**
 * Sliding Welford: mean and squares of the window are carried on, and made afresh when that was long ago or when the
 * squares have fallen below a thousandth of their largest since.
 */
function slidingZscore(values: number[], n: number): number {
  if (values.length < n) return NaN;
  let mean = 0;
  let squares = 0;
  let largest = 0;
  let age = 0;
  values.forEach((value, i) => {
    if (i < n - 1) return;
    const window = values.slice(i - n + 1, i + 1);
    const refresh = () => {
      // The engine adds up its ring from slot 0, where after a turn and a part the newest values lie.
      const slots = (i + 1) % n;
      const ring = [...window.slice(n - slots), ...window.slice(0, n - slots)];
      mean = ring.reduce((sum, each) => sum + each, 0) / n;
      squares = ring.reduce((sum, each) => sum + (each - mean) * (each - mean), 0);
      largest = squares;
      age = 0;
    };
    if (i === n - 1 || age >= REFRESH_AFTER) refresh();
    else {
      age++;
      const leaving = values[i - n];
      const before = mean;
      mean = before + (value - leaving) * (1 / n);
      squares += (value - leaving) * (value - mean + (leaving - before));
      if (squares > largest) largest = squares;
      else if (squares < largest * 1e-3) refresh();
    }
    if (window.every((each) => each === value)) {
      mean = value;
      squares = 0;
    }
  });
  return squares === 0 ? NaN : (values[values.length - 1] - mean) / Math.sqrt(squares / n);
}
