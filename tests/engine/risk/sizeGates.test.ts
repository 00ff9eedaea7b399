import { describe, expect, it } from "vitest";
import type { RiskOrder } from "#engine/risk/account.ts";
import type { RiskSettings } from "#engine/risk/settings.ts";
import { account, guardOf, type Holding, MONDAY, only, order, refusal } from "./fixtures.ts";

type Case = [
  what: string,
  settings: RiskSettings,
  order: Partial<RiskOrder>,
  holdings: Holding[],
  refused: boolean,
];

/** Equity is 10 000 and every price 100, unless a holding says otherwise. */
const CASES: Case[] = [
  // One order.
  ["an order below its cap", { orderSize: { maxFraction: 0.5 } }, { amount: 49 }, [], false],
  ["an order at its cap", { orderSize: { maxFraction: 0.5 } }, { amount: 50 }, [], false],
  ["an order above its cap", { orderSize: { maxFraction: 0.5 } }, { amount: 51 }, [], true],
  ["an order at its cap in money", { orderSize: { maxQuote: 200 } }, { amount: 2 }, [], false],
  ["an order above its cap in money", { orderSize: { maxQuote: 200 } }, { amount: 2.01 }, [], true],
  ["a limit order, by its own price", { orderSize: { maxQuote: 200 } }, { amount: 2, price: 101 }, [], true],
  [
    "a limit order below the market",
    { orderSize: { maxQuote: 200 } },
    { amount: 2.02, price: 99 },
    [],
    false,
  ],
  [
    "of an order that turns a position, what it opens",
    { orderSize: { maxQuote: 200 } },
    { side: "sell", amount: 5 },
    [{ amount: 3 }],
    false,
  ],
  [
    "an order that turns a position too far",
    { orderSize: { maxQuote: 200 } },
    { side: "sell", amount: 5.1 },
    [{ amount: 3 }],
    true,
  ],
  // One position.
  [
    "a position that grows to its cap",
    { positionSize: { maxQuote: 500 } },
    { amount: 2 },
    [{ amount: 3 }],
    false,
  ],
  [
    "a position that grows past it",
    { positionSize: { maxQuote: 500 } },
    { amount: 2.1 },
    [{ amount: 3 }],
    true,
  ],
  [
    "a short that grows past it",
    { positionSize: { maxQuote: 500 } },
    { side: "sell", amount: 2.1 },
    [{ amount: -3 }],
    true,
  ],
  [
    "a position with orders that wait",
    { positionSize: { maxQuote: 500 } },
    { amount: 2 },
    [{ amount: 2, buys: 1.5 }],
    true,
  ],
  [
    "orders that wait on the other side, which add nothing",
    { positionSize: { maxQuote: 500 } },
    { amount: 2 },
    [{ amount: 2, sells: 5 }],
    false,
  ],
  [
    "a position that is being left",
    { positionSize: { maxQuote: 500 } },
    { amount: 4 },
    [{ amount: 5, leaving: 4 }],
    false,
  ],
  ["a share of equity", { positionSize: { maxFraction: 0.05 } }, { amount: 5.1 }, [], true],
  // The whole account.
  ["gross exposure at its cap", { exposure: { maxGross: 1 } }, { amount: 50 }, [{}, { amount: -50 }], false],
  ["gross exposure above it", { exposure: { maxGross: 1 } }, { amount: 51 }, [{}, { amount: -50 }], true],
  [
    "gross exposure with what waits elsewhere",
    { exposure: { maxGross: 1 } },
    { amount: 50 },
    [{}, { buys: 51 }],
    true,
  ],
  [
    "a change from one market to another, which is not counted twice",
    { exposure: { maxGross: 1 } },
    { amount: 100 },
    [{}, { amount: 100, leaving: 100 }],
    false,
  ],
  [
    "the same without an exit on its way",
    { exposure: { maxGross: 1 } },
    { amount: 100 },
    [{}, { amount: 100 }],
    true,
  ],
  [
    "a market without a price that nothing is held in",
    { exposure: { maxGross: 1 } },
    {},
    [{}, { price: Number.NaN }],
    false,
  ],
  [
    "net long exposure that shorts make up for",
    { exposure: { maxNet: 0.5 } },
    { amount: 80 },
    [{}, { amount: -30 }],
    false,
  ],
  [
    "net long exposure above its cap",
    { exposure: { maxNet: 0.5 } },
    { amount: 81 },
    [{}, { amount: -30 }],
    true,
  ],
  ["net short exposure above its cap", { exposure: { maxNet: 0.5 } }, { side: "sell", amount: 51 }, [], true],
  [
    "net exposure, without what may never fill on the other side",
    { exposure: { maxNet: 0.5 } },
    { amount: 51 },
    [{}, { sells: 30 }],
    true,
  ],
  // Categories: the first pattern that fits counts.
  [
    "a category at its cap",
    { categoryExposure: { maxFraction: 0.5, categories: { "BTC/*": "btc" } } },
    { amount: 20 },
    [{}, { amount: 90 }, { amount: 30 }],
    false,
  ],
  [
    "a category above its cap, over two venues",
    { categoryExposure: { maxFraction: 0.5, categories: { "BTC/*": "btc" } } },
    { amount: 21 },
    [{}, { amount: 90 }, { amount: 30 }],
    true,
  ],
  [
    "a market without a category",
    { categoryExposure: { maxFraction: 0.5, categories: { "BTC/*": "btc" } } },
    { market: 1, amount: 500 },
    [],
    false,
  ],
  [
    "a category with a limit of its own",
    { categoryExposure: { categories: { "kraken:*": "slow", "*": "fast" }, limits: { slow: 0.1 } } },
    { market: 2, amount: 11 },
    [],
    true,
  ],
  [
    "the others beside it",
    { categoryExposure: { categories: { "kraken:*": "slow", "*": "fast" }, limits: { slow: 0.1 } } },
    { market: 0, amount: 50 },
    [],
    false,
  ],
  // Leverage and margin.
  ["leverage at its cap", { leverage: { max: 3 } }, { leverage: 3 }, [], false],
  ["leverage above it", { leverage: { max: 3 } }, { leverage: 3.5 }, [], true],
  [
    "margin at its cap",
    { marginUse: { maxFraction: 0.5 } },
    { amount: 80, leverage: 4 },
    [{}, { margin: 3000 }],
    false,
  ],
  [
    "margin above it",
    { marginUse: { maxFraction: 0.5 } },
    { amount: 81, leverage: 4 },
    [{}, { margin: 3000 }],
    true,
  ],
  [
    "margin that a position on its way out sets free",
    { marginUse: { maxFraction: 0.5 } },
    { amount: 160, leverage: 4 },
    [{}, { amount: 10, margin: 4000, leaving: 7.5 }],
    false,
  ],
  ["spot, which needs no margin", { marginUse: { maxFraction: 0.1 } }, { market: 2, amount: 90 }, [], false],
  // Reward to risk, from the expected entry 100.
  [
    "a reward of exactly twice the risk",
    { rewardToRisk: true },
    { stopPrice: 95, targetPrice: 110 },
    [],
    false,
  ],
  ["a smaller reward", { rewardToRisk: true }, { stopPrice: 95, targetPrice: 109.9 }, [], true],
  [
    "a short's reward of twice the risk",
    { rewardToRisk: true },
    { side: "sell", stopPrice: 105, targetPrice: 90 },
    [],
    false,
  ],
  [
    "a short's smaller one",
    { rewardToRisk: true },
    { side: "sell", stopPrice: 105, targetPrice: 90.1 },
    [],
    true,
  ],
  [
    "a limit order, from its own price",
    { rewardToRisk: true },
    { price: 98, stopPrice: 95, targetPrice: 104 },
    [],
    false,
  ],
  ["a stop on the wrong side", { rewardToRisk: true }, { stopPrice: 105, targetPrice: 90 }, [], true],
  ["a stop at the entry", { rewardToRisk: true }, { stopPrice: 100, targetPrice: 110 }, [], true],
  ["an order without a target", { rewardToRisk: true }, { stopPrice: 95 }, [], false],
  ["an order without a stop", { rewardToRisk: true }, { targetPrice: 101 }, [], false],
  // Open risk: 6 % of 10 000 are 600.
  [
    "open risk at its cap",
    { openRisk: true },
    { amount: 40, stopPrice: 90 },
    [{}, { amount: 1, openRisk: 200 }],
    false,
  ],
  [
    "open risk above it",
    { openRisk: true },
    { amount: 41, stopPrice: 90 },
    [{}, { amount: 1, openRisk: 200 }],
    true,
  ],
  ["a short's open risk", { openRisk: true }, { side: "sell", amount: 61, stopPrice: 110 }, [], true],
  [
    "open risk of which half is on its way out",
    { openRisk: true },
    { amount: 40, stopPrice: 90 },
    [{}, { amount: 2, leaving: 1, openRisk: 400 }],
    false,
  ],
  [
    "an order without a stop, which is left out",
    { openRisk: true },
    { amount: 500 },
    [{}, { amount: 1, openRisk: 900 }],
    false,
  ],
  [
    "a position without a stop, which is left out",
    { openRisk: true },
    { amount: 60, stopPrice: 90 },
    [{}, { amount: 50, openRisk: Number.NaN }],
    false,
  ],
  ["a whole position without a stop", { openRisk: { withoutStop: "whole" } }, { amount: 6.1 }, [], true],
  ["a small one", { openRisk: { withoutStop: "whole" } }, { amount: 5.9 }, [], false],
  [
    "a whole position that is held without a stop",
    { openRisk: { withoutStop: "whole" } },
    { amount: 0.1 },
    [{}, { amount: -6, openRisk: Number.NaN }],
    true,
  ],
  ["an order without a stop where that is refused", { openRisk: { withoutStop: "refuse" } }, {}, [], true],
  [
    "any order beside a position without a stop where that is refused",
    { openRisk: { withoutStop: "refuse" } },
    { stopPrice: 99 },
    [{}, { amount: 1, openRisk: Number.NaN }],
    true,
  ],
];

