import { EngineError, nearestName } from "../core/errors.ts";
import type { RiskLog } from "./riskLog.ts";
import type { RiskRules } from "./rules.ts";
import { SlidingCount } from "./slidingCount.ts";
import { duration, percent } from "./words.ts";

/** Breakers over what exchanges answer: `errorRate` of orders, and `exchangeErrors` of one exchange. */
export class ErrorBreakers {
  /** Of the last orders whether each was rejected, oldest first. */
  #rejected: boolean[] = [];
  readonly #errors: ReadonlyMap<string, SlidingCount>;

  constructor(
    readonly rules: RiskRules,
    readonly log: RiskLog,
  ) {
    const { max, windowMs } = rules.exchangeErrors || { max: 0, windowMs: 0 };
    // More errors than the most allowed: the count is full at one more.
    this.#errors = new Map(
      log.markets.map(({ exchange }) => [exchange, new SlidingCount(max + 1, windowMs)]),
    );
  }

  onOrder(): void {
    const rule = this.rules.errorRate;
    if (rule === false) return;
    this.#rejected.push(false);
    if (this.#rejected.length > rule.orders) this.#rejected.shift();
  }

  /** The latest order that was not yet rejected has been. One that has left the list meanwhile changes nothing. */
  onRejection(time: number): void {
    const rule = this.rules.errorRate;
    const at = this.#rejected.lastIndexOf(false);
    if (rule === false || at < 0) return;
    this.#rejected[at] = true;
    if (this.#rejected.length < rule.orders) return;
    const share = this.#rejected.filter(Boolean).length / rule.orders;
    if (share <= rule.maxFraction) return;
    this.#rejected = [];
    this.log.pause(time, "errorRate", { kind: "account" }, rule.pauseMs, {
      value: share,
      limit: rule.maxFraction,
      detail: `${percent(share)} of the last ${rule.orders} orders were rejected; allowed are ${percent(rule.maxFraction)}`,
    });
  }

  onExchangeError(time: number, exchange: string): void {
    const errors = this.#errors.get(exchange);
    if (errors === undefined) throw unknownExchange(exchange, [...this.#errors.keys()]);
    const rule = this.rules.exchangeErrors;
    if (rule === false) return;
    errors.add(time);
    if (!errors.isFull(time)) return;
    errors.clear();
    this.log.pause(time, "exchangeErrors", { kind: "exchange", exchange }, rule.pauseMs, {
      value: rule.max + 1,
      limit: rule.max,
      detail: `${rule.max + 1} errors of ${exchange} within ${duration(rule.windowMs)}; allowed are ${rule.max}`,
    });
  }

  snapshot(): ErrorBreakersSnapshot {
    return {
      rejected: [...this.#rejected],
      errors: [...this.#errors].map(([exchange, errors]) => [exchange, errors.times()] as const),
    };
  }

  restore({ rejected, errors }: ErrorBreakersSnapshot): void {
    this.#rejected = [...rejected];
    for (const [exchange, times] of errors) this.#errors.get(exchange)?.restore(times);
  }
}

export type ErrorBreakersSnapshot = {
  readonly rejected: readonly boolean[];
  /** Times of the latest errors by exchange. */
  readonly errors: readonly (readonly [string, readonly number[]])[];
};

function unknownExchange(given: string, known: readonly string[]): EngineError {
  const nearest = nearestName(given, known);
  return new EngineError(
    "risk.unknown-exchange",
    `risk: no market is of the exchange "${given}"` +
      (nearest === undefined ? `; expected one of ${known.join(", ")}.` : `. Did you mean "${nearest}"?`),
    { given, nearest },
  );
}
