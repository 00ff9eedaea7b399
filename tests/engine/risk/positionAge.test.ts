import { describe, expect, it } from "vitest";
import { guardOf, HOUR, MINUTE, MONDAY, only } from "./fixtures.ts";

describe("the age of a position", () => {
  type Fill = [minutes: number, amount: number];

  /** Minutes at which the position is to be closed, with marks each ten minutes for three hours. */
  function closedAt(fills: readonly Fill[]): number[] {
    const { guard } = guardOf(only({ positionAge: { maxMs: HOUR } }));
    const found: number[] = [];
    const left = [...fills];
    for (let minutes = 0; minutes <= 180; minutes += 10) {
      while (left.length > 0 && left[0][0] <= minutes) {
        const [at, amount] = left.shift()!;
        guard.onPosition(MONDAY + at * MINUTE, 1, amount);
      }
      guard.onEquity(MONDAY + minutes * MINUTE, 10_000);
      for (const action of guard.takeActions())
        if (action.kind === "closePosition" && action.market === 1) found.push(minutes);
    }
    return found;
  }

  it.each<[string, Fill[], number[]]>([
    ["closes it when it reaches its cap, once", [[0, 1]], [60]],
    [
      "counts from the first fill, whatever was added",
      [
        [0, 1],
        [30, 2],
        [50, 0.5],
      ],
      [60],
    ],
    [
      "counts anew after it was flat",
      [
        [0, 1],
        [50, 0],
        [55, 1],
      ],
      [120],
    ],
    [
      "counts anew when it turns round",
      [
        [0, 1],
        [50, -1],
      ],
      [110],
    ],
    [
      "closes the next one as well",
      [
        [0, 1],
        [65, 0],
        [70, 1],
      ],
      [60, 130],
    ],
    [
      "leaves alone what is closed before",
      [
        [0, 1],
        [59, 0],
      ],
      [],
    ],
  ])("%s", (_, fills, expected) => {
    expect(closedAt(fills)).toEqual(expected);
  });

  it("is told with its reason", () => {
    const { guard, events } = guardOf(only({ positionAge: { maxMs: HOUR } }));
    guard.onPosition(MONDAY, 2, -3);
    guard.onEquity(MONDAY + 90 * MINUTE, 10_000);
    expect(events).toMatchObject([
      {
        rule: "positionAge",
        market: "kraken:BTC/USDT",
        action: "closePosition",
        value: 90 * MINUTE,
        limit: HOUR,
        message:
          "positionAge: kraken:BTC/USDT: the position has been held for 1.5 hours; allowed are 1 hour. It is closed.",
      },
    ]);
  });
});