describe("gates over sizes", () => {
  it.each(CASES)("judge %s", (_, settings, asked, holdings, refused) => {
    const [rule] = Object.keys(settings);
    expect(refusal(settings, asked, holdings)).toBe(refused ? rule : undefined);
  });

  it("do not refuse an order for rounding in amount × price", () => {
    const price = 0.1 + 0.2;
    const amount = 10_000 / price;
    expect(
      refusal({ orderSize: true, positionSize: true, exposure: true }, { amount }, [{ price }]),
    ).toBeUndefined();
    expect(refusal({ orderSize: true }, { amount: amount * 1.000_001 }, [{ price }])).toBe("orderSize");
  });

  it("say what was given, what is allowed, and of which market", () => {
    const { guard, events } = guardOf(only({ positionSize: { maxFraction: 0.25 } }));
    const refused = guard.check(order({ market: 2, amount: 30 }), account(), MONDAY);
    expect(events).toEqual([refused]);
    expect(refused).toEqual({
      time: MONDAY,
      rule: "positionSize",
      market: "kraken:BTC/USDT",
      value: 0.3,
      limit: 0.25,
      action: "refuse",
      untilMs: Number.NaN,
      message:
        "positionSize: kraken:BTC/USDT: the position's notional with its orders is 3000, 30 % of equity; " +
        "allowed are 25 %, 2500.",
    });
  });
});

