import { Hasher } from "../core/hash.ts";
import { readTrial } from "./readTrial.ts";
import type { Trial } from "./trial.ts";

/** Where a line of a ledger stands in the chain. */
export type Link = {
  /** From 1, without a gap. */
  readonly seq: number;
  /** When it was written, UTC milliseconds. */
  readonly atMs: number;
  /** Hash of the line before; `NO_LINE` for the first. */
  readonly previous: string;
  /** SHA-256 over the line's own words, `previous` among them. */
  readonly hash: string;
};

/** A trial as the ledger keeps it. */
export type TrialRecord = Link & Trial;

/** The act by which counting begins anew. What was counted before stays in the file, and how many it were is said. */
export type ClearedRecord = Link & {
  readonly kind: "cleared";
  /** Trials that were counted until then. */
  readonly trials: number;
  /** Why, in the words of whoever did it. */
  readonly reason: string;
};

export type LedgerRecord = TrialRecord | ClearedRecord;

/** What stands for the line before the first. */
export const NO_LINE = "0".repeat(64);

export const MOST_REASON_LENGTH = 500;

/** What is written of a record: all but the hash, which is taken over the rest. */
export type Unhashed = Omit<TrialRecord, "hash"> | Omit<ClearedRecord, "hash">;

const TAIL = /,"hash":"([0-9a-f]{64})"\}$/;

/**
 * A record as one line: JSON of ASCII characters alone, so that each byte of it is one character of what is hashed; NaN
 * is null. The hash is taken over the text of the line without it, and so over the hash of the line before.
 */
export function writeRecord(record: Unhashed): { line: string; hash: string } {
  const words = JSON.stringify(record).replace(/[\u007f-\uffff]/g, escaped);
  const hash = hashOf(words);
  return { line: `${words.slice(0, -1)},"hash":"${hash}"}`, hash };
}

/** What a line turned out to be. */
export type ReadLine =
  | { readonly kind: "record"; readonly record: LedgerRecord; readonly isGenuine: boolean }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Reads what `writeRecord` wrote; a line whose words do not have the hash that it carries is read, but not genuine. */
export function readRecord(line: string): ReadLine {
  const tail = TAIL.exec(line);
  if (tail === null) return { kind: "unreadable", reason: "it is cut short, or no line of a ledger" };
  const [end, hash] = tail;
  const words = `${line.slice(0, -end.length)}}`;
  let given: unknown;
  try {
    given = JSON.parse(words);
  } catch {
    return { kind: "unreadable", reason: "it is not JSON" };
  }
  try {
    const record = recordOf(given, hash);
    return { kind: "record", record, isGenuine: hashOf(words) === hash };
  } catch (error) {
    return { kind: "unreadable", reason: error instanceof Error ? error.message : String(error) };
  }
}

function recordOf(value: unknown, hash: string): LedgerRecord {
  const given = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const { seq, atMs, previous, kind, trials, reason } = given;
  if (!isCount(seq) || seq < 1 || !isCount(atMs) || !isHash(previous))
    throw new Error("its number, time or the hash of the line before is missing");
  const link = { seq, atMs, previous, hash };
  if (kind === "cleared") {
    if (!isCount(trials) || typeof reason !== "string")
      throw new Error("it clears without saying what or why");
    return { ...link, kind, trials, reason };
  }
  return { ...link, ...readTrial(given) };
}

function hashOf(words: string): string {
  return new Hasher().text("walkforward trial ledger 1").text(words).hex();
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
