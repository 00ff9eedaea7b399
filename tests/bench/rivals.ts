import { DataFrame } from "data-forge";
import { backtest as grademark, type IBar } from "grademark";
import { Action, type Asset, backtest as indicatorts, sma as theirSma } from "indicatorts";
import type { Candles } from "#engine/candles/candles.ts";
import { sma } from "#engine/indicators/sma.ts";

const FAST = 10;
const SLOW = 30;

type Bar = IBar & { fast: number; slow: number };

/**
 * The cross of two averages by two other libraries for JavaScript, on the candles in the form that each of them wants,
 * which is made beforehand. grademark is given the averages as well, by our indicators, since those of its own series
 * would cost most of the time; it makes trades, without fees or an account. indicatorts computes its averages and then
 * one curve of gains, without fees, trades or orders.
 */
export function rivals(candles: Candles): Record<string, () => unknown> {
  const { timestamp, open, high, low, close, volume } = candles;
  const fast = sma(close, FAST);
  const slow = sma(close, SLOW);
  const bars = Array.from(
    timestamp,
    (time, i): Bar => ({
      time: new Date(time),
      open: open[i],
      high: high[i],
      low: low[i],
      close: close[i],
      volume: volume[i],
      fast: fast[i],
      slow: slow[i],
    }),
  );
  const frame = new DataFrame<number, Bar>({ values: bars }).bake();
  const asset: Asset = {
    dates: bars.map(({ time }) => time),
    openings: [...open],
    highs: [...high],
    lows: [...low],
    closings: [...close],
    volumes: [...volume],
  };
  return {
    "SMA cross, grademark": () =>
      grademark<Bar, Bar, object, number>(
        {
          entryRule: (enterPosition, { bar }) => {
            if (bar.fast > bar.slow) enterPosition();
          },
          exitRule: (exitPosition, { bar }) => {
            if (!(bar.fast > bar.slow)) exitPosition();
          },
        },
        frame,
      ),
    "SMA cross, indicatorts": () => indicatorts(asset, [{ name: "cross", strategy: crossActions }]),
  };
}

function crossActions({ closings }: Asset): Action[] {
  const fast = theirSma(closings, { period: FAST });
  const slow = theirSma(closings, { period: SLOW });
  return fast.map((value, i) => (value > slow[i] ? Action.BUY : Action.SELL));
}
