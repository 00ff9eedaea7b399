import { describe, expect, it } from "vitest";
import {
  completeTiers,
  DEFAULT_TIERS,
  maintenanceMargin,
  maxLeverage,
} from "#engine/broker/leverageTiers.ts";
import { liquidationPrice } from "#engine/broker/liquidationPrice.ts";
import type { MarketSpec, VenueSettings } from "#engine/broker/settings.ts";
import { SimulatedBroker } from "#engine/broker/simulated.ts";
import { Exchange, MINUTE, Tape } from "./exchange.ts";

const HALF_PERCENT = completeTiers("test", DEFAULT_TIERS);

/** Binance's first tiers of BTCUSDT as they stood in 2021, with the maintenance amounts that it published. */
const BINANCE = [
  { maxNotional: 50_000, maxLeverage: 125, maintenanceMarginRate: 0.004, cum: 0 },
  { maxNotional: 250_000, maxLeverage: 100, maintenanceMarginRate: 0.005, cum: 50 },
  { maxNotional: 1_000_000, maxLeverage: 50, maintenanceMarginRate: 0.01, cum: 1_300 },
  { maxNotional: 10_000_000, maxLeverage: 20, maintenanceMarginRate: 0.025, cum: 16_300 },
  { maxNotional: 20_000_000, maxLeverage: 10, maintenanceMarginRate: 0.05, cum: 266_300 },
];

describe("leverage tiers", () => {
  const tiers = completeTiers(
    "BTC/USDT",
    BINANCE.map(({ cum: _, ...tier }) => tier),
  );

  it("find the maintenance amounts that Binance publishes", () => {
    tiers.forEach(({ maintenanceAmount }, i) => {
      expect(maintenanceAmount).toBeCloseTo(BINANCE[i].cum, 6);
    });
  });

  it("make a maintenance margin without steps", () => {
    for (const { maxNotional } of BINANCE.slice(0, -1)) {
      expect(maintenanceMargin(tiers, maxNotional * (1 + 1e-12))).toBeCloseTo(
        maintenanceMargin(tiers, maxNotional),
        4,
      );
    }
  });

  it("allow less leverage for larger positions, and none beyond the last", () => {
    expect(maxLeverage(tiers, 50_000)).toBe(125);
    expect(maxLeverage(tiers, 50_001)).toBe(100);
    expect(maxLeverage(tiers, 20_000_001)).toBe(0);
  });

  it("that do not rise are an error", () => {
    expect(() => completeTiers("X", [BINANCE[1], BINANCE[0]])).toThrow(/expected maxNotional rising/);
  });
});

describe("the liquidation price", () => {
  // Isolated, worked by hand: margin 100 / 10 = 10 of a long of 1 at 100. What is left at p is 10 + p − 100, the
  // maintenance margin 0.005 p: equal at 90 / 0.995. A short's: 10 + 100 − p = 0.005 p, at 110 / 1.005.
  it.each([
    ["long", 1, 90 / 0.995],
    ["short", -1, 110 / 1.005],
  ])(
    "of an isolated %s at 10× is the price at which its margin is the maintenance margin",
    (_, amount, expected) => {
      expect(liquidationPrice(amount, 100, 10, HALF_PERCENT)).toBeCloseTo(expected, 12);
    },
  );

  it("of a long without leverage does not exist", () => {
    expect(liquidationPrice(1, 100, 100, HALF_PERCENT)).toBeNaN();
  });

  // "How to Calculate Liquidation Price of USDⓈ-M Futures Contracts" (binance.com/en/support): a wallet of 1,535,443.01
  // with two cross positions, both long.
  it.each([
    [
      "BTCUSDT",
      { amount: 109.488, entry: 32_481.98, rate: 0.025, cum: 16_300 },
      { amount: 3_683.979, entry: 1_456.84, rate: 0.1, cum: 135_365, mark: 1_335.18 },
      26_316.89,
    ],
    [
      "ETHUSDT",
      { amount: 3_683.979, entry: 1_456.84, rate: 0.1, cum: 135_365 },
      { amount: 109.488, entry: 32_481.98, rate: 0.025, cum: 16_300, mark: 31_967.27 },
      1_153.26,
    ],
  ])("is Binance's published example of cross margin: %s", (market, own, other, expected) => {
    const tiers = completeTiers(market, [
      { maxNotional: Infinity, maxLeverage: 20, maintenanceMarginRate: own.rate, maintenanceAmount: own.cum },
    ]);
    const unrealised = other.amount * (other.mark - other.entry);
    const maintenance = other.amount * other.mark * other.rate - other.cum;
    const collateral = 1_535_443.01 + unrealised - maintenance;
    expect(liquidationPrice(own.amount, own.entry, collateral, tiers)).toBeCloseTo(expected, 2);
  });

  it("lies in the tier of its own notional", () => {
    const tiers = completeTiers("T", [
      { maxNotional: 1_000, maxLeverage: 50, maintenanceMarginRate: 0.01 },
      { maxNotional: 100_000, maxLeverage: 20, maintenanceMarginRate: 0.05 },
    ]);
    // Short of 10 at 95: 950 in the first tier; margin 95. In the second, with cum = 1000 × 0.04 = 40:
    // 95 + 950 + 40 = 10 p (1.05), p = 1085 / 10.5, notional 1033 > 1000.
    expect(liquidationPrice(-10, 95, 95, tiers)).toBeCloseTo(1085 / 10.5, 12);
  });
});

