import { buy, ETH, type Situation, sell } from "./situation.ts";

const FLAT = [100, 100, 100, 100] as const;
const NEXT = [100, 101, 99, 100] as const;
const bought = "at 1 entry buys 1 @ 100 taker open";
const sold = "at 1 entry sells 1 @ 100 taker open";
/**
 * One at 100 with tenfold leverage has a margin of 10, and of its notional 0.5 % must be left:
 * a long is liquidated at (100 − 10) ÷ (1 − 0.005), a short at (100 + 10) ÷ (1 + 0.005).
 */
const LONG_AT = 90.452261307;
const SHORT_AT = 109.452736318;
/** 0.5 % of the notional there: what was left of the margin. */
const LONG_FEE = 0.452261307;
const SHORT_FEE = 0.547263682;
const ten = { leverage: 10 } as const;
const stoppedAt = (triggerPrice: number) => ({ attached: { stopLoss: { triggerPrice } } });

/** Leverage and liquidation. */
export const margin: readonly Situation[] = [
  {
    name: "an isolated long is liquidated inside the candle, at its price, for the liquidation fee: its margin is gone",
    bars: [FLAT, NEXT, [100, 101, 89, 95]],
    orders: { 0: [buy("entry", 1, "market")] },
    settings: ten,
    fills: [bought, `in 2 #2 sells 1 @ ${LONG_AT} taker liquidation, fee ${LONG_FEE}`],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_990,
    exits: ["liquidation"],
  },
  {
    name: "an isolated short is liquidated inside the candle, at its price, for the liquidation fee: its margin is gone",
    bars: [FLAT, NEXT, [100, 111, 99, 105]],
    orders: { 0: [sell("entry", 1, "market")] },
    settings: ten,
    fills: [sold, `in 2 #2 buys 1 @ ${SHORT_AT} taker liquidation, fee ${SHORT_FEE}`],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_990,
  },
  {
    // 15 lost and 0.425 of fee, of which the insurance fund bears all beyond the margin of 10.
    name: "a long that gaps past its liquidation loses its margin and no more",
    bars: [FLAT, NEXT, [85, 90, 84, 88]],
    orders: { 0: [buy("entry", 1, "market")] },
    settings: ten,
    fills: [bought, "at 2 #2 sells 1 @ 85 taker liquidationGapped, fee -5"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_990,
  },
  {
    // 15 lost and 0.575 of fee.
    name: "a short that gaps past its liquidation loses its margin and no more",
    bars: [FLAT, NEXT, [115, 116, 110, 112]],
    orders: { 0: [sell("entry", 1, "market")] },
    settings: ten,
    fills: [sold, "at 2 #2 buys 1 @ 115 taker liquidationGapped, fee -5"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_990,
  },
  {
    name: "a long's stop above its liquidation comes first",
    bars: [FLAT, NEXT, [100, 101, 89, 95]],
    orders: { 0: [buy("entry", 1, "market", stoppedAt(91))] },
    settings: ten,
    fills: [bought, "in 2 #2 sells 1 @ 91 taker stop"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_991,
  },
  {
    name: "a short's stop below its liquidation comes first",
    bars: [FLAT, NEXT, [100, 111, 99, 105]],
    orders: { 0: [sell("entry", 1, "market", stoppedAt(109))] },
    settings: ten,
    fills: [sold, "in 2 #2 buys 1 @ 109 taker stop"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_991,
  },
  {
    name: "a long's stop below its liquidation comes too late",
    bars: [FLAT, NEXT, [100, 101, 89, 95]],
    orders: { 0: [buy("entry", 1, "market", stoppedAt(90))] },
    settings: ten,
    fills: [bought, `in 2 #3 sells 1 @ ${LONG_AT} taker liquidation, fee ${LONG_FEE}`],
    ends: { entry: "filled", "#2": "canceled liquidated", "#3": "filled" },
    equity: 9_990,
  },
  {
    name: "a short's stop above its liquidation comes too late",
    bars: [FLAT, NEXT, [100, 111, 99, 105]],
    orders: { 0: [sell("entry", 1, "market", stoppedAt(110))] },
    settings: ten,
    fills: [sold, `in 2 #3 buys 1 @ ${SHORT_AT} taker liquidation, fee ${SHORT_FEE}`],
    ends: { entry: "filled", "#2": "canceled liquidated", "#3": "filled" },
    equity: 9_990,
  },
  {
    // Without maintenance margin a long is liquidated at 100 − 10, where its stop is as well.
    name: "a stop at the very price of the liquidation comes first",
    bars: [FLAT, NEXT, [100, 101, 89, 95]],
    orders: { 0: [buy("entry", 1, "market", stoppedAt(90))] },
    settings: {
      ...ten,
      markets: {
        "*": { leverageTiers: [{ maxNotional: Infinity, maxLeverage: 10, maintenanceMarginRate: 0 }] },
      },
    },
    fills: [bought, "in 2 #2 sells 1 @ 90 taker stop"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_990,
  },
  {
    // The stop would have lost 15 of a margin of 10.
    name: "a gap past a long's stop and its liquidation is a liquidation: no more than the margin is lost",
    bars: [FLAT, NEXT, [85, 90, 84, 88]],
    orders: { 0: [buy("entry", 1, "market", stoppedAt(92))] },
    settings: ten,
    fills: [bought, "at 2 #3 sells 1 @ 85 taker liquidationGapped, fee -5"],
    ends: { entry: "filled", "#2": "canceled liquidated", "#3": "filled" },
    equity: 9_990,
  },
  {
    name: "a gap past a short's stop and its liquidation is a liquidation: no more than the margin is lost",
    bars: [FLAT, NEXT, [115, 116, 110, 112]],
    orders: { 0: [sell("entry", 1, "market", stoppedAt(108))] },
    settings: ten,
    fills: [sold, "at 2 #3 buys 1 @ 115 taker liquidationGapped, fee -5"],
    ends: { entry: "filled", "#2": "canceled liquidated", "#3": "filled" },
    equity: 9_990,
  },
  {
    name: "an exit at the market comes too late at an open beyond the liquidation",
    bars: [FLAT, NEXT, [85, 90, 84, 88]],
    orders: {
      0: [buy("entry", 1, "market")],
      1: [sell("exit", 1, "market", { reduceOnly: true })],
    },
    settings: ten,
    fills: [bought, "at 2 #3 sells 1 @ 85 taker liquidationGapped, fee -5"],
    ends: { entry: "filled", exit: "canceled liquidated", "#3": "filled" },
    equity: 9_990,
  },
  {
    name: "a liquidation cancels what waits on its market",
    bars: [FLAT, NEXT, [100, 101, 89, 95], [95, 96, 79, 80]],
    orders: { 0: [buy("entry", 1, "market"), buy("lower", 1, "limit", { price: 80 })] },
    settings: ten,
    fills: [bought, `in 2 #3 sells 1 @ ${LONG_AT} taker liquidation, fee ${LONG_FEE}`],
    ends: { entry: "filled", lower: "canceled liquidated", "#3": "filled" },
    equity: 9_990,
  },
  {
    // With the wallet of 20 as its collateral: (100 − 20) ÷ (1 − 0.005) = 80.402….
    name: "a cross position has the whole wallet as its margin where an isolated one would be liquidated",
    bars: [FLAT, NEXT, [100, 101, 85, 95]],
    orders: { 0: [buy("entry", 1, "market")] },
    settings: { ...ten, marginMode: "cross", startingBalance: 20 },
    fills: [bought],
    ends: { entry: "filled" },
    equity: 15,
  },
  {
    // The same wallet with isolated margin: 10 of it are lost.
    name: "an isolated position in the same wallet is liquidated and leaves the rest of it",
    bars: [FLAT, NEXT, [100, 101, 85, 95]],
    orders: { 0: [buy("entry", 1, "market")] },
    settings: { ...ten, startingBalance: 20 },
    fills: [bought, `in 2 #2 sells 1 @ ${LONG_AT} taker liquidation, fee ${LONG_FEE}`],
    ends: { entry: "filled", "#2": "filled" },
    equity: 10,
  },
  {
    name: "a cross position is liquidated where the whole wallet is gone",
    bars: [FLAT, NEXT, [100, 101, 80, 95], [95, 96, 94, 95]],
    orders: { 0: [buy("entry", 1, "market")] },
    settings: { ...ten, marginMode: "cross", startingBalance: 20 },
    fills: [bought, "in 2 #2 sells 1 @ 80.40201005 taker liquidation, fee 0.40201005"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 0,
  },
  {
    // The mark falls 10 while the last price falls 5; it is at 90.452… after 95.4774 % of the way: 95.226….
    name: "by the mark price a position is liquidated that the last price would have left, at the last price there",
    bars: [FLAT, NEXT, [100, 101, 95, 98]],
    marks: [FLAT, NEXT, [100, 101, 90, 98]],
    orders: { 0: [buy("entry", 1, "market")] },
    settings: { ...ten, triggerBy: "mark" },
    fills: [bought, "in 2 #2 sells 1 @ 95.226130653 taker liquidation, fee 0.476130653"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 9_994.75,
  },
  {
    name: "by the last price a dip of the mark liquidates nothing",
    bars: [FLAT, NEXT, [100, 101, 95, 98]],
    marks: [FLAT, NEXT, [100, 101, 90, 98]],
    orders: { 0: [buy("entry", 1, "market")] },
    settings: ten,
    fills: [bought],
    ends: { entry: "filled" },
    equity: 9_998,
  },
  {
    name: "by the mark price a dip of the last price liquidates nothing",
    bars: [FLAT, NEXT, [100, 101, 88, 98]],
    marks: [FLAT, NEXT, [100, 101, 97, 98]],
    orders: { 0: [buy("entry", 1, "market")] },
    settings: { ...ten, triggerBy: "mark" },
    fills: [bought],
    ends: { entry: "filled" },
    equity: 9_998,
  },
  {
    // The mark falls 8 while the last price falls 4: at 95 of the mark the last price is 97.5.
    name: "a stop by the mark price sells at the last price of that moment",
    bars: [FLAT, NEXT, [100, 101, 96, 98]],
    marks: [FLAT, NEXT, [100, 101, 92, 98]],
    orders: {
      0: [buy("entry", 1, "market")],
      1: [sell("stop", 1, "stop", { triggerPrice: 95, triggerBy: "mark", reduceOnly: true })],
    },
    fills: [bought, "in 2 stop sells 1 @ 97.5 taker stop"],
    ends: { entry: "filled", stop: "filled" },
    equity: 9_997.5,
  },
  {
    name: "a long without leverage is never liquidated",
    bars: [FLAT, NEXT, [100, 101, 1, 2]],
    orders: { 0: [buy("entry", 1, "market")] },
    fills: [bought],
    ends: { entry: "filled" },
    equity: 9_902,
  },
  {
    name: "each order may have its own leverage, and its position keeps it",
    bars: [FLAT, NEXT, [100, 101, 89, 95]],
    others: { [ETH]: [FLAT, NEXT, [100, 101, 89, 95]] },
    orders: {
      0: [
        buy("entry", 1, "market", { leverage: 10 }),
        buy("calm", 1, "market", { leverage: 2, symbol: ETH }),
      ],
    },
    fills: [
      bought,
      "at 1 calm buys 1 @ 100 taker open",
      `in 2 #3 sells 1 @ ${LONG_AT} taker liquidation, fee ${LONG_FEE}`,
    ],
    ends: { entry: "filled", calm: "filled", "#3": "filled" },
    equity: 9_985,
  },
  {
    // 20 of wallet, both cross at tenfold: ETH's loss of 8 leaves 12 for BTC, less its maintenance of 0.46:
    // (100 − 11.54) ÷ 0.995 = 88.904… is below BTC's low of 89 until ETH is folded, and BTC's candle comes first.
    name: "a loss of one cross position brings the liquidation of another nearer, from the next candle on",
    bars: [FLAT, NEXT, [100, 101, 89, 95], [95, 96, 88.5, 94]],
    others: { [ETH]: [FLAT, NEXT, [100, 101, 92, 92], [92, 92, 92, 92]] },
    orders: { 0: [buy("entry", 1, "market"), buy("other", 1, "market", { symbol: ETH })] },
    settings: { ...ten, marginMode: "cross", startingBalance: 20 },
    fills: [
      bought,
      "at 1 other buys 1 @ 100 taker open",
      "in 3 #3 sells 1 @ 88.904522613 taker liquidation, fee 0.444522613",
    ],
    ends: { entry: "filled", other: "filled", "#3": "filled" },
    // 20 − 11.095477387 − 0.444522613 − 8
    equity: 0.46,
  },
  {
    name: "funding that the wallet cannot pay comes out of the isolated margin and brings the liquidation nearer",
    // 10 of balance are all margin. Funding of 1 leaves 9: (100 − 9) ÷ 0.995 = 91.457….
    bars: [FLAT, NEXT, [100, 101, 91, 95]],
    orders: { 0: [buy("entry", 1, "market")] },
    settings: {
      ...ten,
      startingBalance: 10,
      funding: [
        {
          symbol: "BTC/USDT",
          timestamp: Float64Array.of(Date.UTC(2024, 0, 1, 2)),
          rate: Float64Array.of(0.01),
        },
      ],
    },
    fills: [bought, "in 2 #2 sells 1 @ 91.457286432 taker liquidation, fee 0.457286432"],
    ends: { entry: "filled", "#2": "filled" },
    equity: 0,
  },
];
