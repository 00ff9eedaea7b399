import { describe, expect, it } from "vitest";
import { FeeSchedule } from "#engine/broker/feeModel.ts";
import { depthLeft, depthOf, volumeShareImpact, walkDepth } from "#engine/broker/slippage.ts";
import { DAY_MS } from "#engine/core/timeframe.ts";
import { Exchange } from "./exchange.ts";

describe("fee tiers", () => {
  const model = {
    kind: "tiered",
    tiers: [
      { minVolumeQuote: 0, makerBps: 10, takerBps: 20 },
      { minVolumeQuote: 1_000, makerBps: 5, takerBps: 10 },
      { minVolumeQuote: 5_000, makerBps: -1, takerBps: 5 },
    ],
  } as const;

  it("are found at midnight from the 30 whole days before", () => {
    const fees = new FeeSchedule("sim", model);
    const rates: number[] = [];
    const volumes = [600, 600, 4_000, 0, 0];
    volumes.forEach((volume, day) => {
      fees.at(day * DAY_MS);
      rates.push(fees.takerRate);
      fees.add(volume);
    });
    // Day 2 sees 1,200 behind it, day 3 sees 5,200; a day's own volume does not count.
    expect(rates).toEqual([0.002, 0.002, 0.001, 0.0005, 0.0005]);
    expect(fees.makerRate).toBe(-0.0001);
    fees.at(30 * DAY_MS);
    expect(fees.takerRate).toBe(0.0005); // days 0 … 29
    fees.at(31 * DAY_MS);
    expect(fees.takerRate).toBe(0.001); // day 0 has left: 4,600
    fees.at(33 * DAY_MS);
    expect(fees.takerRate).toBe(0.002);
  });

  it("count what was traded before, and go on the same from a snapshot", () => {
    const fees = new FeeSchedule("sim", { ...model, priorVolumeQuote: 3_000 });
    fees.at(100 * DAY_MS);
    expect(fees.takerRate).toBe(0.001);
    fees.add(2_300);
    const restored = new FeeSchedule("sim", { ...model, priorVolumeQuote: 3_000 });
    restored.load(JSON.parse(JSON.stringify(fees.snapshot())));
    for (const day of [100, 101, 110, 129, 130, 131, 140]) {
      fees.at(day * DAY_MS);
      restored.at(day * DAY_MS);
      expect(restored.takerRate).toBe(fees.takerRate);
    }
  });

  it("that do not rise from 0 are an error", () => {
    expect(() => new FeeSchedule("sim", { kind: "tiered", tiers: model.tiers.slice(1) })).toThrow(
      /the first from 0/,
    );
    expect(() => new FeeSchedule("sim", { kind: "flat", makerBps: Number.NaN, takerBps: 1 })).toThrow(
      /finite/,
    );
  });
});

describe("slippage", () => {
  it("by volume share is zipline's: impact × share², up to the limit", () => {
    // 50 of 1,000 is 5 %, cut to 2.5 %: 0.1 × 0.025² = 0.0000625.
    expect(volumeShareImpact(50, 1_000, {})).toBeCloseTo(0.0000625, 15);
    expect(volumeShareImpact(10, 1_000, { priceImpact: 0.5, volumeLimit: 1 })).toBeCloseTo(0.00005, 15);
    expect(volumeShareImpact(10, 0, {})).toBeCloseTo(0.0000625, 15);
  });

  it("by book walk is the mean of the levels that are eaten, after what was eaten before", () => {
    const depth = {
      distance: Float64Array.of(0.001, 0.002, 0.01),
      amount: Float64Array.of(1, 2, 10),
      isQuote: false,
    };
    expect(walkDepth(depth, 1, 100, 0, 1)).toBeCloseTo(0.001, 15);
    expect(walkDepth(depth, 1, 100, 0, 5)).toBeCloseTo((0.001 + 2 * 0.002 + 2 * 0.01) / 5, 15);
    expect(walkDepth(depth, 1, 100, 2, 2)).toBeCloseTo((0.002 + 0.01) / 2, 15);
    expect(depthLeft(depth, 1, 100, 4)).toBe(9);
  });

  it("of a profile in quote currency buys less where it is dearer", () => {
    const depth = depthOf([{ distanceBps: 100, amountQuote: 101 }]);
    expect(depthLeft(depth, 1, 100, 0)).toBeCloseTo(1, 12);
    expect(depthLeft(depth, -1, 100, 0)).toBeCloseTo(101 / 99, 12);
  });

  it("goes against the side, is told by itself, and spares makers", () => {
    const x = new Exchange({ venue: { slippage: { kind: "fixedBps", bps: 100 } } }).bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "market", amount: 2 });
    x.bars([100, 101, 99, 100]);
    x.submit({ side: "sell", type: "limit", amount: 2, price: 105 });
    x.bars([100, 106, 99, 100]);
    expect(x.told).toEqual(["open buy 2@101", "limit sell 2@105"]);
    expect(x.tape.fills.map(({ slippage }) => slippage)).toEqual([2, 0]);
  });

  it("walks the book that was given, and leaves what it does not hold for the next candle", () => {
    const x = new Exchange({ venue: { slippage: { kind: "bookWalk" } } }).bars([100, 101, 99, 100]);
    x.broker.book(
      0,
      [[99, 5]],
      [
        [101, 1],
        [103, 1],
      ],
    );
    x.submit({ side: "buy", type: "market", amount: 3 });
    x.bars([200, 201, 199, 200], [200, 201, 199, 200]);
    // The middle is 100: 1 % and 3 % away, at 200 that is 202 and 206, 204 in the mean; then 202 for the last one.
    expect(x.told).toEqual(["open buy 2@204", "open buy 1@202"]);
  });
});
