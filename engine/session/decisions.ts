import type { ReadDecision } from "../strategy/readDecision.ts";
import type { Dealer } from "./dealing/dealer.ts";
import { endlessHandlers } from "./errors.ts";
import type { House } from "./house.ts";
import type { StrategyRun } from "./strategyRun.ts";

/** Handlers that answer one another's orders for ever are a mistake, not a strategy. */
const MAX_ROUNDS = 1000;

/** Lets strategies see, be told, and decide; what they answer goes to the dealer. */
export class Decisions {
  /** Notices told so far: each has dice of its own. */
  notices = 0;
  readonly #house: House;
  readonly #dealer: Dealer;
  readonly #startMs: number;
  readonly #hasTimeouts: boolean;

  constructor(house: House, dealer: Dealer) {
    const { startMs, strategies } = house.settings;
    this.#house = house;
    this.#dealer = dealer;
    this.#startMs = startMs;
    this.#hasTimeouts = strategies.some(
      ({ entryTimeoutMs, exitTimeoutMs }) => entryTimeoutMs < Infinity || exitTimeoutMs < Infinity,
    );
  }

  /** One strategy at one time: its exits, what it is told, its decision. */
  work(run: StrategyRun, time: number): void {
    const { keeper, signals } = this.#dealer;
    const hasMoved = run.market.advance(time);
    if (this.#hasTimeouts) keeper.timeouts(run, time);
    if (!hasMoved) {
      if (run.notices.length > 0) this.#tell(run, time);
      return;
    }
    const { spec } = run;
    if (spec.exits.isManaged && this.#house.account.openCount > 0) {
      for (let k = 0; k < spec.markets.length; k++) {
        if (spec.tapes[k].lastMove === time) keeper.manage(run, k, time);
      }
    }
    if (run.notices.length > 0) this.#tell(run, time);
    if (time < this.#startMs || this.#house.isHalted) return;
    if (spec.signals !== undefined) {
      for (let k = 0; k < spec.markets.length; k++) {
        if (spec.tapes[k].lastMove === time) signals.columns(run, k, time);
      }
    } else this.#act(run, run.decide(time), time);
    if (run.notices.length > 0) this.#tell(run, time);
  }

  #act(run: StrategyRun, decision: ReadDecision, time: number): void {
    const dealer = this.#dealer;
    if (decision.kind === "targets") dealer.targets.rebalance(run, decision.targets, time);
    else if (decision.kind === "orders") dealer.orders.instruct(run, decision.orders, time);
    else {
      const { signals } = decision;
      // Closing before opening: what is left frees what is opened.
      for (const signal of signals) if (signal.direction === "flat") dealer.signals.signal(run, signal, time);
      for (const signal of signals) if (signal.direction !== "flat") dealer.signals.signal(run, signal, time);
    }
  }

  #tell(run: StrategyRun, time: number): void {
    for (let round = 0; run.notices.length > 0; round++) {
      if (round >= MAX_ROUNDS) throw endlessHandlers(run.name, time, MAX_ROUNDS);
      const notices = run.notices.splice(0);
      for (const notice of notices) {
        const decision = run.tell(notice, time, this.notices++);
        if (decision !== undefined && !this.#house.isHalted) this.#act(run, decision, time);
      }
    }
  }
}
