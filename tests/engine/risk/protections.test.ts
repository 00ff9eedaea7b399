import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RiskTrade } from "#engine/risk/account.ts";
import type { RiskSettings } from "#engine/risk/settings.ts";
import { account, guardOf, HOUR, MARKETS, MINUTE, MONDAY, only, order, trade } from "./fixtures.ts";

type Closed = [minutes: number, profit: number, given?: Partial<RiskTrade>];

/** The pauses after these trades, as `rule minutes market`; the market is empty for the account. */
function pauses(settings: RiskSettings, trades: readonly Closed[]): string[] {
  const { guard, events } = guardOf(only(settings));
  for (const [minutes, profit, given] of trades)
    guard.onTrade(MONDAY + minutes * MINUTE, trade(profit, given));
  return events.map(({ rule, time, market }) => `${rule} ${(time - MONDAY) / MINUTE} ${market}`.trim());
}

const stopped = { isStopped: true };
const GUARD: RiskSettings = { stopLossGuard: { trades: 3, lookbackMs: HOUR, pauseMs: HOUR } };
const GUARD_EACH: RiskSettings = { stopLossGuard: { trades: 2, lookbackMs: HOUR, perMarket: true } };
const LOW: RiskSettings = { lowProfitPairs: { minReturn: 0.02, minTrades: 2, lookbackMs: HOUR } };
const DRAWDOWN: RiskSettings = { drawdownGuard: { fraction: 0.1, minTrades: 2, lookbackMs: HOUR } };

