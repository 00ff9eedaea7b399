import { describe, expect, test } from "vitest";
import { MARKETS } from "#datasets/markets.ts";
import { PLANTED } from "#datasets/planted.ts";
import { simulateUniverse } from "#datasets/simulatedUniverse.ts";
import { CANDLE_COLUMNS, type Candles } from "#engine/candles/candles.ts";
import { validateCandles } from "#engine/candles/validate.ts";
import { Hasher } from "#engine/core/hash.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#engine/core/timeframe.ts";

const BAR_MS = 5 * MINUTE_MS;
const planted = simulateUniverse();
const noise = simulateUniverse({ planted: false });
const all = planted.symbols.map((symbol) => planted.candles(symbol));
const allNoise = noise.symbols.map((symbol) => noise.candles(symbol));
const plantedSymbols = new Set(MARKETS.filter((market) => market.planted).map((market) => market.symbol));

function hashOf(universe: readonly Candles[]): string {
  const hasher = new Hasher();
  for (const candles of universe) {
    hasher.text(candles.symbol);
    for (const name of CANDLE_COLUMNS) hasher.column(candles[name]);
  }
  return hasher.hex();
}

/** Logarithmic returns over one candle, by open time; none across a gap. */
function returnsOf({ timestamp, close }: Candles): Map<number, number> {
  const returns = new Map<number, number>();
  for (let i = 1; i < close.length; i++) {
    if (timestamp[i] - timestamp[i - 1] === BAR_MS)
      returns.set(timestamp[i], Math.log(close[i] / close[i - 1]));
  }
  return returns;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean in multiples of its standard error. */
function tStatistic(values: readonly number[]): number {
  const average = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1);
  return average / Math.sqrt(variance / values.length);
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  const product = (a: readonly number[], ma: number, b: readonly number[], mb: number): number =>
    a.reduce((sum, value, i) => sum + (value - ma) * (b[i] - mb), 0);
  return product(x, mx, y, my) / Math.sqrt(product(x, mx, x, mx) * product(y, my, y, my));
}

describe("the simulated universe", () => {
  test("has the same bytes on every machine", () => {
    expect(hashOf(all)).toBe("73ba40e6599660cdd6483c10d69f4f15f3811fd1cdd5754826888b06ec26c4a4");
    const again = simulateUniverse();
    expect(hashOf(again.symbols.map((symbol) => again.candles(symbol)))).toBe(hashOf(all));
  });

  test("of another seed is another history", () => {
    expect(hashOf([simulateUniverse({ seed: 2 }).candles("BTC/USDT")])).not.toBe(hashOf([all[0]]));
  });

  test("is twelve symbols of sound 5-minute candles over ninety days, with a few gaps each", () => {
    expect(all.length).toBe(12);
    for (const candles of all) {
      const findings = validateCandles(candles);
      expect(findings.filter(({ kind }) => kind !== "gap")).toEqual([]);
      const missing = findings.reduce((sum, finding) => sum + (finding.missing ?? 0), 0);
      expect(findings.length).toBeGreaterThanOrEqual(3);
      expect(findings.length).toBeLessThanOrEqual(5);
      expect(candles.timestamp.length + missing).toBe((90 * DAY_MS) / BAR_MS);
      expect(candles.timestamp[0]).toBe(Date.UTC(2024, 0, 1));
      expect(candles.volume.every((volume) => volume > 0)).toBe(true);
    }
  });

  test("is down in all symbols at once, twice", () => {
    const absent = all.map(({ timestamp }) => new Set(timestamp));
    const common = Array.from(
      { length: (90 * DAY_MS) / BAR_MS },
      (_, t) => Date.UTC(2024, 0, 1) + t * BAR_MS,
    ).filter((time) => absent.every((times) => !times.has(time)));
    expect(common.length).toBe(12);
  });

  test("has prices on the ticks of each market", () => {
    for (const [k, candles] of all.entries()) {
      const decimals = MARKETS[k].priceDecimals;
      expect(candles.close.every((price) => Number(price.toFixed(decimals)) === price)).toBe(true);
    }
  });

  test("moves together, most within a sector and with the market", () => {
    const returns = all.map(returnsOf);
    const pair = (a: number, b: number): number => {
      const times = [...returns[a].keys()].filter((time) => returns[b].has(time));
      return correlation(
        times.map((time) => returns[a].get(time) ?? 0),
        times.map((time) => returns[b].get(time) ?? 0),
      );
    };
    for (let a = 0; a < all.length; a++) for (let b = 0; b < a; b++) expect(pair(a, b)).toBeGreaterThan(0.2);
    expect(pair(0, 1)).toBeGreaterThan(0.6);
  });

  test("has volatility that comes in clusters, and volume that rises with it", () => {
    for (const candles of allNoise) {
      const returns = returnsOf(candles);
      const times = [...returns.keys()].filter((time) => returns.has(time + HOUR_MS));
      const size = (time: number): number => Math.abs(returns.get(time) ?? 0);
      expect(
        correlation(
          times.map(size),
          times.map((time) => size(time + HOUR_MS)),
        ),
      ).toBeGreaterThan(0.05);
      const volume = new Map(Array.from(candles.timestamp, (time, i) => [time, Math.log(candles.volume[i])]));
      expect(
        correlation(
          times.map(size),
          times.map((time) => volume.get(time) ?? 0),
        ),
      ).toBeGreaterThan(0.3);
    }
  });

  test("jumps: its largest moves are far beyond a normal distribution's", () => {
    for (const candles of all) {
      const returns = [...returnsOf(candles).values()];
      const deviation = Math.sqrt(mean(returns.map((value) => value * value)));
      expect(Math.max(...returns.map(Math.abs)) / deviation).toBeGreaterThan(6);
    }
  });

  test("refuses a span that makes no sense, and an unknown symbol", () => {
    expect(() => simulateUniverse({ days: 0 })).toThrow(
      expect.objectContaining({ code: "datasets.options" }),
    );
    expect(() => simulateUniverse({ startMs: 1 })).toThrow(
      expect.objectContaining({ code: "datasets.options" }),
    );
    expect(() => planted.candles("XYZ/USDT")).toThrow(
      expect.objectContaining({ code: "datasets.unknown-symbol" }),
    );
  });
});

