import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exitPlan } from "#engine/exits/plan.ts";
import { profitPrice } from "#engine/exits/protect.ts";
import { entryAt, protectionOf, refusalOf } from "./fixtures.ts";

describe("what protects a position from its entry on", () => {
  it("is a stop at a fraction, at average true ranges, or under the lowest low", () => {
    expect(protectionOf({ stopLoss: { kind: "fixed", fraction: 0.05 } }).stopPrice).toBe(95);
    expect(protectionOf({ stopLoss: { kind: "atr", multiple: 3 } }).stopPrice).toBe(94);
    expect(protectionOf({ stopLoss: { kind: "structure", bars: 5 } }).stopPrice).toBe(95);
    expect(protectionOf({ stopLoss: { kind: "structure", bars: 5, buffer: 0.01 } }).stopPrice).toBeCloseTo(
      94.05,
    );
  });

  it("lies above the entry of a short", () => {
    const short = entryAt({ direction: -1, stopStructure: 104 });
    expect(protectionOf({ stopLoss: { kind: "fixed", fraction: 0.05 } }, short).stopPrice).toBe(105);
    expect(protectionOf({ stopLoss: { kind: "atr", multiple: 3 } }, short).stopPrice).toBe(106);
    expect(
      protectionOf({ stopLoss: { kind: "structure", bars: 5, buffer: 0.01 } }, short).stopPrice,
    ).toBeCloseTo(105.04);
    expect(protectionOf({ takeProfit: { fraction: 0.1 } }, short).targets).toEqual([{ price: 90, share: 1 }]);
  });

  it("takes the signal's own stop before the plan's", () => {
    const own = entryAt({ stopPrice: 98, stopStructure: Number.NaN });
    const { stopPrice, targets } = protectionOf(
      { stopLoss: { kind: "structure", bars: 5 }, takeProfit: { riskMultiple: 2 } },
      own,
    );
    expect(stopPrice).toBe(98);
    expect(targets).toEqual([{ price: 104, share: 1 }]);
  });

  it("puts targets at fractions, at multiples of the risk and of the true range, by shares", () => {
    const ladder = [
      { fraction: 0.02, share: 0.5 },
      { riskMultiple: 1, share: 0.25 },
      { atrMultiple: 4, share: 0.25 },
    ];
    expect(
      protectionOf({ stopLoss: { kind: "fixed", fraction: 0.05 }, takeProfit: { ladder } }).targets,
    ).toEqual([
      { price: 102, share: 0.5 },
      { price: 105, share: 0.25 },
      { price: 108, share: 0.25 },
    ]);
  });

  it("leaves out a short's target below nothing", () => {
    const short = entryAt({ direction: -1 });
    expect(protectionOf({ takeProfit: { fraction: 1.5 } }, short).targets).toEqual([]);
  });

  it("hands a trail that follows the price to the broker, with its distance and activation", () => {
    const plain = protectionOf({ trailing: { kind: "fraction", fraction: 0.03 } });
    expect(plain).toMatchObject({ trailDistance: 0.03, trailUnit: "fraction", firstStopPrice: 97 });
    expect(plain.trailActivationPrice).toBeNaN();
    expect(plain.stopPrice).toBeNaN();
    const late = protectionOf({ trailing: { kind: "atr", multiple: 2, activation: { fraction: 0.05 } } });
    expect(late).toMatchObject({ trailDistance: 4, trailUnit: "quote", trailActivationPrice: 105 });
    expect(late.firstStopPrice).toBeNaN();
    const tight = protectionOf({
      trailing: { kind: "fraction", fraction: 0.1, tighter: { from: { fraction: 0.03 }, fraction: 0.02 } },
    });
    expect(tight).toMatchObject({ tightDistance: 0.02, tightActivationPrice: 103 });
  });

  it("keeps a trail that follows closes as an ordinary stop, and takes the nearer of the two", () => {
    const near = protectionOf({
      stopLoss: { kind: "fixed", fraction: 0.1 },
      trailing: { kind: "fraction", fraction: 0.04, follows: "close" },
    });
    expect(near).toMatchObject({ stopPrice: 96, stopReason: "trailingStop", firstStopPrice: 96 });
    expect(near.trailDistance).toBeNaN();
    const far = protectionOf({
      stopLoss: { kind: "fixed", fraction: 0.02 },
      trailing: { kind: "structure", bars: 10 },
    });
    expect(far).toMatchObject({ stopPrice: 98, stopReason: "stopLoss" });
  });

  it("divides by the leverage and counts fees where fractions are of the stake", () => {
    const exits = {
      fractionsOf: "stake",
      stopLoss: { kind: "fixed", fraction: 0.1 },
      roi: { 0: 0.1 },
    } as const;
    const long = protectionOf(exits, entryAt({ leverage: 5, feeRate: 0.001 }));
    expect(long.stopPrice).toBe(98);
    expect(long.roiPrice).toBeCloseTo((100 * (1 + 0.001 + 0.02)) / 0.999, 12);
    const short = protectionOf(exits, entryAt({ direction: -1, leverage: 5, feeRate: 0.001 }));
    expect(short.stopPrice).toBe(102);
    expect(short.roiPrice).toBeCloseTo((100 * (1 - 0.001 - 0.02)) / 1.001, 12);
  });

  it("brings, at the price of a profit of the stake, just that profit through the cash book", () => {
    const plan = exitPlan({ fractionsOf: "stake" });
    fc.assert(
      fc.property(
        fc.constantFrom(1 as const, -1 as const),
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 0.01, noNaN: true }),
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        (direction, price, leverage, feeRate, fraction) => {
          const exit = profitPrice(plan, { direction, price, leverage, feeRate }, fraction);
          const stake = price / leverage;
          const fees = feeRate * price + feeRate * exit;
          expect((direction * (exit - price) - fees) / stake).toBeCloseTo(fraction, 9);
        },
      ),
    );
  });

  it("refuses without a true range, without enough candles, and multiples of an unknown risk", () => {
    const atr = { stopLoss: { kind: "atr", multiple: 2 } } as const;
    expect(refusalOf(atr, entryAt({ atr: Number.NaN }))?.refusal).toBe("noAtr");
    expect(refusalOf(atr, entryAt({ atr: 0 }))?.refusal).toBe("noAtr");
    const structure = { stopLoss: { kind: "structure", bars: 5 } } as const;
    expect(refusalOf(structure, entryAt({ stopStructure: Number.NaN }))?.refusal).toBe("noStructure");
    const trail = { trailing: { kind: "structure", bars: 5 } } as const;
    expect(refusalOf(trail, entryAt({ trailStructure: Number.NaN }))?.refusal).toBe("noStructure");
    expect(refusalOf({ takeProfit: { riskMultiple: 2 } }, entryAt())?.refusal).toBe("noStop");
    expect(refusalOf({ breakEven: { at: { riskMultiple: 1 } } }, entryAt())?.refusal).toBe("noStop");
    expect(refusalOf({ takeProfit: { riskMultiple: 2 } }, entryAt({ stopPrice: 99 }))).toBeUndefined();
  });

  it("refuses a stop that the price has passed already", () => {
    const structure = { stopLoss: { kind: "structure", bars: 5 } } as const;
    expect(refusalOf(structure, entryAt({ price: 94 }))?.refusal).toBe("stopBeyondPrice");
    expect(refusalOf(structure, entryAt({ price: 95 }))?.message).toContain("not below the entry price 95");
    const short = entryAt({ direction: -1, stopPrice: 99 });
    expect(refusalOf({}, short)?.message).toContain("not above the entry price 100");
  });
});
