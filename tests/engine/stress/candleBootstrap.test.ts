import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { CandleBootstrap } from "#engine/stress/candleBootstrap.ts";
import { hours, walk } from "./made.ts";

type Market = ReturnType<typeof walk>;

/** How a candle stands to the close before it; the first one to the open at which the market itself began. */
const shape = (candles: Market, i: number, begin: number): number[] => {
  const before = i === 0 ? begin : candles.close[i - 1];
  return [candles.open[i], candles.high[i], candles.low[i], candles.close[i]].map((price) => price / before);
};

/** The row of `source` with the same shape and volume as row `i` of `drawn`. */
function sourceRow(source: Market, drawn: Market, i: number): number {
  const begin = source.open[0];
  const wanted = shape(drawn, i, begin);
  return source.volume.findIndex(
    (volume, k) =>
      volume === drawn.volume[i] &&
      shape(source, k, begin).every((value, j) => Math.abs(value - wanted[j]) < 1e-9),
  );
}

describe("bootstrapped candles", () => {
  const market = walk("A/USDT", hours(400));

  it("are candles of the market, each whole, in runs of neighbours of the asked length", () => {
    const [drawn] = new CandleBootstrap([market], { blockBars: 12 }).draw(Random.seeded(1));
    expect(drawn.timestamp).toEqual(market.timestamp);
    const rows = Array.from(drawn.timestamp, (_, i) => sourceRow(market, drawn, i));
    expect(rows).not.toContain(-1);
    const breaks = rows.filter((row, i) => i > 0 && row !== (rows[i - 1] + 1) % 400).length;
    // 400 candles in blocks of 12: 33 on average, give or take.
    expect(breaks).toBeGreaterThan(18);
    expect(breaks).toBeLessThan(50);
  });

  it("hold open and close between low and high, always above 0", () => {
    const bootstrap = new CandleBootstrap([market], { blockBars: 5 });
    for (let path = 0; path < 20; path++) {
      const [{ open, high, low, close }] = bootstrap.draw(Random.seeded(path));
      for (let i = 0; i < open.length; i++) {
        expect(low[i]).toBeGreaterThan(0);
        expect(low[i]).toBeLessThanOrEqual(Math.min(open[i], close[i]));
        expect(high[i]).toBeGreaterThanOrEqual(Math.max(open[i], close[i]));
      }
    }
  });

  it("take all markets from the same times, so that what moved together still does", () => {
    const other = walk("B/USDT", hours(400));
    const twin = { ...market, symbol: "T/USDT", volume: market.volume.map((volume) => 2 * volume) };
    for (const column of ["open", "high", "low", "close"] as const) {
      twin[column] = market[column].map((price) => 7 * price);
    }
    const [a, b, t] = new CandleBootstrap([market, other, twin], { blockBars: 4 }).draw(Random.seeded(3));
    for (let i = 0; i < 400; i++) {
      expect(t.close[i] / a.close[i]).toBeCloseTo(7, 9);
      expect(sourceRow(other, b, i)).toBe(sourceRow(market, a, i));
    }
  });

  it("keep gaps and late listings where they are, and draw from times that all markets have", () => {
    const gappy = walk("G/USDT", [...hours(150, 50), ...hours(150, 220)]);
    const late = walk("L/USDT", hours(300, 100));
    const drawn = new CandleBootstrap([market, gappy, late]).draw(Random.seeded(4));
    for (const [k, candles] of [market, gappy, late].entries()) {
      expect(drawn[k].timestamp).toEqual(candles.timestamp);
      expect(drawn[k].close.every((price) => price > 0)).toBe(true);
    }
    const common = new Set([...hours(100, 100), ...hours(150, 220)]);
    for (let i = 0; i < 400; i++) {
      expect(common.has(sourceRow(market, drawn[0], i))).toBe(true);
    }
  });

  it("keep calm and wild times apart when blocks are long, and mix them when each candle is drawn by itself", () => {
    const clustering = (blockBars: number): number => {
      const bootstrap = new CandleBootstrap([market], { blockBars });
      let sum = 0;
      for (let path = 0; path < 30; path++) {
        const [{ close, open }] = bootstrap.draw(Random.seeded(path));
        const size = close.map((price, i) => Math.abs(Math.log(price / open[i])));
        const mean = size.reduce((total, value) => total + value, 0) / size.length;
        let [product, squares] = [0, 0];
        for (let i = 1; i < size.length; i++) {
          product += (size[i] - mean) * (size[i - 1] - mean);
          squares += (size[i] - mean) ** 2;
        }
        sum += product / squares / 30;
      }
      return sum;
    };
    expect(clustering(40)).toBeGreaterThan(0.25);
    expect(Math.abs(clustering(1))).toBeLessThan(0.05);
    // By default the blocks are long enough for it.
    expect(new CandleBootstrap([market]).blockBars).toBeGreaterThan(10);
  });

  it("are the same from the same stream, and others from the next", () => {
    const bootstrap = new CandleBootstrap([market]);
    expect(bootstrap.draw(Random.seeded(1))).toEqual(bootstrap.draw(Random.seeded(1)));
    expect(bootstrap.draw(Random.seeded(2))[0].close).not.toEqual(bootstrap.draw(Random.seeded(1))[0].close);
  });

  it("need markets, and times that all of them have", () => {
    expect(() => new CandleBootstrap([])).toThrowError(
      expect.objectContaining({ code: "stress.no-candles" }),
    );
    expect(() => new CandleBootstrap([market, walk("L/USDT", hours(10, 500))])).toThrowError(
      expect.objectContaining({ code: "stress.no-common-times" }),
    );
    expect(() => new CandleBootstrap([market], { blockBars: 0 }).draw(Random.seeded(1))).toThrowError(
      expect.objectContaining({ code: "significance.block-length" }),
    );
  });
});
