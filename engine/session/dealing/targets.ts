import { calendarOf } from "../../core/timeframe.ts";
import { type Protection, protect } from "../../exits/protect.ts";
import type { Target } from "../../strategy/decision.ts";
import type { StrategyRun } from "../strategyRun.ts";
import type { Checks } from "./checks.ts";
import type { DealerHouse } from "./house.ts";
import { leave, reduce } from "./leave.ts";
import type { Opener } from "./opener.ts";
import { entryAt, isProtected } from "./protection.ts";

/** Turns target weights into orders. */
export class TargetDealer {
  readonly #house: DealerHouse;
  readonly #checks: Checks;
  readonly #opener: Opener;
  /** Scratch for a strategy's target weights, by place of the market. */
  #weights = new Float64Array(0);

  constructor(house: DealerHouse, checks: Checks, opener: Opener) {
    this.#house = house;
    this.#checks = checks;
    this.#opener = opener;
  }

  /**
   * Brings the strategy's positions to the weights: what shrinks or turns first, in order of the markets, then what
   * grows, in order of rank.
   */
  rebalance(run: StrategyRun, targets: readonly Required<Target>[], time: number): void {
    const { spec } = run;
    const { every, threshold, minTradeQuote } = spec.rebalancing;
    if (every !== undefined) {
      const period = calendarOf(every).number(time);
      if (period === run.rebalanced) return;
      run.rebalanced = period;
    }
    const chosen = spec.construct === undefined ? targets : spec.construct(targets, time);
    const members = spec.membership?.(time);
    const { broker, desks } = this.#house;
    const { account } = broker;
    const equity = this.#house.usableEquity(run);
    const { markets } = spec;
    if (this.#weights.length < markets.length) this.#weights = new Float64Array(markets.length);
    const weights = this.#weights.fill(0);
    for (const { symbol, weight } of chosen) {
      if (members === undefined || members.has(symbol)) weights[run.placeOf.get(symbol)!] = weight;
    }
    const least = Math.max(threshold * equity, minTradeQuote);
    for (let k = 0; k < markets.length; k++) {
      const market = markets[k];
      const weight = weights[k];
      const desk = desks[market];
      if (desk.entry !== undefined && weight * desk.entryDirection <= 0) {
        broker.cancelOrder(desk.entry, time, "target");
      }
      const held = account.amount[market];
      if (held === 0) continue;
      if (weight * held <= 0) {
        leave(this.#house, run, market, "target", time);
        continue;
      }
      const surplus = Math.abs(held) * account.price[market] - Math.abs(weight) * equity;
      if (surplus > 0 && surplus >= least && desk.entry === undefined) {
        reduce(this.#house, run, market, surplus / account.price[market], "target", time);
      }
    }
    for (const { symbol } of chosen) {
      const place = run.placeOf.get(symbol)!;
      if (weights[place] !== 0) this.#grow(run, place, weights[place], equity, least, time);
    }
  }

  #grow(run: StrategyRun, place: number, weight: number, equity: number, least: number, time: number): void {
    const { broker, desks, guard } = this.#house;
    const market = run.spec.markets[place];
    const desk = desks[market];
    if (desk.entry !== undefined) return;
    const price = broker.account.price[market];
    const held = broker.account.amount[market];
    const isOpen = held * weight > 0;
    const direction = weight > 0 ? 1 : -1;
    if (isOpen && desk.exit !== undefined) return;
    const missing = Math.abs(weight) * guard.sizeFactor * equity - (isOpen ? Math.abs(held) * price : 0);
    if (!(missing > 0) || (isOpen && missing < least) || missing < run.spec.rebalancing.minTradeQuote) return;
    if (!isOpen && !this.#checks.mayOpen(run, place, time)) return;
    let protection: Protection | undefined;
    if (isProtected(run, undefined)) {
      const entry = entryAt(this.#house, run, place, direction, price, undefined);
      const planned = protect(run.spec.exits, entry);
      if ("refusal" in planned) {
        this.#checks.refuse("exits", market, time, planned.message);
        return;
      }
      protection = planned;
    }
    this.#opener.open(run, market, direction, missing / price, undefined, protection, time);
  }
}
