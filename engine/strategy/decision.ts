import { EngineError, nearestName } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import type { OrderInstruction } from "../orders/order.ts";
import type { PlainJson } from "./plainJson.ts";
import type { Signal } from "./signal.ts";

/** What to hold: a signed fraction of the capital from −1 (short) to 1 (long), and what it was ranked by. */
export type Target = { readonly symbol: string; readonly weight: number; readonly score?: number };

/** Target weights by symbol, ranked by weight from high to low, ties by symbol. */
export type Weights = Readonly<Record<string, number>>;

/** Targets in order of rank, or weights by symbol; with `state` where the strategy keeps a memory. */
export type TargetDecision<S = PlainJson> =
  | readonly Target[]
  | Weights
  | { readonly targets: readonly Target[] | Weights; readonly state?: S };

/** A signal for each symbol of which there is something to say. */
export type SignalDecision<S = PlainJson> = { readonly signals: readonly Signal[]; readonly state?: S };

/** Orders as they are: for bots that live on their orders. */
export type OrderDecision<S = PlainJson> = {
  readonly orders: readonly OrderInstruction[];
  readonly state?: S;
};

/** What `decide` answers with. All three go through the same risk gates and the same broker. */
export type Decision<S = PlainJson> = TargetDecision<S> | SignalDecision<S> | OrderDecision<S>;

/** A decision in its one form: known symbols, each once, finite weights other than zero, in order of rank. */
export type NormalDecision = {
  readonly targets: readonly Required<Target>[];
  /** What the strategy returned to be remembered; undefined leaves its memory as it was. */
  readonly state: unknown;
};

/** Where and over what a decision was made, for its checks and its error messages. */
export type DecisionContext = {
  readonly strategy: string;
  /** UTC milliseconds. */
  readonly time: number;
  readonly universe: readonly string[];
  readonly isInView: (symbol: string) => boolean;
};

/**
 * Brings a decision to its one form. A weight of zero is no position. A slice has no leverage: where the
 * weights' absolute values add up to more than 1, each is divided by their sum.
 */
export function normaliseDecision(decision: unknown, context: DecisionContext): NormalDecision {
  const { targets, state } = parts(decision, context);
  const list = Array.isArray(targets)
    ? targets.map((target) => asTarget(target, context))
    : ranked(targets, context);
  const seen = new Set<string>();
  let gross = 0;
  for (const target of list) {
    checkSymbol(target.symbol, context);
    if (seen.has(target.symbol)) throw duplicate(target.symbol, context);
    seen.add(target.symbol);
    gross += Math.abs(target.weight);
  }
  const scale = gross > 1 ? gross : 1;
  return {
    targets: list
      .filter(({ weight }) => weight !== 0)
      .map(({ symbol, weight, score }) => ({ symbol, weight: weight / scale, score })),
    state,
  };
}

function parts(decision: unknown, context: DecisionContext): { targets: object; state: unknown } {
  if (typeof decision !== "object" || decision === null) throw noDecision(decision, context);
  if (Array.isArray(decision) || !("targets" in decision) || typeof decision.targets === "number") {
    return { targets: decision, state: undefined };
  }
  const { targets } = decision;
  if (typeof targets !== "object" || targets === null) throw noDecision(targets, context);
  return { targets, state: "state" in decision ? decision.state : undefined };
}

function asTarget(target: unknown, context: DecisionContext): Required<Target> {
  if (
    typeof target !== "object" ||
    target === null ||
    !("symbol" in target) ||
    typeof target.symbol !== "string"
  ) {
    throw noDecision(target, context);
  }
  const score: unknown = "score" in target ? target.score : undefined;
  if (score !== undefined && typeof score !== "number") throw noDecision(target, context);
  const weight = checkedWeight(target.symbol, "weight" in target ? target.weight : undefined, context);
  return { symbol: target.symbol, weight, score: score ?? NaN };
}

function ranked(weights: object, context: DecisionContext): Required<Target>[] {
  return Object.entries(weights)
    .map(([symbol, weight]) => ({ symbol, weight: checkedWeight(symbol, weight, context), score: NaN }))
    .sort((a, b) => b.weight - a.weight || (a.symbol < b.symbol ? -1 : 1));
}

function checkedWeight(symbol: string, weight: unknown, { strategy, time }: DecisionContext): number {
  if (typeof weight !== "number" || !Number.isFinite(weight)) {
    throw new EngineError(
      "strategy.weight-not-finite",
      `${strategy} at ${isoTime(time)}: the weight of ${symbol} is ${String(weight)}; expected a number from −1 to 1. ` +
        "A feature that is not yet known is NaN: leave its symbol out until it is known.",
      { strategy, time, symbol, weight: String(weight) },
    );
  }
  if (Math.abs(weight) > 1) {
    throw new EngineError(
      "strategy.weight-out-of-range",
      `${strategy} at ${isoTime(time)}: the weight of ${symbol} is ${weight}; expected −1 to 1, a fraction of the capital.`,
      { strategy, time, symbol, weight },
    );
  }
  return weight;
}

export function checkSymbol(symbol: string, { strategy, time, universe, isInView }: DecisionContext): void {
  if (isInView(symbol)) return;
  const nearest = nearestName(symbol, universe);
  throw new EngineError(
    "strategy.unknown-symbol",
    universe.includes(symbol)
      ? `${strategy} at ${isoTime(time)}: ${symbol} has no closed candle yet. Choose among market.rows.`
      : `${strategy} at ${isoTime(time)}: the universe has no symbol "${symbol}". ` +
          (nearest === undefined ? `It has: ${universe.join(", ")}.` : `Did you mean "${nearest}"?`),
    { strategy, time, symbol, nearest },
  );
}

function duplicate(symbol: string, { strategy, time }: DecisionContext): EngineError {
  return new EngineError(
    "strategy.duplicate-symbol",
    `${strategy} at ${isoTime(time)}: ${symbol} is chosen twice; expected each symbol once, with its whole weight.`,
    { strategy, time, symbol },
  );
}

function noDecision(given: unknown, { strategy, time }: DecisionContext): EngineError {
  return new EngineError(
    "strategy.no-decision",
    `${strategy} at ${isoTime(time)}: decide answered with ${describe(given)}; expected a list of ` +
      "{ symbol, weight, score? }, a record of weights by symbol, { targets, state }, { signals, state } or " +
      "{ orders, state }. Return [] to hold nothing, { signals: [] } to leave all as it is.",
    { strategy, time },
  );
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.keys(value).join(", ")} }`;
}
