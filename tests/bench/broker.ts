import { SILENT } from "#engine/broker/listener.ts";
import type { BrokerSettings, MarketSpec } from "#engine/broker/settings.ts";
import { SimulatedBroker } from "#engine/broker/simulated.ts";
import type { CandleColumns } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";
import { type Goal, printGroup, requireClose, sideBySide } from "./measure.ts";

const BARS = 1_000_000;
/** Enough to prove that it runs, where nothing is to be measured. */
const FEW_BARS = 50_000;
const MINUTE = 60_000;

const SETTINGS: BrokerSettings = {
  venues: { simulated: { startingBalance: 10_000_000, fees: { kind: "flat", makerBps: 10, takerBps: 10 } } },
};
const MARKET: MarketSpec = { id: "BTC/USDT", symbol: "BTC/USDT", exchange: "simulated", type: "linear" };

/** A random walk in candles. */
function candles(bars: number): CandleColumns {
  const random = Random.seeded("bench/broker");
  const make = (): Float64Array => new Float64Array(bars);
  const columns = {
    timestamp: make(),
    open: make(),
    high: make(),
    low: make(),
    close: make(),
    volume: make(),
  };
  let price = 100;
  for (let i = 0; i < bars; i++) {
    const close = price * (1 + 0.001 * random.normal());
    columns.timestamp[i] = i * MINUTE;
    columns.open[i] = price;
    columns.close[i] = close;
    columns.high[i] = Math.max(price, close) * (1 + 0.0004 * random.uniform());
    columns.low[i] = Math.min(price, close) * (1 - 0.0004 * random.uniform());
    columns.volume[i] = 10 + 10 * random.uniform();
    price = close;
  }
  return columns;
}

/** Folds all candles; `before` is called ahead of each one. Answers with the last equity and the sum of all. */
function fold(
  { timestamp, open, high, low, close, volume }: CandleColumns,
  before: (broker: SimulatedBroker, i: number) => void,
): number {
  const broker = new SimulatedBroker(SETTINGS, [MARKET], SILENT);
  const { account } = broker;
  let sum = 0;
  for (let i = 0; i < timestamp.length; i++) {
    before(broker, i);
    const time = timestamp[i];
    broker.candle(0, time, time + MINUTE, open[i], high[i], low[i], close[i], volume[i]);
    sum += account.equity();
  }
  return sum;
}

/** Milliseconds of the broker alone: idle, with a position between stop and target, with an order on each bar. */
export function measureBroker(rounds: number): Promise<Record<string, number>> {
  const columns = candles(rounds > 3 ? BARS : FEW_BARS);
  return sideBySide(
    {
      "nothing at all": () => fold(columns, () => {}),
      "a position, stop and target resting": () =>
        fold(columns, (broker, i) => {
          if (i !== 1) return;
          const { price } = broker.account;
          broker.submit(
            0,
            {
              symbol: "BTC/USDT",
              side: "buy",
              type: "market",
              amount: 1,
              attached: {
                stopLoss: { triggerPrice: price[0] * 0.01 },
                takeProfit: { price: price[0] * 100 },
              },
            },
            columns.timestamp[i],
          );
        }),
      "a bracket whenever flat": () =>
        fold(columns, (broker, i) => {
          if (i === 0 || broker.account.amount[0] !== 0) return;
          const price = broker.account.price[0];
          broker.submit(
            0,
            {
              symbol: "BTC/USDT",
              side: "buy",
              type: "market",
              amount: 1,
              attached: {
                stopLoss: { triggerPrice: price * 0.99 },
                takeProfit: { price: price * 1.01 },
              },
            },
            columns.timestamp[i],
          );
        }),
      "a market order on each bar": () =>
        fold(columns, (broker, i) => {
          broker.submitMarket(0, 0, i % 2 === 0 ? 1 : -1, columns.timestamp[i], false, false);
        }),
      "a market order request on each bar": () =>
        fold(columns, (broker, i) => {
          broker.submit(
            0,
            { symbol: "BTC/USDT", side: i % 2 === 0 ? "buy" : "sell", type: "market", amount: 1 },
            columns.timestamp[i],
          );
        }),
      "a trailing stop": () =>
        fold(columns, (broker, i) => {
          if (i === 0 || broker.account.amount[0] !== 0 || broker.openOrderCount(0) > 0) return;
          broker.submit(
            0,
            {
              symbol: "BTC/USDT",
              side: "buy",
              type: "market",
              amount: 1,
              attached: { trailingStop: { distance: 0.02, unit: "fraction" } },
            },
            columns.timestamp[i],
          );
        }),
    },
    rounds,
  );
}

/** The account after an order on each bar, by sums alone: every even bar buys 1 at its open, every odd one sells it. */
function requireRightEquity(): void {
  const { open, high, low, close, volume, timestamp } = candles(1_000);
  const broker = new SimulatedBroker(SETTINGS, [MARKET], SILENT);
  let expected = 10_000_000;
  for (let i = 0; i < timestamp.length; i++) {
    const sign = i % 2 === 0 ? 1 : -1;
    broker.submitMarket(0, 0, sign, timestamp[i], false, false);
    broker.candle(0, timestamp[i], timestamp[i] + MINUTE, open[i], high[i], low[i], close[i], volume[i]);
    expected -= sign * open[i] + 0.001 * open[i];
  }
  requireClose("broker", [broker.account.equity()], [expected]);
}

export async function benchBroker(rounds: number): Promise<Goal[]> {
  requireRightEquity();
  const times = await measureBroker(rounds);
  const bars = rounds > 3 ? BARS : FEW_BARS;
  const perMillion = 1_000_000 / bars;
  printGroup(`Broker alone, ${bars} bars, equity at each`, times);
  return [
    {
      name: "broker: an order on each of 1M bars",
      measured: times["a market order on each bar"] * perMillion,
      limit: 200,
      unit: "ms",
    },
    {
      name: "broker: 1M bars between stop and target",
      measured: times["a position, stop and target resting"] * perMillion,
      limit: 40,
      unit: "ms",
    },
  ];
}
