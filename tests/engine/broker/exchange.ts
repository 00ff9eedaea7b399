import type { BrokerListener, FillReason } from "#engine/broker/listener.ts";
import type { BrokerSettings, MarketSpec, VenueSettings } from "#engine/broker/settings.ts";
import { SimulatedBroker } from "#engine/broker/simulated.ts";
import type { LiveOrder } from "#engine/orders/liveOrder.ts";
import type { Liquidity, OrderRequest, OrderStatus } from "#engine/orders/order.ts";

export type FillRow = {
  order: string;
  market: number;
  direction: number;
  price: number;
  amount: number;
  fee: number;
  liquidity: Liquidity;
  time: number;
  reason: FillReason;
  slippage: number;
  realised: number;
};
export type OrderRow = { order: string; event: string; status: OrderStatus; time: number; reason: string };

export const MINUTE = 60_000;

/** Writes down everything that a broker tells. */
export class Tape implements BrokerListener {
  readonly fills: FillRow[] = [];
  readonly orders: OrderRow[] = [];
  readonly funding: { market: number; time: number; payment: number }[] = [];
  readonly liquidations: {
    market: number;
    time: number;
    price: number;
    amount: number;
    fee: number;
    cover: number;
  }[] = [];
  /** Called after each fill, with the account as it then is. */
  afterFill: (order: LiveOrder) => void = () => {};

  onOrder(order: LiveOrder, event: string, time: number, reason: string): void {
    this.orders.push({ order: order.clientOrderId, event, status: order.status, time, reason });
  }

  onFill(
    order: LiveOrder,
    price: number,
    amount: number,
    fee: number,
    liquidity: Liquidity,
    time: number,
    reason: FillReason,
    slippage: number,
    realised: number,
  ): void {
    this.fills.push({
      order: order.clientOrderId,
      market: order.market,
      direction: order.direction,
      price,
      amount,
      fee,
      liquidity,
      time,
      reason,
      slippage,
      realised,
    });
    this.afterFill(order);
  }

  onFunding(market: number, time: number, payment: number): void {
    this.funding.push({ market, time, payment });
  }

  onLiquidation(
    market: number,
    time: number,
    price: number,
    amount: number,
    fee: number,
    cover: number,
  ): void {
    this.liquidations.push({ market, time, price, amount, fee, cover });
  }
}

export type Bar = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** One market and its broker, for situations: candles of one minute, one after the other. */
export class Exchange {
  readonly tape = new Tape();
  readonly broker: SimulatedBroker;
  /** The close of the last candle: when the next decision is made. */
  time = 0;

  constructor({
    market = {},
    venue = {},
    settings = {},
  }: {
    market?: Partial<MarketSpec>;
    venue?: Partial<VenueSettings>;
    settings?: Partial<BrokerSettings>;
  } = {}) {
    this.broker = new SimulatedBroker(
      { venues: { sim: { startingBalance: 10_000, ...venue } }, ...settings },
      [{ id: "BTC/USDT", symbol: "BTC/USDT", exchange: "sim", type: "linear", ...market }],
      this.tape,
    );
  }

  /** Folds candles. */
  bars(...bars: readonly Bar[]): this {
    for (const [open, high, low, close, volume = 1000] of bars) {
      this.broker.candle(0, this.time, this.time + MINUTE, open, high, low, close, volume);
      this.time += MINUTE;
    }
    return this;
  }

  submit(request: Omit<OrderRequest, "symbol">): LiveOrder {
    return this.broker.submit(0, { symbol: "BTC/USDT", ...request }, this.time);
  }

  /** `"reason side amount@price"` of each fill, in order. */
  get told(): string[] {
    return this.tape.fills.map(
      ({ reason, direction, amount, price }) =>
        `${reason} ${direction > 0 ? "buy" : "sell"} ${round(amount)}@${round(price)}`,
    );
  }

  /** `"event reason"` of one order, or of all. */
  events(order?: string): string[] {
    return this.tape.orders
      .filter((row) => order === undefined || row.order === order)
      .map(({ event, reason }) => `${event} ${reason}`.trim());
  }
}

function round(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}
