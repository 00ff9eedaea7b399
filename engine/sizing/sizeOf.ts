import { EngineError, nearestName } from "../core/errors.ts";
import { atrSize } from "./atr.ts";
import { confidenceScaled } from "./confidence.ts";
import { fixedAmount } from "./fixedAmount.ts";
import { fixedFraction } from "./fixedFraction.ts";
import { kelly } from "./kelly.ts";
import { refuse } from "./refuse.ts";
import { riskPerTrade } from "./riskPerTrade.ts";
import type { Size, Sizing, SizingInput } from "./sizing.ts";
import { volatilityTarget } from "./volatilityTarget.ts";

/** The base amount of a new position, or why there is none. The direction is the signal's; amounts have none. */
export function sizeOf(sizing: Sizing, input: SizingInput): Size {
  if (!(input.price > 0)) {
    return refuse("noPrice", `The expected entry price is ${input.price}; expected a number above 0.`);
  }
  if (!(input.equity > 0)) {
    return refuse("noEquity", `The equity to size from is ${input.equity}; expected a number above 0.`);
  }
  switch (sizing.kind) {
    case "fixedAmount":
      return fixedAmount(sizing, input);
    case "fixedFraction":
      return fixedFraction(sizing, input);
    case "riskPerTrade":
      return riskPerTrade(sizing, input);
    case "volatilityTarget":
      return volatilityTarget(sizing, input);
    case "atr":
      return atrSize(sizing, input);
    case "kelly":
      return kelly(sizing, input);
    case "confidence":
      return confidenceScaled(sizing, input);
  }
  throw unknownKind(sizing);
}

type Rule = {
  readonly text: string;
  readonly holds: (value: number) => boolean;
  readonly isOptional?: boolean;
};
const above0: Rule = { text: "a number above 0", holds: (x) => x > 0 && x < Infinity };
const from0: Rule = { text: "a number from 0", holds: (x) => x >= 0 && x < Infinity };
const count: Rule = { text: "a whole number from 1", holds: (x) => Number.isSafeInteger(x) && x >= 1 };
const risk: Rule = { text: "a fraction above 0, at most 1", holds: (x) => x > 0 && x <= 1 };
const optional = (rule: Rule): Rule => ({ ...rule, isOptional: true });

const FIELDS: Readonly<Record<Sizing["kind"], Readonly<Record<string, Rule>>>> = {
  fixedAmount: { amountQuote: above0 },
  fixedFraction: { fraction: above0 },
  riskPerTrade: { riskFraction: risk, maxFraction: optional(above0) },
  volatilityTarget: { targetVolatility: above0, maxFraction: optional(above0) },
  atr: { riskFraction: risk, multiple: above0, maxFraction: optional(above0) },
  kelly: { fraction: above0, minTrades: count, maxTrades: optional(count), maxFraction: optional(above0) },
  confidence: { minFraction: from0, maxFraction: above0 },
};

/** Throws `sizing.…` naming the field that cannot be; for settings, before anything is sized by them. */
export function requireSizing(sizing: Sizing): void {
  const rules = Object.hasOwn(FIELDS, sizing.kind) ? FIELDS[sizing.kind] : undefined;
  if (rules === undefined) throw unknownKind(sizing);
  const given: Readonly<Record<string, unknown>> = sizing;
  for (const [field, rule] of Object.entries(rules)) {
    const value = given[field];
    if (value === undefined && rule.isOptional === true) continue;
    if (typeof value === "number" && rule.holds(value)) continue;
    throw invalid(`${sizing.kind}.${field}`, value, rule.text);
  }
  if (sizing.kind === "confidence" && sizing.minFraction > sizing.maxFraction) {
    throw invalid("confidence.minFraction", sizing.minFraction, `at most maxFraction, ${sizing.maxFraction}`);
  }
  for (const field of Object.keys(given)) {
    if (field === "kind" || Object.hasOwn(rules, field)) continue;
    if (sizing.kind === "kelly" && field === "useLowerBound") {
      if (typeof given[field] === "boolean") continue;
      throw invalid("kelly.useLowerBound", given[field], "true or false");
    }
    throw invalid(`${sizing.kind}.${field}`, given[field], `only ${Object.keys(rules).join(", ")}`);
  }
}

function invalid(field: string, given: unknown, expected: string): EngineError {
  return new EngineError("sizing.invalid", `sizing: ${field} is ${String(given)}; expected ${expected}.`, {
    field,
    given: String(given),
    expected,
  });
}

function unknownKind({ kind }: { readonly kind: unknown }): EngineError {
  const known = Object.keys(FIELDS);
  const nearest = nearestName(String(kind), known);
  return new EngineError(
    "sizing.unknown-kind",
    `sizing: kind is ${JSON.stringify(kind) ?? "missing"}; ` +
      (nearest === undefined ? `expected one of ${known.join(", ")}.` : `did you mean "${nearest}"?`),
    { kind: String(kind), known },
  );
}
