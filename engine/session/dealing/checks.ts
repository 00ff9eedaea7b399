import { refusal } from "../recorder.ts";
import type { StrategyRun } from "../strategyRun.ts";
import type { DealerHouse } from "./house.ts";

/** What stands between a wish and its order: room, universe, capital, and the risk rules; each refusal is written down. */
export class Checks {
  readonly #house: DealerHouse;
  /** The order that is asked about: one object serves all. */
  readonly order = {
    market: 0,
    side: "buy" as "buy" | "sell",
    amount: 0,
    price: Number.NaN,
    waiting: 0,
    isStop: false,
    reduceOnly: false,
    stopPrice: Number.NaN,
    targetPrice: Number.NaN,
    leverage: 1,
  };

  constructor(house: DealerHouse) {
    this.#house = house;
  }

  /** Whether a strategy may open a position: the symbol is in its universe, and there is room for one more. */
  mayOpen(run: StrategyRun, place: number, time: number): boolean {
    const { desks, broker } = this.#house;
    const { markets, maxOpenPositions, membership } = run.spec;
    const market = markets[place];
    if (membership !== undefined && !membership(time).has(run.symbols[place])) {
      this.refuse("universe", market, time, `${run.symbols[place]} is not in the universe of this time`);
      return false;
    }
    if (maxOpenPositions >= markets.length) return true;
    let open = 0;
    for (let k = 0; k < markets.length; k++) {
      const other = markets[k];
      if (other === market) continue;
      const desk = desks[other];
      const stays = broker.account.amount[other] !== 0 && desk.exit === undefined;
      if (stays || desk.entry !== undefined) open++;
    }
    if (open < maxOpenPositions) return true;
    this.refuse("maxOpenPositions", market, time, `${open} positions are open`, open, maxOpenPositions);
    return false;
  }

  /** Asks the risk rules about `order`. */
  mayEnlarge(time: number): boolean {
    const { guard, guardAccount } = this.#house;
    return guard.check(this.order, guardAccount, time) === undefined;
  }

  /** Asks them about another price for `order`, which waits already. */
  mayMove(time: number): boolean {
    const { guard, guardAccount } = this.#house;
    return guard.checkPrice(this.order, guardAccount, time) === undefined;
  }

  /** Of several strategies on one account, none may use what is another's. */
  hasCapital(run: StrategyRun, time: number): boolean {
    const free = this.#house.freeQuote(run);
    if (free === Infinity) return true;
    const { market, amount, price, leverage } = this.order;
    const last = this.#house.broker.account.price[market];
    const margin = (amount * (Number.isNaN(price) ? last : price)) / leverage;
    if (margin <= free * (1 + 1e-9)) return true;
    const message = "the order needs more than the strategy's free capital";
    this.refuse("capital", market, time, message, margin, free);
    return false;
  }

  /** Writes down that the session itself refuses something. */
  refuse(
    rule: string,
    market: number,
    time: number,
    message: string,
    value = Number.NaN,
    limit = Number.NaN,
  ): void {
    const { id } = this.#house.broker.markets[market];
    this.#house.refused(refusal(rule, id, time, message, value, limit));
  }
}
