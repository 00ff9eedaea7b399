import { amend, buy, type Situation, SPOT, sell } from "./situation.ts";

const FLAT = [100, 100, 100, 100] as const;
const NEXT = [100, 101, 99, 100] as const;

/** What a market or the account does not let through, and what is rounded instead. */
export const limits: readonly Situation[] = [
  {
    name: "an amount off the market's step and a price off its tick are rejected",
    bars: [FLAT, NEXT],
    orders: {
      0: [
        buy("amount", 1.25, "market"),
        buy("price", 1, "limit", { price: 98.3 }),
        sell("trigger", 1, "stop", { triggerPrice: 97.3 }),
      ],
    },
    settings: { markets: { "*": { amountStep: 0.1, priceTick: 0.5 } } },
    fills: [],
    ends: {
      amount: "rejected amountOffStep",
      price: "rejected priceOffTick",
      trigger: "rejected triggerPriceOffTick",
    },
    equity: 10_000,
  },
  {
    // 1.25 down to 1.2; a buyer's 98.3 down to 98, a seller's 101.6 up to 102; a trigger of 97.3 to the nearest 97.5.
    name: "rounding to the market brings amounts down, limits away from the market and triggers to the nearest tick",
    bars: [FLAT, [100, 102, 97, 100]],
    orders: {
      0: [
        buy("buy", 1.25, "limit", { price: 98.3, rounding: "toMarket" }),
        sell("sell", 1.25, "limit", { price: 101.6, rounding: "toMarket" }),
        sell("stop", 1, "stop", { triggerPrice: 97.3, rounding: "toMarket" }),
      ],
    },
    settings: { markets: { "*": { amountStep: 0.1, priceTick: 0.5 } } },
    // 100 → 102 → 97 → 100: of two extremes the nearer one, 102, comes first.
    fills: [
      "in 1 sell sells 1.2 @ 102 maker limit",
      "in 1 buy buys 1.2 @ 98 maker limit",
      "in 1 stop sells 1 @ 97.5 taker stop",
    ],
    ends: { buy: "filled", sell: "filled", stop: "filled" },
    // + 1.2 × 4, and short 1 from 97.5.
    equity: 10_002.3,
  },
  {
    name: "amounts and notionals outside the market's limits are rejected",
    bars: [FLAT, NEXT],
    orders: {
      0: [
        buy("small", 0.05, "market"),
        buy("large", 60, "market"),
        buy("cheap", 0.15, "limit", { price: 60 }),
        buy("dear", 40, "limit", { price: 99 }),
      ],
    },
    settings: { markets: { "*": { minAmount: 0.1, maxAmount: 50, minNotional: 10, maxNotional: 3000 } } },
    fills: [],
    ends: {
      small: "rejected amountBelowMinimum",
      large: "rejected amountAboveMaximum",
      cheap: "rejected notionalBelowMinimum",
      dear: "rejected notionalAboveMaximum",
    },
    equity: 10_000,
  },
  {
    name: "the smallest notional does not keep a position from being reduced",
    bars: [FLAT, NEXT, NEXT],
    orders: { 0: [buy("entry", 1, "market")], 1: [sell("exit", 0.05, "market", { reduceOnly: true })] },
    settings: { markets: { "*": { minNotional: 10 } } },
    fills: ["at 1 entry buys 1 @ 100 taker open", "at 2 exit sells 0.05 @ 100 taker open"],
    ends: { entry: "filled", exit: "filled" },
    equity: 10_000,
  },
  {
    name: "a market buy that the free balance does not pay for is rejected when it comes to fill",
    bars: [FLAT, NEXT],
    orders: { 0: [buy("entry", 101, "market")] },
    fills: [],
    ends: { entry: "rejected insufficientBalance" },
    equity: 10_000,
  },
  {
    // 100 × 100 is all there is; the fee of 10 is not.
    name: "on spot the fee must be free as well",
    bars: [FLAT, NEXT],
    orders: { 0: [buy("entry", 100, "market")] },
    settings: { ...SPOT, feeBps: 10 },
    fills: [],
    ends: { entry: "rejected insufficientBalance" },
    equity: 10_000,
  },
  {
    // 10,000 ÷ (100 × 1.001) = 99.9000999…, down to the step.
    name: "cutToBalance buys what the free balance pays for, its fee included",
    bars: [FLAT, NEXT],
    orders: { 0: [buy("entry", 150, "market", { cutToBalance: true })] },
    settings: { ...SPOT, feeBps: 10, markets: { "*": { amountStep: 0.1 } } },
    fills: ["at 1 entry buys 99.9 @ 100 taker open, fee 9.99"],
    ends: { entry: "filled" },
    equity: 9_990.01,
  },
  {
    // Resting buys set aside 49.5 × 99 + 50 × 99 = 9,850.5; 2 × 99 more are not free.
    name: "resting limits set their cost aside, so that together they never exceed the balance",
    bars: [FLAT, [100, 101, 99.5, 100]],
    orders: {
      0: [
        buy("first", 49.5, "limit", { price: 99 }),
        buy("second", 50, "limit", { price: 99 }),
        buy("third", 2, "limit", { price: 99 }),
      ],
    },
    settings: SPOT,
    fills: [],
    ends: { first: "new", second: "new", third: "rejected insufficientBalance" },
    equity: 10_000,
  },
  {
    name: "a canceled limit gives back what it had set aside",
    bars: [FLAT, [100, 101, 99.5, 100], [100, 101, 98, 99]],
    orders: {
      0: [buy("first", 100, "limit", { price: 99 })],
      1: [{ action: "cancel", clientOrderId: "first" }, buy("second", 100, "limit", { price: 99 })],
    },
    settings: SPOT,
    fills: ["in 2 second buys 100 @ 99 maker limit"],
    ends: { first: "canceled requested", second: "filled" },
    equity: 10_000,
  },
  {
    name: "a spot market cannot be sold short",
    bars: [FLAT, NEXT],
    orders: { 0: [sell("market", 1, "market"), sell("limit", 1, "limit", { price: 101 })] },
    settings: SPOT,
    fills: [],
    ends: { market: "rejected shortOnSpot", limit: "rejected shortOnSpot" },
    equity: 10_000,
  },
  {
    name: "on spot no more can be offered than is held",
    bars: [FLAT, NEXT, NEXT],
    orders: {
      0: [buy("entry", 2, "market")],
      1: [
        sell("more", 3, "limit", { price: 105 }),
        sell("part", 1.5, "limit", { price: 105 }),
        sell("rest", 1, "limit", { price: 106 }),
        sell("fits", 0.5, "limit", { price: 106 }),
      ],
    },
    settings: SPOT,
    fills: ["at 1 entry buys 2 @ 100 taker open"],
    ends: {
      entry: "filled",
      more: "rejected insufficientBase",
      part: "new",
      rest: "rejected insufficientBase",
      fits: "new",
    },
    equity: 10_000,
  },
  {
    name: "leverage on spot and leverage above the market's are rejected",
    bars: [FLAT, NEXT],
    others: { "ETH/USDT": [FLAT, NEXT] },
    orders: {
      0: [
        buy("spot", 1, "market", { leverage: 2 }),
        buy("linear", 1, "market", { symbol: "ETH/USDT", leverage: 126 }),
      ],
    },
    settings: { markets: { "BTC/USDT": { type: "spot" } } },
    fills: [],
    ends: { spot: "rejected leverageInvalid", linear: "rejected leverageAboveTier" },
    equity: 10_000,
  },
  {
    // Up to 1000 of notional ten times, beyond five times: 9 + 9 at 100 are 1800.
    name: "a larger position may have less leverage: what exceeds its tier is rejected",
    bars: [FLAT, NEXT, NEXT],
    orders: {
      0: [buy("much", 11, "market", { leverage: 10 }), buy("entry", 9, "market", { leverage: 10 })],
      1: [buy("more", 9, "market", { leverage: 10 })],
    },
    settings: {
      markets: {
        "*": {
          leverageTiers: [
            { maxNotional: 1000, maxLeverage: 10, maintenanceMarginRate: 0.01 },
            { maxNotional: Number.POSITIVE_INFINITY, maxLeverage: 5, maintenanceMarginRate: 0.02 },
          ],
        },
      },
    },
    fills: ["at 1 entry buys 9 @ 100 taker open"],
    ends: { much: "rejected leverageAboveTier", entry: "filled", more: "rejected leverageAboveTier" },
    equity: 10_000,
  },
  {
    // 100 of balance as margin for 1000 of notional, and no more.
    name: "leverage lets the balance carry that many times its notional, and not more",
    bars: [FLAT, NEXT, NEXT],
    orders: {
      0: [buy("entry", 10, "market", { leverage: 10 })],
      1: [buy("more", 0.5, "market", { leverage: 10 })],
    },
    settings: { startingBalance: 100 },
    fills: ["at 1 entry buys 10 @ 100 taker open"],
    ends: { entry: "filled", more: "rejected insufficientBalance" },
    equity: 100,
  },
  {
    name: "one open order more than the market takes is rejected",
    bars: [FLAT, NEXT],
    orders: {
      0: [
        buy("first", 1, "limit", { price: 90 }),
        buy("second", 1, "limit", { price: 91 }),
        buy("third", 1, "limit", { price: 92 }),
      ],
    },
    settings: { markets: { "*": { maxOpenOrders: 2 } } },
    fills: [],
    ends: { first: "new", second: "new", third: "rejected tooManyOpenOrders" },
    equity: 10_000,
  },
  {
    name: "a strategy that floods is refused every order above the limit of its minute",
    bars: [FLAT, NEXT, NEXT],
    orders: {
      0: [1, 2, 3, 4].map((n) => buy(`order ${n}`, 1, "limit", { price: 90 })),
      1: [buy("an hour later", 1, "limit", { price: 90 })],
    },
    settings: { risk: { ordersPerMinute: { perMarket: 2 } } },
    fills: [],
    ends: { "order 1": "new", "order 2": "new", "an hour later": "new" },
    equity: 10_000,
    risk: ["at 1 ordersPerMinute refuse", "at 1 ordersPerMinute refuse"],
  },
  {
    name: "an order flood does not keep a position from being reduced",
    bars: [FLAT, NEXT, [100, 102, 99, 102]],
    orders: {
      0: [buy("entry", 1, "market")],
      1: [1, 2, 3].map((n) => sell(`exit ${n}`, 1, "limit", { price: 101 + n / 10, reduceOnly: true })),
    },
    settings: { risk: { ordersPerMinute: { perMarket: 1 } } },
    fills: ["at 1 entry buys 1 @ 100 taker open", "in 2 exit 1 sells 1 @ 101.1 maker limit"],
    ends: {
      entry: "filled",
      "exit 1": "filled",
      "exit 2": "canceled positionClosed",
      "exit 3": "canceled positionClosed",
    },
    equity: 10_001.1,
  },
  {
    // One is held: the first sale reduces it, each further one would open a short of more than 10 % of the equity.
    name: "orders that each would only reduce are looked at together: what they open beyond it is asked of the rules",
    bars: [FLAT, NEXT, [100, 103, 99, 102]],
    orders: {
      0: [buy("entry", 10, "market")],
      1: [1, 2, 3].map((n) => sell(`exit ${n}`, 10, "limit", { price: 100 + n })),
    },
    settings: { risk: { positionSize: { maxFraction: 0.1 } } },
    fills: ["at 1 entry buys 10 @ 100 taker open", "in 2 exit 1 sells 10 @ 101 maker limit"],
    ends: { entry: "filled", "exit 1": "filled" },
    equity: 10_010,
    risk: ["at 2 positionSize refuse", "at 2 positionSize refuse"],
  },
  {
    name: "an amount amended up is asked of the rules as an order of the difference would be",
    bars: [FLAT, NEXT, [100, 101, 94, 96]],
    orders: {
      0: [buy("entry", 10, "limit", { price: 95 })],
      1: [amend("entry", { amount: 50 })],
    },
    settings: { risk: { positionSize: { maxFraction: 0.1 } } },
    fills: ["in 2 entry buys 10 @ 95 maker limit"],
    ends: { entry: "filled" },
    equity: 10_010,
    risk: ["at 2 positionSize refuse"],
  },
  {
    // 5 % through 100 is 105; the second amendment lies within.
    name: "a price amended to beyond the collar is refused and the order goes on as it was",
    bars: [FLAT, NEXT, [100, 101, 97, 99], [103, 104, 102, 103]],
    orders: {
      0: [buy("entry", 1, "limit", { price: 95 })],
      1: [amend("entry", { price: 106 })],
      2: [amend("entry", { amount: 0.5, price: 103.5 })],
    },
    settings: { risk: { priceCollar: { throughFraction: 0.05, awayFraction: 0.5 } } },
    fills: ["at 3 entry buys 0.5 @ 103 taker marketable"],
    ends: { entry: "filled" },
    equity: 10_000,
    risk: ["at 2 priceCollar refuse"],
  },
  {
    // A stop's trigger may wait up to 10 % away from 100.
    name: "a trigger amended to beyond the collar is refused, and a smaller amount alone is not asked about",
    bars: [FLAT, NEXT, [100, 101, 99, 100], [100, 121, 99, 120]],
    orders: {
      0: [buy("entry", 2, "stop", { triggerPrice: 109 })],
      1: [amend("entry", { triggerPrice: 112 }), amend("entry", { amount: 1 })],
    },
    settings: { risk: { priceCollar: { throughFraction: 0.05, awayFraction: 0.1 } } },
    fills: ["in 3 entry buys 1 @ 109 taker stop"],
    ends: { entry: "filled" },
    equity: 10_011,
    risk: ["at 2 priceCollar refuse"],
  },
  {
    // Both sales together reduce 10 of 10; a third would open.
    name: "the collar keeps nobody from amending the price of what only reduces",
    bars: [FLAT, NEXT, [100, 101, 99, 100], [94, 96, 93, 95]],
    orders: {
      0: [buy("entry", 10, "market")],
      1: [sell("half", 5, "limit", { price: 110 }), sell("rest", 5, "limit", { price: 110 })],
      2: [amend("half", { price: 94 })],
    },
    settings: { risk: { priceCollar: { throughFraction: 0.05, awayFraction: 0.5 } } },
    fills: ["at 1 entry buys 10 @ 100 taker open", "at 3 half sells 5 @ 94 taker marketable"],
    ends: { entry: "filled", half: "filled", rest: "new" },
    // − 5 × 6 − 5 × 5
    equity: 9_945,
  },
];
