import { type Case, column, earned, events, fills, position } from "../case.ts";
import { ewm, max, mean, pctChange, rolling, shift, std } from "../series.ts";

/** Decisions and fills that use the candle they act on. */
export const execution: Case[] = [
  position("same-bar-position", "held over the candle whose close gave the signal", ({ close }) => {
    const average = rolling(close, 20, mean);
    return close.map((x, i) => (x > average[i] ? 1 : 0));
  }),
  position(
    "unshifted-cross",
    "a crossing of two averages, held over the candle that crosses",
    ({ close }) => {
      const [fast, slow] = [ewm(close, 0.2), ewm(close, 0.05)];
      return fast.map((x, i) => Math.sign(x - slow[i]));
    },
  ),
  position("breakout-same-bar", "long over the candle that breaks the 20-candle high", ({ high }) =>
    high.map((h, i) => (i >= 20 && h > max(high.subarray(i - 20, i)) ? 1 : 0)),
  ),
  position("gap-rule-on-close", "long over candles that close above their open", ({ open, close }) =>
    close.map((x, i) => (x > open[i] ? 1 : -1)),
  ),
  position("sized-by-this-range", "size by the range of the candle it is held over", ({ high, low, close }) =>
    close.map((x, i) => x / (1 + high[i] - low[i])),
  ),
  position("stop-known-before", "no position over candles in which the stop would be hit", ({ low, open }) =>
    low.map((l, i) => (l < open[i] * 0.997 ? 0 : 1)),
  ),
  fills(
    "filled-at-signal-open",
    "a signal at the close, filled at the same candle's open",
    ({ close, open, timestamp }) => {
      const average = rolling(close, 20, mean);
      return signals(close, average).map((i) => ({ time: timestamp[i], price: open[i] }));
    },
  ),
  fills(
    "filled-at-signal-low",
    "a signal at the close, filled at the same candle's low",
    ({ close, low, timestamp }) => {
      const average = rolling(close, 20, mean);
      return signals(close, average).map((i) => ({ time: timestamp[i], price: low[i] }));
    },
  ),
  fills(
    "filled-at-signal-close",
    "entry time and price of the candle that gave the signal",
    ({ close, timestamp }) => {
      const average = rolling(close, 20, mean);
      return signals(close, average).map((i) => ({ time: timestamp[i], price: close[i] }));
    },
  ),
  fills(
    "filled-at-known-close",
    "a signal at the close, filled at that very close",
    ({ close, timestamp }) => {
      const average = rolling(close, 20, mean);
      return signals(close, average).map((i) => ({ time: timestamp[i] + 300_000, price: close[i] }));
    },
  ),
  fills(
    "filled-at-middle",
    "a signal at the close, filled at the middle of that candle",
    ({ close, high, low, timestamp }) => {
      const average = rolling(close, 20, mean);
      return signals(close, average).map((i) => ({
        time: timestamp[i] + 300_000,
        price: (high[i] + low[i]) / 2,
      }));
    },
  ),
  fills(
    "filled-at-next-low",
    "filled at the low of the next candle, told at its open",
    ({ close, low, timestamp }) => {
      const average = rolling(close, 20, mean);
      return signals(close, average)
        .filter((i) => i + 1 < close.length)
        .map((i) => ({ time: timestamp[i + 1], price: low[i + 1] }));
    },
  ),
  earned("signal-times-return", "signal * close.pct_change(), without a shift", ({ close }) => {
    const r = pctChange(close);
    const momentum = pctChange(close, 3);
    return r.map((x, i) => (Number.isNaN(momentum[i]) ? 0 : Math.sign(momentum[i]) * x));
  }),
  earned(
    "above-average-earns",
    "earns the candle's return when its close is above the average",
    ({ close }) => {
      const average = rolling(close, 20, mean);
      return pctChange(close).map((x, i) => (close[i] > average[i] ? x : 0));
    },
  ),
  earned(
    "body-times-direction",
    "earns the body of candles that break the high before",
    ({ open, high, close }) => close.map((x, i) => (i > 0 && high[i] > high[i - 1] ? x / open[i] - 1 : 0)),
  ),
  earned("exit-at-the-high", "buys the open of each candle and sells at its high", ({ open, high }) =>
    high.map((h, i) => 0.5 * (h / open[i] - 1)),
  ),
  earned(
    "target-before-stop",
    "both hit in one candle: the target is said to have come first",
    ({ open, high, low, close }) =>
      close.map((x, i) => {
        if (high[i] >= 1.001 * open[i]) return 0.001;
        if (low[i] <= 0.999 * open[i]) return -0.001;
        return x / open[i] - 1;
      }),
  ),
  column("size-by-coming-volatility", "size by the volatility of the next hour", ({ close }) => {
    const v = shift(rolling(pctChange(close), 12, std), -12);
    return v.map((x) => 0.001 / x);
  }),
  events("exit-at-the-best", "exits at the best close of the next five candles", ({ close, timestamp }) => {
    const found: { time: number; value: number }[] = [];
    for (let i = 20; i + 5 < close.length; i += 9) {
      const best = max(close.subarray(i + 1, i + 6));
      found.push({ time: timestamp[i] + 2 * 300_000, value: best });
    }
    return found;
  }),
];

function signals(close: Float64Array, average: Float64Array): number[] {
  const rows: number[] = [];
  for (let i = 21; i < close.length; i++)
    if (close[i] > average[i] && close[i - 1] <= average[i - 1]) rows.push(i);
  return rows;
}
