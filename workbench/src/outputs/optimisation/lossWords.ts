import type { SearchLoss } from "#engine/selection/pointLosses.ts";
import { formatNumber } from "../format.ts";

/** What a loss is called: the engine's by its kind, one's own by its function's name. */
export function lossName(loss: SearchLoss): string {
  return loss.kind === "own" ? loss.name : loss.kind;
}

/** A parameter's value, or a loss. */
export function shown(value: unknown): string {
  if (typeof value !== "number") return value === undefined ? "–" : String(value);
  return formatNumber(value, Number.isInteger(value) ? 0 : 3);
}

/** `fast 5 · slow 30 · mode ema`. */
export function pointWords(parameters: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(" · ");
}