describe("liquidation", () => {
  const leveraged = (
    direction: "buy" | "sell",
    market: Partial<MarketSpec> = {},
    venue: Partial<VenueSettings> = {},
  ): Exchange => {
    const x = new Exchange({
      market: { leverage: 10, ...market },
      venue: { startingBalance: 1_000, ...venue },
    });
    x.bars([100, 101, 99, 100]).submit({ side: direction, type: "market", amount: 1 });
    return x.bars([100, 101, 99, 100]);
  };

  it("takes an isolated position at its price inside the path, for its fee", () => {
    const x = leveraged("buy");
    expect(x.broker.liquidationPrice(0)).toBeCloseTo(90 / 0.995, 12);
    x.bars([100, 101, 89, 95]);
    const price = 90 / 0.995;
    expect(x.told.at(-1)).toBe(`liquidation sell 1@${Math.round(price * 1e8) / 1e8}`);
    expect(x.tape.liquidations[0].fee).toBeCloseTo(price * 0.005, 12);
    // margin 10 + (p − 100) − 0.005 p = 0: the liquidation fee of 0.5 % eats the maintenance margin exactly.
    expect(x.tape.liquidations[0].cover).toBeCloseTo(0, 9);
    expect(x.broker.account.balance[0]).toBeCloseTo(990, 9);
  });

  it("beyond the margin is paid by the insurance fund: an isolated position loses its margin and no more", () => {
    const x = leveraged("buy").bars([80, 82, 79, 81]);
    expect(x.told.at(-1)).toBe("liquidationGapped sell 1@80");
    expect(x.tape.liquidations[0].cover).toBeCloseTo(20 + 0.4 - 10, 9);
    expect(x.broker.account.balance[0]).toBeCloseTo(990, 9);
  });

  it("of a short goes the other way", () => {
    const x = leveraged("sell").bars([100, 112, 99, 105]);
    expect(x.told.at(-1)).toMatch(/^liquidation buy 1@109\.45/);
  });

  it("comes after a stop that lies before it, and ends the market's orders", () => {
    const x = leveraged("buy");
    x.submit({ side: "sell", type: "stop", amount: 0.5, triggerPrice: 95, reduceOnly: true });
    x.submit({
      side: "sell",
      type: "limit",
      amount: 0.5,
      price: 120,
      reduceOnly: true,
      clientOrderId: "far",
    });
    x.bars([100, 101, 85, 95]);
    expect(x.told.slice(1).map((told) => told.split("@")[0])).toEqual([
      "stop sell 0.5",
      "liquidation sell 0.5",
    ]);
    expect(x.events("far").at(-1)).toMatch(/^cancel/);
    expect(x.broker.openOrders()).toEqual([]);
  });

  it("with cross margin uses the whole wallet", () => {
    const x = leveraged("buy", { marginMode: "cross" }, { startingBalance: 50 });
    // 50 + p − 100 = 0.005 p.
    expect(x.broker.liquidationPrice(0)).toBeCloseTo(50 / 0.995, 12);
    x.bars([100, 101, 60, 61], [61, 62, 50.25, 52]);
    expect(x.told.at(-1)).toMatch(/^liquidation sell 1@50\.25125/);
  });

  it("with cross margin moves with the other positions of the wallet", () => {
    const markets: MarketSpec[] = ["A", "B"].map((id) => ({
      id,
      symbol: id,
      exchange: "sim",
      type: "linear",
      marginMode: "cross",
      leverage: 10,
    }));
    const broker = new SimulatedBroker({ venues: { sim: { startingBalance: 30 } } }, markets, new Tape());
    const both = (time: number, a: number, b: number): void => {
      broker.beginCandle(0, time, time + MINUTE, a, a, a, a, 1);
      broker.beginCandle(1, time, time + MINUTE, b, b, b, b, 1);
      broker.openPhase();
      broker.inside();
      broker.close();
    };
    both(0, 100, 50);
    broker.submitMarket(0, 0, 1, MINUTE, false, false);
    broker.submitMarket(0, 1, -2, MINUTE, false, false);
    both(MINUTE, 100, 50);
    both(2 * MINUTE, 100, 45);
    // B has 10 of profit and holds 90 × 0.005 of maintenance: 30 + 10 − 0.45 + p − 100 = 0.005 p.
    expect(broker.liquidationPrice(0)).toBeCloseTo(60.45 / 0.995, 10);
    // Binance's test by definition: at that price margin balance and maintenance margin of the account agree.
    both(3 * MINUTE, 60.45 / 0.995 + 1e-6, 45);
    expect(broker.account.amount[0]).toBe(1);
    both(4 * MINUTE, 60.45 / 0.995 - 1e-6, 45);
    expect(broker.account.amount[0]).toBe(0);
  });

  it("looks at the mark price when told to", () => {
    const x = new Exchange({ market: { leverage: 10 }, settings: { triggerBy: "mark" } }).bars([
      100, 101, 99, 100,
    ]);
    x.submit({ side: "buy", type: "market", amount: 1 });
    x.broker.markCandle(0, 100, 101, 99, 100);
    x.bars([100, 101, 99, 100]);
    // The last price dips through the level, the mark does not.
    x.broker.markCandle(0, 100, 101, 95, 99);
    x.bars([100, 101, 85, 99]);
    expect(x.tape.liquidations).toEqual([]);
    x.broker.markCandle(0, 99, 100, 89, 95);
    x.bars([100, 101, 90, 96]);
    // The mark meets 90 / 0.995 after (99 − m) / 10 of its leg; the last price is as far on its way from 100 to 90.
    const fraction = (99 - 90 / 0.995) / 10;
    expect(x.tape.liquidations[0].price).toBeCloseTo(100 - 10 * fraction, 9);
  });
});

