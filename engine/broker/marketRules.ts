import type { Rejection } from "../orders/rejection.ts";

/** Steps and limits of a market, filled in: 0 and Infinity do not bind. */
export type MarketRules = {
  readonly priceTick: number;
  readonly amountStep: number;
  readonly minAmount: number;
  readonly maxAmount: number;
  readonly minNotional: number;
  readonly maxNotional: number;
};

/** A quotient this near to a whole number is one: decimal steps have no exact binary value. */
const NEAR_WHOLE = 1e-9;

/** Whether a value is a multiple of a step, as far as floating point can tell; always for step 0. */
export function isOnStep(value: number, step: number): boolean {
  if (step === 0) return true;
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) <= NEAR_WHOLE * Math.max(1, steps);
}

/** The largest multiple of a step that is not above the value. */
export function floorToStep(value: number, step: number): number {
  if (step === 0) return value;
  const steps = value / step;
  const nearest = Math.round(steps);
  const whole = Math.abs(steps - nearest) <= NEAR_WHOLE * Math.max(1, steps) ? nearest : Math.floor(steps);
  return times(whole, step);
}

/** The smallest multiple of a step that is not below the value. */
export function ceilToStep(value: number, step: number): number {
  const floor = floorToStep(value, step);
  return step === 0 || floor >= value * (1 - NEAR_WHOLE) ? floor : nearestStep(floor + step, step);
}

/** The multiple of a step nearest to the value. */
export function nearestStep(value: number, step: number): number {
  return step === 0 ? value : times(Math.round(value / step), step);
}

/** `whole × step`, by division where the step is the inverse of a whole number: 3 × 0.1 is then 0.3 and not 0.30000000000000004. */
function times(whole: number, step: number): number {
  const inverse = Math.round(1 / step);
  return inverse >= 1 && Math.abs(inverse * step - 1) <= NEAR_WHOLE ? whole / inverse : whole * step;
}

/** What an amount violates, or undefined. */
export function amountFault(rules: MarketRules, amount: number): Rejection | undefined {
  if (!(amount > 0) || amount === Infinity) return "amountInvalid";
  if (!isOnStep(amount, rules.amountStep)) return "amountOffStep";
  if (amount < rules.minAmount) return "amountBelowMinimum";
  return amount > rules.maxAmount ? "amountAboveMaximum" : undefined;
}

/** What the notional of an order violates, or undefined. An order that only reduces may be as small as it likes. */
export function notionalFault(
  rules: MarketRules,
  notional: number,
  isReducing: boolean,
): Rejection | undefined {
  if (notional < rules.minNotional && !isReducing) return "notionalBelowMinimum";
  return notional > rules.maxNotional ? "notionalAboveMaximum" : undefined;
}
