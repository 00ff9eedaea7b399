import { describe, expect, it } from "vitest";
import { SILENT } from "#engine/broker/listener.ts";
import type { MarketSpec } from "#engine/broker/settings.ts";
import { SimulatedBroker } from "#engine/broker/simulated.ts";
import { EngineError } from "#engine/core/errors.ts";
import { Exchange, MINUTE, Tape } from "./exchange.ts";

const spec = (id: string, given: Partial<MarketSpec> = {}): MarketSpec => ({
  id,
  symbol: id,
  exchange: "sim",
  type: "linear",
  ...given,
});

function batch(
  broker: SimulatedBroker,
  time: number,
  bars: readonly (readonly [number, number, number, number])[],
): void {
  bars.forEach(([open, high, low, close], market) => {
    broker.beginCandle(market, time, time + MINUTE, open, high, low, close, 10);
  });
  broker.openPhase();
  broker.inside();
  broker.close();
}

describe("the order of simultaneous events", () => {
  it("at an open is that of submission across the markets, then market by market", () => {
    const tape = new Tape();
    const broker = new SimulatedBroker(
      { venues: { sim: { startingBalance: 1e6 } } },
      [spec("A"), spec("B")],
      tape,
    );
    const flat = [100, 100, 100, 100] as const;
    batch(broker, 0, [flat, flat]);
    const limit = { side: "buy", type: "limit", amount: 1 } as const;
    broker.submit(0, { ...limit, symbol: "B", price: 95, clientOrderId: "b rests, gapped" }, MINUTE);
    broker.submit(0, { ...limit, symbol: "A", price: 89, clientOrderId: "a inside" }, MINUTE);
    broker.submit(0, { ...limit, symbol: "B", price: 88, clientOrderId: "b inside" }, MINUTE);
    broker.submit(
      0,
      { symbol: "A", side: "buy", type: "market", amount: 1, clientOrderId: "a market" },
      MINUTE,
    );
    broker.submit(
      0,
      { symbol: "B", side: "buy", type: "market", amount: 1, clientOrderId: "b market" },
      MINUTE,
    );
    batch(broker, MINUTE, [
      [90, 91, 85, 90],
      [90, 91, 85, 90],
    ]);
    expect(tape.fills.map(({ order }) => order)).toEqual([
      "b rests, gapped",
      "a market",
      "b market",
      "a inside",
      "b inside",
    ]);
  });

  it("at one price is that of arrival, and a new price takes a new place", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    for (const clientOrderId of ["first", "second"]) {
      x.submit({ side: "buy", type: "limit", amount: 1, price: 95, clientOrderId });
    }
    x.broker.amend("first", { price: 94 }, x.time);
    x.broker.amend("first", { price: 95 }, x.time);
    x.bars([100, 101, 94, 96]);
    expect(x.tape.fills.map(({ order }) => order)).toEqual(["second", "first"]);
  });
});

describe("several venues", () => {
  it("have wallets, fees and orders of their own; a symbol of both is named by its id", () => {
    const tape = new Tape();
    const broker = new SimulatedBroker(
      {
        venues: {
          near: { startingBalance: 1_000, fees: { kind: "flat", makerBps: 0, takerBps: 10 } },
          far: { startingBalance: 50 },
        },
      },
      ["far", "near"].map((exchange) => spec(`${exchange}:X`, { symbol: "X", exchange, type: "spot" })),
      tape,
    );
    const flat = [100, 100, 100, 100] as const;
    batch(broker, 0, [flat, flat]);
    expect(broker.marketIndex("X")).toBe(-1);
    const order = { side: "buy", type: "market", amount: 1 } as const;
    expect(broker.submit(0, { ...order, symbol: "X" }, MINUTE).reason).toBe("unknownSymbol");
    broker.submit(0, { ...order, symbol: "far:X" }, MINUTE);
    broker.submit(0, { ...order, symbol: "near:X" }, MINUTE);
    batch(broker, MINUTE, [flat, flat]);
    expect(tape.fills.map(({ market, fee }) => [market, fee])).toEqual([[1, 0.1]]);
    expect(tape.orders.find(({ event }) => event === "reject" && tape.orders.length > 0)?.reason).toBe(
      "unknownSymbol",
    );
    expect(tape.orders.filter(({ event }) => event === "reject").at(-1)?.reason).toBe("insufficientBalance");
    expect(broker.account.equity()).toBeCloseTo(1_049.9, 10);
  });
});

