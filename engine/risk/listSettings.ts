import { closedSpan } from "./calendar.ts";
import type { ListRule } from "./ruleFields.ts";
import { isRecord, show, wrong } from "./settingErrors.ts";

/** Reads a rule that is a list; each item is looked at. */
export function readList(rule: ListRule, setting: unknown): readonly unknown[] {
  if (!Array.isArray(setting) || setting.length === 0) {
    throw wrong(rule, `${rule} is ${show(setting)}; expected ${LIST_EXAMPLES[rule]}, or false for none.`, {
      given: show(setting),
    });
  }
  const items: readonly unknown[] = setting;
  for (const [i, item] of items.entries()) {
    const fault =
      rule === "closedHours"
        ? closedFault(item)
        : rule === "blackouts"
          ? blackoutFault(item)
          : textFault(item);
    if (fault !== undefined)
      throw wrong(rule, `${rule}[${i}] ${fault}; expected ${LIST_EXAMPLES[rule]}.`, { index: i });
  }
  return items;
}

const LIST_EXAMPLES: Readonly<Record<ListRule, string>> = {
  whitelist: 'a list of symbols, such as ["BTC/USDT", "ETH/*"]',
  blacklist: 'a list of symbols, such as ["DOGE/USDT", "*UP/USDT"]',
  closedHours: 'a list of weekly hours, such as [{ from: "Fri 21:00", to: "Sun 22:00" }]',
  blackouts:
    'a list of spans, such as [{ fromMs: Date.UTC(2024, 0, 31, 18), toMs: Date.UTC(2024, 0, 31, 20), label: "FOMC" }]',
};

function textFault(item: unknown): string | undefined {
  return typeof item === "string" && item !== "" ? undefined : `is ${show(item)}`;
}

function symbolsFault({ symbols }: { readonly symbols?: unknown }): string | undefined {
  if (symbols === undefined) return undefined;
  const isFine =
    Array.isArray(symbols) && symbols.length > 0 && symbols.every((one) => textFault(one) === undefined);
  return isFine ? undefined : `has symbols ${show(symbols)}`;
}

function closedFault(item: unknown): string | undefined {
  const fault = recordFault(item, ["from", "to", "utcOffsetMinutes", "symbols"]);
  if (fault !== undefined || !isRecord(item)) return fault;
  const { from, to, utcOffsetMinutes, symbols }: Readonly<Record<string, unknown>> = { ...item };
  if (typeof from !== "string" || typeof to !== "string") return `is from ${show(from)} to ${show(to)}`;
  if (utcOffsetMinutes !== undefined && typeof utcOffsetMinutes !== "number")
    return `has utcOffsetMinutes ${show(utcOffsetMinutes)}`;
  closedSpan({ from, to, utcOffsetMinutes });
  return symbolsFault({ symbols });
}

function blackoutFault(item: unknown): string | undefined {
  const fault = recordFault(item, ["fromMs", "toMs", "label", "symbols"]);
  if (fault !== undefined || !isRecord(item)) return fault;
  const { fromMs, toMs, label, symbols }: Readonly<Record<string, unknown>> = { ...item };
  const isSpan = Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs) && Number(fromMs) < Number(toMs);
  if (!isSpan) return `is from ${show(fromMs)} to ${show(toMs)}, which is no span of UTC milliseconds`;
  return (textFault(label) && `has the label ${show(label)}`) ?? symbolsFault({ symbols });
}

function recordFault(item: unknown, known: readonly string[]): string | undefined {
  if (!isRecord(item)) return `is ${show(item)}`;
  const stranger = Object.keys(item).find((name) => !known.includes(name));
  return stranger === undefined ? undefined : `has a "${stranger}"`;
}
