import { describe, expect, it } from "vitest";
import type { RiskOrder } from "#engine/risk/account.ts";
import type { RiskGuard } from "#engine/risk/guard.ts";
import type { RiskSettings } from "#engine/risk/settings.ts";
import {
  account,
  DAY,
  guardOf,
  HOUR,
  type Holding,
  MINUTE,
  MONDAY,
  only,
  order,
  refusal,
  SECOND,
} from "./fixtures.ts";

describe("solvency", () => {
  it.each<[string, RiskSettings["solvency"], Partial<RiskOrder>, Holding[], number, boolean]>([
    ["equity above nothing", true, {}, [], 0.01, false],
    ["no equity", true, {}, [], 0, true],
    ["debt", true, {}, [], -5, true],
    ["an equity that is no number", true, {}, [], Number.NaN, true],
    ["half of the start where more is asked", { minFraction: 0.5 }, {}, [], 5000, true],
    ["more than half of it", { minFraction: 0.5 }, {}, [], 5000.01, false],
    ["an amount that is no number", true, { amount: Number.NaN }, [], 10_000, true],
    ["an amount of nothing", true, { amount: 0 }, [{ amount: 1 }], 10_000, true],
    ["an endless amount", true, { amount: Infinity }, [], 10_000, true],
    ["a market without a price", true, {}, [{ price: Number.NaN }], 10_000, true],
    ["a limit order before the first price", true, { price: 99 }, [{ price: Number.NaN }], 10_000, false],
  ])("judges %s", (_, solvency, asked, holdings, equity, refused) => {
    expect(refusal({ solvency }, asked, holdings, { equity })).toBe(refused ? "solvency" : undefined);
  });
});

describe("lists", () => {
  it.each<[RiskSettings, number, boolean]>([
    [{ whitelist: ["BTC/USDT"] }, 0, false],
    [{ whitelist: ["BTC/USDT"] }, 1, true],
    // A symbol names it on every venue, an id on one.
    [{ whitelist: ["BTC/USDT"] }, 2, false],
    [{ whitelist: ["kraken:BTC/USDT"] }, 2, false],
    [{ whitelist: ["kraken:BTC/USDT"] }, 0, true],
    [{ whitelist: ["ETH/*", "kraken:*"] }, 1, false],
    [{ whitelist: ["ETH/*", "kraken:*"] }, 0, true],
    [{ blacklist: ["ETH/USDT"] }, 1, true],
    [{ blacklist: ["ETH/USDT"] }, 0, false],
    [{ blacklist: ["*/USDT"] }, 2, true],
    // A dot stands for itself, and a name for the whole of it.
    [{ blacklist: ["BTC.USDT", "BTC", "USDT"] }, 0, false],
    [{ blacklist: false }, 0, false],
  ])("%j refuse market %i: %s", (settings, market, refused) => {
    expect(refusal(settings, { market })).toBe(refused ? Object.keys(settings)[0] : undefined);
  });
});

