import { hashPlain, hashText } from "../core/hash.ts";

/** A value that a ledger keeps under a name. */
export type KeptValue = number | string | boolean | null;
export type KeptValues = Readonly<Record<string, KeptValue>>;

export const MOST_NAME_LENGTH = 200;
export const MOST_TEXT_LENGTH = 200;
export const MOST_VALUES = 256;

/**
 * Values as a line of a ledger holds them. Nothing is too large to be counted: a long text is kept as its hash, more
 * values than `MOST_VALUES` as the hash over them, so that two that differ still differ. A number that JSON has not is
 * kept in words. Lists and records are left out: what they say of a backtest is in its assumptions.
 */
export function keptValues(values: Readonly<Record<string, unknown>>): KeptValues {
  const entries = Object.entries(values).flatMap(([name, value]): [string, KeptValue][] => {
    const kept = keptValue(value);
    return kept === undefined ? [] : [[name.length > MOST_TEXT_LENGTH ? hashText(name) : name, kept]];
  });
  const all = Object.fromEntries(entries);
  return entries.length > MOST_VALUES ? { sha256: hashPlain(all) } : all;
}

function keptValue(value: unknown): KeptValue | undefined {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string") return value.length > MOST_TEXT_LENGTH ? `sha256 ${hashText(value)}` : value;
  return undefined;
}

/** A name for people, cut where it is too long; what tells trials apart are hashes. */
export function keptName(name: string): string {
  return name.slice(0, MOST_NAME_LENGTH);
}
