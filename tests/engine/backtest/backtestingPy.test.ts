import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import { lowerBound } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { crossAbove, crossBelow, rollingMax, rollingMin, sma, step } from "#engine/catalogue/vocabulary.ts";
import { mean, sum } from "#engine/core/stats.ts";
import type { OrderInstruction } from "#engine/orders/order.ts";
import { defineStrategy, type Strategy } from "#engine/strategy/contract.ts";
import { candlesPath, readCandles, sharedData, WITHOUT_DATA } from "../../fixtures/sharedData.ts";
import { numbers, texts } from "./tables.ts";

/** The part of a reference case that is compared; `sl` and `tp` are NaN-free prices or null. */
type Case = {
  readonly id: string;
  readonly engine: { readonly cash: number; readonly commission: number; readonly margin: number };
  readonly params: Readonly<Record<string, number>>;
  readonly trades: readonly {
    readonly size: number;
    readonly entryBar: number;
    readonly exitBar: number;
    readonly entryPrice: number;
    readonly exitPrice: number;
    readonly pnl: number;
    readonly commission: number;
    readonly returnPct: number;
  }[];
  readonly equity: readonly number[];
};

const CASES = "oracles/backtesting_py/cases.json";
const GOOG = { exchange: "nasdaq", market: "equity", symbol: "GOOG", timeframe: "1d" };
const EURUSD = { exchange: "fx", market: "forex", symbol: "EUR-USD", timeframe: "1h" };
const isMissing = sharedData(CASES) === undefined || sharedData(candlesPath(GOOG)) === undefined;

/**
 * Its conventions in our options: whole units, all of the free margin at the price of the fill (an order larger than
 * any account, cut to the balance), commission of both sides, positions of one net account, what is open at the end
 * closed at the open of the last bar.
 */
function conventions({ engine }: Case) {
  return {
    startingBalance: engine.cash,
    feeBps: engine.commission * 10_000,
    marketType: "linear",
    leverage: 1 / engine.margin,
    markets: {
      "*": {
        amountStep: 1,
        leverageTiers: [{ maxNotional: Infinity, maxLeverage: 100, maintenanceMarginRate: 0 }],
      },
    },
    finalise: "lastOpen",
  } as const;
}

function smaCross({ params }: Case, timeframe: string, amountQuote: number): Strategy {
  return defineStrategy({
    name: "sma-cross",
    timeframe,
    history: params.slow,
    features: ({ close }) => ({ fast: sma(close, params.fast), slow: sma(close, params.slow) }),
    signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), enterShort: crossBelow(fast, slow) }),
    sizing: { kind: "fixedAmount", amountQuote },
  });
}

