import { amend, buy, cancel, ETH, hour, type Situation, sell } from "./situation.ts";

const FLAT = [100, 100, 100, 100] as const;
const bought = "at 1 entry buys 1 @ 100 taker open";
/** At most a tenth of a candle's volume. */
const tenth = { participation: 0.1 };

/** What becomes of orders after they were handed in: parts, time in force, amendments, cancellations, groups. */
export const lifecycle: readonly Situation[] = [
  {
    name: "a limit that the volume fills in part is canceled with what it has",
    bars: [FLAT, [100, 101, 97, 99, 20], [99, 100, 97, 98]],
    orders: { 0: [buy("entry", 5, "limit", { price: 98 })], 1: [cancel("entry")] },
    settings: tenth,
    fills: ["in 1 entry buys 2 @ 98 maker limit"],
    ends: { entry: "canceled requested (2 of 5)" },
    equity: 10_000,
  },
  {
    name: "a limit fills in parts, candle by candle, as the volume allows",
    bars: [FLAT, [100, 101, 97, 99, 20], [99, 100, 97, 98.5, 20], [99, 100, 97, 99, 20]],
    orders: { 0: [buy("entry", 5, "limit", { price: 98 })] },
    settings: tenth,
    fills: [
      "in 1 entry buys 2 @ 98 maker limit",
      "in 2 entry buys 2 @ 98 maker limit",
      "in 3 entry buys 1 @ 98 maker limit",
    ],
    ends: { entry: "filled" },
    equity: 10_005,
  },
  {
    name: "what a market order leaves takes at the opens that follow",
    bars: [FLAT, [100, 101, 99, 100, 20], [101, 102, 100, 101, 20], [102, 103, 101, 103, 20]],
    orders: { 0: [buy("entry", 5, "market")] },
    settings: tenth,
    fills: [
      "at 1 entry buys 2 @ 100 taker open",
      "at 2 entry buys 2 @ 101 taker open",
      "at 3 entry buys 1 @ 102 taker open",
    ],
    ends: { entry: "filled" },
    // 2 × 3 + 2 × 2 + 1 × 1
    equity: 10_011,
  },
  {
    name: "orders of one candle share its volume, the older first",
    bars: [FLAT, [100, 101, 97, 99, 20], [99, 100, 97, 98, 20]],
    orders: { 0: [buy("first", 1.5, "limit", { price: 98 }), buy("second", 1.5, "limit", { price: 98 })] },
    settings: tenth,
    fills: [
      "in 1 first buys 1.5 @ 98 maker limit",
      "in 1 second buys 0.5 @ 98 maker limit",
      "in 2 second buys 1 @ 98 maker limit",
    ],
    ends: { first: "filled", second: "filled" },
    equity: 10_000,
  },
  {
    name: "a candle without volume fills nothing where volume binds",
    bars: [FLAT, [100, 101, 97, 99, 0], [99, 100, 97, 98, 100]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98 })] },
    settings: tenth,
    fills: ["in 2 entry buys 1 @ 98 maker limit"],
    ends: { entry: "filled" },
    equity: 10_000,
  },
  {
    name: "an IOC order takes what there is at the next open and is canceled with the rest",
    bars: [FLAT, [100, 101, 99, 101, 20]],
    orders: { 0: [buy("entry", 5, "limit", { price: 101, timeInForce: "IOC" })] },
    settings: tenth,
    fills: ["at 1 entry buys 2 @ 100 taker marketable"],
    ends: { entry: "canceled iocRemainder (2 of 5)" },
    equity: 10_002,
  },
  {
    name: "an IOC order that the next open does not reach is canceled unfilled",
    bars: [FLAT, [100, 101, 97, 99]],
    orders: { 0: [buy("entry", 5, "limit", { price: 98, timeInForce: "IOC" })] },
    fills: [],
    ends: { entry: "canceled iocRemainder" },
    equity: 10_000,
  },
  {
    name: "a FOK order that the volume cannot fill whole is canceled unfilled",
    bars: [FLAT, [100, 101, 99, 101, 20]],
    orders: { 0: [buy("entry", 5, "limit", { price: 101, timeInForce: "FOK" })] },
    settings: tenth,
    fills: [],
    ends: { entry: "canceled fokShortOfVolume" },
    equity: 10_000,
  },
  {
    name: "a FOK order that the volume can fill whole does",
    bars: [FLAT, [100, 101, 99, 101, 50]],
    orders: { 0: [buy("entry", 5, "limit", { price: 101, timeInForce: "FOK" })] },
    settings: tenth,
    fills: ["at 1 entry buys 5 @ 100 taker marketable"],
    ends: { entry: "filled" },
    equity: 10_005,
  },
  {
    name: "a FOK market sell that the volume cannot fill whole is canceled unfilled",
    bars: [FLAT, [100, 101, 99, 101, 20]],
    orders: { 0: [sell("entry", 5, "market", { timeInForce: "FOK" })] },
    settings: tenth,
    fills: [],
    ends: { entry: "canceled fokShortOfVolume" },
    equity: 10_000,
  },
  {
    name: "a GTD limit that is touched before its time fills",
    bars: [FLAT, [100, 101, 97, 99], [99, 100, 98.5, 99]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98, timeInForce: "GTD", expireTime: hour(2) })] },
    fills: ["in 1 entry buys 1 @ 98 maker limit"],
    ends: { entry: "filled" },
    equity: 10_001,
  },
  {
    name: "a GTD limit that is touched in the candle that opens at its time has expired",
    bars: [FLAT, [100, 101, 99, 100], [98, 99, 95, 96]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98, timeInForce: "GTD", expireTime: hour(2) })] },
    fills: [],
    ends: { entry: "expired expired" },
    equity: 10_000,
  },
  {
    name: "a GTD limit expires inside a gap of the data",
    bars: [FLAT, [100, 101, 99, 100], null, null, [97, 99, 95, 96]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98, timeInForce: "GTD", expireTime: hour(2.5) })] },
    fills: [],
    ends: { entry: "expired expired" },
    equity: 10_000,
  },
  {
    // It would take at once, and the next open is behind its time.
    name: "a GTD limit beyond the market expires inside a gap of the data before it could take",
    bars: [FLAT, [100, 101, 99, 100], null, null, [97, 99, 95, 96]],
    orders: { 1: [buy("entry", 1, "limit", { price: 105, timeInForce: "GTD", expireTime: hour(2.5) })] },
    fills: [],
    ends: { entry: "expired expired" },
    equity: 10_000,
  },
  {
    // Expired at 2:30, so that the cancellation which arrives at 3:30 finds nothing.
    name: "what came first in a gap of the data happens first",
    bars: [FLAT, [100, 101, 99, 100], null, null, [97, 99, 95, 96]],
    orders: {
      0: [buy("entry", 1, "limit", { price: 98, timeInForce: "GTD", expireTime: hour(2.5) })],
      1: [cancel("entry")],
    },
    settings: { latency: { submitMs: 0, cancelMs: 5_400_000 } },
    fills: [],
    ends: { entry: "expired expired" },
    equity: 10_000,
  },
  {
    name: "a reduce-only sell that exceeds the position is cut to it and never turns it",
    bars: [FLAT, [100, 101, 99, 101], [101, 102, 100, 102]],
    orders: { 0: [buy("entry", 1, "market")], 1: [sell("exit", 3, "market", { reduceOnly: true })] },
    fills: [bought, "at 2 exit sells 1 @ 101 taker open"],
    ends: { entry: "filled", exit: "canceled positionClosed (1 of 3)" },
    equity: 10_001,
  },
  {
    name: "a reduce-only buy that exceeds the short is cut to it and never turns it",
    bars: [FLAT, [100, 101, 99, 99], [99, 100, 98, 98]],
    orders: { 0: [sell("entry", 1, "market")], 1: [buy("exit", 3, "market", { reduceOnly: true })] },
    fills: ["at 1 entry sells 1 @ 100 taker open", "at 2 exit buys 1 @ 99 taker open"],
    ends: { entry: "filled", exit: "canceled positionClosed (1 of 3)" },
    equity: 10_001,
  },
  {
    name: "a sell that is not reduce-only turns a smaller long into a short",
    bars: [FLAT, [100, 101, 99, 101], [101, 102, 100, 100]],
    orders: { 0: [buy("entry", 1, "market")], 1: [sell("turn", 3, "market")] },
    fills: [bought, "at 2 turn sells 3 @ 101 taker open"],
    ends: { entry: "filled", turn: "filled" },
    // + 1 × 1 + 2 × 1
    equity: 10_003,
  },
  {
    name: "a reduce-only order without a position, or on the position's own side, is rejected",
    bars: [FLAT, [100, 101, 99, 101], [101, 102, 100, 102]],
    orders: {
      0: [sell("none", 1, "limit", { price: 105, reduceOnly: true }), buy("entry", 1, "market")],
      1: [buy("same side", 1, "limit", { price: 95, reduceOnly: true })],
    },
    fills: [bought],
    ends: {
      none: "rejected reduceOnlyWithoutPosition",
      entry: "filled",
      "same side": "rejected reduceOnlyWithoutPosition",
    },
    equity: 10_002,
  },
  {
    // Of a candle that reaches both, the nearer extreme decides; here both are 3 away, and then the low comes first.
    name: "of a straddle as one OCO group the side that is hit first cancels the other",
    bars: [FLAT, [100, 103, 97, 101]],
    orders: {
      0: [
        buy("up", 1, "stop", { triggerPrice: 102, ocoGroup: "g" }),
        sell("down", 1, "stop", { triggerPrice: 98, ocoGroup: "g" }),
      ],
    },
    fills: ["in 1 down sells 1 @ 98 taker stop"],
    ends: { up: "canceled oco", down: "filled" },
    equity: 9_997,
  },
  {
    name: "of a straddle as one OCO group the other side is canceled by a gap as well",
    bars: [FLAT, [104, 105, 96, 97]],
    orders: {
      0: [
        buy("up", 1, "stop", { triggerPrice: 102, ocoGroup: "g" }),
        sell("down", 1, "stop", { triggerPrice: 98, ocoGroup: "g" }),
      ],
    },
    fills: ["at 1 up buys 1 @ 104 taker stopGapped"],
    ends: { up: "filled", down: "canceled oco" },
    equity: 9_993,
  },
  {
    // 1.5 of the target's 4 fill; 2.5 are left for either.
    name: "a part that fills of an OCO order takes as much off the others",
    bars: [FLAT, [100, 101, 99, 100], [101, 106, 100, 102, 15], [102, 102, 94, 95, 1000]],
    orders: {
      0: [buy("entry", 4, "market")],
      1: [
        sell("target", 4, "limit", { price: 105, ocoGroup: "g" }),
        sell("stop", 4, "stop", { triggerPrice: 95, ocoGroup: "g" }),
      ],
    },
    settings: tenth,
    fills: [
      "at 1 entry buys 4 @ 100 taker open",
      "in 2 target sells 1.5 @ 105 maker limit",
      "in 3 stop sells 2.5 @ 95 taker stop",
    ],
    ends: { entry: "filled", target: "canceled oco (1.5 of 4)", stop: "filled" },
    // + 1.5 × 5 − 2.5 × 5
    equity: 9_995,
  },
  {
    name: "of an OCO group handed in at one close the first that takes there cancels the one handed in after it",
    bars: [FLAT, [100, 101, 99, 101]],
    orders: {
      0: [
        buy("first", 1, "market", { ocoGroup: "g" }),
        buy("second", 1, "limit", { price: 102, ocoGroup: "g" }),
        sell("third", 1, "stop", { triggerPrice: 98, ocoGroup: "g" }),
      ],
    },
    settings: { fillModel: "thisClose" },
    fills: ["at 1 first buys 1 @ 100 taker close"],
    ends: { first: "filled", second: "canceled oco", third: "canceled oco" },
    equity: 10_001,
  },
  {
    name: "of an OCO group handed in at one close one that rests is canceled by one that takes there",
    bars: [FLAT, [100, 101, 97, 101]],
    orders: {
      0: [
        buy("rests", 1, "limit", { price: 98, ocoGroup: "g" }),
        buy("takes", 1, "market", { ocoGroup: "g" }),
        buy("late", 1, "market", { ocoGroup: "g" }),
      ],
    },
    settings: { fillModel: "thisClose" },
    fills: ["at 1 takes buys 1 @ 100 taker close"],
    ends: { rests: "canceled oco", takes: "filled", late: "canceled oco" },
    equity: 10_001,
  },
  {
    // A tenth of 20 fills of the first's 5, and 3 are left for either.
    name: "a part that fills at the close of an OCO order is taken off the one handed in after it",
    bars: [
      [100, 100, 100, 100, 20],
      [100, 101, 97, 99, 1000],
      [99, 99, 99, 99],
    ],
    orders: {
      0: [
        buy("first", 5, "market", { ocoGroup: "g" }),
        buy("second", 5, "limit", { price: 98, ocoGroup: "g" }),
      ],
    },
    settings: { fillModel: "thisClose", ...tenth },
    fills: ["at 1 first buys 2 @ 100 taker close", "in 1 second buys 3 @ 98 maker limit"],
    ends: { first: "canceled oco (2 of 5)", second: "filled" },
    // − 2 × 1 + 3 × 1
    equity: 10_001,
  },
  {
    name: "an OCO group of the same name that is handed in after the other has filled is another group",
    bars: [FLAT, [100, 101, 99, 101], [101, 102, 100, 102]],
    orders: {
      0: [buy("first", 1, "market", { ocoGroup: "g" })],
      1: [buy("second", 1, "market", { ocoGroup: "g" })],
    },
    settings: { fillModel: "thisClose" },
    fills: ["at 1 first buys 1 @ 100 taker close", "at 2 second buys 1 @ 101 taker close"],
    ends: { first: "filled", second: "filled" },
    equity: 10_003,
  },
  {
    name: "an amended price holds from the next candle on",
    bars: [FLAT, [100, 101, 97, 99], [99, 100, 97, 98]],
    orders: { 0: [buy("entry", 1, "limit", { price: 95 })], 1: [amend("entry", { price: 98 })] },
    fills: ["in 2 entry buys 1 @ 98 maker limit"],
    ends: { entry: "filled" },
    equity: 10_000,
  },
  {
    name: "a price amended to beyond the market takes at the next open",
    bars: [FLAT, [100, 101, 97, 99], [98.5, 100, 97, 98]],
    orders: { 0: [buy("entry", 1, "limit", { price: 95 })], 1: [amend("entry", { price: 102 })] },
    fills: ["at 2 entry buys 1 @ 98.5 taker marketable"],
    ends: { entry: "filled" },
    equity: 9_999.5,
  },
  {
    name: "an amount amended down to more than what has filled ends the order there",
    bars: [FLAT, [100, 101, 97, 99, 20], [99, 100, 97, 98]],
    orders: { 0: [buy("entry", 5, "limit", { price: 98 })], 1: [amend("entry", { amount: 3 })] },
    settings: tenth,
    fills: ["in 1 entry buys 2 @ 98 maker limit", "in 2 entry buys 1 @ 98 maker limit"],
    ends: { entry: "filled" },
    equity: 10_000,
  },
  {
    name: "an amount amended to less than what has filled is refused and the order goes on as it was",
    bars: [FLAT, [100, 101, 97, 99, 20], [99, 100, 97, 98]],
    orders: { 0: [buy("entry", 5, "limit", { price: 98 })], 1: [amend("entry", { amount: 1 })] },
    settings: tenth,
    fills: ["in 1 entry buys 2 @ 98 maker limit", "in 2 entry buys 3 @ 98 maker limit"],
    ends: { entry: "filled" },
    equity: 10_000,
    risk: ["at 2 amend refuse"],
  },
  {
    name: "an amended trigger holds from the next candle on",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 96, 98]],
    orders: {
      0: [buy("entry", 1, "market")],
      1: [
        sell("stop", 1, "stop", { triggerPrice: 90, reduceOnly: true }),
        amend("stop", { triggerPrice: 97 }),
      ],
    },
    fills: [bought, "in 2 stop sells 1 @ 97 taker stop"],
    ends: { entry: "filled", stop: "filled" },
    equity: 9_997,
  },
  {
    name: "a trigger amended to beyond the price is refused and the order goes on as it was",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 94, 96]],
    orders: {
      0: [buy("entry", 1, "market")],
      1: [
        sell("stop", 1, "stop", { triggerPrice: 95, reduceOnly: true }),
        amend("stop", { triggerPrice: 103 }),
      ],
    },
    fills: [bought, "in 2 stop sells 1 @ 95 taker stop"],
    ends: { entry: "filled", stop: "filled" },
    equity: 9_995,
    risk: ["at 2 amend refuse"],
  },
  {
    // Both lie at 98 in the end, and the volume suffices for one.
    name: "an order whose price was amended stands behind the orders at its new price",
    bars: [FLAT, [100, 101, 99, 100], [100, 101, 97, 98, 10]],
    orders: {
      0: [buy("moved", 1, "limit", { price: 95 }), buy("stayed", 1, "limit", { price: 98 })],
      1: [amend("moved", { price: 98 })],
    },
    settings: tenth,
    fills: ["in 2 stayed buys 1 @ 98 maker limit"],
    ends: { moved: "new", stayed: "filled" },
    equity: 10_000,
  },
  {
    name: "an order canceled between two candles does not fill in the second",
    bars: [FLAT, [100, 101, 99, 100], [100, 101, 95, 96]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98 })], 1: [cancel("entry")] },
    fills: [],
    ends: { entry: "canceled requested" },
    equity: 10_000,
  },
  {
    name: "an order fills while its cancellation is on its way",
    bars: [FLAT, [100, 101, 99, 100], [100, 101, 97, 98], [98, 99, 97, 98]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98 })], 1: [cancel("entry")] },
    settings: { latency: { submitMs: 0, cancelMs: 5_400_000 } },
    fills: ["in 2 entry buys 1 @ 98 maker limit"],
    ends: { entry: "filled" },
    equity: 10_000,
  },
  {
    name: "cancelAll of a symbol leaves the other symbols' orders",
    bars: [FLAT, [100, 101, 99, 100], [100, 101, 97, 98]],
    others: { [ETH]: [FLAT, [100, 101, 99, 100], [100, 101, 97, 98]] },
    orders: {
      0: [
        buy("btc", 1, "limit", { price: 98 }),
        buy("btc low", 1, "limit", { price: 90 }),
        buy("eth", 1, "limit", { price: 98, symbol: ETH }),
      ],
      1: [{ action: "cancelAll", symbol: "BTC/USDT" }],
    },
    fills: ["in 2 eth buys 1 @ 98 maker limit"],
    ends: { btc: "canceled requested", "btc low": "canceled requested", eth: "filled" },
    equity: 10_000,
  },
  {
    name: "cancelAll without a symbol cancels everywhere",
    bars: [FLAT, [100, 101, 99, 100], [100, 101, 97, 98]],
    others: { [ETH]: [FLAT, [100, 101, 99, 100], [100, 101, 97, 98]] },
    orders: {
      0: [buy("btc", 1, "limit", { price: 98 }), buy("eth", 1, "limit", { price: 98, symbol: ETH })],
      1: [{ action: "cancelAll" }],
    },
    fills: [],
    ends: { btc: "canceled requested", eth: "canceled requested" },
    equity: 10_000,
  },
  {
    name: "an instruction for an order that has ended or never was is refused and changes nothing",
    bars: [FLAT, [100, 101, 99, 101], [101, 102, 100, 102]],
    orders: {
      0: [buy("entry", 1, "market")],
      1: [cancel("entry"), amend("entry", { amount: 5 }), cancel("nobody"), amend("nobody", { price: 1 })],
    },
    fills: [bought],
    ends: { entry: "filled" },
    equity: 10_002,
    risk: ["at 2 cancel refuse", "at 2 amend refuse", "at 2 cancel refuse", "at 2 amend refuse"],
  },
];
