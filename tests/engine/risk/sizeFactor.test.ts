import { describe, expect, it } from "vitest";
import type { RiskSettings } from "#engine/risk/settings.ts";
import { guardOf, MINUTE, MONDAY, only, trade } from "./fixtures.ts";

/** The factor after each step: a number of 1000 and more is an equity, any other the profit of a closed trade. */
function factors(settings: RiskSettings, steps: readonly number[]): number[] {
  const { guard } = guardOf(only(settings));
  return steps.map((step, i) => {
    if (step >= 1000) guard.onEquity(MONDAY + i * MINUTE, step);
    else guard.onTrade(MONDAY + i * MINUTE, trade(step));
    return guard.sizeFactor;
  });
}

describe("the size of new positions", () => {
  it.each<[string, RiskSettings, number[], number[]]>([
    ["is halved by three losses in a row", { losingStreak: true }, [-1, -1, -1], [1, 1, 0.5]],
    ["is not quartered by six", { losingStreak: true }, [-1, -1, -1, -1, -1, -1], [1, 1, 0.5, 0.5, 0.5, 0.5]],
    [
      "is restored by one win",
      { losingStreak: true },
      [-1, -1, -1, 1, -1, -1, -1],
      [1, 1, 0.5, 1, 1, 1, 0.5],
    ],
    ["stays as it is at break-even", { losingStreak: true }, [-1, -1, 0, -1, 0], [1, 1, 1, 0.5, 0.5]],
    [
      "is reduced by another factor where that is asked",
      { losingStreak: { count: 1, factor: 0.25 } },
      [-1],
      [0.25],
    ],
    // Half of the 20 % that end trading are 10 %, of which half are 5 %.
    [
      "is halved at half of the allowed drawdown",
      { drawdownSize: true, maxDrawdown: true },
      [9001, 9000],
      [1, 0.5],
    ],
    [
      "is restored when half of it is made good",
      { drawdownSize: true, maxDrawdown: true },
      [9000, 9499, 9500],
      [0.5, 0.5, 1],
    ],
    ["is restored by a new peak", { drawdownSize: true }, [9000, 10_500], [0.5, 1]],
    [
      "does not change around one figure",
      { drawdownSize: true },
      [9000, 9001, 8999, 9100],
      [0.5, 0.5, 0.5, 0.5],
    ],
    ["follows the peak", { drawdownSize: true }, [20_000, 18_001, 18_000], [1, 1, 0.5]],
    [
      "goes by the drawdown that pauses where none ends trading",
      { drawdownSize: true, drawdown: true },
      [9501, 9500],
      [1, 0.5],
    ],
    ["goes by 20 % where no drawdown is limited", { drawdownSize: true }, [9001, 9000], [1, 0.5]],
    ["has another share where that is asked", { drawdownSize: { share: 0.25 } }, [9501, 9500], [1, 0.5]],
    [
      "is the smaller of two factors, not their product",
      { losingStreak: true, drawdownSize: { factor: 0.25 } },
      [-1, -1, -1, 9000, 1, 9500],
      [1, 1, 0.5, 0.25, 0.25, 1],
    ],
    ["is whole where nothing reduces it", {}, [-1, -1, -1, -1, 5000], [1, 1, 1, 1, 1]],
  ])("%s", (_, settings, steps, expected) => {
    expect(factors(settings, steps)).toEqual(expected);
  });

  it("is told with its reason at every change", () => {
    const { guard, events } = guardOf(only({ losingStreak: true, drawdownSize: true }));
    guard.onEquity(MONDAY, 8900);
    for (const profit of [-1, -1, -1, 2]) guard.onTrade(MONDAY, trade(profit));
    guard.onEquity(MONDAY + MINUTE, 9600);
    expect(events.map(({ message }) => message)).toEqual([
      "drawdownSize: equity 8900 is 11 % below its peak 10000; from 10 % on size is reduced. New positions have 50 % of their size.",
      "losingStreak: 3 trades in a row have lost; from 3 on size is reduced until one wins. New positions have 50 % of their size.",
      "losingStreak: a trade has won, so the losing streak is over. New positions have 50 % of their size.",
      "drawdownSize: equity 9600 is 4 % below its peak 10000; at 5 % size is restored. New positions have 100 % of their size.",
    ]);
    expect(guard.takeActions()).toEqual([
      { kind: "resize", rule: "drawdownSize", factor: 0.5 },
      { kind: "resize", rule: "losingStreak", factor: 0.5 },
      { kind: "resize", rule: "losingStreak", factor: 0.5 },
      { kind: "resize", rule: "drawdownSize", factor: 1 },
    ]);
  });

  it("is restored when trading is resumed, for drawdown is measured anew", () => {
    const { guard } = guardOf(only({ drawdownSize: true }));
    guard.onEquity(MONDAY, 8900);
    guard.resume(MONDAY, "looked into");
    expect(guard.sizeFactor).toBe(1);
  });
});
