import { EngineError } from "./errors.ts";

/** Throws `indicator.parameter-out-of-range` unless the value is a number of low … high (a whole one when so asked). */
export function requireParameter(
  owner: string,
  parameter: string,
  value: number,
  { min, max, isInteger = true }: { min: number; max: number; isInteger?: boolean },
): void {
  if (value >= min && value <= max && (!isInteger || Number.isInteger(value))) return;
  throw new EngineError(
    "indicator.parameter-out-of-range",
    `${owner}: ${parameter} is ${String(value)}; expected ${isInteger ? "a whole number" : "a number"} of ${min} … ${max}.`,
    { owner, parameter, given: value, min, max },
  );
}

/** The longest window or period that an indicator takes, in candles: TA-Lib's. */
export const LONGEST = 100_000;
