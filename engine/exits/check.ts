import { EngineError, nearestName } from "../core/errors.ts";

/** What a number must be, in words and as a test. */
export type Rule = { readonly text: string; readonly holds: (value: number) => boolean };
export const above0: Rule = { text: "a number above 0", holds: (x) => x > 0 && x < Infinity };
export const from0: Rule = { text: "a number from 0", holds: (x) => x >= 0 && x < Infinity };
export const fromMinus1: Rule = { text: "a number from -1", holds: (x) => x >= -1 && x < Infinity };
export const above0below1: Rule = { text: "a fraction above 0 and below 1", holds: (x) => x > 0 && x < 1 };
export const from0below1: Rule = { text: "a fraction from 0 and below 1", holds: (x) => x >= 0 && x < 1 };
export const above0upTo1: Rule = { text: "a fraction above 0, at most 1", holds: (x) => x > 0 && x <= 1 };
export const finite: Rule = { text: "a finite number", holds: Number.isFinite };
export const count: Rule = { text: "a whole number from 1", holds: (x) => Number.isSafeInteger(x) && x >= 1 };

/** The value if the rule holds; else throws. */
export function requireNumber(field: string, value: unknown, rule: Rule): number {
  if (typeof value === "number" && rule.holds(value)) return value;
  throw fault(field, value, rule.text);
}

/** NaN where nothing is given. */
export function optionalNumber(field: string, value: unknown, rule: Rule): number {
  return value === undefined ? Number.NaN : requireNumber(field, value, rule);
}

/** The value if it is one of the known texts; else throws. */
export function oneOf<T extends string>(field: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw fault(field, value, known.map((name) => `"${name}"`).join(" or "));
}

/** Throws at a field that does nothing, naming the nearest that does. */
export function knownKeys(field: string, given: object, known: readonly string[]): void {
  if (typeof given !== "object" || given === null) throw fault(field, given, "a record");
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const nearest = nearestName(key, known);
    const mend = nearest === undefined ? `one of ${known.join(", ")}` : `did you mean "${nearest}"?`;
    throw fault(`${field}.${key}`, "a field that is not known", mend);
  }
}

/** What was given, and what could have been. */
export function fault(field: string, given: unknown, expected: string): EngineError {
  const text = typeof given === "string" ? given : (JSON.stringify(given) ?? String(given));
  const shown = typeof given === "number" ? String(given) : text;
  return new EngineError("exits.invalid", `exits: ${field} is ${shown}; expected ${expected}.`, {
    field,
    given: shown,
    expected,
  });
}