describe("orders per minute", () => {
  /** What becomes of an order of market 0 after orders at these times. */
  function isFlood(
    settings: RiskSettings["ordersPerMinute"],
    sent: [seconds: number, market: number][],
    seconds: number,
  ): boolean {
    const prepare = (guard: RiskGuard): void => {
      for (const [at, market] of sent) guard.onOrder(MONDAY + at * SECOND, market);
    };
    const time = MONDAY + seconds * SECOND;
    return refusal({ ordersPerMinute: settings }, {}, [], { time, prepare }) === "ordersPerMinute";
  }

  it("lets through as many as allowed, and one more when the first is a minute old", () => {
    expect(
      isFlood(
        { perMarket: 3 },
        [
          [0, 0],
          [10, 0],
        ],
        20,
      ),
    ).toBe(false);
    expect(
      isFlood(
        { perMarket: 3 },
        [
          [0, 0],
          [10, 0],
          [20, 0],
        ],
        20,
      ),
    ).toBe(true);
    expect(
      isFlood(
        { perMarket: 3 },
        [
          [0, 0],
          [10, 0],
          [20, 0],
        ],
        59.999,
      ),
    ).toBe(true);
    expect(
      isFlood(
        { perMarket: 3 },
        [
          [0, 0],
          [10, 0],
          [20, 0],
        ],
        60,
      ),
    ).toBe(false);
  });

  it("counts each market by itself, and all together where that is asked", () => {
    expect(
      isFlood(
        { perMarket: 2 },
        [
          [0, 0],
          [0, 1],
          [0, 2],
        ],
        1,
      ),
    ).toBe(false);
    expect(
      isFlood(
        { perAccount: 3 },
        [
          [0, 0],
          [0, 1],
          [0, 2],
        ],
        1,
      ),
    ).toBe(true);
    expect(
      isFlood(
        { perAccount: 4 },
        [
          [0, 0],
          [0, 1],
          [0, 2],
        ],
        1,
      ),
    ).toBe(false);
  });

  it("never holds back an order that reduces, but counts it", () => {
    const { guard } = guardOf(only({ ordersPerMinute: { perMarket: 1 } }));
    guard.onOrder(MONDAY, 0);
    const held = account([{ amount: 2 }]);
    expect(guard.check(order({ side: "sell", amount: 2 }), held, MONDAY)).toBeUndefined();
    expect(guard.check(order(), held, MONDAY)).toMatchObject({
      rule: "ordersPerMinute",
      value: 2,
      limit: 1,
      untilMs: MONDAY + MINUTE,
      message:
        "ordersPerMinute: BTC/USDT: it would be order 2 of this market within a minute; " +
        "allowed are 1, the next one at 2024-01-01 00:01 UTC.",
    });
  });
});

describe("trades per day", () => {
  /** Opens and closes a position in each of the markets, at each of the times. */
  const trades =
    (...opened: [time: number, market: number][]) =>
    (guard: RiskGuard): void => {
      for (const [time, market] of opened) {
        guard.onPosition(time, market, 1);
        guard.onPosition(time, market, 0);
      }
    };

  it.each<
    [string, RiskSettings["tradesPerDay"], [number, number][], Partial<RiskOrder>, Holding[], number, boolean]
  >([
    ["the last one allowed", { perAccount: 2 }, [[0, 0]], {}, [], HOUR, false],
    [
      "one more than allowed",
      { perAccount: 2 },
      [
        [0, 0],
        [MINUTE, 1],
      ],
      {},
      [],
      HOUR,
      true,
    ],
    [
      "the last moment of the day",
      { perAccount: 2 },
      [
        [0, 0],
        [MINUTE, 1],
      ],
      {},
      [],
      DAY - 1,
      true,
    ],
    [
      "the first moment of the next day",
      { perAccount: 2 },
      [
        [0, 0],
        [MINUTE, 1],
      ],
      {},
      [],
      DAY,
      false,
    ],
    ["trades of another market", { perMarket: 1 }, [[0, 1]], {}, [], HOUR, false],
    ["trades of the same market", { perMarket: 1 }, [[0, 0]], {}, [], HOUR, true],
    ["scaling in, which is no new trade", { perMarket: 1 }, [[0, 0]], {}, [{ amount: 1 }], HOUR, false],
    [
      "a further order before the first has filled",
      { perMarket: 1 },
      [[0, 0]],
      {},
      [{ buys: 1 }],
      HOUR,
      false,
    ],
    [
      "turning round, which is one",
      { perMarket: 1 },
      [[0, 0]],
      { side: "sell", amount: 2 },
      [{ amount: 1 }],
      HOUR,
      true,
    ],
    ["entries that wait in other markets", { perAccount: 2 }, [[0, 0]], {}, [{}, { buys: 1 }], HOUR, true],
    [
      "additions that wait in other markets",
      { perAccount: 2 },
      [[0, 0]],
      {},
      [{}, { amount: 1, buys: 1 }],
      HOUR,
      false,
    ],
  ])("judge %s", (_, tradesPerDay, opened, asked, holdings, after, refused) => {
    const prepare = trades(...opened.map(([time, market]): [number, number] => [MONDAY + time, market]));
    const found = refusal({ tradesPerDay }, asked, holdings, { time: MONDAY + after, prepare });
    expect(found).toBe(refused ? "tradesPerDay" : undefined);
  });
});
