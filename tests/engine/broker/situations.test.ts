import { describe, expect, it } from "vitest";
import { Exchange } from "./exchange.ts";

describe("market orders", () => {
  it("fill at the next open, taker, with their fee", () => {
    const x = new Exchange({ venue: { fees: { kind: "flat", makerBps: 2, takerBps: 5 } } }).bars([
      100, 101, 99, 100,
    ]);
    x.submit({ side: "buy", type: "market", amount: 2 });
    expect(x.tape.fills).toEqual([]);
    x.bars([102, 103, 101, 102]);
    expect(x.told).toEqual(["open buy 2@102"]);
    expect(x.tape.fills[0]).toMatchObject({
      fee: 2 * 102 * 0.0005,
      liquidity: "taker",
      time: 60_000,
      realised: 0,
    });
    expect(x.events()).toEqual(["submit", "accept", "fill open"]);
  });

  it("fill at the worst of the candle when asked to", () => {
    const x = new Exchange({ settings: { fillModel: "nextWorst" } }).bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "market", amount: 1 });
    x.bars([100, 104, 98, 100]);
    x.submit({ side: "sell", type: "market", amount: 1 });
    x.bars([100, 104, 97, 100]);
    expect(x.told).toEqual(["worst buy 1@104", "worst sell 1@97"]);
  });

  it("fill at the close that they were decided at when asked to", () => {
    const x = new Exchange({ settings: { fillModel: "thisClose" } }).bars([100, 101, 99, 100.5]);
    const order = x.submit({ side: "buy", type: "market", amount: 1 });
    expect(order.status).toBe("filled");
    expect(x.told).toEqual(["close buy 1@100.5"]);
    expect(x.tape.fills[0].time).toBe(60_000);
  });

  it.each([
    ["nextOpen", 1, "open buy 1@103"],
    ["nextOpen", 2, "open buy 1@105"],
    ["thisClose", 1, "close buy 1@104"],
  ] as const)("are held back by delayBars (%s, %i)", (fillModel, delayBars, expected) => {
    const x = new Exchange({ settings: { fillModel, delayBars } }).bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "market", amount: 1 });
    x.bars([101, 104, 100, 104], [103, 106, 102, 105], [105, 106, 104, 105]);
    expect(x.told).toEqual([expected]);
  });
});

