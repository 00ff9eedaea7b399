import type { LiveOrder, OrderRole } from "../orders/liveOrder.ts";
import { aim, follow } from "../orders/orderLevels.ts";
import { hasEnded } from "../orders/transitions.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { triggerView } from "./accountChecks.ts";
import type { LiveOrders } from "./liveOrders.ts";
import { floorToStep } from "./marketRules.ts";
import type { MarketState } from "./marketState.ts";
import { roundToMarket } from "./requestChecks.ts";
import type { CompleteSettings } from "./setUp.ts";

/** What of the matching is used here. */
export interface OrderDesk {
  readonly account: Portfolio;
  readonly settings: CompleteSettings;
  readonly phase: "between" | "open" | "inside" | "close";
  readonly orders: LiveOrders;
}

/**
 * A fill of an order with protection: the protective orders come into being, or grow, by what it filled. A ladder's
 * rungs take their fractions, rounded down to the market's step; what rounding leaves goes to the last rung when the
 * fractions cover the whole.
 */
export function protectFill(
  desk: OrderDesk,
  market: MarketState,
  entry: LiveOrder,
  amount: number,
  time: number,
): void {
  const { stopLoss, trailingStop, takeProfit } = entry.attached ?? {};
  if (stopLoss !== undefined) protect(desk, market, entry, "stopLoss", -1, amount, time);
  if (trailingStop !== undefined) protect(desk, market, entry, "trailingStop", -1, amount, time);
  if (takeProfit === undefined) return;
  if (!("ladder" in takeProfit)) {
    protect(desk, market, entry, "takeProfit", 0, amount, time);
    return;
  }
  const { ladder } = takeProfit;
  let covered = 0;
  let fractions = 0;
  for (let rung = 0; rung < ladder.length; rung++) {
    fractions += ladder[rung].fraction;
    const isWhole = rung === ladder.length - 1 && fractions >= 1 - 1e-9;
    const share = isWhole
      ? amount - covered
      : floorToStep(amount * ladder[rung].fraction, market.rules.amountStep);
    covered += share;
    if (share > 0) protect(desk, market, entry, "takeProfit", rung, share, time);
  }
}

function protect(
  desk: OrderDesk,
  market: MarketState,
  entry: LiveOrder,
  role: OrderRole,
  rung: number,
  amount: number,
  time: number,
): void {
  for (let k = 0; k < market.count; k++) {
    const order = market.orders[k];
    if (order.parentId === entry.id && order.role === role && order.rung === rung) {
      desk.orders.changeAmount(market, order, order.amount + amount, "bracket", time);
      return;
    }
  }
  const order = desk.orders.newOrder(entry.owner, market.index, market.symbol, time);
  order.direction = -entry.direction;
  order.side = order.direction > 0 ? "buy" : "sell";
  order.amount = amount;
  order.reduceOnly = true;
  order.rounding = "toMarket";
  order.triggerBy = desk.settings.triggerBy;
  order.tag = entry.tag;
  order.role = role;
  order.parentId = entry.id;
  order.rung = rung;
  describe(order, entry, role, rung);
  const whole = order.amount;
  roundToMarket(order, market.rules);
  // What protects must cover what filled, on step or not.
  order.amount = whole;
  desk.orders.enter(market, order, time);
  desk.orders.accept(order, time);
  if (hasEnded(order.status)) return;
  const price = triggerView(market, order, desk.account.price[market.index]);
  if (order.trail !== undefined && order.trail.activationPrice === undefined) follow(order, price);
  else aim(order);
  // Inside a candle it is not known whether the price went the entry's way after it: the pessimistic path says no.
  const isLate = desk.phase === "inside" && desk.settings.pathModel === "pessimistic";
  if (isLate && role === "takeProfit") order.passedCandle = market.openTime;
}

function describe(order: LiveOrder, entry: LiveOrder, role: OrderRole, rung: number): void {
  const { stopLoss, trailingStop, takeProfit } = entry.attached ?? {};
  if (role === "stopLoss" && stopLoss !== undefined) {
    order.type = stopLoss.price === undefined ? "stop" : "stopLimit";
    order.triggerPrice = stopLoss.triggerPrice;
    order.price = stopLoss.price ?? Number.NaN;
    order.triggerBy = stopLoss.triggerBy ?? order.triggerBy;
  } else if (role === "trailingStop" && trailingStop !== undefined) {
    order.type = "trailingStop";
    order.trail = trailingStop;
    order.triggerBy = trailingStop.triggerBy ?? order.triggerBy;
  } else if (takeProfit !== undefined) {
    order.type = "limit";
    order.price = "ladder" in takeProfit ? takeProfit.ladder[rung].price : takeProfit.price;
  }
}

/**
 * A fill takes as much off the orders that hang together with it: all others of an OCO group; of a bracket, the stops
 * when a target filled, and when a stop filled the other stops and, from the last rung back, the targets that would be
 * more than what is left.
 */
export function shrinkGroup(
  desk: OrderDesk,
  market: MarketState,
  filled: LiveOrder,
  amount: number,
  time: number,
): void {
  const { id, owner, ocoGroup, parentId, role } = filled;
  // A copy: what is told of each change may change the list.
  const others = market.orders
    .slice(0, market.count)
    .filter((order) => order.id !== id && order.owner === owner);
  const shrink = (order: LiveOrder, by: number, reason: string): void => {
    if (!hasEnded(order.status)) desk.orders.changeAmount(market, order, order.amount - by, reason, time);
  };
  if (ocoGroup !== undefined) {
    for (const order of others) if (order.ocoGroup === ocoGroup) shrink(order, amount, "oco");
  }
  if (parentId === 0) return;
  const siblings = others.filter((order) => order.parentId === parentId);
  for (const order of siblings) if (order.role !== "takeProfit") shrink(order, amount, "bracket");
  if (role === "takeProfit") return;
  let excess = -(filled.amount - filled.filled);
  for (const order of siblings) if (order.role === "takeProfit") excess += order.amount - order.filled;
  for (const order of siblings.reverse()) {
    if (order.role !== "takeProfit" || !(excess > 0)) continue;
    const by = Math.min(excess, order.amount - order.filled);
    excess -= by;
    shrink(order, by, "bracket");
  }
}

/** Ends the orders that only reduce when the position they would reduce has gone or turned, for the reason that it has. */
export function dropReducers(
  desk: OrderDesk,
  market: MarketState,
  reason: "positionClosed" | "liquidated",
  time: number,
): void {
  for (let k = 0; k < market.count; ) {
    const order = market.orders[k];
    const isIdle = order.reduceOnly && !(desk.account.amount[market.index] * order.direction < 0);
    if (isIdle) {
      desk.orders.end(market, order, "cancel", reason, time);
      k = 0;
    } else k++;
  }
}
