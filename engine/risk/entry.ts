import type { AccountView, RiskMarket, RiskOrder } from "./account.ts";

/**
 * An order that opens or enlarges a position, with what every gate asks about it. One object serves all checks of a
 * guard.
 */
export class Entry {
  order!: RiskOrder;
  account!: AccountView;
  time = Number.NaN;
  market = -1;
  /** 1 buys, −1 sells. */
  sign: 1 | -1 = 1;
  equity = Number.NaN;
  /** Last price of the market. */
  lastPrice = Number.NaN;
  /** What the order is expected to be filled at: its own price, else the last one. */
  price = Number.NaN;
  /** What of the order's amount opens or enlarges; the rest takes off what is held on the other side. */
  openingAmount = Number.NaN;
  /** Notional of `openingAmount`. */
  notional = Number.NaN;

  constructor(readonly markets: readonly RiskMarket[]) {}

  /** Takes in the next order. False where it only reduces: no rule keeps anyone from leaving. */
  set(order: RiskOrder, account: AccountView, time: number): boolean {
    if (order.reduceOnly) return false;
    const { market, side } = order;
    const sign = side === "buy" ? 1 : -1;
    const isMarketOrder = Number.isNaN(order.price);
    // An order at the market leaves at once; one that waits shares the position with those that wait already.
    const claimed = isMarketOrder ? 0 : account.openOrderAmount(market, side) - order.waiting;
    const reducible = Math.max(0, -sign * positionLeft(account, market) - claimed);
    if (reducible > 0 && order.amount <= reducible) return false;
    this.order = order;
    this.account = account;
    this.time = time;
    this.market = market;
    this.sign = sign;
    this.equity = account.equity;
    this.lastPrice = account.price(market);
    this.price = isMarketOrder ? this.lastPrice : order.price;
    this.openingAmount = order.amount - reducible;
    this.notional = this.openingAmount * this.price;
    return true;
  }

  /** The market's id. */
  get id(): string {
    return this.markets[this.market].id;
  }

  /** Notional of the position on the order's side, with this order and those that wait, all of them filled. */
  notionalAfter(): number {
    const { account, market, sign } = this;
    const held = sign * positionLeft(account, market) + account.openOrderAmount(market, this.order.side);
    return held * this.lastPrice + this.order.amount * this.price;
  }

  /** Notional that a market can come to on its larger side; with this order where it is the order's market. */
  grossAfter(market: number): number {
    const largest = largestNotional(this.account, market);
    return market === this.market ? Math.max(largest, this.notionalAfter()) : largest;
  }
}

/** The signed position that is left when the market orders on their way have taken off theirs. */
export function positionLeft(account: AccountView, market: number): number {
  const position = account.positionAmount(market);
  if (position === 0) return 0;
  return position > 0 ? position - account.leavingAmount(market) : position + account.leavingAmount(market);
}

/** The share of the position that is left when the market orders on their way have filled; 1 of none. */
export function shareLeft(account: AccountView, market: number): number {
  const position = account.positionAmount(market);
  return position === 0 ? 1 : positionLeft(account, market) / position;
}

/** 1 or −1 for a market that is long or short, or will be when its first order fills; 0 for one without both. */
export function directionOf(account: AccountView, market: number): number {
  const held = Math.sign(positionLeft(account, market));
  if (held !== 0) return held;
  return Math.sign(account.openOrderAmount(market, "buy") - account.openOrderAmount(market, "sell"));
}

function largestNotional(account: AccountView, market: number): number {
  const position = positionLeft(account, market);
  const long = position + account.openOrderAmount(market, "buy");
  const short = -position + account.openOrderAmount(market, "sell");
  const largest = Math.max(long, short);
  // A market that nothing is held in may have no price yet.
  return largest === 0 ? 0 : largest * account.price(market);
}