/** Returns over the four hours after each moment when a candle's volume is far above the day's and the last hour has moved, times the direction of that move. */
function followThrough(candles: Candles): number[] {
  const { timestamp, close, volume } = candles;
  const results: number[] = [];
  const [hour, day, hold] = [12, 288, 48];
  const traded = new Float64Array(volume.length + 1);
  for (let i = 0; i < volume.length; i++) traded[i + 1] = traded[i] + volume[i];
  for (let i = day; i + hold < close.length; i++) {
    const recent = (traded[i + 1] - traded[i + 1 - hour]) / hour;
    const usual = (traded[i - hour] - traded[i - day]) / (day - hour);
    if (recent < 2.5 * usual || timestamp[i + hold] - timestamp[i - hour] !== (hold + hour) * BAR_MS)
      continue;
    const direction = Math.sign(close[i] - close[i - hour]);
    results.push(direction * Math.log(close[i + hold] / close[i]));
    i += hold;
  }
  return results;
}

describe("what is planted", () => {
  test("is one episode a day in six symbols, five hours long, never two at once", () => {
    expect(new Set(planted.episodes.map((episode) => episode.symbol))).toEqual(plantedSymbols);
    expect(plantedSymbols.size).toBe(6);
    // Expected: an episode blocks 5 of the 24 hours between two, so 90 · 24/29 a symbol.
    expect(planted.episodes.length / 6).toBeGreaterThan(60);
    expect(planted.episodes.length / 6).toBeLessThan(90);
    for (const [k, episode] of planted.episodes.entries()) {
      expect(episode.endMs - episode.startMs).toBe(5 * HOUR_MS);
      const next = planted.episodes[k + 1];
      if (next?.symbol === episode.symbol) expect(next.startMs).toBeGreaterThanOrEqual(episode.endMs);
    }
  });

  test("is the whole difference to the noise: a drift of 0.08%, then of 0.03% a candle, and three times the volume in the first hour", () => {
    for (const [k, candles] of all.entries()) {
      const [with_, without] = [returnsOf(candles), returnsOf(allNoise[k])];
      const noiseVolume = new Map(
        Array.from(allNoise[k].timestamp, (time, i) => [time, allNoise[k].volume[i]]),
      );
      const episodes = planted.episodes.filter((episode) => episode.symbol === candles.symbol);
      const impulses: number[] = [];
      const follows: number[] = [];
      const factors: number[] = [];
      for (const episode of episodes) {
        for (let time = episode.startMs; time < episode.endMs; time += BAR_MS) {
          if (!with_.has(time) || !without.has(time)) continue;
          const part = time < episode.startMs + PLANTED.impulseMs ? impulses : follows;
          part.push(episode.direction * ((with_.get(time) ?? 0) - (without.get(time) ?? 0)));
        }
        const row = candles.timestamp.indexOf(episode.startMs);
        const base = noiseVolume.get(episode.startMs);
        if (row >= 0 && base !== undefined) factors.push(candles.volume[row] / base);
      }
      if (plantedSymbols.has(candles.symbol)) {
        // Ticks and the volume's answer to the larger move leave a little play.
        expect(mean(impulses)).toBeCloseTo(0.0008, 5);
        expect(mean(follows)).toBeCloseTo(0.0003, 5);
        expect(mean(factors)).toBeGreaterThan(0.9 * PLANTED.volumeFactor);
        expect(mean(factors)).toBeLessThan(1.1 * PLANTED.volumeFactor);
      } else expect(hashOf([candles])).toBe(hashOf([allNoise[k]]));
    }
  });

  test("can be found from candles alone where it is planted", () => {
    const found = all.filter((candles) => plantedSymbols.has(candles.symbol)).flatMap(followThrough);
    expect(found.length).toBeGreaterThan(100);
    expect(tStatistic(found)).toBeGreaterThan(4);
  });

  test("cannot be found where nothing is planted, in the other symbols and in pure noise", () => {
    const others = all.filter((candles) => !plantedSymbols.has(candles.symbol)).flatMap(followThrough);
    expect(Math.abs(tStatistic(others))).toBeLessThan(3);
    expect(Math.abs(tStatistic(allNoise.flatMap(followThrough)))).toBeLessThan(3);
  });

  test("leaves neighbouring returns uncorrelated in pure noise, at every lag up to two hours", () => {
    for (const candles of allNoise) {
      const returns = returnsOf(candles);
      for (const lag of [1, 2, 3, 6, 12, 24]) {
        const times = [...returns.keys()].filter((time) => returns.has(time + lag * BAR_MS));
        // 0.05 is eight standard errors of white noise; clustering and jumps widen the error about threefold.
        expect(
          Math.abs(
            correlation(
              times.map((time) => returns.get(time) ?? 0),
              times.map((time) => returns.get(time + lag * BAR_MS) ?? 0),
            ),
          ),
        ).toBeLessThan(0.05);
      }
    }
  });
});
