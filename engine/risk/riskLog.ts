import type { RiskMarket } from "./account.ts";
import type { RiskAction, RiskCause, RiskEvent, RiskListener, RiskScope } from "./event.ts";
import { Pauses } from "./pauses.ts";
import type { RuleName } from "./rules.ts";
import { until } from "./words.ts";

/** What an event tells besides its time, rule and message. */
type Told = {
  readonly action: RiskEvent["action"];
  /** Index of the market; left out where the account or an exchange is meant. */
  readonly market?: number;
  readonly value?: number;
  readonly limit?: number;
  readonly untilMs?: number;
};

/** What a rule found when it tripped. */
export type Trip = { readonly value: number; readonly limit: number; readonly detail: string };

/** Where rules report: events go to the listener at once, actions wait for the session, pauses hold. */
export class RiskLog {
  readonly pauses: Pauses;
  #actions: RiskAction[] = [];

  constructor(
    readonly markets: readonly RiskMarket[],
    readonly listener: RiskListener,
  ) {
    this.pauses = new Pauses(markets);
  }

  get hasActions(): boolean {
    return this.#actions.length > 0;
  }

  takeActions(): readonly RiskAction[] {
    const actions = this.#actions;
    if (actions.length > 0) this.#actions = [];
    return actions;
  }

  /** What waits, without taking it. */
  waiting(): readonly RiskAction[] {
    return [...this.#actions];
  }

  act(action: RiskAction): void {
    this.#actions.push(action);
  }

  pause(time: number, rule: RuleName, scope: RiskScope, pauseMs: number, trip: Trip): void {
    const untilMs = time + pauseMs;
    this.pauses.add({ rule, scope, untilMs });
    // Errors say nothing about the price, and to cancel is one more call to an exchange that fails.
    const cancelsResting = rule !== "exchangeErrors" && rule !== "errorRate";
    this.act({ kind: "pause", rule, scope, untilMs, cancelsResting });
    const { value, limit, detail } = trip;
    const market = scope.kind === "market" ? scope.market : undefined;
    const told: Told = { action: "pause", market, value, limit, untilMs };
    this.tell(time, rule, told, `${detail}. No position is opened ${until(untilMs)}`);
  }

  tell(time: number, rule: RiskCause, told: Told, detail: string): RiskEvent {
    const { action, market, value = Number.NaN, limit = Number.NaN, untilMs = Number.NaN } = told;
    const id = market === undefined ? "" : this.markets[market].id;
    const message = `${rule}: ${id === "" ? "" : `${id}: `}${detail}.`;
    const event: RiskEvent = { time, rule, market: id, value, limit, action, untilMs, message };
    this.listener(event);
    return event;
  }
}
