import type { Candles } from "#engine/candles/candles.ts";

/** Numbers in [0, 1) from a seed, by a generator of the test's own (Steele, Vigna: SplitMix's 32-bit variant). */
export function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296;
  };
}

export type UniverseShape = {
  seed: number;
  symbols: number;
  rows: number;
  timeframe: string;
  timeframeMs: number;
  firstMs: number;
};

/**
 * Random walks with everything that trips an evaluation: single missing candles, long gaps, symbols that begin late
 * or end early, candles without movement or volume, and two symbols that are equal throughout, so that ranks tie.
 */
export function randomUniverse(shape: UniverseShape): Candles[] {
  const universe = Array.from({ length: shape.symbols }, (_, k) => randomWalk(shape, k));
  const [first, second] = universe;
  if (second !== undefined) universe[1] = { ...first, symbol: second.symbol };
  return universe;
}

function randomWalk({ seed, rows, timeframe, timeframeMs, firstMs }: UniverseShape, k: number): Candles {
  const random = dice(seed * 31 + k);
  const begin = k % 3 === 2 ? Math.floor(random() * rows * 0.8) : 0;
  const end = k % 4 === 3 ? rows - Math.floor(random() * rows * 0.3) : rows;
  const kept: number[][] = [];
  let price = 10 + random() * 90;
  let gap = 0;
  for (let i = begin; i < end; i++) {
    if (gap === 0 && random() < 0.01) gap = 1 + Math.floor(random() * 12);
    const isStill = random() < 0.05;
    const open = price;
    const close = isStill ? open : Math.max(0.5, open * (1 + (random() - 0.49) * 0.02));
    const high = Math.max(open, close) * (isStill ? 1 : 1 + random() * 0.01);
    const low = Math.min(open, close) * (isStill ? 1 : 1 - random() * 0.01);
    const volume = isStill ? 0 : Math.floor(random() * 5000) / 8;
    price = close * (random() < 0.1 ? 1 + (random() - 0.5) * 0.01 : 1);
    if (gap > 0) gap--;
    else if (random() > 0.02) kept.push([firstMs + i * timeframeMs, open, high, low, close, volume]);
  }
  const column = (n: number) => Float64Array.from(kept, (row) => row[n]);
  return {
    symbol: `S${k}/USDT`,
    timeframe,
    exchange: "random",
    timestamp: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}
