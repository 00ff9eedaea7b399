/** Narrow no-break space between groups of three digits. */
const THIN = "\u202f";
const MINUS = "\u2212";
/** What stands where a value is missing; never 0. */
export const MISSING = "–";

/** `1 234.50` with a fixed count of decimals, a true minus sign and thin spaces; "–" for NaN. */
export function formatNumber(value: number, decimals = 0): string {
  if (Number.isNaN(value)) return MISSING;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  const magnitude = Math.abs(value);
  if (magnitude >= 1e15) return value.toExponential(4).replace("-", MINUS);
  const text = magnitude.toFixed(Math.min(Math.max(decimals, 0), 12));
  const point = text.indexOf(".");
  const whole = point < 0 ? text : text.slice(0, point);
  const grouped = whole.length <= 3 ? whole : groupDigits(whole);
  const isZero = !/[1-9]/.test(text);
  return (value < 0 && !isZero ? MINUS : "") + grouped + (point < 0 ? "" : text.slice(point));
}

/** With an explicit plus: for returns and changes, whose sign is the message. */
export function formatSigned(value: number, decimals = 0): string {
  const text = formatNumber(value, decimals);
  return value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text;
}

/** A fraction as percent: `0.1234` → `12.34 %`. */
export function formatPercent(
  fraction: number,
  decimals = 2,
  { signed = false }: { signed?: boolean } = {},
): string {
  if (Number.isNaN(fraction)) return MISSING;
  return `${(signed ? formatSigned : formatNumber)(fraction * 100, decimals)}${THIN}%`;
}

/** A whole number with thin spaces. */
export function formatCount(value: number): string {
  return formatNumber(value, 0);
}

/** A number on its own, with up to `digits` significant digits and no trailing zeros. */
export function formatShort(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-6 || magnitude >= 1e15)) {
    return value.toExponential(digits - 1).replace("-", MINUS);
  }
  const decimals = magnitude === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)));
  const text = formatNumber(value, decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function groupDigits(whole: string): string {
  let text = whole.slice(0, whole.length % 3 || 3);
  for (let i = text.length; i < whole.length; i += 3) text += THIN + whole.slice(i, i + 3);
  return text;
}

export type TimePrecision = "day" | "minute" | "second" | "millisecond";

/** UTC: `2024-03-01`, `2024-03-01 05:00`, with seconds or milliseconds where the column has them. */
export function formatTime(timeMs: number, precision: TimePrecision = "minute"): string {
  if (!(Math.abs(timeMs) <= 8.64e15)) return MISSING;
  const text = new Date(timeMs).toISOString().replace("T", " ").replace("Z", "");
  const dropped = { day: 13, minute: 7, second: 4, millisecond: 0 }[precision];
  return text.slice(0, text.length - dropped);
}

/** The coarsest precision that shows all of these times in full. */
export function timePrecision(times: Iterable<number>): TimePrecision {
  let precision: TimePrecision = "day";
  for (const time of times) {
    if (!Number.isFinite(time)) continue;
    if (time % 1000 !== 0) return "millisecond";
    if (time % 60_000 !== 0) precision = "second";
    else if (time % 86_400_000 !== 0 && precision === "day") precision = "minute";
  }
  return precision;
}

/** `90 s`, `4 h`, `2 d 6 h`: the two largest units that matter. */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return MISSING;
  const units: [string, number][] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ];
  const parts: string[] = [];
  let rest = Math.abs(milliseconds);
  for (const [unit, length] of units) {
    const whole = Math.floor(rest / length);
    if (whole > 0 && parts.length < 2) parts.push(`${formatCount(whole)}${THIN}${unit}`);
    rest -= whole * length;
  }
  if (parts.length === 0) return `${formatCount(rest)}${THIN}ms`;
  return (milliseconds < 0 ? MINUS : "") + parts.join(" ");
}

/**
 * Decimals that suit a column. Values written with few digits (prices, amounts) keep them all; computed values, whose
 * shortest decimal form runs to the end of the float, get about six significant digits at their typical size.
 */
export function decimalsFor(values: readonly number[]): number {
  const finite = values.filter((value) => Number.isFinite(value) && value !== 0);
  if (finite.length === 0) return 0;
  let written = 0;
  for (const value of finite) {
    // Twelve significant digits: 0.1 + 0.2 is 0.3 to a reader.
    const [digits, exponent] = Number(value.toPrecision(12)).toExponential().split("e");
    written = Math.max(
      written,
      digits.replace("-", "").length - 1 - (digits.includes(".") ? 1 : 0) - Number(exponent),
    );
  }
  const sizes = Float64Array.from(finite, Math.abs).sort();
  const typical = sizes[sizes.length >> 1];
  const sensible = Math.min(Math.max(5 - Math.floor(Math.log10(typical)), 0), 10);
  const isComputed = finite.some((value) => significantDigits(value) > 12);
  return Math.min(Math.max(written, 0), isComputed ? sensible : 10);
}

function significantDigits(value: number): number {
  return value.toExponential().split("e")[0].replace(/[-.]/g, "").length;
}