describe("limit orders", () => {
  it("fill at their price as maker when the candle touches it", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "limit", amount: 1, price: 98 });
    x.bars([100, 101, 98.5, 99], [99, 100, 98, 99]);
    expect(x.told).toEqual(["limit buy 1@98"]);
    expect(x.tape.fills[0]).toMatchObject({ liquidity: "maker", time: 3 * 60_000 - 1 });
  });

  it("that rested fill at the open when it gaps through, still as maker", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "limit", amount: 1, price: 98 });
    x.bars([95, 96, 94, 95]);
    expect(x.told).toEqual(["limitGapped buy 1@95"]);
    expect(x.tape.fills[0].liquidity).toBe("maker");
  });

  it("that could fill on arrival take at the open, and rest when the open has left them", () => {
    const x = new Exchange({ venue: { slippage: { kind: "fixedBps", bps: 200 } } }).bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "limit", amount: 1, price: 101 });
    x.submit({ side: "buy", type: "limit", amount: 1, price: 100.5, clientOrderId: "b" });
    x.bars([100.8, 102, 100, 101]);
    // Slippage stops at the limit.
    expect(x.told).toEqual(["marketable buy 1@101", "limit buy 1@100.5"]);
    expect(x.tape.fills.map(({ liquidity }) => liquidity)).toEqual(["taker", "maker"]);
  });

  it("post-only are refused when they would cross", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    const order = x.submit({ side: "buy", type: "limit", amount: 1, price: 100.5, postOnly: true });
    expect(order).toMatchObject({ status: "rejected", reason: "postOnlyWouldCross" });
    expect(order.message).toContain("the last price is 100");
  });

  it("IOC leave what does not fill at once; FOK fill whole or not at all", () => {
    const x = new Exchange({ venue: { participation: 0.1 } }).bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "limit", amount: 5, price: 101, timeInForce: "IOC", clientOrderId: "ioc" });
    x.bars([100, 101, 99, 100, 30]);
    x.submit({ side: "buy", type: "limit", amount: 5, price: 101, timeInForce: "FOK", clientOrderId: "fok" });
    x.bars([100, 101, 99, 100, 30]);
    x.submit({
      side: "sell",
      type: "limit",
      amount: 1,
      price: 101,
      timeInForce: "IOC",
      clientOrderId: "away",
    });
    x.bars([100, 101, 99, 100, 30]);
    expect(x.told).toEqual(["marketable buy 3@100"]);
    expect(x.events("ioc")).toEqual(["submit", "accept", "partialFill marketable", "cancel iocRemainder"]);
    expect(x.events("fok")).toEqual(["submit", "accept", "cancel fokShortOfVolume"]);
    expect(x.events("away")).toEqual(["submit", "accept", "cancel iocRemainder"]);
  });

  it("GTD expire before the candle that opens at their time", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    x.submit({
      side: "buy",
      type: "limit",
      amount: 1,
      price: 98,
      timeInForce: "GTD",
      expireTime: 2 * 60_000,
    });
    x.bars([100, 101, 99, 100], [97, 99, 96, 98]);
    expect(x.told).toEqual([]);
    expect(x.events()).toEqual(["submit", "accept", "expire expired"]);
  });

  it("fill in parts by participation, and the rest can be canceled", () => {
    const x = new Exchange({ venue: { participation: 0.1 } }).bars([100, 101, 99, 100]);
    const order = x.submit({ side: "buy", type: "limit", amount: 5, price: 99, clientOrderId: "a" });
    x.bars([100, 101, 98, 100, 20]);
    expect(order).toMatchObject({ status: "partiallyFilled", filled: 2, remaining: 3, amount: 5 });
    expect(x.broker.cancel("a", x.time)).toBeUndefined();
    x.bars([100, 101, 98, 100, 20]);
    expect(x.told).toEqual(["limit buy 2@99"]);
    expect(order.status).toBe("canceled");
  });
});

