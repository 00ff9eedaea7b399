import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { KeptText } from "./storage.ts";
import { keep, readKept } from "./storage.ts";

const KEY = "trust";
/** As many versions of notebooks as are remembered; the oldest is forgotten first and only asks once more. */
const REMEMBERED = 2000;

/** The content hash that trust is remembered by: SHA-256 of the file's text, the same that the server gives. */
export function contentHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/**
 * Whether running this very text was agreed to here. Trust follows the content, not the name: the same file
 * with one character changed elsewhere is another notebook, and asks again.
 */
export function isTrusted(hash: string, store?: KeptText): boolean {
  return read(store).includes(hash);
}

export function trust(hash: string, store?: KeptText): void {
  const others = read(store).filter((one) => one !== hash);
  keep(KEY, [...others, hash].slice(-REMEMBERED), store);
}

function read(store?: KeptText): string[] {
  const kept = readKept<unknown>(KEY, store);
  return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : [];
}
