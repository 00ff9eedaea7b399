import type { CandleColumns } from "../candles/candles.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Attached, OrderRequest } from "../orders/order.ts";
import type { CancelReason, Rejection } from "../orders/rejection.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { MarketSpec } from "./settings.ts";

export type Amendment = { readonly amount?: number; readonly price?: number; readonly triggerPrice?: number };

/** A level of a book: price in quote currency, amount in base currency. Best first. */
export type BookLevel = readonly [price: number, amount: number];

/**
 * The exchange as a session sees it. Markets and owners (strategies) are small whole numbers; times UTC milliseconds.
 *
 * Candles of one open time are folded in three phases. `beginCandle` for each market, in the order of their ids; then
 * `openPhase`, `inside` and `close` once. `candle` does all four for a single market. What happens inside a candle bears
 * the candle's last millisecond: when exactly it happened is not known.
 *
 * `SimulatedBroker` is made by `new SimulatedBroker(settings, markets, listener)`, and from a snapshot by
 * `SimulatedBroker.restore(settings, markets, listener, snapshot)`.
 */
export interface Broker {
  readonly account: Portfolio;
  readonly markets: readonly MarketSpec[];

  /** The index of a market by id, or by symbol where only one has it; −1 for none. */
  marketIndex(idOrSymbol: string): number;

  /**
   * Hands an order in. What cannot be (see `Rejection`) comes back `rejected` with its reason; it is not an error.
   * Balance, position and post-only are checked when the order arrives: at once for one that will rest, at its first
   * chance to fill for one that fills at once. The object is good until the order has ended and the next call is made.
   */
  submit(owner: number, request: OrderRequest, time: number): LiveOrder;

  /**
   * The quick way for the most frequent order: `GTC` at the market, signed amount (> 0 buys), rounded to the market's
   * steps. Otherwise as `submit`.
   */
  submitMarket(
    owner: number,
    market: number,
    signedAmount: number,
    time: number,
    reduceOnly: boolean,
    cutToBalance: boolean,
    tag?: string,
  ): LiveOrder;

  /**
   * Gives an order the protective orders that its request did not carry yet: a session that protects by the true entry
   * price calls this from inside `onFill` of the entry's first fill, and they take part in that candle as though the
   * request had carried them (the broker makes children after it has told `onFill`).
   */
  attach(order: LiveOrder, attached: Attached): void;

  /** Changes a live order; undefined when done or under way, else why not. */
  amend(clientOrderId: string, changes: Amendment, time: number): Rejection | undefined;
  /** The same by the order itself; NaN leaves a value as it is. Rounds to the market's steps. */
  amendOrder(
    order: LiveOrder,
    amount: number,
    price: number,
    triggerPrice: number,
    time: number,
  ): Rejection | undefined;

  /** `reason` is kept with the order: one of `CancelReason`, or the caller's own. Default: `"requested"`. */
  cancel(clientOrderId: string, time: number, reason?: CancelReason | (string & {})): Rejection | undefined;
  cancelOrder(order: LiveOrder, time: number, reason?: CancelReason | (string & {})): Rejection | undefined;
  /** Cancels all live orders, of one market (−1 for all) and one owner (−1 for all); says how many. */
  cancelAll(time: number, market?: number, owner?: number, reason?: CancelReason | (string & {})): number;

  /** Tells the candle of a market that opens at `openTime`; nothing happens before `openPhase`. */
  beginCandle(
    market: number,
    openTime: number,
    closeTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): void;
  /** Everything that executes at the open, across the markets in order of submission. */
  openPhase(): void;
  /** Each market's resting orders and liquidations along its path. */
  inside(): void;
  /** Marks every market of the batch to its close and expires what is due by its close time. */
  close(): void;
  /** All phases for one market alone. */
  candle(
    market: number,
    openTime: number,
    closeTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): void;

  /** `candle` of a row of columns: what is not looked at is not read. */
  candleOf(market: number, candles: CandleColumns, row: number, closeTime: number): void;

  /** Whether by a time anything under way arrives, or an order expires, on any market. Soon answered where nothing is. */
  isDueBy(time: number): boolean;
  /** When the next order, change or cancellation under way arrives at a market; Infinity for none. */
  nextArrival(market: number): number;
  /** When the next live order of a market expires; Infinity for none. */
  nextExpiry(market: number): number;
  /**
   * Tells that a market had no candle that would have closed at `closeTime`: what arrived before it does so, and what
   * expired by it ends, each at its own time.
   */
  gap(market: number, closeTime: number): void;

  /** The mark price's candle, told before `openPhase` of the candle of the same time. Without one, mark is last. */
  markCandle(market: number, open: number, high: number, low: number, close: number): void;
  /** The mark price at a moment between candles; triggers and liquidation that look at it act at the last price. */
  markPrice(market: number, time: number, price: number): void;
  /** The book that `bookWalk` walks from here on. */
  book(market: number, bids: readonly BookLevel[], asks: readonly BookLevel[]): void;
  /** Settles funding on the position that is open now: longs pay `rate` of their notional at `price`. */
  funding(market: number, time: number, rate: number, price: number): void;

  /** The live order of this name. */
  order(clientOrderId: string): LiveOrder | undefined;
  /** All live orders, market by market in order of arrival; of one owner, or of one market, where told. */
  openOrders(owner?: number, market?: number): LiveOrder[];
  openOrderCount(market: number): number;
  /** Where the position would be liquidated, at the prices of now; NaN without a position or where it never is. */
  liquidationPrice(market: number): number;
  /** Plain JSON: a broker restored from it goes on exactly as this one would. */
  snapshot(): unknown;
}
