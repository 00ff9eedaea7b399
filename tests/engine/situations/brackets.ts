import { buy, type Situation, sell } from "./situation.ts";

const FLAT = [100, 100, 100, 100] as const;
const QUIET = [100, 102, 99, 101] as const;
const QUIET_DOWN = [100, 101, 98, 99] as const;

/** Every long is bought at the open of bar 1, at 100, with a stop at 95 and a target at 110; shorts the other way. */
const long = {
  0: [
    buy("entry", 1, "market", { attached: { stopLoss: { triggerPrice: 95 }, takeProfit: { price: 110 } } }),
  ],
};
const short = {
  0: [
    sell("entry", 1, "market", { attached: { stopLoss: { triggerPrice: 105 }, takeProfit: { price: 90 } } }),
  ],
};
const bought = "at 1 entry buys 1 @ 100 taker open";
const sold = "at 1 entry sells 1 @ 100 taker open";
/** Protective orders are the session's: the stop is its second order, the target its third. */
const stopped = { entry: "filled", "#2": "filled", "#3": "canceled bracket" };
const targeted = { entry: "filled", "#2": "canceled bracket", "#3": "filled" };

/** Stops and targets of a position in one candle, in gaps, and in the candle of the entry itself. */
export const brackets: readonly Situation[] = [
  {
    name: "a long's stop that the low reaches sells at its trigger",
    bars: [FLAT, QUIET, [101, 103, 94, 96]],
    orders: long,
    fills: [bought, "in 2 #2 sells 1 @ 95 taker stop"],
    ends: stopped,
    equity: 9_995,
  },
  {
    name: "a short's stop that the high reaches buys at its trigger",
    bars: [FLAT, QUIET_DOWN, [99, 106, 97, 104]],
    orders: short,
    fills: [sold, "in 2 #2 buys 1 @ 105 taker stop"],
    ends: stopped,
    equity: 9_995,
  },
  {
    name: "a long's stop that the open gaps through sells at the open",
    bars: [FLAT, QUIET, [93, 96, 92, 95]],
    orders: long,
    fills: [bought, "at 2 #2 sells 1 @ 93 taker stopGapped"],
    ends: stopped,
    equity: 9_993,
  },
  {
    name: "a short's stop that the open gaps through buys at the open",
    bars: [FLAT, QUIET_DOWN, [108, 109, 104, 105]],
    orders: short,
    fills: [sold, "at 2 #2 buys 1 @ 108 taker stopGapped"],
    ends: stopped,
    equity: 9_992,
  },
  {
    name: "a long's target that the high reaches sells at its price, as maker",
    bars: [FLAT, QUIET, [101, 111, 100, 108]],
    orders: long,
    fills: [bought, "in 2 #3 sells 1 @ 110 maker takeProfit"],
    ends: targeted,
    equity: 10_010,
  },
  {
    name: "a short's target that the low reaches buys at its price, as maker",
    bars: [FLAT, QUIET_DOWN, [99, 100, 89, 92]],
    orders: short,
    fills: [sold, "in 2 #3 buys 1 @ 90 maker takeProfit"],
    ends: targeted,
    equity: 10_010,
  },
  {
    name: "a long's target that the open gaps through sells at the better open",
    bars: [FLAT, QUIET, [112, 113, 109, 111]],
    orders: long,
    fills: [bought, "at 2 #3 sells 1 @ 112 maker takeProfitGapped"],
    ends: targeted,
    equity: 10_012,
  },
  {
    name: "a short's target that the open gaps through buys at the better open",
    bars: [FLAT, QUIET_DOWN, [88, 91, 87, 89]],
    orders: short,
    fills: [sold, "at 2 #3 buys 1 @ 88 maker takeProfitGapped"],
    ends: targeted,
    equity: 10_012,
  },
  {
    name: "a long whose stop and target lie in one candle is stopped",
    bars: [FLAT, QUIET, [101, 111, 94, 108]],
    orders: long,
    fills: [bought, "in 2 #2 sells 1 @ 95 taker stop"],
    ends: stopped,
    equity: 9_995,
  },
  {
    name: "a short whose stop and target lie in one candle is stopped",
    bars: [FLAT, QUIET_DOWN, [99, 106, 89, 92]],
    orders: short,
    fills: [sold, "in 2 #2 buys 1 @ 105 taker stop"],
    ends: stopped,
    equity: 9_995,
  },
  {
    name: "with favourableFirst a long whose stop and target lie in one candle takes its target",
    bars: [FLAT, QUIET, [101, 111, 94, 108]],
    orders: long,
    settings: { pathModel: "favourableFirst" },
    fills: [bought, "in 2 #3 sells 1 @ 110 maker takeProfit"],
    ends: targeted,
    equity: 10_010,
  },
  {
    name: "with favourableFirst a short whose stop and target lie in one candle takes its target",
    bars: [FLAT, QUIET_DOWN, [99, 106, 89, 92]],
    orders: short,
    settings: { pathModel: "favourableFirst" },
    fills: [sold, "in 2 #3 buys 1 @ 90 maker takeProfit"],
    ends: targeted,
    equity: 10_010,
  },
  {
    // 103 is 8 from its high and 9 from its low.
    name: "with nearestFirst the extreme nearer to the open decides: the target",
    bars: [FLAT, QUIET, [103, 111, 94, 108]],
    orders: long,
    settings: { pathModel: "nearestFirst" },
    fills: [bought, "in 2 #3 sells 1 @ 110 maker takeProfit"],
    ends: targeted,
    equity: 10_010,
  },
  {
    // 102 is 9 from its high and 8 from its low.
    name: "with nearestFirst the extreme nearer to the open decides: the stop",
    bars: [FLAT, QUIET, [102, 111, 94, 108]],
    orders: long,
    settings: { pathModel: "nearestFirst" },
    fills: [bought, "in 2 #2 sells 1 @ 95 taker stop"],
    ends: stopped,
    equity: 9_995,
  },
  {
    name: "candles of a lower timeframe say that the target came before the stop, whatever the path model would",
    bars: [FLAT, QUIET, [101, 111, 94, 108]],
    quarters: {
      2: [
        [101, 105, 100, 104],
        [104, 111, 103, 109],
        [109, 109, 94, 96],
        [96, 109, 95.5, 108],
      ],
    },
    orders: long,
    fills: [bought, "in 2:15 #3 sells 1 @ 110 maker takeProfit"],
    ends: targeted,
    equity: 10_010,
  },
  {
    name: "candles of a lower timeframe say that the stop came before the target, whatever the path model would",
    bars: [FLAT, QUIET, [101, 111, 94, 108]],
    quarters: {
      2: [
        [101, 105, 100, 104],
        [104, 104, 94, 97],
        [97, 111, 96, 110],
        [110, 110.5, 107, 108],
      ],
    },
    orders: long,
    settings: { pathModel: "favourableFirst" },
    fills: [bought, "in 2:15 #2 sells 1 @ 95 taker stop"],
    ends: stopped,
    equity: 9_995,
  },
  {
    name: "a stop that gaps between two candles of the lower timeframe fills at the open of the later one",
    bars: [FLAT, QUIET, [101, 103, 92, 96]],
    quarters: {
      2: [
        [101, 103, 99, 100],
        [93, 95, 92, 94],
        [94, 96, 93, 95],
        [95, 96, 94, 96],
      ],
    },
    orders: long,
    fills: [bought, "at 2:15 #2 sells 1 @ 93 taker stopGapped"],
    ends: stopped,
    equity: 9_993,
  },
  {
    // Flat: 100 is 1 from its high and 6 from its low, so 100 → 101 → 94 → 96 buys at 98 and sells at 95.
    name: "a long's limit entry and its stop in one candle: bought and stopped",
    bars: [FLAT, [100, 101, 94, 96]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98, attached: { stopLoss: { triggerPrice: 95 } } })] },
    fills: ["in 1 entry buys 1 @ 98 maker limit", "in 1 #2 sells 1 @ 95 taker stop"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_997,
  },
  {
    name: "a short's limit entry and its stop in one candle: sold and stopped",
    bars: [FLAT, [100, 106, 99, 104]],
    orders: { 0: [sell("entry", 1, "limit", { price: 102, attached: { stopLoss: { triggerPrice: 105 } } })] },
    fills: ["in 1 entry sells 1 @ 102 maker limit", "in 1 #2 buys 1 @ 105 taker stop"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_997,
  },
  {
    // 100 → 101 → 97 → 100.5 passes the target after the entry, but how the price went is not known.
    name: "a long's limit entry and its target in one candle: bought, and the target waits for the next candle",
    bars: [FLAT, [100, 101, 97, 100.5], [99.5, 100.2, 99, 99.8]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98, attached: { takeProfit: { price: 100 } } })] },
    fills: ["in 1 entry buys 1 @ 98 maker limit", "in 2 #2 sells 1 @ 100 maker takeProfit"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 10_002,
  },
  {
    name: "a short's limit entry and its target in one candle: sold, and the target waits for the next candle",
    bars: [FLAT, [100, 103, 99, 99.5], [100.5, 101, 99.8, 100.2]],
    orders: { 0: [sell("entry", 1, "limit", { price: 102, attached: { takeProfit: { price: 100 } } })] },
    fills: ["in 1 entry sells 1 @ 102 maker limit", "in 2 #2 buys 1 @ 100 maker takeProfit"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 10_002,
  },
  {
    name: "with nearestFirst a target takes part in the candle of its limit entry from there on",
    bars: [FLAT, [100, 101, 97, 100.5]],
    orders: { 0: [buy("entry", 1, "limit", { price: 98, attached: { takeProfit: { price: 100 } } })] },
    settings: { pathModel: "nearestFirst" },
    fills: ["in 1 entry buys 1 @ 98 maker limit", "in 1 #2 sells 1 @ 100 maker takeProfit"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 10_002,
  },
  {
    name: "an entry at the open can reach its target in the same candle",
    bars: [FLAT, [100, 111, 99, 108]],
    orders: long,
    fills: [bought, "in 1 #3 sells 1 @ 110 maker takeProfit"],
    ends: targeted,
    equity: 10_010,
  },
  {
    name: "a short at the open can reach its target in the same candle",
    bars: [FLAT, [100, 101, 89, 92]],
    orders: short,
    fills: [sold, "in 1 #3 buys 1 @ 90 maker takeProfit"],
    ends: targeted,
    equity: 10_010,
  },
  {
    name: "an entry at the open whose stop and target lie in that candle is stopped",
    bars: [FLAT, [100, 111, 94, 108]],
    orders: long,
    fills: [bought, "in 1 #2 sells 1 @ 95 taker stop"],
    ends: stopped,
    equity: 9_995,
  },
  {
    name: "an entry whose open has gapped through its stop leaves at that open",
    bars: [FLAT, [93, 96, 92, 95]],
    orders: long,
    fills: ["at 1 entry buys 1 @ 93 taker open", "at 1 #2 sells 1 @ 93 taker stopGapped"],
    ends: stopped,
    equity: 10_000,
  },
  {
    name: "an entry whose open has gapped through its target leaves at that open, as taker",
    bars: [FLAT, [112, 113, 109, 111]],
    orders: long,
    fills: ["at 1 entry buys 1 @ 112 taker open", "at 1 #3 sells 1 @ 112 taker takeProfitGapped"],
    ends: targeted,
    equity: 10_000,
  },
  {
    name: "a protective take-profit order at the market takes at its trigger, and through a gap at the open",
    bars: [FLAT, QUIET, [101, 106, 100, 104], [108, 109, 107, 108]],
    orders: {
      0: [buy("entry", 2, "market")],
      1: [
        sell("near", 1, "takeProfit", { triggerPrice: 105, reduceOnly: true }),
        sell("far", 1, "takeProfit", { triggerPrice: 107, reduceOnly: true }),
      ],
    },
    fills: [
      "at 1 entry buys 2 @ 100 taker open",
      "in 2 near sells 1 @ 105 taker takeProfit",
      "at 3 far sells 1 @ 108 taker takeProfitGapped",
    ],
    ends: { entry: "filled", near: "filled", far: "filled" },
    equity: 10_013,
  },
  {
    // A long: the low comes first, so the trigger is hit at 95 and the limit of 96 is above the market from there on.
    name: "a long's stop-limit that is triggered and not filled keeps the position, until the price comes back",
    bars: [FLAT, [100, 101, 96.5, 97], [95.5, 95.8, 94, 94.5], [95, 97, 94.5, 96.5]],
    orders: {
      0: [buy("entry", 1, "market")],
      1: [sell("stop", 1, "stopLimit", { triggerPrice: 95, price: 96, reduceOnly: true })],
    },
    fills: [bought, "in 3 stop sells 1 @ 96 maker limit"],
    ends: { entry: "filled", stop: "filled" },
    equity: 9_996,
  },
  {
    name: "a long's stop-limit that gaps past its limit leaves the position open",
    bars: [FLAT, [100, 101, 96.5, 97], [92, 93.5, 91, 93]],
    orders: {
      0: [buy("entry", 1, "market")],
      1: [sell("stop", 1, "stopLimit", { triggerPrice: 95, price: 94, reduceOnly: true })],
    },
    fills: [bought],
    ends: { entry: "filled", stop: "new" },
    equity: 9_993,
  },
  {
    name: "a short's stop-limit that gaps past its limit leaves the position open",
    bars: [FLAT, [100, 103.5, 99, 103], [108, 109, 106.5, 107]],
    orders: {
      0: [sell("entry", 1, "market")],
      1: [buy("stop", 1, "stopLimit", { triggerPrice: 105, price: 106, reduceOnly: true })],
    },
    fills: [sold],
    ends: { entry: "filled", stop: "new" },
    equity: 9_993,
  },
  {
    // 1 × 0.33 is 0.3 on the step of 0.1, twice; the last rung takes the 0.4 that are left.
    name: "a ladder's rungs are rounded down to the market's step and the last takes the rest",
    bars: [FLAT, QUIET, [101, 106, 100.5, 105.5]],
    orders: {
      0: [
        buy("entry", 1, "market", {
          attached: {
            stopLoss: { triggerPrice: 95 },
            takeProfit: {
              ladder: [
                { price: 103, fraction: 0.33 },
                { price: 104, fraction: 0.33 },
                { price: 105, fraction: 0.34 },
              ],
            },
          },
        }),
      ],
    },
    settings: { markets: { "*": { amountStep: 0.1 } } },
    fills: [
      bought,
      "in 2 #3 sells 0.3 @ 103 maker takeProfit",
      "in 2 #4 sells 0.3 @ 104 maker takeProfit",
      "in 2 #5 sells 0.4 @ 105 maker takeProfit",
    ],
    ends: { entry: "filled", "#2": "canceled bracket", "#3": "filled", "#4": "filled", "#5": "filled" },
    equity: 10_004.1,
  },
  {
    name: "a stop covers what a ladder's rungs have left",
    bars: [FLAT, QUIET, [101, 103.5, 100, 102], [102, 102, 94, 95]],
    orders: {
      0: [
        buy("entry", 1, "market", {
          attached: {
            stopLoss: { triggerPrice: 95 },
            takeProfit: {
              ladder: [
                { price: 103, fraction: 0.25 },
                { price: 105, fraction: 0.75 },
              ],
            },
          },
        }),
      ],
    },
    fills: [bought, "in 2 #3 sells 0.25 @ 103 maker takeProfit", "in 3 #2 sells 0.75 @ 95 taker stop"],
    ends: { entry: "filled", "#2": "filled", "#3": "filled", "#4": "canceled bracket" },
    // + 0.25 × 3 − 0.75 × 5
    equity: 9_997,
  },
  {
    // At most a tenth of each candle's volume: 2, 2, 1.
    name: "protection grows with each part of its entry that fills, and covers the whole",
    bars: [
      FLAT,
      [100, 101, 99, 100, 20],
      [100, 101, 99, 100, 20],
      [100, 101, 99, 100, 20],
      [100, 101, 94, 95, 1000],
    ],
    orders: {
      0: [
        buy("entry", 5, "market", {
          attached: { stopLoss: { triggerPrice: 95 }, takeProfit: { price: 110 } },
        }),
      ],
    },
    settings: { participation: 0.1 },
    fills: [
      "at 1 entry buys 2 @ 100 taker open",
      "at 2 entry buys 2 @ 100 taker open",
      "at 3 entry buys 1 @ 100 taker open",
      "in 4 #2 sells 5 @ 95 taker stop",
    ],
    ends: stopped,
    equity: 9_975,
  },
  {
    name: "protection ends when the position leaves by another order",
    bars: [FLAT, QUIET, [101, 103, 100, 102], [102, 103, 94, 95]],
    orders: { ...long, 1: [sell("exit", 1, "market", { reduceOnly: true })] },
    fills: [bought, "at 2 exit sells 1 @ 101 taker open"],
    ends: {
      entry: "filled",
      "#2": "canceled positionClosed",
      "#3": "canceled positionClosed",
      exit: "filled",
    },
    equity: 10_001,
  },
  {
    name: "a stop on the wrong side of its entry and a target on the wrong side of it are rejected",
    bars: [FLAT, QUIET],
    orders: {
      0: [
        buy("stop", 1, "market", { attached: { stopLoss: { triggerPrice: 105 } } }),
        sell("short stop", 1, "market", { attached: { stopLoss: { triggerPrice: 95 } } }),
        buy("target", 1, "market", { attached: { takeProfit: { price: 95 } } }),
        sell("short target", 1, "market", { attached: { takeProfit: { price: 105 } } }),
      ],
    },
    fills: [],
    ends: {
      stop: "rejected stopOnWrongSide",
      "short stop": "rejected stopOnWrongSide",
      target: "rejected targetOnWrongSide",
      "short target": "rejected targetOnWrongSide",
    },
    equity: 10_000,
  },
];