describe("orders that only reduce", () => {
  /** Each of these would refuse an entry. */
  const strict: RiskSettings = {
    blacklist: ["*"],
    orderSize: { maxQuote: 1 },
    exposure: { maxGross: 0.01 },
    rewardToRisk: { min: 1000 },
  };

  it.each<[string, Partial<RiskOrder>, Holding[], boolean]>([
    ["reduce-only, whatever is held", { side: "sell", reduceOnly: true }, [], false],
    ["that sell part of a long", { side: "sell", amount: 2 }, [{ amount: 3 }], false],
    ["that sell all of a long", { side: "sell", amount: 3 }, [{ amount: 3 }], false],
    ["that buy a short back", { side: "buy", amount: 3 }, [{ amount: -3 }], false],
    ["that turn the position", { side: "sell", amount: 3.1 }, [{ amount: 3 }], true],
    ["that enlarge it", { side: "buy", amount: 0.1 }, [{ amount: 3 }], true],
    ["at the market, beside others that wait", { side: "sell", amount: 3 }, [{ amount: 3, sells: 3 }], false],
    [
      "that wait, for what others claim already",
      { side: "sell", amount: 3, price: 110 },
      [{ amount: 3, sells: 1 }],
      true,
    ],
    [
      "that wait, for what is left",
      { side: "sell", amount: 2, price: 110 },
      [{ amount: 3, sells: 1 }],
      false,
    ],
    [
      "of a position that is being left already",
      { side: "sell", amount: 3 },
      [{ amount: 3, leaving: 1 }],
      true,
    ],
  ])("are never refused: orders %s", (_, asked, holdings, refused) => {
    expect(refusal(strict, asked, holdings) !== undefined).toBe(refused);
  });
});
