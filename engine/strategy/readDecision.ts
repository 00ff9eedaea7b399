import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import type { OrderInstruction } from "../orders/order.ts";
import { checkSymbol, type DecisionContext, normaliseDecision, type Target } from "./decision.ts";
import type { Signal } from "./signal.ts";

/** A decision in its one form. `state` is what was returned to be remembered, undefined to leave the memory as it was. */
export type ReadDecision =
  | { readonly kind: "targets"; readonly targets: readonly Required<Target>[]; readonly state: unknown }
  | { readonly kind: "signals"; readonly signals: readonly Signal[]; readonly state: unknown }
  | { readonly kind: "orders"; readonly orders: readonly OrderInstruction[]; readonly state: unknown };

const ACTIONS: readonly unknown[] = ["submit", "amend", "cancel", "cancelAll"];

/**
 * Checks what a strategy answered. Symbols must be in view, each at most once among signals. What an order asks for is
 * the broker's to judge: it refuses with a reason, and a strategy can live with that.
 */
export function readDecision(answer: unknown, context: DecisionContext): ReadDecision {
  if (typeof answer === "object" && answer !== null && !Array.isArray(answer)) {
    const { signals, orders, state } = answer as { signals?: unknown; orders?: unknown; state?: unknown };
    if (Array.isArray(signals)) return { kind: "signals", signals: readSignals(signals, context), state };
    if (Array.isArray(orders)) return { kind: "orders", orders: readOrders(orders, context), state };
  }
  const { targets, state } = normaliseDecision(answer, context);
  return { kind: "targets", targets, state };
}

function readSignals(signals: readonly unknown[], context: DecisionContext): readonly Signal[] {
  for (let i = 0; i < signals.length; i++) {
    const signal = signals[i] as Signal;
    if (typeof signal !== "object" || signal === null || typeof signal.symbol !== "string") {
      throw wrong("bad-signal", "is no record with a symbol", signal, context);
    }
    checkSymbol(signal.symbol, context);
    const { direction, adjust } = signal;
    if (direction !== "long" && direction !== "short" && direction !== "flat") {
      throw wrong(
        "bad-signal",
        `has the direction ${String(direction)}; expected long, short or flat`,
        signal,
        context,
      );
    }
    if (adjust !== undefined && adjust !== "add" && adjust !== "reduce" && adjust !== "resize") {
      throw wrong(
        "bad-signal",
        `has adjust ${String(adjust)}; expected add, reduce or resize`,
        signal,
        context,
      );
    }
    const fault =
      faultOf("confidence", signal.confidence) ??
      faultOf("price", signal.price) ??
      faultOf("stopPrice", signal.stopPrice) ??
      faultOf("targetPrice", signal.targetPrice) ??
      faultOf("leverage", signal.leverage);
    if (fault !== undefined) throw wrong("bad-signal", fault, signal, context);
    for (let k = 0; k < i; k++) {
      if ((signals[k] as Signal).symbol !== signal.symbol) continue;
      throw wrong(
        "duplicate-symbol",
        "is the symbol's second; expected one signal a symbol",
        signal,
        context,
      );
    }
  }
  return signals as readonly Signal[];
}

function faultOf(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === "number" && value >= 0 && value < Infinity)) return undefined;
  return `has ${name} ${String(value)}; expected a number from 0, or leave it out`;
}

function readOrders(orders: readonly unknown[], context: DecisionContext): readonly OrderInstruction[] {
  for (let i = 0; i < orders.length; i++) {
    const order = orders[i] as { action?: unknown; order?: unknown };
    const isKnown = typeof order === "object" && order !== null && ACTIONS.includes(order.action);
    if (isKnown && (order.action !== "submit" || (typeof order.order === "object" && order.order !== null)))
      continue;
    throw new EngineError(
      "strategy.bad-order",
      `${context.strategy} at ${isoTime(context.time)}: orders[${i}] is ${show(order)}; expected ` +
        '{ action: "submit", order: { symbol, side, type, amount, … } }, or an amend, cancel or cancelAll.',
      { strategy: context.strategy, time: context.time, index: i },
    );
  }
  return orders as readonly OrderInstruction[];
}

function wrong(code: string, what: string, signal: Signal, { strategy, time }: DecisionContext): EngineError {
  return new EngineError(
    `strategy.${code}`,
    `${strategy} at ${isoTime(time)}: the signal ${show(signal)} ${what}. A feature that is not yet known is NaN: ` +
      "give no signal until it is known.",
    { strategy, time, symbol: typeof signal === "object" && signal !== null ? signal.symbol : undefined },
  );
}

function show(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).map(([name, each]) => `${name}: ${String(each)}`);
  return `{ ${entries.join(", ")} }`;
}
