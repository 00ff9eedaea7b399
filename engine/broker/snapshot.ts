import { EngineError } from "../core/errors.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import { aim } from "../orders/orderLevels.ts";
import type { PortfolioSnapshot } from "../portfolio/portfolio.ts";
import type { FeeScheduleSnapshot } from "./feeModel.ts";
import type { MarketState } from "./marketState.ts";
import type { Matching } from "./matching.ts";
import type { OcoFillsSnapshot } from "./ocoFills.ts";
import { refresh } from "./refresh.ts";
import type { Depth } from "./slippage.ts";

/** NaN and the infinities have no place in JSON: null stands for NaN, and nothing here is infinite. */
type Plain = Readonly<Record<string, unknown>>;

export type BrokerSnapshot = {
  readonly version: 1;
  readonly lastId: number;
  readonly lastPriority: number;
  /** Every name that an author has given to an order. */
  readonly names: readonly string[];
  readonly ocoFills: OcoFillsSnapshot;
  readonly account: PortfolioSnapshot;
  readonly fees: readonly FeeScheduleSnapshot[];
  readonly markets: readonly MarketSnapshot[];
};

type MarketSnapshot = {
  readonly id: string;
  readonly candle: Plain;
  readonly hasMark: boolean;
  readonly isMarkFresh: boolean;
  readonly bids: DepthSnapshot | null;
  readonly asks: DepthSnapshot | null;
  readonly orders: readonly Plain[];
};

type DepthSnapshot = { readonly distance: readonly number[]; readonly amount: readonly number[] };

const CANDLE_FIELDS = [
  "openTime",
  "closeTime",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "takenTime",
  "takenVolume",
  "takenByBuys",
  "takenBySells",
  "markOpen",
  "markHigh",
  "markLow",
  "markClose",
] as const satisfies readonly (keyof MarketState)[];

export function takeSnapshot(matching: Matching): BrokerSnapshot {
  return {
    version: 1,
    lastId: matching.orders.lastId,
    lastPriority: matching.orders.lastPriority,
    names: [...matching.orders.named.keys()],
    ocoFills: matching.orders.ocoFills.snapshot(),
    account: matching.account.snapshot(),
    fees: matching.venues.map(({ fees }) => fees.snapshot()),
    markets: matching.states.map((market) => ({
      id: market.id,
      candle: plain(Object.fromEntries(CANDLE_FIELDS.map((field) => [field, market[field]]))),
      hasMark: market.hasMark,
      isMarkFresh: market.isMarkFresh,
      bids: depthSnapshot(market.bids),
      asks: depthSnapshot(market.asks),
      orders: market.orders.slice(0, market.count).map((order) => plain({ ...order })),
    })),
  };
}

/** Fills a new matching of the same settings and markets from a snapshot. */
export function loadSnapshot(matching: Matching, snapshot: BrokerSnapshot): void {
  const given = snapshot.version === 1 ? snapshot.markets.map(({ id }) => id) : [];
  const expected = matching.states.map(({ id }) => id);
  if (given.length !== expected.length || given.some((id, i) => id !== expected[i])) {
    throw new EngineError(
      "broker.other-snapshot",
      `broker: a snapshot of version ${snapshot.version} with the markets ${given.join(", ")}; expected version 1 with ` +
        `${expected.join(", ")}. Restore it with the markets it was taken with.`,
      { given, expected },
    );
  }
  matching.orders.lastId = snapshot.lastId;
  matching.orders.lastPriority = snapshot.lastPriority;
  matching.account.load(snapshot.account);
  for (const name of snapshot.names) matching.orders.named.set(name, undefined);
  matching.orders.ocoFills.load(snapshot.ocoFills);
  snapshot.fees.forEach((fees, i) => {
    matching.venues[i].fees.load(fees);
  });
  snapshot.markets.forEach((saved, i) => {
    const market = matching.states[i];
    Object.assign(market, withNaN(saved.candle));
    market.hasMark = saved.hasMark;
    market.isMarkFresh = saved.isMarkFresh;
    market.bids = depth(saved.bids);
    market.asks = depth(saved.asks);
    for (const order of saved.orders) loadOrder(matching, market, order);
  });
  for (const market of matching.states) refresh(matching, market);
}

function loadOrder(matching: Matching, market: MarketState, saved: Plain): void {
  const order: LiveOrder = matching.orders.pool.take();
  order.reset(0, 0, market.index, market.symbol, Number.NaN);
  Object.assign(order, withNaN(saved));
  if (!order.isTaking && order.isAccepted) aim(order);
  if (order.givenId !== undefined) matching.orders.named.set(order.givenId, order);
  market.add(order);
}

function plain(fields: Plain): Plain {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Number.isNaN(value) ? null : value]),
  );
}

function withNaN(fields: Plain): Plain {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value === null ? Number.NaN : value]),
  );
}

function depthSnapshot(depth: Depth | undefined): DepthSnapshot | null {
  return depth === undefined ? null : { distance: [...depth.distance], amount: [...depth.amount] };
}

function depth(saved: DepthSnapshot | null): Depth | undefined {
  if (saved === null) return undefined;
  return {
    distance: Float64Array.from(saved.distance),
    amount: Float64Array.from(saved.amount),
    isQuote: false,
  };
}