describe("stops and targets", () => {
  const long = (attached: object, settings = {}): Exchange => {
    const x = new Exchange({ settings }).bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "market", amount: 1, attached });
    return x.bars([100, 101, 99, 100]);
  };

  it("a stop fills at its trigger, gapped through at the open", () => {
    const hit = long({ stopLoss: { triggerPrice: 95 } }).bars([100, 101, 94, 96]);
    expect(hit.told.at(-1)).toBe("stop sell 1@95");
    const gapped = long({ stopLoss: { triggerPrice: 95 } }).bars([93, 96, 92, 94]);
    expect(gapped.told.at(-1)).toBe("stopGapped sell 1@93");
  });

  it.each([
    ["pessimistic", "stop sell 1@95"],
    ["favourableFirst", "takeProfit sell 1@105"],
    ["nearestFirst", "takeProfit sell 1@105"],
  ] as const)("of stop and target in one candle %s takes its own first", (pathModel, expected) => {
    const x = long({ stopLoss: { triggerPrice: 95 }, takeProfit: { price: 105 } }, { pathModel });
    x.bars([100, 105.5, 94, 100]);
    expect(x.told.slice(1)).toEqual([expected]);
    expect(x.broker.openOrders()).toEqual([]);
    expect(x.broker.account.amount[0]).toBe(0);
  });

  it("a target fills at its price as maker and ends the stop", () => {
    const x = long({ stopLoss: { triggerPrice: 95 }, takeProfit: { price: 105 } }).bars([100, 106, 99, 104]);
    expect(x.told.at(-1)).toBe("takeProfit sell 1@105");
    expect(x.tape.orders.at(-1)).toMatchObject({ event: "cancel", reason: "bracket" });
  });

  it("a ladder's rungs take their fractions off the stop", () => {
    const x = new Exchange({ market: { amountStep: 0.1 } }).bars([100, 101, 99, 100]);
    const ladder = [
      { price: 102, fraction: 0.25 },
      { price: 104, fraction: 0.25 },
      { price: 106, fraction: 0.5 },
    ];
    x.submit({
      side: "buy",
      type: "market",
      amount: 1,
      attached: { stopLoss: { triggerPrice: 95 }, takeProfit: { ladder } },
    });
    x.bars([100, 101, 99, 100], [100, 104.5, 99, 104], [104, 105, 94, 95]);
    // A quarter of 1 rounded down to the step is 0.2; the last rung takes what rounding leaves.
    expect(x.told.slice(1)).toEqual([
      "takeProfit sell 0.2@102",
      "takeProfit sell 0.2@104",
      "stop sell 0.6@95",
    ]);
    expect(x.broker.openOrders()).toEqual([]);
  });

  it("a trailing stop follows the path leg by leg", () => {
    const x = long({ trailingStop: { distance: 3, unit: "quote" } });
    // Long and pessimistic: open, low, high, close. The high lifts the trigger to 107, which the close then passes.
    x.bars([101, 110, 100, 106]);
    expect(x.told.at(-1)).toBe("trailingStop sell 1@107");
  });

  it("a trailing stop by fraction begins at its activation and tightens from a price on", () => {
    const x = long({
      trailingStop: {
        distance: 0.1,
        unit: "fraction",
        activationPrice: 105,
        tighter: { fromPrice: 120, distance: 0.05 },
      },
    });
    x.bars([100, 104, 90, 100]);
    expect(x.told).toHaveLength(1);
    x.bars([100, 110, 100, 110], [110, 120, 109, 120], [120, 121, 113, 114]);
    // The best price before the low was 120: 5 % below is 114.
    expect(x.told.at(-1)).toBe("trailingStop sell 1@114");
  });

  it("attached to an entry inside the candle can be stopped in it, not taken off with profit, unless asked to", () => {
    const entry = {
      side: "buy",
      type: "limit",
      amount: 1,
      price: 98,
      attached: { stopLoss: { triggerPrice: 96 }, takeProfit: { price: 101 } },
    } as const;
    const pessimistic = new Exchange().bars([100, 101, 99, 100]);
    pessimistic.submit(entry);
    pessimistic.bars([100, 103, 97, 102]);
    expect(pessimistic.told).toEqual(["limit buy 1@98"]);
    pessimistic.bars([102, 103, 101, 102]);
    expect(pessimistic.told.at(-1)).toBe("takeProfitGapped sell 1@102");
    const nearest = new Exchange({ settings: { pathModel: "nearestFirst" } }).bars([100, 101, 99, 100]);
    nearest.submit(entry);
    nearest.bars([100, 103, 97, 102]);
    expect(nearest.told).toEqual(["limit buy 1@98", "takeProfit sell 1@101"]);
    const stopped = new Exchange().bars([100, 101, 99, 100]);
    stopped.submit(entry);
    stopped.bars([100, 101, 95, 97]);
    expect(stopped.told).toEqual(["limit buy 1@98", "stop sell 1@96"]);
  });

  it("end when the position leaves by another order", () => {
    const x = long({ stopLoss: { triggerPrice: 95 }, takeProfit: { price: 105 } });
    x.submit({ side: "sell", type: "market", amount: 1, reduceOnly: true });
    x.bars([100, 101, 99, 100], [100, 110, 90, 100]);
    expect(x.told.slice(1)).toEqual(["open sell 1@100"]);
    expect(x.events().filter((event) => event === "cancel positionClosed")).toHaveLength(2);
  });

  it("a stop-limit gapped through rests at its limit", () => {
    const x = long({ stopLoss: { triggerPrice: 95, price: 94 } }).bars([90, 93, 89, 92]);
    expect(x.told).toHaveLength(1);
    x.bars([92, 95, 91, 93]);
    expect(x.told.at(-1)).toBe("limit sell 1@94");
  });

  it("grow with the fills of their entry", () => {
    const x = new Exchange({ venue: { participation: 0.1 } }).bars([100, 101, 99, 100]);
    x.submit({
      side: "buy",
      type: "market",
      amount: 3,
      attached: { stopLoss: { triggerPrice: 90 }, takeProfit: { price: 110 } },
    });
    x.bars([100, 101, 99, 100, 10], [100, 101, 99, 100, 10]);
    expect(x.broker.openOrders().map(({ role, remaining }) => [role, remaining])).toEqual([
      ["none", 1],
      ["stopLoss", 2],
      ["takeProfit", 2],
    ]);
  });
});

