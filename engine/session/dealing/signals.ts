import { protect } from "../../exits/protect.ts";
import type { Signal } from "../../strategy/signal.ts";
import { isSignal } from "../signals.ts";
import { sizeEntry } from "../sizeEntry.ts";
import type { StrategyRun } from "../strategyRun.ts";
import type { Checks } from "./checks.ts";
import type { DealerHouse } from "./house.ts";
import { leave, leaveAt, reduce } from "./leave.ts";
import type { Opener } from "./opener.ts";
import { entryAt, isProtected } from "./protection.ts";

/** Turns signals into orders: columns of them, or those that a strategy decides on. */
export class SignalDealer {
  readonly #house: DealerHouse;
  readonly #checks: Checks;
  readonly #opener: Opener;

  constructor(house: DealerHouse, checks: Checks, opener: Opener) {
    this.#house = house;
    this.#checks = checks;
    this.#opener = opener;
  }

  /** Acts on the columns of a strategy without `decide`, at the latest closed row of one market. */
  columns(run: StrategyRun, place: number, time: number): void {
    const { columns } = run.spec.signals![place];
    const row = run.spec.tapes[place].closed;
    const { enterLong, exitLong, enterShort, exitShort } = columns;
    const long = enterLong !== undefined && isSignal(enterLong[row]);
    const short = enterShort !== undefined && isSignal(enterShort[row]);
    const leavesLong = exitLong !== undefined && isSignal(exitLong[row]);
    const leavesShort = exitShort !== undefined && isSignal(exitShort[row]);
    if (!long && !short && !leavesLong && !leavesShort) return;
    const market = run.spec.markets[place];
    const { broker, desks } = this.#house;
    const held = broker.account.amount[market];
    if ((held > 0 && leavesLong) || (held < 0 && leavesShort)) {
      leave(this.#house, run, market, "signal", time);
    }
    const desk = desks[market];
    if (desk.entry !== undefined && (desk.entryDirection > 0 ? leavesLong : leavesShort)) {
      broker.cancelOrder(desk.entry, time, "signal");
    }
    // Both entries at once say nothing.
    if (long !== short) this.#enter(run, place, long ? 1 : -1, undefined, time);
  }

  signal(run: StrategyRun, signal: Signal, time: number): void {
    const place = run.placeOf.get(signal.symbol)!;
    if (signal.direction === "flat") this.#flatten(run, run.spec.markets[place], signal, time);
    else this.#enter(run, place, signal.direction === "long" ? 1 : -1, signal, time);
  }

  #flatten(run: StrategyRun, market: number, signal: Signal, time: number): void {
    const { broker, desks } = this.#house;
    const desk = desks[market];
    if (desk.entry !== undefined) broker.cancelOrder(desk.entry, time, "signal");
    const reason = signal.tag ?? "signal";
    if (signal.price === undefined) leave(this.#house, run, market, reason, time);
    else leaveAt(this.#house, run, market, signal.price, reason, time);
  }

  /** Opens a position in this direction, turns one that lies the other way, adjusts one that lies this way. */
  #enter(run: StrategyRun, place: number, direction: 1 | -1, signal: Signal | undefined, time: number): void {
    const house = this.#house;
    const { broker, desks } = house;
    const { account } = broker;
    const market = run.spec.markets[place];
    const desk = desks[market];
    const held = account.amount[market];
    const adjust = signal?.adjust;
    if (held * direction > 0) {
      // Wanting to stay takes back an exit that still waits for its price.
      if (desk.exit !== undefined && adjust !== "reduce") broker.cancelOrder(desk.exit, time, "signal");
      if (adjust === undefined) return;
    }
    if (desk.entry !== undefined) {
      if (desk.entryDirection === direction && adjust === undefined) return;
      broker.cancelOrder(desk.entry, time, "signal");
    }
    if (held * direction < 0) leave(house, run, market, signal?.tag ?? "signal", time);
    if (adjust === "reduce" && held * direction <= 0) return;

    const isOpen = held * direction > 0;
    if (!isOpen && !this.#checks.mayOpen(run, place, time)) return;
    const price = signal?.price ?? account.price[market];
    const protection = isProtected(run, signal)
      ? protect(run.spec.exits, entryAt(house, run, place, direction, price, signal))
      : undefined;
    if (protection !== undefined && "refusal" in protection) {
      this.#checks.refuse("exits", market, time, protection.message);
      return;
    }
    const sizing = signal?.size ?? run.spec.sizing;
    const size = sizeEntry(run.spec, place, run.spec.tapes[place].closed, sizing, {
      equity: house.usableEquity(run),
      price,
      stopPrice: protection === undefined ? Number.NaN : protection.firstStopPrice,
      confidence: signal?.confidence ?? Number.NaN,
      tradeReturns: house.trades.returns[run.index],
    });
    if ("refusal" in size) {
      this.#checks.refuse("sizing", market, time, size.message);
      return;
    }
    let amount = size.amount * house.guard.sizeFactor;
    if (isOpen && adjust === "reduce") {
      reduce(house, run, market, Math.min(amount, Math.abs(held)), signal?.tag ?? "reduce", time);
      return;
    }
    if (isOpen && adjust === "resize") {
      const difference = amount - Math.abs(held);
      if (difference < 0) {
        reduce(house, run, market, -difference, signal?.tag ?? "resize", time);
        return;
      }
      amount = difference;
    }
    this.#opener.open(run, market, direction, amount, signal, protection, time);
  }
}
