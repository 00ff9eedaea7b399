import { EngineError, nearestName } from "../core/errors.ts";
import type { UniverseMeasure, UniverseRule } from "./rules.ts";

export const UNIVERSE_MEASURES = [
  "price",
  "age",
  "quoteVolume",
  "volatility",
  "performance",
  "range",
  "spread",
] as const satisfies readonly UniverseMeasure[];

const FIELDS: Readonly<Record<UniverseRule["kind"], readonly string[]>> = {
  allow: ["symbols"],
  block: ["symbols"],
  age: ["minDays", "maxDays"],
  price: ["min", "max"],
  quoteVolume: ["min", "max", "lookbackBars"],
  volatility: ["min", "max", "lookbackBars"],
  performance: ["min", "max", "lookbackBars"],
  range: ["min", "max", "lookbackBars"],
  spread: ["maxBps", "lookbackBars"],
  top: ["by", "count", "lookbackBars", "order"],
  shuffle: ["seed"],
  first: ["count", "offset"],
};

/** Throws `universe.rule` at the first rule that cannot be, naming its place and field. */
export function requireUniverseRules(rules: readonly UniverseRule[]): void {
  rules.forEach((rule, place) => {
    const known = Object.keys(FIELDS);
    if (!Object.hasOwn(FIELDS, rule.kind)) throw fault(place, "kind", rule.kind, mend(rule.kind, known));
    const fields = FIELDS[rule.kind];
    const given: Readonly<Record<string, unknown>> = rule;
    for (const field of Object.keys(given)) {
      if (field === "kind" || fields.includes(field)) continue;
      throw fault(place, field, "a field that is not known", mend(field, fields));
    }
    const { min, max } = limitsOf(rule);
    for (const field of fields) checkField(rule, place, field, given[field]);
    if (!(min <= max))
      throw fault(place, rule.kind, `${min} … ${max}`, "a least value not above the greatest");
    if (["age", "price", "quoteVolume", "volatility", "performance", "range"].includes(rule.kind)) {
      if (min === -Infinity && max === Infinity)
        throw fault(place, rule.kind, "without limits", "a least or greatest value");
    }
  });
}

/** The values that a rule lets through, both ends included. */
export function limitsOf(rule: UniverseRule): { readonly min: number; readonly max: number } {
  switch (rule.kind) {
    case "age":
      return { min: rule.minDays ?? -Infinity, max: rule.maxDays ?? Infinity };
    case "spread":
      return { min: -Infinity, max: rule.maxBps };
    case "price":
    case "quoteVolume":
    case "volatility":
    case "performance":
    case "range":
      return { min: rule.min ?? -Infinity, max: rule.max ?? Infinity };
    default:
      return { min: -Infinity, max: Infinity };
  }
}

function checkField(rule: UniverseRule, place: number, field: string, value: unknown): void {
  switch (field) {
    case "symbols":
      if (Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "")) return;
      throw fault(place, field, value, "a list of symbols");
    case "by":
      if (UNIVERSE_MEASURES.some((one) => one === value)) return;
      throw fault(place, field, value, mend(String(value), UNIVERSE_MEASURES));
    case "order":
      if (value === undefined || value === "descending" || value === "ascending") return;
      throw fault(place, field, value, '"descending" or "ascending"');
    case "seed":
      if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value))) return;
      throw fault(place, field, value, "a finite number or a text");
    case "count":
      requireWhole(place, field, value, 1);
      return;
    case "offset":
      if (value !== undefined) requireWhole(place, field, value, 0);
      return;
    case "lookbackBars": {
      const needsNone = rule.kind === "top" && (rule.by === "price" || rule.by === "age");
      if (value === undefined && needsNone) return;
      // A deviation needs two returns, a spread two candles.
      const by = rule.kind === "top" ? rule.by : rule.kind;
      requireWhole(place, field, value, by === "volatility" || by === "spread" ? 2 : 1);
      return;
    }
    case "maxBps":
      if (typeof value === "number" && value >= 0) return;
      throw fault(place, field, value, "a number from 0");
    default:
      if (value === undefined || (typeof value === "number" && Number.isFinite(value))) return;
      throw fault(place, field, value, "a finite number");
  }
}

function requireWhole(place: number, field: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw fault(place, field, value, `a whole number from ${least}`);
}

function mend(given: string, known: readonly string[]): string {
  const nearest = nearestName(given, known);
  return nearest === undefined ? `one of ${known.join(", ")}` : `"${nearest}", perhaps`;
}

function fault(place: number, field: string, given: unknown, expected: string): EngineError {
  const shown = typeof given === "string" ? given : String(given);
  return new EngineError(
    "universe.rule",
    `universe: rule ${place}: ${field} is ${shown}; expected ${expected}.`,
    { rule: place, field, given: shown, expected },
  );
}