describe("groups", () => {
  it("an OCO fill takes as much off the others", () => {
    const x = new Exchange({ venue: { participation: 0.1 } }).bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "market", amount: 4 });
    x.bars([100, 101, 99, 100, 40]);
    x.submit({ side: "sell", type: "limit", amount: 4, price: 105, ocoGroup: "g", clientOrderId: "target" });
    x.submit({
      side: "sell",
      type: "stop",
      amount: 4,
      triggerPrice: 95,
      ocoGroup: "g",
      clientOrderId: "stop",
    });
    x.bars([100, 106, 99, 104, 10]);
    expect(x.broker.order("stop")?.remaining).toBe(3);
    x.bars([104, 106, 103, 104, 40]);
    expect(x.told.slice(1)).toEqual(["limit sell 1@105", "limit sell 3@105"]);
    expect(x.events("stop").at(-1)).toBe("cancel oco");
  });
});

describe("reduce-only", () => {
  it("never turns a position, and is refused without one", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    expect(x.submit({ side: "sell", type: "market", amount: 1, reduceOnly: true })).toMatchObject({
      status: "rejected",
      reason: "reduceOnlyWithoutPosition",
    });
    x.submit({ side: "buy", type: "market", amount: 1 });
    x.bars([100, 101, 99, 100]);
    x.submit({ side: "sell", type: "market", amount: 5, reduceOnly: true, clientOrderId: "r" });
    x.bars([100, 101, 99, 100]);
    expect(x.told.at(-1)).toBe("open sell 1@100");
    expect(x.broker.account.amount[0]).toBe(0);
    expect(x.events("r").at(-1)).toBe("cancel positionClosed");
  });
});

describe("latency", () => {
  it("lets an order take part from where the path is when it arrives", () => {
    // Flat, the nearer extreme first: 100 → 99 → 103 → 101 is a way of 1 + 4 + 2 = 7. After half a minute it is 3.5
    // on the way: 2.5 above the low.
    const x = new Exchange({ venue: { latency: { submitMs: 30_000 } } }).bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "market", amount: 1 });
    expect(x.tape.orders.at(-1)?.status).toBe("pendingNew");
    x.bars([100, 103, 99, 101]);
    expect(x.told).toEqual(["arrival buy 1@101.5"]);
    expect(x.tape.fills[0].time).toBe(90_000);
  });

  it("lets an order fill while its cancellation travels", () => {
    const x = new Exchange({ venue: { latency: { submitMs: 0, cancelMs: 60_000 } } }).bars([
      100, 101, 99, 100,
    ]);
    const order = x.submit({ side: "buy", type: "limit", amount: 1, price: 99, clientOrderId: "a" });
    x.broker.cancel("a", x.time);
    expect(order.status).toBe("pendingCancel");
    x.bars([100, 101, 98, 100]);
    expect(order.status).toBe("filled");
  });
});

describe("amending", () => {
  it("moves a stop, and refuses what cannot be", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "market", amount: 1 });
    x.bars([100, 101, 99, 100]);
    x.submit({
      side: "sell",
      type: "stop",
      amount: 1,
      triggerPrice: 95,
      reduceOnly: true,
      clientOrderId: "s",
    });
    expect(x.broker.amend("s", { triggerPrice: 101 }, x.time)).toBe("triggersAtOnce");
    expect(x.broker.amend("s", { price: 101 }, x.time)).toBe("priceUnexpected");
    expect(x.broker.amend("t", { price: 101 }, x.time)).toBe("unknownOrder");
    expect(x.broker.amend("s", { triggerPrice: 98 }, x.time)).toBeUndefined();
    x.bars([100, 101, 97, 100]);
    expect(x.told.at(-1)).toBe("stop sell 1@98");
    expect(x.broker.amend("s", { triggerPrice: 98 }, x.time)).toBe("orderFinished");
  });
});
