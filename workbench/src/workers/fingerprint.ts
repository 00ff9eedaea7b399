import { CANDLE_COLUMNS, type Candles } from "#engine/candles/candles.ts";

/** Words hashed between two chances to pause. */
const STRETCH = 1 << 18;

/**
 * A key for what candles hold, not for which object holds them: equal candles that were loaded again need not be sent
 * again, and columns that were written to since are. 64 bits of FNV-like mixing, enough among the few hundred series
 * of one notebook; results are named by SHA-256, not by this. A generator, since a universe may be large.
 */
export function* fingerprint(candles: Candles): Generator<void, string> {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (const name of CANDLE_COLUMNS) {
    const column = candles[name];
    const words = new Uint32Array(column.buffer, column.byteOffset, 2 * column.length);
    for (let from = 0; from < words.length; from += STRETCH) {
      const to = Math.min(words.length, from + STRETCH);
      for (let i = from; i < to; i++) {
        a = Math.imul(a ^ words[i], 0x01000193);
        b = Math.imul(b ^ words[i], 0x85ebca6b);
        b ^= b >>> 13;
      }
      yield;
    }
  }
  const { exchange, symbol, timeframe, timestamp } = candles;
  const hash = [a, b].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
  return `${exchange}/${symbol}/${timeframe}/${timestamp.length}/${hash}`;
}

/** Bytes of all columns. */
export function candleBytes(candles: Candles): number {
  return CANDLE_COLUMNS.length * 8 * candles.timestamp.length;
}
