import { type Bar, buy, type Situation, SPOT, sell } from "./situation.ts";

const FLAT = [100, 100, 100, 100] as const;
const flat = (count: number): readonly Bar[] => Array.from({ length: count }, () => FLAT);

/** Fees, slippage and funding. */
export const costs: readonly Situation[] = [
  {
    // 1000 × 0.05 % and 1050 × 0.02 %.
    name: "a taker pays the taker's fee and a maker the maker's",
    bars: [FLAT, [100, 101, 99, 100], [100, 106, 100, 105]],
    orders: { 0: [buy("entry", 10, "market")], 1: [sell("exit", 10, "limit", { price: 105 })] },
    settings: { fees: { kind: "flat", makerBps: 2, takerBps: 5 }, feeBps: undefined },
    fills: ["at 1 entry buys 10 @ 100 taker open, fee 0.5", "in 2 exit sells 10 @ 105 maker limit, fee 0.21"],
    ends: { entry: "filled", exit: "filled" },
    equity: 10_049.29,
  },
  {
    name: "a maker's rebate is a fee below zero",
    bars: [FLAT, [100, 101, 98, 100]],
    orders: { 0: [buy("entry", 10, "limit", { price: 99 })] },
    settings: { fees: { kind: "flat", makerBps: -1, takerBps: 5 }, feeBps: undefined },
    fills: ["in 1 entry buys 10 @ 99 maker limit, fee -0.099"],
    ends: { entry: "filled" },
    equity: 10_010.099,
  },
  {
    name: "a resting limit that the open gaps through still pays the maker's fee",
    bars: [FLAT, [96, 97, 95, 96]],
    orders: { 0: [buy("entry", 10, "limit", { price: 98 })] },
    settings: { fees: { kind: "flat", makerBps: 2, takerBps: 5 }, feeBps: undefined },
    fills: ["at 1 entry buys 10 @ 96 maker limitGapped, fee 0.192"],
    ends: { entry: "filled" },
    equity: 9_999.808,
  },
  {
    name: "a fee for each fill comes besides the rate, for each part anew",
    bars: [FLAT, [100, 101, 99, 100, 10], [100, 101, 99, 100, 10]],
    orders: { 0: [buy("entry", 2, "market")] },
    settings: {
      fees: { kind: "flat", makerBps: 0, takerBps: 10, perFillQuote: 0.5 },
      feeBps: undefined,
      participation: 0.1,
    },
    fills: ["at 1 entry buys 1 @ 100 taker open, fee 0.6", "at 2 entry buys 1 @ 100 taker open, fee 0.6"],
    ends: { entry: "filled" },
    equity: 9_998.8,
  },
  {
    // 2000 of volume on the first day make the second tier from midnight (bar 24) on, not before.
    name: "a fee tier that the volume has reached holds from the next day on",
    bars: flat(26),
    orders: {
      0: [buy("first", 20, "market")],
      1: [sell("second", 20, "market")],
      24: [buy("third", 20, "market")],
    },
    settings: {
      fees: {
        kind: "tiered",
        tiers: [
          { minVolumeQuote: 0, makerBps: 8, takerBps: 10 },
          { minVolumeQuote: 2000, makerBps: 4, takerBps: 5 },
        ],
      },
      feeBps: undefined,
    },
    fills: [
      "at 1 first buys 20 @ 100 taker open, fee 2",
      "at 2 second sells 20 @ 100 taker open, fee 2",
      "at 25 third buys 20 @ 100 taker open, fee 1",
    ],
    ends: { first: "filled", second: "filled", third: "filled" },
    equity: 9_995,
  },
  {
    name: "slippage in basis points moves a taker's price against its side, and spares makers",
    bars: [FLAT, [100, 106, 99, 105]],
    orders: {
      0: [
        buy("entry", 2, "market", { attached: { takeProfit: { price: 104 } } }),
        sell("short", 1, "limit", { price: 105 }),
      ],
    },
    settings: { slippageBps: 10 },
    fills: [
      "at 1 entry buys 2 @ 100.1 taker open, slippage 0.2",
      "in 1 #3 sells 2 @ 104 maker takeProfit",
      "in 1 short sells 1 @ 105 maker limit",
    ],
    ends: { entry: "filled", short: "filled", "#3": "filled" },
    equity: 10_007.8,
  },
  {
    name: "slippage makes a stop sell below its trigger, even below the candle's low",
    bars: [FLAT, [100, 101, 95, 97]],
    orders: { 0: [buy("entry", 1, "market", { attached: { stopLoss: { triggerPrice: 95 } } })] },
    settings: { slippageBps: 100 },
    fills: [
      "at 1 entry buys 1 @ 101 taker open, slippage 1",
      "in 1 #2 sells 1 @ 94.05 taker stop, slippage 0.95",
    ],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_993.05,
  },
  {
    name: "slippage never takes a limit order beyond its price",
    bars: [FLAT, [100, 101, 99, 100]],
    orders: {
      0: [buy("entry", 1, "limit", { price: 100.05 }), sell("exit", 1, "limit", { price: 99.95 })],
    },
    settings: { slippageBps: 10 },
    fills: [
      "at 1 entry buys 1 @ 100.05 taker marketable, slippage 0.05",
      "at 1 exit sells 1 @ 99.95 taker marketable, slippage 0.05",
    ],
    ends: { entry: "filled", exit: "filled" },
    equity: 9_999.9,
  },
  {
    // 0.1 × (2 / 100)² = 0.00004.
    name: "slippage by share of volume grows with the square of the share",
    bars: [FLAT, [100, 101, 99, 100, 100]],
    orders: { 0: [buy("entry", 2, "market")] },
    settings: { slippage: { kind: "volumeShare" } },
    fills: ["at 1 entry buys 2 @ 100.004 taker open, slippage 0.008"],
    ends: { entry: "filled" },
    equity: 9_999.992,
  },
  {
    // 0.1 × 0.025² = 0.0000625, though a tenth of the volume is taken.
    name: "slippage by share of volume is counted up to its limit of the volume",
    bars: [FLAT, [100, 101, 99, 100, 100]],
    orders: { 0: [sell("entry", 10, "market")] },
    settings: { slippage: { kind: "volumeShare" } },
    fills: ["at 1 entry sells 10 @ 99.99375 taker open, slippage 0.0625"],
    ends: { entry: "filled" },
    equity: 9_999.9375,
  },
  {
    // Asks: 1 at 100.1 and 2 at 100.2 (100.1 and 200.4 of quote). Two eat one of each: 100.15 on the mean.
    name: "a taker walks the profile of the book to the mean of the levels that it eats",
    bars: [FLAT, [100, 101, 99, 100]],
    orders: { 0: [buy("entry", 2, "market")] },
    settings: {
      slippage: {
        kind: "bookWalk",
        depth: [
          { distanceBps: 10, amountQuote: 100.1 },
          { distanceBps: 20, amountQuote: 200.4 },
        ],
      },
    },
    fills: ["at 1 entry buys 2 @ 100.15 taker open, slippage 0.3"],
    ends: { entry: "filled" },
    equity: 9_999.7,
  },
  {
    // The second order finds the first level eaten: its own comes of the second.
    name: "of one candle each taker begins in the book where the one before it ended",
    bars: [FLAT, [100, 101, 99, 100]],
    orders: { 0: [buy("first", 1, "market"), buy("second", 1, "market")] },
    settings: {
      slippage: {
        kind: "bookWalk",
        depth: [
          { distanceBps: 10, amountQuote: 100.1 },
          { distanceBps: 20, amountQuote: 200.4 },
        ],
      },
    },
    fills: [
      "at 1 first buys 1 @ 100.1 taker open, slippage 0.1",
      "at 1 second buys 1 @ 100.2 taker open, slippage 0.2",
    ],
    ends: { first: "filled", second: "filled" },
    equity: 9_999.7,
  },
  {
    name: "what the book does not hold is left for the next candle",
    bars: [FLAT, [100, 101, 99, 100], [200, 200, 200, 200]],
    orders: { 0: [buy("entry", 1.5, "market")] },
    settings: { slippage: { kind: "bookWalk", depth: [{ distanceBps: 10, amountQuote: 100.1 }] } },
    fills: [
      "at 1 entry buys 1 @ 100.1 taker open, slippage 0.1",
      "at 2 entry buys 0.5 @ 200.2 taker open, slippage 0.1",
    ],
    ends: { entry: "filled" },
    // + 1 × 99.9 − 0.5 × 0.2
    equity: 10_099.8,
  },
  {
    // At 2, on 2 × 101 at 0.1 %.
    name: "a long that is held when funding falls due pays the rate on its notional at that price",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 100, 101]],
    orders: { 0: [buy("entry", 2, "market")] },
    settings: { funding: [fundingAt(2, 0.001)] },
    fills: ["at 1 entry buys 2 @ 100 taker open"],
    ends: { entry: "filled" },
    equity: 10_001.798,
  },
  {
    name: "a short that is held when funding falls due receives it",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 100, 101]],
    orders: { 0: [sell("entry", 2, "market")] },
    settings: { funding: [fundingAt(2, 0.001)] },
    fills: ["at 1 entry sells 2 @ 100 taker open"],
    ends: { entry: "filled" },
    equity: 9_998.202,
  },
  {
    name: "at a rate below zero the short pays the long",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 100, 101]],
    orders: { 0: [buy("entry", 2, "market")] },
    settings: { funding: [fundingAt(2, -0.001)] },
    fills: ["at 1 entry buys 2 @ 100 taker open"],
    ends: { entry: "filled" },
    equity: 10_002.202,
  },
  {
    // 2 × 105 at 0.1 %.
    name: "funding is on the mark price where it comes with one",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 100, 101]],
    orders: { 0: [buy("entry", 2, "market")] },
    settings: { funding: [{ ...fundingAt(2, 0.001), markPrice: Float64Array.of(105) }] },
    fills: ["at 1 entry buys 2 @ 100 taker open"],
    ends: { entry: "filled" },
    equity: 10_001.79,
  },
  {
    name: "a position that leaves at the very time at which funding falls due has paid it",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 100, 101]],
    orders: { 0: [buy("entry", 2, "market")], 1: [sell("exit", 2, "market")] },
    settings: { funding: [fundingAt(2, 0.001)] },
    fills: ["at 1 entry buys 2 @ 100 taker open", "at 2 exit sells 2 @ 101 taker open"],
    ends: { entry: "filled", exit: "filled" },
    equity: 10_001.798,
  },
  {
    name: "a position that enters at the very time at which funding falls due does not pay it",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 100, 101]],
    orders: { 1: [buy("entry", 2, "market")] },
    settings: { funding: [fundingAt(2, 0.001)] },
    fills: ["at 2 entry buys 2 @ 101 taker open"],
    ends: { entry: "filled" },
    equity: 10_000,
  },
  {
    name: "a position that left before funding falls due does not pay it",
    bars: [FLAT, [100, 106, 99, 101], [101, 102, 100, 101]],
    orders: { 0: [buy("entry", 2, "market", { attached: { takeProfit: { price: 105 } } })] },
    settings: { funding: [fundingAt(2, 0.001)] },
    fills: ["at 1 entry buys 2 @ 100 taker open", "in 1 #2 sells 2 @ 105 maker takeProfit"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 10_010,
  },
  {
    name: "funding that falls due inside a candle is paid at its close, by what is held then",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 100, 101]],
    orders: { 0: [buy("entry", 2, "market")] },
    settings: { funding: [fundingAt(1.5, 0.001)] },
    fills: ["at 1 entry buys 2 @ 100 taker open"],
    ends: { entry: "filled" },
    equity: 10_001.798,
  },
  {
    name: "a spot holding pays no funding",
    bars: [FLAT, [100, 102, 99, 101], [101, 102, 100, 101]],
    orders: { 0: [buy("entry", 2, "market")] },
    settings: { ...SPOT, funding: [fundingAt(2, 0.001)] },
    fills: ["at 1 entry buys 2 @ 100 taker open"],
    ends: { entry: "filled" },
    equity: 10_002,
  },
];

function fundingAt(n: number, rate: number): { symbol: string; timestamp: Float64Array; rate: Float64Array } {
  return {
    symbol: "BTC/USDT",
    timestamp: Float64Array.of(Date.UTC(2024, 0, 1) + n * 3_600_000),
    rate: Float64Array.of(rate),
  };
}
