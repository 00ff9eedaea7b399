import { isoTime } from "../core/isoTime.ts";
import type { Carrier, ColumnReport, Leak, LeakReport } from "./report.ts";

/** What the probe says of a column, in a sentence or two. */
export function columnWords({ verdict, leak, why, cuts, rounded, lateBars }: ColumnReport): string {
  if (leak !== undefined) return leakWords(leak);
  switch (verdict) {
    case "unstable":
      return why === "random"
        ? "Two runs on the same data differ, so nothing can be compared. Give its random numbers a seed."
        : "It answers differently after it was asked about other data: something is left over from one run to the next. " +
            "Build what it remembers anew in each run.";
    case "untested":
      return "It had no known value at any cut.";
    default: {
      const late = lateBars === undefined ? "" : ` Its latest rows come up to ${candles(lateBars)} late.`;
      const rounding = rounded > 0 ? " Some differ in their last digits, by rounding." : "";
      return `No row changed with its future, at ${cuts} ${cuts === 1 ? "cut" : "cuts"}.${rounding}${late}`;
    }
  }
}

/** What a leak does, from when on, how far ahead and through what. */
export function leakWords(leak: Leak): string {
  switch (leak.kind) {
    case "knownPrice":
      return (
        `It fills at prices that were known when it decided: the fill of ${isoTime(leak.firstTime)} at ` +
        `${short(leak.expected)} stays where it is when every price after it is another. Fill at the next open.`
      );
    case "earnsOnNoise":
      return (
        `It earns on prices that nobody can foresee (${short(leak.tValue ?? Number.NaN)} standard errors above 0), so it ` +
        "knows the candle that it earns on. Hold a position from the candle after its signal."
      );
    case "future": {
      const through = leak.carriers.length === 0 ? "" : ` through ${listed(leak.carriers.map(carrierWords))}`;
      const ahead =
        leak.unfinished === undefined
          ? `It sees at least ${candles(leak.reachBars)} ahead${through}.`
          : `It sees the unfinished ${leak.unfinished} candle${through}.`;
      return `${ahead} First row: ${isoTime(leak.firstTime)}, ${changeWords(leak)} what comes after ${isoTime(leak.cutTime)}.`;
    }
  }
}

function changeWords({ expected, given, isRow, largest }: Leak): string {
  const share = largest > 0 ? ` (${percent(largest)} of its size at most)` : "";
  if (!isRow || Number.isNaN(expected) || Number.isNaN(given)) {
    const before = Number.isNaN(expected) ? "not known" : short(expected);
    const now = Number.isNaN(given) ? "not known" : short(given);
    return `${before} with the whole data, ${now} without or with another of`;
  }
  return `${short(expected)} with the whole data, ${short(given)}${share} without or with another of`;
}

/** An input in words: `close of BTC/USDT 5m`. */
export function carrierWords({ symbol, timeframe, information, field }: Carrier): string {
  if (information !== undefined) return `${field} of ${information}`;
  const what = field === "rows" ? "which candles there are" : field === "all" ? "prices and volume" : field;
  return `${what} of ${symbol} ${timeframe}`;
}

/** A report's verdict in one line. */
export function reportWords({ verdict, columns, cuts, failures }: LeakReport): string {
  const of = (kind: string): number => columns.filter((column) => column.verdict === kind).length;
  const all = columns.length;
  const failed = failures > 0 ? ` ${failures} runs on shortened or changed data failed.` : "";
  const what = all === 1 ? "The column" : `${all} columns`;
  switch (verdict) {
    case "leaks":
      return `${of("leaks")} of ${all} ${all === 1 ? "column" : "columns"} see the future, at ${cuts} cuts.${failed}`;
    case "unstable":
      return `${of("unstable")} of ${all} ${all === 1 ? "column" : "columns"} differ from run to run and cannot be judged.${failed}`;
    case "untested":
      return `${what} had nothing to compare.${failed}`;
    default:
      return `${what} looked at ${cuts} cuts: nothing changed with the future.${failed}`;
  }
}

function candles(count: number): string {
  return count === 1 ? "1 candle" : `${count} candles`;
}

function listed(items: readonly string[]): string {
  if (items.length <= 1) return items.join("");
  if (items.length > 4) return `${items.slice(0, 3).join(", ")} and ${items.length - 3} more`;
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

function short(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not known" : String(value);
  return String(Number(value.toPrecision(6)));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
