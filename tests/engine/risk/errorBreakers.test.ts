import { describe, expect, it } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { account, guardOf, MINUTE, MONDAY, only, order, SECOND } from "./fixtures.ts";

describe("exchange errors", () => {
  /** Tells errors at these seconds; until when the exchange rests afterwards, in seconds, or NaN. */
  function restsUntil(seconds: readonly number[]): number {
    const { guard, events } = guardOf(only({ exchangeErrors: true }));
    for (const at of seconds) guard.onExchangeError(MONDAY + at * SECOND, "binance");
    return ((events.at(-1)?.untilMs ?? Number.NaN) - MONDAY) / SECOND;
  }
  const tenFrom = (first: number): number[] => Array.from({ length: 10 }, (_, i) => first + i);

  it("let ten a minute pass and pause for five minutes at the eleventh", () => {
    expect(restsUntil(tenFrom(0))).toBeNaN();
    expect(restsUntil([...tenFrom(0), 30])).toBe(330);
    expect(restsUntil([...tenFrom(0), 59.999])).toBe(359.999);
    // The first one is a minute old and no longer counts.
    expect(restsUntil([...tenFrom(0), 60])).toBeNaN();
    expect(restsUntil([...tenFrom(0), 60, 60.5])).toBe(360.5);
  });

  it("pause only that exchange, and let what waits there wait", () => {
    const { guard, events } = guardOf(only({ exchangeErrors: true }));
    for (let i = 0; i < 11; i++) guard.onExchangeError(MONDAY, "binance");
    expect([0, 1, 2].map((market) => guard.isPaused(MONDAY, market))).toEqual([true, true, false]);
    expect(guard.takeActions()).toEqual([
      {
        kind: "pause",
        rule: "exchangeErrors",
        scope: { kind: "exchange", exchange: "binance" },
        untilMs: MONDAY + 5 * MINUTE,
        cancelsResting: false,
      },
    ]);
    expect(guard.check(order(), account(), MONDAY)?.message).toBe(
      "exchangeErrors: BTC/USDT: binance is paused until 2024-01-01 00:05 UTC.",
    );
    expect(guard.check(order({ market: 2 }), account(), MONDAY)).toBeUndefined();
    guard.onEquity(MONDAY + 5 * MINUTE, 10_000);
    expect(events.at(-1)).toMatchObject({ action: "resume", rule: "exchangeErrors" });
    expect(guard.check(order(), account(), MONDAY + 5 * MINUTE)).toBeUndefined();
  });

  it("of an exchange that is not there are a mistake", () => {
    const { guard } = guardOf("standard");
    const told = (): void => guard.onExchangeError(MONDAY, "binanse");
    expect(told).toThrow(EngineError);
    expect(told).toThrow('Did you mean "binance"?');
  });
});

describe("the rate of rejections", () => {
  /** Sends orders, each rejected where the letter is `x`; whether the account is paused then. */
  function isPausedAfter(orders: string): boolean {
    const { guard } = guardOf(only({ errorRate: { maxFraction: 0.5, orders: 4, pauseMs: 5 * MINUTE } }));
    for (const one of orders) {
      guard.onOrder(MONDAY, 0);
      if (one === "x") guard.onRejection(MONDAY);
    }
    return guard.isPaused(MONDAY, 0);
  }

  it.each<[string, boolean]>([
    ["xxx", false],
    ["x.x.", false],
    ["x.xx", true],
    ["xxxx", true],
    [".x.x", false],
    ["xx....x.x", false],
    ["xx..x.xx", true],
  ])("after %s pauses: %s", (orders, paused) => {
    expect(isPausedAfter(orders)).toBe(paused);
  });

  it("begins anew after a trip, and ends after its pause", () => {
    const { guard } = guardOf(only({ errorRate: { maxFraction: 0.5, orders: 4, pauseMs: 5 * MINUTE } }));
    const rejected = (time: number, count: number): void => {
      for (let i = 0; i < count; i++) {
        guard.onOrder(time, 0);
        guard.onRejection(time);
      }
    };
    rejected(MONDAY, 4);
    expect(guard.isPaused(MONDAY + 5 * MINUTE - 1, 1)).toBe(true);
    const later = MONDAY + 5 * MINUTE;
    rejected(later, 3);
    expect(guard.isPaused(later, 1)).toBe(false);
    rejected(later, 1);
    expect(guard.isPaused(later, 1)).toBe(true);
  });

  it("leaves a rejection alone that belongs to no order it remembers", () => {
    const { guard, events } = guardOf(only({ errorRate: true }));
    guard.onRejection(MONDAY);
    expect(events).toEqual([]);
  });
});
