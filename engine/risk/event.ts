import type { RuleName } from "./rules.ts";

/** What a pause covers. */
export type RiskScope =
  | { readonly kind: "account" }
  | { readonly kind: "exchange"; readonly exchange: string }
  | { readonly kind: "market"; readonly market: number };

/** What the session has to do because a rule tripped, in the order in which it came. */
export type RiskAction =
  /**
   * No order that opens or enlarges a position until `untilMs` (the guard refuses them). `cancelsResting`: live orders
   * of the scope that are not reduce-only are to be canceled; protective ones stay.
   */
  | {
      readonly kind: "pause";
      readonly rule: RuleName;
      readonly scope: RiskScope;
      readonly untilMs: number;
      readonly cancelsResting: boolean;
    }
  /** Live orders of the market that are not reduce-only are to be canceled; protective ones stay. */
  | { readonly kind: "cancelResting"; readonly rule: RuleName; readonly market: number }
  /** The market's position is to be closed at once. */
  | { readonly kind: "closePosition"; readonly rule: RuleName; readonly market: number }
  /** All live orders are to be canceled and all positions closed; from here on the guard refuses what opens. */
  | { readonly kind: "closeAllAndStop"; readonly rule: RuleName }
  /** New positions have this share of their usual size from here on; `sizeFactor` says the same. */
  | { readonly kind: "resize"; readonly rule: RuleName; readonly factor: number };

/** `halt` is a person's own stop, everything else a rule. */
export type RiskCause = RuleName | "halt";

/** A refusal or a trip, as it goes into the table of risk events. Plain data. */
export type RiskEvent = {
  /** UTC milliseconds. */
  readonly time: number;
  readonly rule: RiskCause;
  /** The market's id; empty where the whole account or an exchange is meant. */
  readonly market: string;
  /** What was found and what is allowed, in the rule's own unit; NaN where it is no number. */
  readonly value: number;
  readonly limit: number;
  readonly action: "refuse" | "halt" | "resume" | RiskAction["kind"];
  /** Until when, UTC milliseconds; NaN where it has no stated end. */
  readonly untilMs: number;
  /** What was given, what is allowed, until when. */
  readonly message: string;
};

/** Hears each event as it happens. */
export type RiskListener = (event: RiskEvent) => void;
