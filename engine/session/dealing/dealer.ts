import { Checks } from "./checks.ts";
import type { DealerHouse } from "./house.ts";
import { PositionKeeper } from "./keeper.ts";
import { Opener } from "./opener.ts";
import { OrderDealer } from "./orders.ts";
import { SignalDealer } from "./signals.ts";
import { TargetDealer } from "./targets.ts";

/**
 * Turns what strategies want into orders: signals, target weights and orders go the same way, through size, exits, risk
 * rules and broker. Its keeper tends what it has opened.
 */
export class Dealer {
  readonly signals: SignalDealer;
  readonly targets: TargetDealer;
  readonly orders: OrderDealer;
  readonly keeper: PositionKeeper;

  constructor(house: DealerHouse) {
    const checks = new Checks(house);
    const opener = new Opener(house, checks);
    this.signals = new SignalDealer(house, checks, opener);
    this.targets = new TargetDealer(house, checks, opener);
    this.orders = new OrderDealer(house, checks);
    this.keeper = new PositionKeeper(house);
  }
}
