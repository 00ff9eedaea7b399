import type { Candles } from "#engine/candles/candles.ts";
import { resample } from "#engine/candles/resample.ts";
import { Random } from "#engine/core/random.ts";
import type { Information, ProbeInput } from "#engine/leaks/subject.ts";
import { DAY, FIVE_MINUTES } from "./series.ts";

const START = Date.UTC(2024, 2, 19);

/**
 * The data that every case of the corpus is run on, seeded: 5-minute candles of five markets over a turn of the month,
 * with gaps, jumps and candles without trades; one market begins late, one ends early. Then the hourly candles of the
 * first one, as an exchange gives them, and three tables of information: quarterly figures that are published late and
 * revised, headlines, and splits.
 */
export function corpusMarkets(seed: number, rows = 3200): ProbeInput {
  const random = Random.seeded(seed).stream("corpus");
  const first = walk("BTC/USDT", START, rows, random.stream("BTC"), { gaps: 9, jumps: 14 });
  const candles = [
    first,
    walk("ETH/USDT", START, rows, random.stream("ETH"), { gaps: 4, jumps: 6 }),
    walk(
      "NEW/USDT",
      START + Math.floor(rows * 0.45) * FIVE_MINUTES,
      Math.ceil(rows * 0.55),
      random.stream("NEW"),
      {
        gaps: 1,
        jumps: 3,
      },
    ),
    walk("OLD/USDT", START, Math.floor(rows * 0.6), random.stream("OLD"), { gaps: 2, jumps: 3 }),
    walk("SOL/USDT", START, rows, random.stream("SOL"), { gaps: 3, jumps: 6 }),
  ];
  const hours = resample(first, "1h");
  const end = START + rows * FIVE_MINUTES;
  return {
    candles: [...candles, hours],
    information: [
      figures(START, end, random.stream("figures")),
      headlines(START, end, random.stream("headlines")),
      splits(START, end),
    ],
  };
}

type Shape = { gaps: number; jumps: number };

function walk(symbol: string, start: number, rows: number, random: Random, { gaps, jumps }: Shape): Candles {
  const missing = new Set<number>();
  for (let k = 0; k < gaps; k++) {
    const from = random.integer(30, rows - 80);
    const length = random.integer(1, 20);
    for (let i = from; i < from + length; i++) missing.add(i);
  }
  const jumpRows = new Set(Array.from({ length: jumps }, () => random.integer(30, rows - 10)));
  const kept: number[][] = [];
  let price = 50 + 200 * random.uniform();
  let volatility = 0.002;
  let drift = 0;
  for (let i = 0; i < rows; i++) {
    volatility = Math.max(0.0008, Math.min(0.006, volatility * (1 + 0.05 * random.normal())));
    if (i % 400 === 0) drift = 0.0004 * random.normal();
    const open = price * (1 + 0.2 * volatility * random.normal());
    let close = open * (1 + drift + volatility * random.normal());
    if (jumpRows.has(i)) close *= random.uniform() < 0.5 ? 1.03 : 0.97;
    const high = Math.max(open, close) * (1 + volatility * random.uniform());
    const low = Math.min(open, close) * (1 - volatility * random.uniform());
    const quiet = random.uniform() < 0.01;
    const volume = quiet ? 0 : 10 * (0.2 + random.uniform()) * (1 + 300 * Math.abs(close / open - 1));
    price = close;
    if (!missing.has(i)) kept.push([start + i * FIVE_MINUTES, open, high, low, close, volume]);
  }
  const take = (k: number): Float64Array => Float64Array.from(kept, (row) => row[k]);
  return {
    ...{ symbol, timeframe: "5m", exchange: "corpus" },
    ...{ timestamp: take(0), open: take(1), high: take(2), low: take(3), close: take(4), volume: take(5) },
  };
}

/** A figure for each day, published hours later and revised once or twice after that. */
function figures(start: number, end: number, random: Random): Information {
  const rows: [at: number, about: number, value: number][] = [];
  for (let day = start; day < end; day += DAY) {
    const value = 100 + 10 * random.normal();
    let at = day + DAY + random.integer(1, 20) * 12 * FIVE_MINUTES;
    rows.push([at, day, value]);
    for (let k = 0; k < random.integer(1, 2); k++) {
      at += random.integer(4, 40) * 12 * FIVE_MINUTES;
      rows.push([at, day, value * (1 + 0.05 * random.normal())]);
    }
  }
  rows.sort(([a], [b]) => a - b);
  return {
    name: "figures",
    availableAt: Float64Array.from(rows, ([at]) => at),
    about: Float64Array.from(rows, ([, about]) => about),
    values: { value: Float64Array.from(rows, ([, , value]) => value) },
  };
}

function headlines(start: number, end: number, random: Random): Information {
  const times = Array.from({ length: 120 }, () => start + Math.floor(random.uniform() * (end - start))).sort(
    (a, b) => a - b,
  );
  return {
    name: "headlines",
    availableAt: Float64Array.from(times),
    values: { sentiment: Float64Array.from(times, () => random.between(-1, 1)) },
  };
}

function splits(start: number, end: number): Information {
  const times = [0.3, 0.55, 0.8].map((share) => start + Math.floor((share * (end - start)) / DAY) * DAY);
  return {
    name: "splits",
    availableAt: Float64Array.from(times),
    values: { ratio: Float64Array.from([2, 3, 1.5]) },
  };
}
