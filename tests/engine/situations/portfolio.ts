import { buy, cancel, ETH, hour, type Situation, SPOT, sell, signal, TEN } from "./situation.ts";

const FLAT = [100, 100, 100, 100] as const;
const NEXT = [100, 101, 99, 100] as const;

/** Several symbols, gaps, and candles that begin late. */
export const portfolio: readonly Situation[] = [
  {
    // 1000 of balance: ETH was asked for first, though BTC comes first in the alphabet.
    name: "orders of one open fill in order of submission across symbols, so the first one has the balance",
    bars: [FLAT, NEXT],
    others: { [ETH]: [FLAT, NEXT] },
    orders: { 0: [buy("eth", 8, "market", { symbol: ETH }), buy("btc", 8, "market")] },
    settings: { ...SPOT, startingBalance: 1000 },
    fills: ["at 1 eth buys 8 @ 100 taker open"],
    ends: { eth: "filled", btc: "rejected insufficientBalance" },
    equity: 1000,
  },
  {
    name: "a sale that was handed in before pays for a purchase on another symbol at the same open",
    bars: [FLAT, NEXT, NEXT],
    others: { [ETH]: [FLAT, NEXT, NEXT] },
    orders: {
      0: [buy("btc", 10, "market")],
      1: [sell("out", 10, "market"), buy("eth", 10, "market", { symbol: ETH })],
    },
    settings: { ...SPOT, startingBalance: 1000 },
    fills: [
      "at 1 btc buys 10 @ 100 taker open",
      "at 2 out sells 10 @ 100 taker open",
      "at 2 eth buys 10 @ 100 taker open",
    ],
    ends: { btc: "filled", out: "filled", eth: "filled" },
    equity: 1000,
  },
  {
    name: "of signals what is left comes before what is entered, whatever their order",
    bars: [FLAT, NEXT, NEXT],
    others: { [ETH]: [FLAT, NEXT, NEXT] },
    signals: { 0: [signal("long")], 1: [signal("long", { symbol: ETH }), signal("flat")] },
    settings: { ...SPOT, ...TEN, startingBalance: 1000 },
    fills: [
      "at 1 #1 buys 10 @ 100 taker open",
      "at 2 #2 sells 10 @ 100 taker open",
      "at 2 #3 buys 10 @ 100 taker open",
    ],
    ends: { "#1": "filled", "#2": "filled", "#3": "filled" },
    equity: 1000,
  },
  {
    name: "inside candles the markets follow one another in order of their names",
    bars: [FLAT, [100, 101, 97, 100]],
    others: { [ETH]: [FLAT, [100, 101, 97, 100]] },
    orders: {
      0: [buy("eth", 1, "limit", { price: 99, symbol: ETH }), buy("btc", 1, "limit", { price: 98 })],
    },
    fills: ["in 1 btc buys 1 @ 98 maker limit", "in 1 eth buys 1 @ 99 maker limit"],
    ends: { eth: "filled", btc: "filled" },
    equity: 10_003,
  },
  {
    name: "a resting order outlives a gap of the data and fills at the open behind it",
    bars: [FLAT, NEXT, null, null, [96, 99, 95, 97]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98 })] },
    fills: ["at 4 entry buys 1 @ 96 maker limitGapped"],
    ends: { entry: "filled" },
    equity: 10_001,
  },
  {
    name: "a stop on a symbol with a gap waits for its next candle, while another symbol trades on",
    bars: [FLAT, NEXT, null, [90, 92, 88, 91]],
    others: { [ETH]: [FLAT, NEXT, [100, 101, 97, 98], [98, 99, 97, 98]] },
    orders: {
      0: [buy("btc", 1, "market", { attached: { stopLoss: { triggerPrice: 95 } } })],
      1: [buy("eth", 1, "limit", { price: 98, symbol: ETH })],
    },
    fills: [
      "at 1 btc buys 1 @ 100 taker open",
      "in 2 eth buys 1 @ 98 maker limit",
      "at 3 #2 sells 1 @ 90 taker stopGapped",
    ],
    ends: { btc: "filled", eth: "filled", "#2": "filled" },
    equity: 9_990,
  },
  {
    // ETH has no price yet that a market order could be measured by; a limit brings its own, and waits for the market.
    name: "before a symbol's first candle a market order is refused and a limit waits for its first open",
    bars: [FLAT, NEXT, NEXT, NEXT],
    others: { [ETH]: [null, null, null, [50, 52, 49, 51]] },
    orders: {
      0: [buy("market", 2, "market", { symbol: ETH }), buy("limit", 2, "limit", { price: 55, symbol: ETH })],
    },
    fills: ["at 3 limit buys 2 @ 50 maker limitGapped"],
    ends: { limit: "filled" },
    equity: 10_002,
    risk: ["at 1 solvency refuse"],
  },
  {
    name: "with thisClose an order on a symbol in a gap waits for that symbol's next close",
    bars: [FLAT, null, [110, 112, 109, 111]],
    others: { [ETH]: [FLAT, NEXT, NEXT] },
    orders: { 1: [buy("entry", 1, "market")] },
    settings: { fillModel: "thisClose" },
    fills: ["at 3 entry buys 1 @ 111 taker close"],
    ends: { entry: "filled" },
    equity: 10_000,
  },
  {
    // BTC's limit sets 9,000 of the 10,000 aside until it expires, half an hour into a candle that is missing.
    name: "what an order set aside that expires in a gap of its market is free once the missing candle would have closed",
    bars: [FLAT, NEXT, null, null, null, NEXT],
    others: { [ETH]: [FLAT, NEXT, NEXT, NEXT, NEXT, NEXT] },
    orders: {
      0: [buy("btc", 100, "limit", { price: 90, timeInForce: "GTD", expireTime: hour(2.5) })],
      1: [buy("before", 50, "market", { symbol: ETH })],
      2: [buy("after", 50, "market", { symbol: ETH })],
    },
    settings: SPOT,
    fills: ["at 3 after buys 50 @ 100 taker open"],
    ends: { btc: "expired expired", before: "rejected insufficientBalance", after: "filled" },
    equity: 10_000,
  },
  {
    // At 3:00 itself, where ETH's candle closes and BTC's would have: one more hour would be too late for "after".
    name: "what expires at the close of a missing candle has expired when another symbol decides at that time",
    bars: [FLAT, NEXT, null, null, null, NEXT],
    others: { [ETH]: [FLAT, NEXT, NEXT, NEXT, NEXT, NEXT] },
    orders: {
      0: [buy("btc", 100, "limit", { price: 90, timeInForce: "GTD", expireTime: hour(3) })],
      1: [buy("before", 50, "market", { symbol: ETH })],
      2: [buy("after", 50, "market", { symbol: ETH })],
    },
    settings: SPOT,
    fills: ["at 3 after buys 50 @ 100 taker open"],
    ends: { btc: "expired expired", before: "rejected insufficientBalance", after: "filled" },
    equity: 10_000,
  },
  {
    // Handed in at 1:00 and there at 2:30; what ETH is asked for from 2:00 on arrives an hour and a half later.
    name: "an order that arrives in a gap of its market has set aside its balance once the missing candle would have closed",
    bars: [FLAT, NEXT, null, null, null, null, NEXT],
    others: { [ETH]: [FLAT, NEXT, NEXT, NEXT, NEXT, NEXT, NEXT] },
    orders: {
      0: [buy("btc", 100, "limit", { price: 90 })],
      1: [buy("late", 50, "limit", { price: 95, symbol: ETH })],
    },
    settings: { ...SPOT, latency: { submitMs: 5_400_000, cancelMs: 0 } },
    fills: [],
    ends: { btc: "new", late: "rejected insufficientBalance" },
    equity: 10_000,
  },
  {
    // The cancellation is handed in at 2:00 and there at 3:30.
    name: "a cancellation that arrives in a gap of its market frees the balance once the missing candle would have closed",
    bars: [FLAT, NEXT, null, null, null, NEXT],
    others: { [ETH]: [FLAT, NEXT, NEXT, NEXT, NEXT, NEXT] },
    orders: {
      0: [buy("btc", 100, "limit", { price: 90 })],
      1: [cancel("btc")],
      2: [buy("before", 50, "market", { symbol: ETH })],
      3: [buy("after", 50, "market", { symbol: ETH })],
    },
    settings: { ...SPOT, latency: { submitMs: 0, cancelMs: 5_400_000 } },
    fills: ["at 4 after buys 50 @ 100 taker open"],
    ends: { btc: "canceled requested", before: "rejected insufficientBalance", after: "filled" },
    equity: 10_000,
  },
  {
    name: "an order on a symbol whose candles have ended expires all the same",
    bars: [FLAT, NEXT, NEXT, NEXT],
    others: { [ETH]: [FLAT, NEXT] },
    orders: {
      0: [buy("eth", 1, "limit", { price: 90, symbol: ETH, timeInForce: "GTD", expireTime: hour(2.5) })],
    },
    fills: [],
    ends: { eth: "expired expired" },
    equity: 10_000,
  },
  {
    name: "a symbol whose candles end keeps its last price",
    bars: [FLAT, NEXT, NEXT, NEXT],
    others: { [ETH]: [FLAT, [100, 106, 99, 105]] },
    orders: {
      0: [buy("eth", 1, "market", { symbol: ETH })],
      1: [sell("too late", 1, "market", { symbol: ETH })],
    },
    fills: ["at 1 eth buys 1 @ 100 taker open"],
    ends: { eth: "filled", "too late": "pendingNew" },
    equity: 10_005,
  },
  {
    // Each exchange has half of the balance: 5,000.
    name: "each exchange has a wallet of its own",
    bars: [FLAT, NEXT],
    others: { [`other|${ETH}`]: [FLAT, NEXT] },
    orders: { 0: [buy("btc", 60, "market"), buy("eth", 40, "market", { symbol: ETH })] },
    settings: SPOT,
    fills: ["at 1 eth buys 40 @ 100 taker open"],
    ends: { btc: "rejected insufficientBalance", eth: "filled" },
    equity: 10_000,
  },
  {
    name: "an entry beyond the number of positions is refused, and room that a position leaves at that open is taken",
    bars: [FLAT, NEXT, NEXT, NEXT],
    others: { [ETH]: [FLAT, NEXT, NEXT, NEXT] },
    signals: {
      0: [signal("long"), signal("long", { symbol: ETH })],
      1: [signal("flat"), signal("long", { symbol: ETH })],
    },
    settings: { ...TEN, maxOpenPositions: 1 },
    fills: [
      "at 1 #1 buys 10 @ 100 taker open",
      "at 2 #2 sells 10 @ 100 taker open",
      "at 2 #3 buys 10 @ 100 taker open",
    ],
    ends: { "#1": "filled", "#2": "filled", "#3": "filled" },
    equity: 10_000,
    risk: ["at 1 maxOpenPositions refuse"],
  },
];
