import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { Holding, OrderView, PortfolioView, PositionView } from "../strategy/market.ts";

/** What a portfolio view reads: one strategy's part of an account. */
export interface PortfolioSource {
  readonly account: Pick<Portfolio, "amount" | "price" | "entryPrice" | "unrealised">;
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
 * what was read is the strategy's own to keep. Its accessors are the same functions in every run; see `MarketView`.
 */
class PortfolioFace {
  readonly #source: PortfolioSource;

  constructor(source: PortfolioSource) {
    this.#source = source;
    const places = new Map(source.symbols.map((symbol, k) => [symbol, k]));
    Object.defineProperties(this, PortfolioFace.#before);
    Object.defineProperty(this, "position", {
      enumerable: true,
      value: (symbol: string): PositionView | undefined => {
        const k = places.get(symbol);
        return k === undefined || source.account.amount[source.markets[k]] === 0
          ? undefined
          : positionOf(source, k);
      },
    });
    Object.defineProperties(this, PortfolioFace.#behind);
    Object.freeze(this);
  }

  static readonly #before: PropertyDescriptorMap = {
    equity: accessor(function (this: PortfolioFace) {
      return this.#source.equity() / this.#source.startingEquity();
    }),
    equityQuote: accessor(function (this: PortfolioFace) {
      return this.#source.equity();
    }),
    freeQuote: accessor(function (this: PortfolioFace) {
      return this.#source.free();
    }),
    holdings: accessor(function (this: PortfolioFace) {
      return holdingsOf(this.#source);
    }),
    positions: accessor(function (this: PortfolioFace) {
      const { account, markets } = this.#source;
      const positions: PositionView[] = [];
      for (let k = 0; k < markets.length; k++) {
        if (account.amount[markets[k]] !== 0) positions.push(positionOf(this.#source, k));
      }
      return positions;
    }),
  };

  static readonly #behind: PropertyDescriptorMap = {
    orders: accessor(function (this: PortfolioFace) {
      return this.#source.orders().map(orderView);
    }),
  };
}

export function portfolioView(source: PortfolioSource): PortfolioView {
  return new PortfolioFace(source) as unknown as PortfolioView;
}

function accessor<T>(get: (this: T) => unknown): PropertyDescriptor {
  return { get, enumerable: true };
}

function positionOf(source: PortfolioSource, k: number): PositionView {
  const { account, symbols } = source;
  const market = source.markets[k];
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
}

function holdingsOf(source: PortfolioSource): readonly Holding[] {
  const { account, markets, symbols } = source;
  const equity = source.equity();
  const holdings: Holding[] = [];
  for (let k = 0; k < markets.length; k++) {
    const amount = account.amount[markets[k]];
    if (amount === 0) continue;
    holdings.push({ symbol: symbols[k], weight: (amount * account.price[markets[k]]) / equity });
  }
  return holdings;
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