describe("funding", () => {
  it("is paid by longs at a rate above zero and received by shorts: amount × mark × rate", () => {
    for (const [side, sign] of [
      ["buy", 1],
      ["sell", -1],
    ] as const) {
      const x = new Exchange({ market: { leverage: 5 } }).bars([100, 101, 99, 100]);
      x.submit({ side, type: "market", amount: 3 });
      x.bars([100, 101, 99, 100]);
      x.broker.funding(0, x.time, 0.0001, 102);
      expect(x.tape.funding).toEqual([{ market: 0, time: x.time, payment: sign * 3 * 102 * 0.0001 }]);
      expect(x.broker.account.equity()).toBeCloseTo(10_000 - sign * 0.0306, 10);
    }
  });

  it("that the wallet cannot pay comes from the isolated margin and moves the liquidation price", () => {
    const x = new Exchange({ market: { leverage: 10 }, venue: { startingBalance: 10 } }).bars([
      100, 101, 99, 100,
    ]);
    x.submit({ side: "buy", type: "market", amount: 1 });
    x.bars([100, 101, 99, 100]);
    x.broker.funding(0, x.time, 0.01, 100);
    expect(x.broker.account.isolatedMargin[0]).toBeCloseTo(9, 12);
    expect(x.broker.liquidationPrice(0)).toBeCloseTo(91 / 0.995, 10);
  });

  it("is nothing on spot and without a position", () => {
    const x = new Exchange({ market: { type: "spot" } }).bars([100, 101, 99, 100]);
    x.submit({ side: "buy", type: "market", amount: 1 });
    x.bars([100, 101, 99, 100]);
    x.broker.funding(0, x.time, 0.01, 100);
    expect(x.tape.funding).toEqual([]);
  });
});