describe("the mark price", () => {
  it("triggers what looks at it, in step with the last price along the candle", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    x.submit({
      side: "buy",
      type: "market",
      amount: 1,
      attached: { stopLoss: { triggerPrice: 95, triggerBy: "mark" } },
    });
    x.bars([100, 101, 99, 100]);
    x.broker.markCandle(0, 100, 101, 96, 100);
    x.bars([100, 101, 90, 100]);
    expect(x.told).toHaveLength(1);
    // The mark falls from 100 to 90 while the last price falls from 100 to 96: half-way, at 95, it is 98.
    x.broker.markCandle(0, 100, 101, 90, 100);
    x.bars([100, 101, 96, 100]);
    expect(x.told.at(-1)).toBe("stop sell 1@98");
  });

  it("told at a moment triggers at the last price, and liquidates", () => {
    const x = new Exchange({ market: { leverage: 10 }, settings: { triggerBy: "mark" } }).bars([
      100, 101, 99, 100,
    ]);
    x.submit({ side: "buy", type: "market", amount: 2 });
    x.bars([100, 101, 99, 100]);
    x.submit({ side: "sell", type: "stop", amount: 1, triggerPrice: 97, reduceOnly: true });
    x.broker.markPrice(0, x.time, 96);
    expect(x.told.at(-1)).toBe("stopGapped sell 1@100");
    x.broker.markPrice(0, x.time, 90);
    expect(x.told.at(-1)).toBe("liquidationGapped sell 1@100");
  });
});

describe("orders handed in while a fill is told", () => {
  it("take part from the next candle on", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "limit", amount: 1, price: 98 });
    let isAnswered = false;
    x.tape.afterFill = () => {
      if (isAnswered) return;
      isAnswered = true;
      x.submit({ side: "sell", type: "limit", amount: 1, price: 100, clientOrderId: "answer" });
      x.submit({ side: "buy", type: "market", amount: 1, clientOrderId: "more" });
    };
    x.bars([99, 105, 97, 104]);
    expect(x.told).toEqual(["limit buy 1@98"]);
    x.bars([104, 105, 103, 104]);
    expect(x.told.slice(1)).toEqual(["limitGapped sell 1@104", "open buy 1@104"]);
  });

  it("may cancel what is live, and attach protection to what has filled", () => {
    const x = new Exchange().bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "limit", amount: 1, price: 98, clientOrderId: "entry" });
    x.submit({ side: "buy", type: "limit", amount: 1, price: 97, clientOrderId: "other" });
    x.tape.afterFill = (order) => {
      if (order.clientOrderId !== "entry") return;
      x.broker.cancel("other", x.time);
      x.broker.attach(order, { stopLoss: { triggerPrice: 96 } });
    };
    x.bars([99, 100, 95, 99]);
    expect(x.told).toEqual(["limit buy 1@98", "stop sell 1@96"]);
    expect(x.events("other").at(-1)).toBe("cancel requested");
  });
});

describe("settings that cannot be", () => {
  const make = (settings: object, markets = [spec("A")]): SimulatedBroker =>
    new SimulatedBroker({ venues: { sim: { startingBalance: 1 } }, ...settings }, markets, SILENT);

  it.each<[string, () => unknown]>([
    ["broker.settings", () => make({ fillModel: "nextOpne" })],
    ["broker.settings", () => make({ delayBars: 0.5 })],
    ["broker.unknown-venue", () => make({}, [spec("A", { exchange: "sym" })])],
    ["broker.duplicate-market", () => make({}, [spec("A"), spec("A")])],
    ["broker.venue", () => make({ venues: { sim: { startingBalance: -1 } } })],
    ["broker.venue", () => make({ venues: { sim: { startingBalance: 1, participation: 0 } } })],
    ["broker.venue", () => make({ venues: { sim: { startingBalance: 1, latency: { submitMs: -5 } } } })],
    [
      "broker.slippage",
      () => make({ venues: { sim: { startingBalance: 1, slippage: { kind: "fixedBps", bps: -1 } } } }),
    ],
    ["broker.market", () => make({}, [spec("A", { priceTick: -1 })])],
    ["broker.market", () => make({}, [spec("A", { type: "spot", leverage: 2 })])],
    ["broker.leverage-tiers", () => make({}, [spec("A", { leverageTiers: [] })])],
    ["broker.book", () => make({}).book(0, [], [[1, 1]])],
    [
      "broker.other-snapshot",
      () =>
        SimulatedBroker.restore(
          { venues: { sim: { startingBalance: 1 } } },
          [spec("B")],
          SILENT,
          make({}).snapshot(),
        ),
    ],
    [
      "broker.snapshot-inside",
      () => {
        const broker = make({});
        broker.beginCandle(0, 0, MINUTE, 1, 1, 1, 1, 1);
        return broker.snapshot();
      },
    ],
  ])("are an error: %s", (code, act) => {
    let fault: unknown;
    try {
      act();
    } catch (caught) {
      fault = caught;
    }
    expect(fault).toBeInstanceOf(EngineError);
    expect((fault as EngineError).code).toBe(code);
  });
});
