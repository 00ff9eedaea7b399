import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { Holding, OrderView, PortfolioView, PositionView } from "../strategy/market.ts";

/** What a portfolio view reads: one strategy's part of an account. */
export interface PortfolioSource {
  readonly account: Portfolio;
  /** Indices of the strategy's markets, rising, and their names. */
  readonly markets: readonly number[];
  readonly symbols: readonly string[];
  equity(): number;
  startingEquity(): number;
  free(): number;
  entryTime(market: number): number;
  stopPrice(market: number): number;
  liquidationPrice(market: number): number;
  orders(): readonly LiveOrder[];
}

/**
 * The strategy's part of the account, made when it is looked at: equity and lists cost nothing until they are read, and
 * what was read is the strategy's own to keep.
 */
export function portfolioView(source: PortfolioSource): PortfolioView {
  const { account, markets, symbols } = source;
  const position = (k: number): PositionView => {
    const market = markets[k];
    return {
      symbol: symbols[k],
      amount: account.amount[market],
      entryPrice: account.entryPrice(market),
      entryTime: source.entryTime(market),
      price: account.price[market],
      unrealised: account.unrealised(market),
      stopPrice: source.stopPrice(market),
      liquidationPrice: source.liquidationPrice(market),
    };
  };
  const placeOf = new Map(symbols.map((symbol, k) => [symbol, k]));
  const view = Object.defineProperties(
    {},
    {
      equity: { enumerable: true, get: () => source.equity() / source.startingEquity() },
      equityQuote: { enumerable: true, get: () => source.equity() },
      freeQuote: { enumerable: true, get: () => source.free() },
      holdings: {
        enumerable: true,
        get(): readonly Holding[] {
          const equity = source.equity();
          const holdings: Holding[] = [];
          for (let k = 0; k < markets.length; k++) {
            const amount = account.amount[markets[k]];
            if (amount === 0) continue;
            holdings.push({ symbol: symbols[k], weight: (amount * account.price[markets[k]]) / equity });
          }
          return holdings;
        },
      },
      positions: {
        enumerable: true,
        get(): readonly PositionView[] {
          const positions: PositionView[] = [];
          for (let k = 0; k < markets.length; k++) {
            if (account.amount[markets[k]] !== 0) positions.push(position(k));
          }
          return positions;
        },
      },
      position: {
        enumerable: true,
        value(symbol: string): PositionView | undefined {
          const k = placeOf.get(symbol);
          return k === undefined || account.amount[markets[k]] === 0 ? undefined : position(k);
        },
      },
      orders: { enumerable: true, get: () => source.orders().map(orderView) },
    },
  );
  return Object.freeze(view) as PortfolioView;
}

/** A copy of an order as it stands now. */
export function orderView(order: LiveOrder): OrderView {
  return Object.freeze({
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    status: order.status,
    amount: order.amount,
    filled: order.filled,
    remaining: order.remaining,
    average: order.average,
    price: order.price,
    triggerPrice: order.triggerPrice,
    reduceOnly: order.reduceOnly,
    timestamp: order.submitTime,
    reason: order.reason,
    tag: order.tag ?? "",
  });
}
