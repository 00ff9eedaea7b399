import type { Backtest } from "#engine/backtest/result.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";

/** Whether a value is what the engine's `backtest` answers with. */
export function isBacktest(value: unknown): value is Backtest {
  return has(value, "trades", "equity", "riskEvents", "assumptions", "costs");
}

/** Whether a value is what the engine's `evaluate` answers with. */
export function isEvaluation(value: unknown): value is Evaluation {
  return has(value, "trades", "metrics", "slices", "dataHash", "engineVersion");
}

/** Whether a value is what `defineStrategy` answers with. */
export function isStrategy(value: unknown): value is Strategy {
  return has(value, "name", "timeframe", "history", "features", "parameters");
}

function has(value: unknown, ...names: string[]): boolean {
  return typeof value === "object" && value !== null && names.every((name) => Object.hasOwn(value, name));
}
