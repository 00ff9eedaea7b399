import type { Protection } from "../../exits/protect.ts";
import type { Signal } from "../../strategy/signal.ts";
import type { StrategyRun } from "../strategyRun.ts";
import type { Checks } from "./checks.ts";
import type { DealerHouse } from "./house.ts";
import { isLive } from "./leave.ts";

/** Hands in the orders that open or enlarge positions, if the risk rules let them through. */
export class Opener {
  readonly #house: DealerHouse;
  readonly #checks: Checks;

  constructor(house: DealerHouse, checks: Checks) {
    this.#house = house;
    this.#checks = checks;
  }

  open(
    run: StrategyRun,
    market: number,
    direction: 1 | -1,
    amount: number,
    signal: Signal | undefined,
    protection: Protection | undefined,
    time: number,
  ): void {
    const { broker, desks } = this.#house;
    if (!(amount > 0)) return;
    const desk = desks[market];
    const limit = signal?.price;
    const check = this.#checks.order;
    check.market = market;
    check.side = direction > 0 ? "buy" : "sell";
    check.amount = amount;
    check.price = limit ?? Number.NaN;
    check.waiting = 0;
    check.isStop = false;
    check.reduceOnly = false;
    check.stopPrice = protection?.firstStopPrice ?? Number.NaN;
    check.targetPrice = signal?.targetPrice ?? protection?.targets[0]?.price ?? Number.NaN;
    check.leverage = signal?.leverage ?? broker.account.leverage[market];
    if (!this.#checks.mayEnlarge(time)) return;
    desk.signal = signal;
    desk.entryDirection = direction;
    desk.entryStop = check.stopPrice;
    const order =
      limit === undefined && signal?.leverage === undefined
        ? broker.submitMarket(run.index, market, direction * amount, time, false, true, signal?.tag)
        : broker.submit(
            run.index,
            {
              symbol: broker.markets[market].id,
              side: check.side,
              type: limit === undefined ? "market" : "limit",
              amount,
              ...(limit !== undefined && { price: limit }),
              ...(signal?.leverage !== undefined && { leverage: signal.leverage }),
              ...(signal?.tag !== undefined && { tag: signal.tag }),
              rounding: "toMarket",
              cutToBalance: true,
            },
            time,
          );
    if (isLive(order)) desk.entry = order;
  }
}
