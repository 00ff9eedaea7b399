import type { LiveOrder } from "../../orders/liveOrder.ts";
import type { StrategyRun } from "../strategyRun.ts";
import type { DealerHouse } from "./house.ts";

/** Closes what is held at the market. What is already being closed there is left to it. */
export function leave(
  { broker, desks }: DealerHouse,
  run: StrategyRun,
  market: number,
  reason: string,
  time: number,
): void {
  const held = broker.account.amount[market];
  if (held === 0) return;
  const desk = desks[market];
  if (desk.exit !== undefined) {
    if (desk.exit.type === "market") return;
    broker.cancelOrder(desk.exit, time, reason);
  }
  desk.exitReason = reason;
  const order = broker.submitMarket(run.index, market, -held, time, true, false);
  if (isLive(order)) desk.exit = order;
}

/** Closes what is held at a price; an exit that waits already moves to it. */
export function leaveAt(
  { broker, desks }: DealerHouse,
  run: StrategyRun,
  market: number,
  price: number,
  reason: string,
  time: number,
): void {
  const held = broker.account.amount[market];
  const desk = desks[market];
  if (held === 0) return;
  if (desk.exit !== undefined) {
    if (desk.exit.type === "limit") broker.amendOrder(desk.exit, Number.NaN, price, Number.NaN, time);
    return;
  }
  desk.exitReason = reason;
  const order = broker.submit(
    run.index,
    {
      symbol: broker.markets[market].id,
      side: held > 0 ? "sell" : "buy",
      type: "limit",
      amount: Math.abs(held),
      price,
      reduceOnly: true,
      rounding: "toMarket",
    },
    time,
  );
  if (isLive(order)) desk.exit = order;
}

/** Takes an amount off what is held, at the market; nothing while an exit is under way. */
export function reduce(
  { broker, desks }: DealerHouse,
  run: StrategyRun,
  market: number,
  amount: number,
  reason: string,
  time: number,
): void {
  const held = broker.account.amount[market];
  if (!(amount > 0) || held === 0 || desks[market].exit !== undefined) return;
  desks[market].exitReason = reason;
  const order = broker.submitMarket(run.index, market, held > 0 ? -amount : amount, time, true, false);
  if (isLive(order)) desks[market].exit = order;
}

export function isLive(order: LiveOrder): boolean {
  return order.status !== "filled" && order.status !== "rejected" && order.status !== "canceled";
}
