import { Hasher } from "../core/hash.ts";
import { CANDLE_COLUMNS, type CandleColumns, type Candles } from "./candles.ts";

/**
 * The data hash of a universe: names and columns of each series, in the order given, never file bytes.
 * Series hashes are remembered with their memory (see `columnsHash`), so a second run over the same data is quick;
 * who has just asked for them gives them.
 */
export function dataHash(universe: readonly Candles[], columnHashes = universe.map(columnsHash)): string {
  const hasher = new Hasher().number(universe.length);
  for (const [k, { exchange, symbol, timeframe }] of universe.entries()) {
    hasher.text(exchange).text(symbol).text(timeframe).text(columnHashes[k]);
  }
  return hasher.hex();
}

type Remembered = { fingerprint: string; hash: string };
const remembered = new WeakMap<ArrayBufferLike, Map<string, Remembered>>();

/**
 * SHA-256 of the six columns' canonical form. SHA-256 takes 8 ns a byte in JavaScript, so the hash is kept with the
 * columns' memory and used again while a quick 64-bit fingerprint shows that no value there has changed.
 */
export function columnsHash(columns: CandleColumns): string {
  const place = CANDLE_COLUMNS.map((name) => `${columns[name].byteOffset}:${columns[name].length}`).join(" ");
  const fingerprint = CANDLE_COLUMNS.map((name) => fingerprintOf(columns[name])).join(" ");
  let known = remembered.get(columns.timestamp.buffer);
  if (known === undefined) remembered.set(columns.timestamp.buffer, (known = new Map()));
  const found = known.get(place);
  if (found !== undefined && found.fingerprint === fingerprint) return found.hash;

  const hasher = new Hasher();
  for (const name of CANDLE_COLUMNS) hasher.column(columns[name]);
  const hash = hasher.hex();
  known.set(place, { fingerprint, hash });
  return hash;
}

/** Two 32-bit hashes over all words; every step is invertible in what it has and what it takes, so one changed word shows. */
function fingerprintOf(values: Float64Array): string {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  let a = 0x811c9dc5 | 0;
  let b = 0x9e3779b9 | 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    a = Math.imul(a ^ word, 0x85ebca6b);
    a = (a << 13) | (a >>> 19);
    b = (Math.imul(b, 0x27d4eb2f) + word) | 0;
  }
  return `${a >>> 0}.${b >>> 0}`;
}