describe("what rests after closed trades", () => {
  it.each<[string, RiskSettings, Closed[], string[]]>([
    [
      "two losses where three are too many",
      { losingTrades: { count: 3 } },
      [
        [0, -1],
        [1, -1],
      ],
      [],
    ],
    [
      "three losses",
      { losingTrades: { count: 3 } },
      [
        [0, -1],
        [1, -1],
        [2, -1],
      ],
      ["losingTrades 2"],
    ],
    [
      "three losses in different markets",
      { losingTrades: { count: 3 } },
      [
        [0, -1],
        [1, -1, { market: 1 }],
        [2, -1],
      ],
      ["losingTrades 2"],
    ],
    [
      "a win in between",
      { losingTrades: { count: 3 } },
      [
        [0, -1],
        [1, -1],
        [2, 1],
        [3, -1],
      ],
      [],
    ],
    [
      "break-even in between, which ends no row",
      { losingTrades: { count: 3 } },
      [
        [0, -1],
        [1, -1],
        [2, 0],
        [3, -1],
      ],
      ["losingTrades 3"],
    ],
    [
      "a fourth loss, which counts anew",
      { losingTrades: { count: 3 } },
      [
        [0, -1],
        [1, -1],
        [2, -1],
        [3, -1],
      ],
      ["losingTrades 2"],
    ],
    [
      "six losses",
      { losingTrades: { count: 3 } },
      [
        [0, -1],
        [1, -1],
        [2, -1],
        [3, -1],
        [4, -1],
        [5, -1],
      ],
      ["losingTrades 2", "losingTrades 5"],
    ],
    [
      "each trade of a market that cools down",
      { cooldown: true },
      [
        [0, 5],
        [9, -1, { market: 1 }],
      ],
      ["cooldown 0 BTC/USDT", "cooldown 9 ETH/USDT"],
    ],
    [
      "two stops where three are too many",
      GUARD,
      [
        [0, -1, stopped],
        [1, -1, stopped],
      ],
      [],
    ],
    [
      "three stops",
      GUARD,
      [
        [0, -1, stopped],
        [1, -1, stopped],
        [2, -1, stopped],
      ],
      ["stopLossGuard 2"],
    ],
    [
      "stops that won, trailing ones",
      GUARD,
      [
        [0, -1, stopped],
        [1, 1, stopped],
        [2, -1, stopped],
      ],
      [],
    ],
    [
      "losses without a stop",
      GUARD,
      [
        [0, -1, stopped],
        [1, -1],
        [2, -1, stopped],
      ],
      [],
    ],
    [
      "stops within an hour",
      GUARD,
      [
        [0, -1, stopped],
        [1, -1, stopped],
        [59.9, -1, stopped],
      ],
      ["stopLossGuard 59.9"],
    ],
    [
      "stops of which one is an hour old",
      GUARD,
      [
        [0, -1, stopped],
        [1, -1, stopped],
        [60, -1, stopped],
      ],
      [],
    ],
    [
      "a win after three stops, which prolongs nothing",
      GUARD,
      [
        [0, -1, stopped],
        [1, -1, stopped],
        [2, -1, stopped],
        [3, 1],
      ],
      ["stopLossGuard 2"],
    ],
    [
      "stops in two markets, each by itself",
      GUARD_EACH,
      [
        [0, -1, stopped],
        [1, -1, { ...stopped, market: 1 }],
      ],
      [],
    ],
    [
      "stops in one market",
      GUARD_EACH,
      [
        [0, -1, stopped],
        [1, -1, stopped],
      ],
      ["stopLossGuard 1 BTC/USDT"],
    ],
    // Returns are profit ÷ 1000.
    [
      "returns that reach what is asked",
      LOW,
      [
        [0, 5],
        [1, 15],
      ],
      [],
    ],
    [
      "returns that do not",
      LOW,
      [
        [0, 5],
        [1, 14.9],
      ],
      ["lowProfitPairs 1 BTC/USDT"],
    ],
    ["too few trades", LOW, [[0, -50]], []],
    [
      "trades of two markets, each by itself",
      LOW,
      [
        [0, -50],
        [1, -50, { market: 1 }],
      ],
      [],
    ],
    [
      "trades of which one is an hour old",
      LOW,
      [
        [0, -50],
        [60, -50],
      ],
      [],
    ],
    // Equity is 10 000 before the first trade: 1000 are 10 %.
    [
      "a drawdown of 10 %",
      DRAWDOWN,
      [
        [0, 0],
        [1, -1000],
      ],
      [],
    ],
    [
      "a drawdown above 10 %",
      DRAWDOWN,
      [
        [0, 0],
        [1, -1001],
      ],
      ["drawdownGuard 1"],
    ],
    // From 12 000 to 10 799: 10.008 %.
    [
      "a drawdown from a peak, by the equity there",
      DRAWDOWN,
      [
        [0, 2000],
        [1, -1201],
      ],
      ["drawdownGuard 1"],
    ],
    [
      "the same loss, by the equity there",
      DRAWDOWN,
      [
        [0, 2000],
        [1, -1200],
      ],
      [],
    ],
    ["too few trades for a drawdown", DRAWDOWN, [[0, -5000]], []],
    [
      "a drawdown an hour ago",
      DRAWDOWN,
      [
        [0, -5000],
        [60, -1],
      ],
      [],
    ],
    [
      "a win after a drawdown, which prolongs nothing",
      DRAWDOWN,
      [
        [0, -2000],
        [1, -1],
        [2, 10],
      ],
      ["drawdownGuard 1"],
    ],
  ])("%s", (_, settings, trades, expected) => {
    expect(pauses(settings, trades)).toEqual(expected);
  });

  it("is one market or all of them, to the millisecond", () => {
    const { guard } = guardOf(only({ cooldown: { pauseMs: HOUR }, ...GUARD }));
    guard.onTrade(MONDAY, trade(-1, { market: 1, isStopped: true }));
    const paused = (time: number): boolean[] => MARKETS.map((_, market) => guard.isPaused(time, market));
    expect(paused(MONDAY)).toEqual([false, true, false]);
    expect(paused(MONDAY + HOUR - 1)).toEqual([false, true, false]);
    expect(paused(MONDAY + HOUR)).toEqual([false, false, false]);
    guard.onTrade(MONDAY + 10 * MINUTE, trade(-1, stopped));
    guard.onTrade(MONDAY + 20 * MINUTE, trade(-1, stopped));
    expect(paused(MONDAY + 80 * MINUTE - 1)).toEqual([true, true, true]);
    expect(paused(MONDAY + 80 * MINUTE)).toEqual([false, false, false]);
    expect(guard.check(order({ market: 1 }), account(), MONDAY + 20 * MINUTE)?.message).toBe(
      "stopLossGuard: ETH/USDT: trading is paused until 2024-01-01 01:20 UTC.",
    );
    expect(guard.takeActions().every((action) => action.kind === "pause" && action.cancelsResting)).toBe(
      true,
    );
  });

  it("looks back as far as each rule says, not as far as the longest", () => {
    const settings: RiskSettings = { ...LOW, stopLossGuard: { trades: 9, lookbackMs: 5 * HOUR } };
    expect(
      pauses(settings, [
        [0, -50],
        [60, -50],
      ]),
    ).toEqual([]);
    expect(
      pauses(settings, [
        [0, -50],
        [59.9, -50],
      ]),
    ).toEqual(["lowProfitPairs 59.9 BTC/USDT"]);
  });

  it("ends when the longer of two pauses ends", () => {
    const { guard } = guardOf(
      only({ cooldown: { pauseMs: MINUTE }, lowProfitPairs: { minTrades: 1, pauseMs: HOUR } }),
    );
    guard.onTrade(MONDAY, trade(-1));
    guard.onTrade(MONDAY + MINUTE, trade(500));
    expect(guard.isPaused(MONDAY + HOUR - 1, 0)).toBe(true);
    expect(guard.isPaused(MONDAY + HOUR, 0)).toBe(false);
  });

  it("agrees with a look at the whole list of trades", () => {
    const trades = fc.array(
      fc.record({
        wait: fc.integer({ min: 0, max: 40 }),
        profit: fc.integer({ min: -900, max: 900 }),
        market: fc.nat(2),
        isStopped: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(trades, (path) => {
        let minutes = 0;
        const closed = path.map(({ wait, ...rest }) => ({ ...rest, minutes: (minutes += wait) }));
        const expected: string[] = [];
        closed.forEach(({ minutes: now, market, profit, isStopped }, i) => {
          const inHour = closed.slice(0, i + 1).filter((one) => one.minutes > now - 60);
          const stops = inHour.filter((one) => one.isStopped && one.profit < 0);
          if (isStopped && profit < 0 && stops.length >= 3) expected.push(`stopLossGuard ${now}`);
          let [sum, peak, deepest] = [0, 0, 0];
          for (const one of inHour) {
            sum += one.profit;
            peak = Math.max(peak, sum);
            deepest = Math.max(deepest, (peak - sum) / (10_000 + peak));
          }
          if (profit < 0 && inHour.length >= 2 && deepest > 0.1) expected.push(`drawdownGuard ${now}`);
          const own = inHour.filter((one) => one.market === market);
          const total = own.reduce((all, one) => all + one.profit, 0);
          // Sums of whole profits, so that no rounding decides.
          if (own.length >= 2 && total < 20) expected.push(`lowProfitPairs ${now} ${MARKETS[market].id}`);
        });
        const found = pauses(
          { ...GUARD, ...DRAWDOWN, ...LOW },
          closed.map(({ minutes: at, profit, market, isStopped }) => [at, profit, { market, isStopped }]),
        );
        expect(found).toEqual(expected);
      }),
    );
  });
});
