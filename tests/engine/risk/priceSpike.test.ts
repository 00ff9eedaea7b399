import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PriceSpike } from "#engine/risk/priceSpike.ts";
import { guardOf, HOUR, MINUTE, MONDAY, only, SECOND } from "./fixtures.ts";

describe("a price spike", () => {
  /** The seconds at which resting orders are canceled when these prices come. */
  function canceledAt(prices: readonly [seconds: number, price: number][]): number[] {
    const { guard } = guardOf(only({ priceSpike: true }));
    return prices
      .filter(([seconds, price]) => {
        guard.onPrice(MONDAY + seconds * SECOND, 0, price);
        return guard.takeActions().some(({ kind }) => kind === "cancelResting");
      })
      .map(([seconds]) => seconds);
  }

  it.each<[string, [number, number][], number[]]>([
    [
      "a rise below 10 % in a minute",
      [
        [0, 100],
        [30, 109.9],
      ],
      [],
    ],
    [
      "a rise of 10 %",
      [
        [0, 100],
        [30, 110],
      ],
      [30],
    ],
    [
      "a fall below 10 %",
      [
        [0, 100],
        [30, 90.1],
      ],
      [],
    ],
    [
      "a fall of 10 %",
      [
        [0, 100],
        [30, 90],
      ],
      [30],
    ],
    [
      "10 % in exactly a minute",
      [
        [0, 100],
        [60, 110],
      ],
      [60],
    ],
    [
      "10 % in more than a minute",
      [
        [0, 100],
        [60.001, 110],
      ],
      [],
    ],
    [
      "10 % from the lowest price in between",
      [
        [0, 104],
        [20, 100],
        [50, 110],
      ],
      [50],
    ],
    [
      "one jump, which trips once",
      [
        [0, 100],
        [10, 111],
        [11, 112],
        [12, 113],
      ],
      [10],
    ],
    [
      "another 10 % from there",
      [
        [0, 100],
        [10, 111],
        [11, 122.2],
      ],
      [10, 11],
    ],
    [
      "a jump and the fall back",
      [
        [0, 100],
        [10, 111],
        [20, 99.5],
      ],
      [10, 20],
    ],
  ])("is judged: %s", (_, prices, expected) => {
    expect(canceledAt(prices)).toEqual(expected);
  });

  it.each<[string, number, [high: number, low: number, close: number][], boolean]>([
    ["a minute's candle with a small range", MINUTE, [[104, 96, 100]], false],
    ["a minute's candle with a range of 10 %", MINUTE, [[110, 100, 101]], true],
    [
      "a close against the close before",
      MINUTE,
      [
        [100, 100, 100],
        [110, 105, 110],
      ],
      true,
    ],
    [
      "a high against the low of the candle before, which is more than a minute ago",
      MINUTE,
      [
        [100, 92, 99],
        [104, 99, 103],
      ],
      false,
    ],
    [
      "short candles",
      20 * SECOND,
      [
        [100, 100, 100],
        [105, 100, 105],
        [110, 105, 110],
      ],
      true,
    ],
    ["a candle longer than the window, which says nothing", HOUR, [[200, 50, 100]], false],
  ])("inside candles: %s", (_, length, candles, canceled) => {
    const { guard, events } = guardOf(only({ priceSpike: true }));
    candles.forEach(([high, low, close], i) => {
      guard.onCandle(MONDAY + (i + 1) * length, 1, MONDAY + i * length, high, low, close);
    });
    expect(events.length > 0).toBe(canceled);
  });

  it("cancels what waits in its market and pauses nothing", () => {
    const { guard, events } = guardOf(only({ priceSpike: true }));
    guard.onPrice(MONDAY, 1, 100);
    guard.onPrice(MONDAY + SECOND, 1, 85);
    expect(guard.takeActions()).toEqual([{ kind: "cancelResting", rule: "priceSpike", market: 1 }]);
    expect(guard.isPaused(MONDAY + SECOND, 1)).toBe(false);
    expect(events).toEqual(
      [
        {
          time: MONDAY + SECOND,
          rule: "priceSpike",
          market: "ETH/USDT",
          value: 0.15,
          limit: 0.1,
          action: "cancelResting",
          untilMs: Number.NaN,
          message:
            "priceSpike: ETH/USDT: the price has moved by 15 % within 1 minute; allowed are less than 10 %. " +
            "Orders that wait to open a position are canceled.",
        },
      ].map((event) => ({ ...event, value: expect.closeTo(0.15, 12) })),
    );
  });
});

describe("a spike", () => {
  it("is what a look at all prices of the window finds, also over a cut", () => {
    const candles = fc.array(
      fc.record({
        wait: fc.integer({ min: 0, max: 4 }),
        length: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 14 })),
        low: fc.integer({ min: 90, max: 100 }),
        range: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 120, size: "max" },
    );
    let trips = 0;
    fc.assert(
      fc.property(candles, fc.nat(120), (path, cut) => {
        const windowMs = 12;
        let spike = new PriceSpike(0.08, windowMs);
        let prices: [time: number, price: number][] = [];
        let time = 0;
        path.forEach(({ wait, length, low, range }, i) => {
          const openTime = time + wait;
          time = openTime + length;
          const [high, close] = [low + range, low + range / 2];
          if (i === cut) {
            const snapshot: unknown = JSON.parse(JSON.stringify(spike.snapshot()));
            spike = new PriceSpike(0.08, windowMs);
            spike.restore(snapshot as ReturnType<PriceSpike["snapshot"]>);
          }
          const found = spike.update(time, openTime, high, low, close);
          if (length > windowMs) {
            expect(found).toBe(0);
            return;
          }
          prices.push([openTime, low], [openTime, high], [time, close]);
          const inside = prices.filter(([at]) => at >= time - windowMs).map(([, price]) => price);
          const move = Math.max(high / Math.min(...inside) - 1, 1 - low / Math.max(...inside));
          expect(found).toBe(move >= 0.08 - 1e-9 ? move : 0);
          if (found === 0) return;
          trips++;
          prices = [[time, close]];
        });
      }),
    );
    expect(trips).toBeGreaterThan(50);
  });
});
