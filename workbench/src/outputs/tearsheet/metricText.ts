import type { MetricNote } from "#engine/metrics/glossary.ts";
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatSigned,
  MISSING,
} from "../format.ts";
import { money } from "./figures.ts";

/** A figure as it is written: percent with two decimals, more where it is small; money with its currency; R. */
export function metricText(value: number, { unit, isSigned }: MetricNote, quote: string): string {
  const signed = isSigned === true;
  if (Number.isNaN(value)) return MISSING;
  switch (unit) {
    case "fraction":
      return formatPercent(value, value !== 0 && Math.abs(value) < 0.001 ? 3 : 2, { signed });
    case "money":
      return money(value, quote, { signed });
    case "count":
      return signed ? formatSigned(value) : formatCount(value);
    case "durationMs":
      return formatDuration(value);
    case "bps":
      return `${formatNumber(value, 1)}\u202fbps`;
    case "multiple":
      return `${(signed ? formatSigned : formatNumber)(value, 2)}\u202fR`;
    case "years":
    case "ratio":
      return formatNumber(value, 2);
  }
}

/** What a figure means, and for one that is undefined why: a sentence each. */
export function meaningText(
  value: number,
  { meaning, undefinedWhen }: MetricNote,
  daysPerYear: number,
): string {
  // The notes are written for a year of 365 days.
  const said = meaning.replace("365", String(daysPerYear));
  return Number.isNaN(value) && undefinedWhen !== undefined ? `${said} Undefined: ${undefinedWhen}.` : said;
}