describe.skipIf(isMissing)(
  isMissing ? `backtesting.py's cases (${WITHOUT_DATA})` : "backtesting.py's cases",
  () => {
    const cases: Case[] = isMissing ? [] : JSON.parse(readFileSync(sharedData(CASES)!, "utf8")).cases;
    const caseOf = (id: string): Case => cases.find((one) => one.id === id)!;

    it.each(["goog_smacross_plain", "goog_smacross_commission"])(
      "%s: the same trades and equity",
      async (id) => {
        const one = caseOf(id);
        const candles = (await readCandles(GOOG))!;
        const result = unhashedBacktest(smaCross(one, "1d", 1e12), [candles], conventions(one));
        expectSame(result, one, candles);
      },
    );

    it("eurusd_fx_plain: the same trades and equity, of fixed units on margin", async () => {
      const one = caseOf("eurusd_fx_plain");
      const candles = (await readCandles(EURUSD))!;
      const units = {
        action: "submit",
        order: { symbol: candles.symbol, type: "market", amount: one.params.units },
      } as const;
      const strategy = defineStrategy({
        ...smaCross(one, "1h", 1),
        features: ({ close }) => {
          const fast = sma(close, one.params.fast);
          const slow = sma(close, one.params.slow);
          return { up: crossAbove(fast, slow), down: crossBelow(fast, slow) };
        },
        signals: undefined,
        sizing: undefined,
        decide: ({ market, portfolio }) => {
          const [row] = market.rows;
          if (row.features.up !== 1 && row.features.down !== 1) return { orders: [] };
          const side = row.features.up === 1 ? "buy" : "sell";
          const held = Math.abs(portfolio.position(row.symbol)?.amount ?? 0);
          const close = {
            ...units,
            order: { ...units.order, side, amount: held, reduceOnly: true },
          } as const;
          const open = { ...units, order: { ...units.order, side } } as const;
          return { orders: held > 0 ? [close, open] : [open] };
        },
      });
      const result = unhashedBacktest(strategy, [candles], conventions(one));
      expectSame(result, one, candles);
    });

    it("goog_donchian_stop_plain: the same trades of stop entries with a bracket, but for two opens", async () => {
      const one = caseOf("goog_donchian_stop_plain");
      const candles = (await readCandles(GOOG))!;
      const { n } = one.params;
      const strategy = defineStrategy({
        name: "donchian-stop",
        timeframe: "1d",
        history: n + 1,
        features: ({ high, low, close }) => ({
          top: rollingMax(high, n),
          bottom: rollingMin(low, n),
          atr: sma(step([high, low, close], trueRange), 14),
        }),
        decide: ({ market, portfolio }) => {
          if (portfolio.positions.length > 0) return { orders: [] };
          const { symbol, features } = market.rows[0];
          const { top, bottom, atr } = features;
          const entry = (side: "buy" | "sell", triggerPrice: number, sign: number): OrderInstruction => ({
            action: "submit",
            order: {
              symbol,
              side,
              type: "stop",
              amount: 50,
              triggerPrice,
              attached: {
                stopLoss: { triggerPrice: triggerPrice - sign * 2 * atr },
                takeProfit: { price: triggerPrice + sign * 3 * atr },
              },
            },
          });
          const orders = [entry("buy", top * 1.001, 1), entry("sell", bottom * 0.999, -1)];
          return { orders: [{ action: "cancelAll" }, ...orders] };
        },
      });
      // It decides for the first time after its bar 20.
      const startMs = candles.timestamp[n] + 86_400_000;
      const result = unhashedBacktest(strategy, [candles], { ...conventions(one), startMs });
      // Twice the open gaps through a short's stop and through the older buying stop of the other side at once. There
      // the protective stop goes first and the other then enters; here the older order goes first and closes the short.
      const entersToo = one.trades.filter(({ entryBar }) => entryBar === 115 || entryBar === 297);
      expect(entersToo.map(({ size }) => size)).toEqual([50, 50]);
      const trades = one.trades.filter((trade) => !entersToo.includes(trade));
      expectSame(result, { ...one, trades, equity: one.equity.slice(0, 115) }, candles);
      const missed = entersToo.reduce((sum, { pnl }) => sum + pnl, 0);
      const final = one.equity[one.equity.length - 1] - missed;
      expect(numbers(result.equity, "equity").at(-1)).toBeCloseTo(final, 6);
    });
  },
);

/** The first bar has no close before it: its range. */
function trueRange(): (high: number, low: number, close: number) => number {
  let before = Number.NaN;
  return (high, low, close) => {
    const range = Number.isNaN(before)
      ? high - low
      : Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
    before = close;
    return range;
  };
}

function expectSame(result: ReturnType<typeof unhashedBacktest>, one: Case, candles: Candles): void {
  const { trades, equity, metrics } = result;
  const signs = texts(trades, "direction").map((direction) => (direction === "long" ? 1 : -1));
  const amounts = numbers(trades, "amount");
  const bars = (name: "entryTime" | "exitTime") =>
    [...numbers(trades, name)].map((time) => lowerBound(candles.timestamp, time + 1) - 1);
  expect(signs.map((sign, i) => sign * amounts[i])).toEqual(one.trades.map(({ size }) => size));
  expect(bars("entryTime")).toEqual(one.trades.map(({ entryBar }) => entryBar));
  expect(bars("exitTime")).toEqual(one.trades.map(({ exitBar }) => exitBar));
  const close = (name: Parameters<typeof numbers>[1], expected: readonly number[], digits = 9) => {
    const given = numbers(trades, name as never);
    expected.forEach((value, i) => {
      expect(given[i], `${name} of trade ${i}`).toBeCloseTo(value, digits);
    });
  };
  close(
    "entryPrice",
    one.trades.map(({ entryPrice }) => entryPrice),
  );
  close(
    "exitPrice",
    one.trades.map(({ exitPrice }) => exitPrice),
  );
  close(
    "profit",
    one.trades.map(({ pnl }) => pnl),
    7,
  );
  close(
    "fees",
    one.trades.map(({ commission }) => commission),
    7,
  );
  close(
    "return",
    one.trades.map(({ returnPct }) => returnPct),
    9,
  );
  const curve = numbers(equity, "equity");
  const first = candles.timestamp.length - curve.length;
  if (one.equity.length === candles.timestamp.length) {
    // Both sides of each of its trades, by the mean of its equity.
    const traded = one.trades.map(
      ({ size, entryPrice, exitPrice }) => Math.abs(size) * (entryPrice + exitPrice),
    );
    expect(metrics.turnover / (sum(traded) / mean(one.equity.slice(first)))).toBeCloseTo(1, 10);
  }
  one.equity.slice(first).forEach((value, i) => {
    expect(curve[i], `equity of bar ${first + i}`).toBeCloseTo(value, 6);
  });
}
