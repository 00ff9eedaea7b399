import { buy, type Situation, sell } from "./situation.ts";

const FLAT = [100, 100, 100, 100] as const;
const bought = "at 1 entry buys 1 @ 100 taker open";
const sold = "at 1 entry sells 1 @ 100 taker open";
const filled = { entry: "filled", "#2": "filled" };
const trail3 = { trailingStop: { distance: 3, unit: "quote" } } as const;

/** Stops that follow the best price. */
export const trailing: readonly Situation[] = [
  {
    // Bar 1: 100 → 99 → 101, best 101. Bar 2: 101 → 100 → 106 raises it to 103, and 106 → 102 passes that.
    name: "a long's trailing stop is raised on the way up and hit on the way to the close of the same candle",
    bars: [FLAT, [100, 101, 99, 101], [101, 106, 100, 102]],
    orders: { 0: [buy("entry", 1, "market", { attached: trail3 })] },
    fills: [bought, "in 2 #2 sells 1 @ 103 taker trailingStop"],
    ends: filled,
    equity: 10_003,
  },
  {
    name: "a short's trailing stop is lowered on the way down and hit on the way to the close of the same candle",
    bars: [FLAT, [100, 101, 99, 99], [99, 100, 94, 98]],
    orders: { 0: [sell("entry", 1, "market", { attached: trail3 })] },
    fills: [sold, "in 2 #2 buys 1 @ 97 taker trailingStop"],
    ends: filled,
    equity: 10_003,
  },
  {
    // The low comes first, when the best is still 101; from the high of 106 the close of 104 is no 3 away.
    name: "a trailing stop looks at a candle's low before its high",
    bars: [FLAT, [100, 101, 99, 101], [101, 106, 98.5, 104]],
    orders: { 0: [buy("entry", 1, "market", { attached: trail3 })] },
    fills: [bought],
    ends: { entry: "filled", "#2": "new" },
    equity: 10_004,
  },
  {
    // The same candle the other way round: 101 → 106 → 98.5 passes 103.
    name: "with favourableFirst a trailing stop sees a candle's high before its low",
    bars: [FLAT, [100, 101, 99, 101], [101, 106, 98.5, 104]],
    orders: { 0: [buy("entry", 1, "market", { attached: trail3 })] },
    settings: { pathModel: "favourableFirst" },
    fills: [bought, "in 2 #2 sells 1 @ 103 taker trailingStop"],
    ends: filled,
    equity: 10_003,
  },
  {
    // A tenth below the best of 110.
    name: "a trailing stop by fraction keeps that part of the best price away from it",
    bars: [FLAT, [100, 110, 100, 105], [105, 106, 98, 100]],
    orders: {
      0: [buy("entry", 1, "market", { attached: { trailingStop: { distance: 0.1, unit: "fraction" } } })],
    },
    fills: [bought, "in 2 #2 sells 1 @ 99 taker trailingStop"],
    ends: filled,
    equity: 9_999,
  },
  {
    // A tenth above the best of 90.
    name: "a short's trailing stop by fraction keeps that part of the best price away from it",
    bars: [FLAT, [100, 100, 90, 95], [95, 100, 94, 98]],
    orders: {
      0: [sell("entry", 1, "market", { attached: { trailingStop: { distance: 0.1, unit: "fraction" } } })],
    },
    fills: [sold, "in 2 #2 buys 1 @ 99 taker trailingStop"],
    ends: filled,
    equity: 10_001,
  },
  {
    name: "a trailing stop whose activation is not reached does nothing",
    bars: [FLAT, [100, 104, 99, 103], [103, 104, 90, 97]],
    orders: {
      0: [
        buy("entry", 1, "market", {
          attached: { trailingStop: { ...trail3.trailingStop, activationPrice: 105 } },
        }),
      ],
    },
    fills: [bought],
    ends: { entry: "filled", "#2": "new" },
    equity: 9_997,
  },
  {
    // 100 → 99 → 106 activates it at 105 and raises it to 103; 104 stays above.
    name: "a trailing stop follows from its activation on",
    bars: [FLAT, [100, 106, 99, 104], [104, 104.5, 102, 103.5]],
    orders: {
      0: [
        buy("entry", 1, "market", {
          attached: { trailingStop: { ...trail3.trailingStop, activationPrice: 105 } },
        }),
      ],
    },
    fills: [bought, "in 2 #2 sells 1 @ 103 taker trailingStop"],
    ends: filled,
    equity: 10_003,
  },
  {
    name: "a trailing stop that is activated and hit in one candle sells in it",
    bars: [FLAT, [100, 106, 99, 102]],
    orders: {
      0: [
        buy("entry", 1, "market", {
          attached: { trailingStop: { ...trail3.trailingStop, activationPrice: 105 } },
        }),
      ],
    },
    fills: [bought, "in 1 #2 sells 1 @ 103 taker trailingStop"],
    ends: filled,
    equity: 10_003,
  },
  {
    // A gap up counts as a best price: 108 − 3. The low of 104 passes that.
    name: "a trailing stop is raised by a gap in its favour before the candle's low is looked at",
    bars: [FLAT, [100, 101, 99, 101], [108, 109, 104, 108]],
    orders: { 0: [buy("entry", 1, "market", { attached: trail3 })] },
    fills: [bought, "in 2 #2 sells 1 @ 105 taker trailingStop"],
    ends: filled,
    equity: 10_005,
  },
  {
    name: "a trailing stop that the open gaps through sells at the open",
    bars: [FLAT, [100, 101, 99, 101], [95, 97, 94, 96]],
    orders: { 0: [buy("entry", 1, "market", { attached: trail3 })] },
    fills: [bought, "at 2 #2 sells 1 @ 95 taker trailingStopGapped"],
    ends: filled,
    equity: 9_995,
  },
  {
    // 100.5 − 3 = 97.5 at first, at 104 and beyond only 1 away.
    name: "a trailing stop comes closer from the price on that it was told",
    bars: [FLAT, [100, 100.5, 99, 100.5], [100.5, 105, 100, 104.5], [104.5, 104.6, 103, 103.5]],
    orders: {
      0: [
        buy("entry", 1, "market", {
          attached: { trailingStop: { ...trail3.trailingStop, tighter: { fromPrice: 104, distance: 1 } } },
        }),
      ],
    },
    fills: [bought, "in 3 #2 sells 1 @ 104 taker trailingStop"],
    ends: filled,
    equity: 10_004,
  },
  {
    // It begins at the close of 101 that it was asked for at: 98.
    name: "a trailing stop of its own follows from the last price at which it was asked for",
    bars: [FLAT, [100, 105, 99, 101], [101, 101.5, 97, 98]],
    orders: {
      0: [buy("entry", 1, "market")],
      1: [sell("trail", 1, "trailingStop", { trail: { distance: 3, unit: "quote" }, reduceOnly: true })],
    },
    fills: [bought, "in 2 trail sells 1 @ 98 taker trailingStop"],
    ends: { entry: "filled", trail: "filled" },
    equity: 9_998,
  },
  {
    // It follows the low from 100 down to 96 and buys 3 above that.
    name: "a buying trailing stop enters when the price turns up",
    bars: [FLAT, [100, 100.5, 96, 98], [98, 100, 97.5, 99.5]],
    orders: { 0: [buy("entry", 1, "trailingStop", { trail: { distance: 3, unit: "quote" } })] },
    fills: ["in 2 entry buys 1 @ 99 taker trailingStop"],
    ends: { entry: "filled" },
    equity: 10_000.5,
  },
];
