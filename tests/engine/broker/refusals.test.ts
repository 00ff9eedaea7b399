import { describe, expect, it } from "vitest";
import type { MarketSpec } from "#engine/broker/settings.ts";
import { SimulatedBroker } from "#engine/broker/simulated.ts";
import type { OrderRequest } from "#engine/orders/order.ts";
import { REJECTIONS } from "#engine/orders/rejection.ts";
import { Exchange, MINUTE, Tape } from "./exchange.ts";

const MARKET: Partial<MarketSpec> = {
  priceTick: 0.5,
  amountStep: 0.01,
  minAmount: 0.05,
  maxAmount: 100,
  minNotional: 10,
  maxNotional: 5_000,
  maxOpenOrders: 3,
};

const market = (request: object): Omit<OrderRequest, "symbol"> => ({
  side: "buy",
  type: "market",
  amount: 1,
  ...request,
});
const limit = (request: object): Omit<OrderRequest, "symbol"> => ({
  side: "buy",
  type: "limit",
  amount: 1,
  price: 99,
  ...request,
});

describe("an order is refused", () => {
  it.each<[string, Omit<OrderRequest, "symbol">]>([
    ["sideInvalid", market({ side: "up" })],
    ["typeInvalid", market({ type: "iceberg" })],
    ["timeInForceInvalid", market({ timeInForce: "DAY" })],
    ["triggerByInvalid", market({ triggerBy: "index" })],
    ["amountInvalid", market({ amount: 0 })],
    ["amountInvalid", market({ amount: -1 })],
    ["amountInvalid", market({ amount: Number.NaN })],
    ["amountInvalid", market({ amount: Infinity })],
    ["amountOffStep", market({ amount: 0.105 })],
    ["amountBelowMinimum", market({ amount: 0.04 })],
    ["amountAboveMaximum", market({ amount: 101 })],
    ["notionalBelowMinimum", market({ amount: 0.09 })],
    ["notionalAboveMaximum", market({ amount: 51 })],
    ["priceMissing", limit({ price: undefined })],
    ["priceInvalid", limit({ price: -5 })],
    ["priceInvalid", limit({ price: Number.NaN })],
    ["priceOffTick", limit({ price: 99.3 })],
    ["priceUnexpected", market({ price: 100 })],
    ["triggerPriceMissing", market({ type: "stop" })],
    ["triggerPriceUnexpected", limit({ triggerPrice: 98 })],
    ["triggerPriceInvalid", market({ type: "stop", triggerPrice: 0 })],
    ["triggerPriceOffTick", market({ type: "stop", triggerPrice: 104.2 })],
    ["trailMissing", market({ type: "trailingStop" })],
    ["trailUnexpected", market({ trail: { distance: 1, unit: "quote" } })],
    ["trailInvalid", market({ type: "trailingStop", trail: { distance: 1, unit: "fraction" } })],
    ["trailInvalid", market({ type: "trailingStop", trail: { distance: 0, unit: "quote" } })],
    [
      "trailInvalid",
      market({
        type: "trailingStop",
        trail: { distance: 1, unit: "quote", tighter: { fromPrice: 110, distance: 2 } },
      }),
    ],
    ["triggersAtOnce", market({ type: "stop", triggerPrice: 99 })],
    ["triggersAtOnce", market({ type: "takeProfit", triggerPrice: 101 })],
    ["triggersAtOnce", { side: "sell", type: "stop", amount: 1, triggerPrice: 101 }],
    ["stopOnWrongSide", market({ attached: { stopLoss: { triggerPrice: 101 } } })],
    ["stopOnWrongSide", market({ side: "sell", attached: { stopLoss: { triggerPrice: 99 } } })],
    ["stopOnWrongSide", limit({ price: 98, attached: { stopLoss: { triggerPrice: 98.5 } } })],
    ["targetOnWrongSide", market({ attached: { takeProfit: { price: 99 } } })],
    ["ladderInvalid", market({ attached: { takeProfit: { ladder: [] } } })],
    ["ladderInvalid", market({ attached: { takeProfit: { ladder: [{ price: 101, fraction: 0 }] } } })],
    [
      "ladderInvalid",
      market({ attached: { takeProfit: { ladder: [101, 102].map((price) => ({ price, fraction: 0.6 })) } } }),
    ],
    ["attachedToReduceOnly", market({ reduceOnly: true, attached: { stopLoss: { triggerPrice: 95 } } })],
    ["expireTimeMissing", limit({ timeInForce: "GTD" })],
    ["expireTimeUnexpected", limit({ expireTime: 1e9 })],
    ["expireTimePast", limit({ timeInForce: "GTD", expireTime: MINUTE })],
    ["postOnlyNotLimit", market({ postOnly: true })],
    ["postOnlyNotLimit", limit({ postOnly: true, timeInForce: "IOC" })],
    ["postOnlyWouldCross", limit({ price: 100, postOnly: true })],
    ["reduceOnlyWithoutPosition", limit({ reduceOnly: true })],
    ["leverageInvalid", market({ leverage: 0.5 })],
    ["leverageAboveTier", limit({ leverage: 126 })],
    ["reservedClientOrderId", market({ clientOrderId: "#7" })],
    ["insufficientBalance", limit({ amount: 12 })],
  ])("%s: %o", (reason, request) => {
    const x = new Exchange({ market: MARKET, venue: { startingBalance: 1_000 } }).bars([100, 101, 99, 100]);
    const order = x.submit(request);
    expect(order).toMatchObject({ status: "rejected", reason });
    expect(order.message).toContain(reason);
    expect(order.message).toContain(REJECTIONS[reason as keyof typeof REJECTIONS]);
    expect(x.tape.orders.map(({ event }) => event)).toEqual(["submit", "reject"]);
    expect(x.broker.openOrders()).toEqual([]);
    expect(x.broker.account.free(0)).toBe(1_000);
  });

  it("for a name that was used, an unknown symbol, and one order too many", () => {
    const x = new Exchange({ market: MARKET }).bars([100, 101, 99, 100]);
    x.submit(limit({ clientOrderId: "a" }));
    expect(x.submit(limit({ clientOrderId: "a" })).reason).toBe("duplicateClientOrderId");
    expect(x.broker.order("a")?.status).toBe("new");
    expect(x.broker.submit(0, { symbol: "ETH/USDT", ...market({}) }, x.time).reason).toBe("unknownSymbol");
    x.submit(limit({}));
    x.submit(limit({}));
    expect(x.submit(limit({})).reason).toBe("tooManyOpenOrders");
    x.broker.cancel("a", x.time);
    expect(x.submit(limit({ clientOrderId: "a" })).reason).toBe("duplicateClientOrderId");
  });

  it("on a market that another strategy holds", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    x.submit(limit({}));
    const theirs = x.broker.submit(1, { symbol: "BTC/USDT", ...limit({}) }, x.time);
    expect(theirs.reason).toBe("marketInUse");
  });

  it("on spot for selling what is not held, and for leverage", () => {
    const x = new Exchange({ market: { type: "spot" } }).bars([100, 101, 99, 100]);
    expect(x.submit(market({ side: "sell" })).reason).toBe("shortOnSpot");
    expect(x.submit(market({ leverage: 2 })).reason).toBe("leverageInvalid");
    x.submit(market({ amount: 2 }));
    x.bars([100, 101, 99, 100]);
    expect(x.submit(limit({ side: "sell", price: 105, amount: 1.5 })).status).toBe("new");
    expect(x.submit(limit({ side: "sell", price: 106, amount: 1 })).reason).toBe("insufficientBase");
    expect(x.submit(limit({ side: "sell", price: 106, amount: 0.5 })).status).toBe("new");
  });

  it("when it comes to fill and the balance does not pay for it, unless it asks to be cut", () => {
    const fees = { kind: "flat", makerBps: 0, takerBps: 100 } as const;
    const venue = { startingBalance: 1_000, fees };
    const x = new Exchange({ market: { amountStep: 0.1 }, venue }).bars([100, 101, 99, 100]);
    x.submit(market({ amount: 10, clientOrderId: "whole" }));
    x.submit(market({ amount: 10, clientOrderId: "cut", cutToBalance: true }));
    x.bars([100, 101, 99, 100]);
    expect(x.events("whole")).toEqual(["submit", "reject insufficientBalance"]);
    // 1,000 / (100 × 1.01) = 9.90…
    expect(x.told).toEqual(["open buy 9.9@100"]);
  });

  it("not for a purchase that a sale handed in before it pays for", () => {
    const markets: MarketSpec[] = ["A", "B"].map((id) => ({ id, symbol: id, exchange: "sim", type: "spot" }));
    const tape = new Tape();
    const broker = new SimulatedBroker({ venues: { sim: { startingBalance: 1_000 } } }, markets, tape);
    const bars = (time: number): void => {
      for (const m of [0, 1]) broker.beginCandle(m, time, time + MINUTE, 100, 100, 100, 100, 1);
      broker.openPhase();
      broker.inside();
      broker.close();
    };
    bars(0);
    broker.submitMarket(0, 1, 10, MINUTE, false, false);
    bars(MINUTE);
    // The sale is of the later market: the order of submission decides, not that of the markets.
    broker.submitMarket(0, 1, -10, 2 * MINUTE, true, false);
    broker.submitMarket(0, 0, 10, 2 * MINUTE, false, false);
    bars(2 * MINUTE);
    expect(tape.fills.map(({ market: m, direction }) => [m, direction])).toEqual([
      [1, 1],
      [1, -1],
      [0, 1],
    ]);
  });
});

describe("rounding to the market", () => {
  it("rounds amounts down, limits away from the market and triggers to the nearest tick", () => {
    const x = new Exchange({ market: MARKET }).bars([100, 101, 99, 100]);
    const rounding = "toMarket";
    expect(x.submit(limit({ amount: 1.239, price: 99.4, rounding }))).toMatchObject({
      amount: 1.23,
      price: 99,
    });
    expect(x.submit(limit({ side: "sell", price: 101.1, rounding }))).toMatchObject({ price: 101.5 });
    expect(x.submit(market({ type: "stop", triggerPrice: 103.3, rounding }))).toMatchObject({
      triggerPrice: 103.5,
    });
  });
});
