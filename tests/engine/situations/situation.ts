import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { OrderInstruction, OrderRequest, Side } from "#engine/orders/order.ts";
import type { Signal } from "#engine/strategy/signal.ts";

/** One hour of a market; null where it did not trade. 1000 of volume unless told. */
export type Bar = readonly [open: number, high: number, low: number, close: number, volume?: number] | null;

/** What a column of signals says at a close. */
export type ColumnSignal = "enterLong" | "exitLong" | "enterShort" | "exitShort" | "enterBoth" | "turnShort";

/**
 * A few candles, what is asked for at their closes, and what the written rules make of it: every number below was
 * worked out by hand. Bar `n` opens at hour `n`, so what is asked at the close of bar 0 can fill from `at 1` on.
 *
 * Unless `settings` say otherwise: 10,000 of quote currency, linear market without leverage, no fees, no slippage,
 * positions open at the end stay open.
 */
export type Situation = {
  /** A sentence on behaviour. */
  readonly name: string;
  /** Of BTC/USDT. */
  readonly bars: readonly Bar[];
  /** Of other symbols; `"exchange|symbol"` for one on another exchange. */
  readonly others?: Readonly<Record<string, readonly Bar[]>>;
  /** Quarters of an hour inside a bar. Bars without have a quarter like themselves and three that rest at its close. */
  readonly quarters?: Readonly<Record<number, readonly Bar[]>>;
  /** Hours of the mark price of BTC/USDT. */
  readonly marks?: readonly Bar[];
  /** What is asked for at the close of a bar: orders, signals, or columns of signals. */
  readonly orders?: Readonly<Record<number, readonly OrderInstruction[]>>;
  readonly signals?: Readonly<Record<number, readonly Signal[]>>;
  readonly columns?: Readonly<Record<number, ColumnSignal>>;
  /** Where columns of signals meet what only the session knows: liquidations, refusals. */
  readonly path?: "event";
  readonly settings?: BacktestOptions;
  /** Every fill: `"at 1 entry buys 2 @ 100 taker open"`; `in 1` is inside bar 1, `#2` the session's second order. */
  readonly fills: readonly string[];
  /** How every order ended, or stands, with the reason where it was not filled. */
  readonly ends: Readonly<Record<string, string>>;
  /** At the last close. */
  readonly equity: number;
  /** Why each trade that closed was left. */
  readonly exits?: readonly string[];
  /** Refusals and trips of risk rules: `"at 1 ordersPerMinute refuse"`. */
  readonly risk?: readonly string[];
};

export const BTC = "BTC/USDT";
export const ETH = "ETH/USDT";

type Terms = Partial<Omit<OrderRequest, "clientOrderId" | "side" | "amount" | "type">>;

function submit(
  clientOrderId: string,
  side: Side,
  amount: number,
  type: OrderRequest["type"],
  terms: Terms = {},
): OrderInstruction {
  return { action: "submit", order: { symbol: BTC, ...terms, clientOrderId, side, amount, type } };
}

/** Orders as plain data, short enough for a row of the table. */
export const buy = (
  name: string,
  amount: number,
  type: OrderRequest["type"],
  terms?: Terms,
): OrderInstruction => submit(name, "buy", amount, type, terms);
export const sell = (
  name: string,
  amount: number,
  type: OrderRequest["type"],
  terms?: Terms,
): OrderInstruction => submit(name, "sell", amount, type, terms);
export const cancel = (clientOrderId: string): OrderInstruction => ({ action: "cancel", clientOrderId });
export const amend = (
  clientOrderId: string,
  changes: { amount?: number; price?: number; triggerPrice?: number },
): OrderInstruction => ({ action: "amend", clientOrderId, ...changes });

export const signal = (direction: Signal["direction"], more: Partial<Signal> = {}): Signal => ({
  symbol: BTC,
  direction,
  ...more,
});

/** Ten of the base currency where the price is 100. */
export const TEN: BacktestOptions = { sizing: { kind: "fixedAmount", amountQuote: 1000 } };
export const SPOT: BacktestOptions = { marketType: "spot" };

/** UTC milliseconds of an hour of the table. */
export const HOUR = 3_600_000;
export const START = Date.UTC(2024, 0, 1);
export const hour = (n: number): number => START + n * HOUR;
