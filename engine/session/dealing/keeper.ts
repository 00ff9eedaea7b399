import { exitState, manageExit, repriceExit } from "../../exits/manage.ts";
import { protect } from "../../exits/protect.ts";
import type { LiveOrder } from "../../orders/liveOrder.ts";
import type { OrderRequest } from "../../orders/order.ts";
import { columnAt } from "../sizeEntry.ts";
import type { StrategyRun } from "../strategyRun.ts";
import type { DealerHouse } from "./house.ts";
import { isLive, leave } from "./leave.ts";
import { attachedOf, entryAt, isProtected } from "./protection.ts";

/** Tends what has been opened: protects it, moves its stops, gives up orders that have waited too long. */
export class PositionKeeper {
  readonly #house: DealerHouse;

  constructor(house: DealerHouse) {
    this.#house = house;
  }

  /** The first fill of an entry is protected by its true price; what is added later shares the stop that stands. */
  protectFill(run: StrategyRun, order: LiveOrder, price: number, time: number): void {
    const house = this.#house;
    const { broker, desks, trades } = house;
    const market = order.market;
    const desk = desks[market];
    const { exits } = run.spec;
    const { signal } = desk;
    if (order.attached !== undefined || !isProtected(run, signal)) return;
    const place = run.placeOf.get(broker.markets[market].id)!;
    const direction = order.direction > 0 ? 1 : -1;
    const { state } = desk;
    const average = broker.account.entryPrice(market);
    const entry = entryAt(house, run, place, direction, state === undefined ? price : average, signal);
    const planned = protect(exits, entry);
    if ("refusal" in planned) {
      // The price has gapped through the stop before there was a position: it is left as soon as it can be.
      leave(house, run, market, "stopLoss", time);
      return;
    }
    const targets =
      signal?.targets !== undefined
        ? signal.targets.map(({ price: target, fraction }) => ({ price: target, share: fraction }))
        : signal?.targetPrice !== undefined
          ? [{ price: signal.targetPrice, share: 1 }]
          : planned.targets;
    desk.isRoi = targets.length === 0 && exits.roiAgesMs.length > 0;
    const stopPrice = state === undefined ? planned.stopPrice : state.stopPrice;
    broker.attach(order, attachedOf(planned, stopPrice, targets, desk.isRoi ? planned.roiPrice : Number.NaN));
    if (state !== undefined) {
      repriceExit(exits, state, average);
      return;
    }
    desk.state = exitState(exits, entry, planned, time);
    trades.protect(market, planned.firstStopPrice, targets[0]?.price ?? Number.NaN);
  }

  /** Brings the exits of one market up to a close of the strategy's candles. */
  manage(run: StrategyRun, place: number, time: number): void {
    const { broker, desks } = this.#house;
    const market = run.spec.markets[place];
    const desk = desks[market];
    const { state } = desk;
    if (state === undefined || Number.isNaN(desk.high)) return;
    const plans = run.spec.plans[place];
    const row = run.spec.tapes[place].closed;
    const { stopPrice, roiPrice } = state;
    const structure = columnAt(state.direction > 0 ? plans.trailLow : plans.trailHigh, row);
    const close = broker.account.price[market];
    const reason = manageExit(
      run.spec.exits,
      state,
      desk.high,
      desk.low,
      close,
      time,
      columnAt(plans.exitAtr, row),
      structure,
    );
    desk.high = Number.NaN;
    desk.low = Number.NaN;
    if (reason !== "") {
      leave(this.#house, run, market, reason, time);
      return;
    }
    if (state.stopPrice !== stopPrice && !Number.isNaN(state.stopPrice)) this.#moveStop(run, market, time);
    if (desk.isRoi && state.roiPrice !== roiPrice && !Number.isNaN(state.roiPrice)) {
      this.#moveRoiTarget(run, market, time);
    }
  }

  #moveRoiTarget(run: StrategyRun, market: number, time: number): void {
    const { broker, desks } = this.#house;
    const desk = desks[market];
    const { roiPrice } = desk.state!;
    for (const target of [...desk.targets]) {
      broker.amendOrder(target, Number.NaN, roiPrice, Number.NaN, time);
    }
    if (desk.targets.length > 0) return;
    // The table says nothing of a young position: this is its first target.
    const order = this.#protect(run, market, { type: "limit", price: roiPrice, tag: "roi" }, time);
    if (isLive(order)) desk.targets.push(order);
  }

  #moveStop(run: StrategyRun, market: number, time: number): void {
    const { broker, desks } = this.#house;
    const desk = desks[market];
    const state = desk.state!;
    let hasStop = false;
    for (const stop of [...desk.stops]) {
      if (stop.type !== "stop") continue;
      hasStop = true;
      broker.amendOrder(stop, Number.NaN, Number.NaN, state.stopPrice, time);
    }
    if (hasStop) return;
    // The plan began without a stop (break-even alone): this is its first.
    const order = this.#protect(run, market, { type: "stop", triggerPrice: state.stopPrice }, time);
    if (isLive(order)) desk.stops.push(order);
  }

  /** Hands in an order that covers all that is held and only reduces it. */
  #protect(
    run: StrategyRun,
    market: number,
    order: Pick<OrderRequest, "type" | "price" | "triggerPrice" | "tag">,
    time: number,
  ): LiveOrder {
    const { broker } = this.#house;
    const held = broker.account.amount[market];
    return broker.submit(
      run.index,
      {
        ...order,
        symbol: broker.markets[market].id,
        side: held > 0 ? "sell" : "buy",
        amount: Math.abs(held),
        reduceOnly: true,
        rounding: "toMarket",
      },
      time,
    );
  }

  /** Gives up orders that have waited too long; an exit that did then leaves at the market. */
  timeouts(run: StrategyRun, time: number): void {
    const { entryTimeoutMs, exitTimeoutMs, markets } = run.spec;
    const { broker, desks } = this.#house;
    for (let k = 0; k < markets.length; k++) {
      const { entry, exit, exitReason } = desks[markets[k]];
      if (entry !== undefined && time - entry.submitTime >= entryTimeoutMs) {
        broker.cancelOrder(entry, time, "entryTimeout");
      }
      if (exit !== undefined && exit.type !== "market" && time - exit.submitTime >= exitTimeoutMs) {
        broker.cancelOrder(exit, time, "exitTimeout");
        leave(this.#house, run, markets[k], exitReason, time);
      }
    }
  }
}
