import { isoTime } from "../core/isoTime.ts";

/** Rounding in amount × price and in shares of equity: nobody means one part in 10⁹. */
const TOLERANCE = 1e-9;

/** Whether a value is above its cap. What is not known (NaN) is: no gate opens on ignorance. */
export function exceeds(value: number, cap: number): boolean {
  return !(value <= cap + TOLERANCE * Math.abs(cap));
}

/** Whether a value misses its least; what is not known does. */
export function fallsShort(value: number, least: number): boolean {
  return !(value >= least - TOLERANCE * Math.abs(least));
}

/** `0.0525` as `"5.25 %"`. */
export function percent(fraction: number): string {
  return `${rounded(100 * fraction)} %`;
}

/** A number with at most six digits that count, for messages only. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** `90_000` as `"1.5 minutes"`, in the largest unit of which there is one. */
export function duration(ms: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400_000, "day"],
    [3_600_000, "hour"],
    [60_000, "minute"],
    [1000, "second"],
  ];
  const [length, unit] = units.find(([length]) => ms >= length) ?? [1, "millisecond"];
  const count = rounded(ms / length);
  return `${count} ${unit}${count === "1" ? "" : "s"}`;
}

/** `"until 2024-03-01 13:05 UTC"`. */
export function until(ms: number): string {
  return `until ${isoTime(ms)}`;
}
