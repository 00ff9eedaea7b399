import { type Case, column, earned, events, fills, position } from "../case.ts";
import { ewm, max, mean, pctChange, rolling, shift, std } from "../series.ts";

/** Decisions at a close that act on the next candle. */
export const execution: Case[] = [
  position(
    "shifted-position",
    "held over the candle after the one whose close gave the signal",
    ({ close }) => {
      const average = rolling(close, 20, mean);
      return shift(
        close.map((x, i) => (x > average[i] ? 1 : 0)),
        1,
      );
    },
  ),
  position("shifted-cross", "a crossing of two averages, held from the next candle on", ({ close }) => {
    const [fast, slow] = [ewm(close, 0.2), ewm(close, 0.05)];
    return shift(
      fast.map((x, i) => Math.sign(x - slow[i])),
      1,
    );
  }),
  position("breakout-next-bar", "long over the candle after a break of the 20-candle high", ({ high }) =>
    high.map((_, i) => (i >= 21 && high[i - 1] > max(high.subarray(i - 21, i - 1)) ? 1 : 0)),
  ),
  position("sized-by-past-range", "size by the range of the candle before", ({ high, low }) =>
    high.map((_, i) => (i === 0 ? 0 : 1 / (1 + high[i - 1] - low[i - 1]))),
  ),
  position("by-the-clock", "long over candles of the American afternoon", ({ timestamp }) =>
    timestamp.map((time) => (new Date(time).getUTCHours() >= 18 ? 1 : 0)),
  ),
  fills(
    "filled-at-next-open",
    "a signal at the close, filled at the next open",
    ({ close, open, timestamp }) =>
      signals(close)
        .filter((i) => i + 1 < close.length)
        .map((i) => ({ time: timestamp[i + 1], price: open[i + 1] })),
  ),
  fills(
    "filled-with-slippage",
    "filled at the next open, half a basis point worse",
    ({ close, open, timestamp }) =>
      signals(close)
        .filter((i) => i + 1 < close.length)
        .map((i) => ({ time: timestamp[i + 1], price: open[i + 1] * 1.00005 })),
  ),
  fills("filled-two-later", "an order that travels for a candle", ({ close, open, timestamp }) =>
    signals(close)
      .filter((i) => i + 2 < close.length)
      .map((i) => ({ time: timestamp[i + 2], price: open[i + 2] })),
  ),
  events(
    "limit-touched",
    "a limit order below the close, told filled when the candle that touches it is over",
    ({ close, low, timestamp }) => {
      const found: { time: number; value: number }[] = [];
      for (const i of signals(close)) {
        const limit = close[i] * 0.998;
        for (let k = i + 1; k < Math.min(close.length, i + 20); k++) {
          if (low[k] > limit) continue;
          found.push({ time: timestamp[k] + 300_000, value: limit });
          break;
        }
      }
      return found;
    },
  ),
  events(
    "stops-hit",
    "stops that were hit, told at the close of the candle that hit them",
    ({ open, low, close, timestamp }) => {
      const found: { time: number; value: number }[] = [];
      for (const i of signals(close)) {
        if (i + 1 >= close.length) continue;
        const stop = open[i + 1] * 0.99;
        for (let k = i + 1; k < close.length; k++) {
          if (low[k] > stop) continue;
          found.push({ time: timestamp[k] + 300_000, value: Math.min(stop, open[k]) });
          break;
        }
      }
      return found;
    },
  ),
  events("all-trades", "every trade by its entry, whatever became of it", ({ close, timestamp }) =>
    signals(close).map((i) => ({ time: timestamp[i] + 300_000, value: close[i] })),
  ),
  events(
    "exit-after-an-hour",
    "the close twelve candles after each entry, told then",
    ({ close, timestamp }) =>
      signals(close)
        .filter((i) => i + 12 < close.length)
        .map((i) => ({ time: timestamp[i + 12] + 300_000, value: close[i + 12] })),
  ),
  earned("shifted-signal-earns", "signal.shift(1) * close.pct_change()", ({ close }) => {
    const r = pctChange(close);
    const momentum = pctChange(close, 3);
    return r.map((x, i) => (Number.isNaN(momentum[i - 1] ?? NaN) ? 0 : Math.sign(momentum[i - 1]) * x));
  }),
  earned("with-costs", "the same after fees on every change of position", ({ close }) => {
    const average = rolling(close, 20, mean);
    const held = close.map((_, i) => (close[i - 1] > average[i - 1] ? 1 : 0));
    return pctChange(close).map((x, i) =>
      i === 0 ? 0 : held[i] * x - 0.0005 * Math.abs(held[i] - held[i - 1]),
    );
  }),
  earned("buy-and-hold", "always long", ({ close }) => pctChange(close)),
  earned(
    "stop-inside-candle",
    "long from each open, out at a stop inside the candle, else at the close",
    ({ open, low, close }) => close.map((x, i) => (low[i] <= 0.998 * open[i] ? -0.002 : x / open[i] - 1)),
  ),
  earned(
    "stop-before-target",
    "both hit in one candle: the stop is said to have come first",
    ({ open, high, low, close }) =>
      close.map((x, i) => {
        if (low[i] <= 0.998 * open[i]) return -0.002;
        if (high[i] >= 1.002 * open[i]) return 0.002;
        return x / open[i] - 1;
      }),
  ),
  earned("averaging-down", "doubles after each loss, marked at every close", ({ close }) => {
    let size = 1;
    return pctChange(close).map((x) => {
      if (Number.isNaN(x)) return 0;
      const profit = size * x;
      size = profit < 0 ? Math.min(16, 2 * size) : 1;
      return profit;
    });
  }),
  column("size-by-past-volatility", "size by the volatility of the last hour", ({ close }) =>
    rolling(pctChange(close), 12, std).map((v) => 0.001 / v),
  ),
  position("held-for-six", "six candles long after each signal", ({ close }) => {
    const out = new Float64Array(close.length);
    for (const i of signals(close)) out.fill(1, i + 1, i + 7);
    return out;
  }),
];

function signals(close: Float64Array): number[] {
  const average = rolling(close, 20, mean);
  const rows: number[] = [];
  for (let i = 21; i < close.length; i++)
    if (close[i] > average[i] && close[i - 1] <= average[i - 1]) rows.push(i);
  return rows;
}
