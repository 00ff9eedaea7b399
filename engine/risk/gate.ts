import type { Entry } from "./entry.ts";
import type { RiskRules, RuleName } from "./rules.ts";

/** Why a gate stays shut, without the market's name: the guard makes the event of it. */
export type Finding = {
  readonly value: number;
  readonly limit: number;
  readonly detail: string;
  /** When the gate opens again by itself, UTC milliseconds; NaN where time alone does not open it. */
  readonly untilMs?: number;
};

/** One rule before an order. */
export interface Gate {
  readonly rule: RuleName;
  find(entry: Entry): Finding | undefined;
}

/** A rule's parameters while it is on. */
export type On<Rule extends RuleName> = Exclude<RiskRules[Rule], false>;
