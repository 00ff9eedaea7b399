import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requireSizing, sizeOf } from "#engine/sizing/sizeOf.ts";
import type { SizeRefusal, Sizing, SizingInput } from "#engine/sizing/sizing.ts";

/** 10,000 of equity, a price of 50, and nothing else known unless told. */
function input(changes: Partial<SizingInput> = {}): SizingInput {
  const none = Number.NaN;
  return {
    equity: 10_000,
    price: 50,
    stopPrice: none,
    atr: none,
    annualVolatility: none,
    confidence: none,
    tradeReturns: [],
    ...changes,
  };
}

function amountOf(sizing: Sizing, changes: Partial<SizingInput> = {}): number {
  const size = sizeOf(sizing, input(changes));
  if ("refusal" in size) throw new Error(size.message);
  return size.amount;
}

function refusalOf(sizing: Sizing, changes: Partial<SizingInput> = {}): SizeRefusal | undefined {
  const size = sizeOf(sizing, input(changes));
  return "refusal" in size ? size.refusal : undefined;
}

describe("the size of a position", () => {
  it("is a fixed amount or a fraction of the equity", () => {
    expect(amountOf({ kind: "fixedAmount", amountQuote: 1000 })).toBe(20);
    expect(amountOf({ kind: "fixedAmount", amountQuote: 1000 }, { equity: 3 })).toBe(20);
    expect(amountOf({ kind: "fixedFraction", fraction: 0.25 })).toBe(50);
    expect(amountOf({ kind: "fixedFraction", fraction: 2 })).toBe(400);
  });

  it("loses the risked fraction of the equity at the stop, long and short", () => {
    // 1 % of 10,000 is 100; the stop is 2.5 away, so 40 units lose it.
    expect(amountOf({ kind: "riskPerTrade", riskFraction: 0.01 }, { stopPrice: 47.5 })).toBe(40);
    expect(amountOf({ kind: "riskPerTrade", riskFraction: 0.01 }, { stopPrice: 52.5 })).toBe(40);
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        fc.double({ min: 0.001, max: 0.1, noNaN: true }),
        fc.double({ min: 0.5, max: 0.99, noNaN: true }),
        (equity, price, riskFraction, share) => {
          const stopPrice = price * share;
          const amount = amountOf({ kind: "riskPerTrade", riskFraction }, { equity, price, stopPrice });
          expect((amount * (price - stopPrice)) / equity).toBeCloseTo(riskFraction, 10);
        },
      ),
    );
  });

  it("is cut to the greatest fraction of the equity where one is given", () => {
    const tight = { stopPrice: 49.9 };
    expect(amountOf({ kind: "riskPerTrade", riskFraction: 0.01 }, tight)).toBeCloseTo(1000, 9);
    expect(amountOf({ kind: "riskPerTrade", riskFraction: 0.01, maxFraction: 1 }, tight)).toBe(200);
    expect(amountOf({ kind: "atr", riskFraction: 0.01, multiple: 1, maxFraction: 0.5 }, { atr: 0.1 })).toBe(
      100,
    );
  });

  it("loses the risked fraction over the true ranges", () => {
    // 100 at risk over 2 × 1.25.
    expect(amountOf({ kind: "atr", riskFraction: 0.01, multiple: 2 }, { atr: 1.25 })).toBe(40);
  });

  it("gives the position the target's volatility, within the equity unless told", () => {
    // 20 % over 80 %: a quarter of the equity.
    expect(amountOf({ kind: "volatilityTarget", targetVolatility: 0.2 }, { annualVolatility: 0.8 })).toBe(50);
    expect(amountOf({ kind: "volatilityTarget", targetVolatility: 0.2 }, { annualVolatility: 0.1 })).toBe(
      200,
    );
    expect(
      amountOf(
        { kind: "volatilityTarget", targetVolatility: 0.2, maxFraction: 3 },
        { annualVolatility: 0.1 },
      ),
    ).toBe(400);
  });

  it("grows with the confidence in a straight line", () => {
    const sizing: Sizing = { kind: "confidence", minFraction: 0.1, maxFraction: 0.5 };
    expect(amountOf(sizing, { confidence: 0 })).toBe(20);
    expect(amountOf(sizing, { confidence: 0.5 })).toBeCloseTo(60, 12);
    expect(amountOf(sizing, { confidence: 1 })).toBeCloseTo(100, 12);
  });

  it("stakes its share of the Kelly fraction", () => {
    // Six wins of 100 % and four losses of the whole stake: f* = 0.6 − 0.4 = 0.2.
    const tradeReturns = [1, 1, 1, -1, 1, -1, 1, -1, 1, -1];
    const sizing: Sizing = { kind: "kelly", fraction: 0.5, minTrades: 10 };
    expect(amountOf(sizing, { tradeReturns })).toBeCloseTo(20, 12);
    expect(amountOf({ ...sizing, maxFraction: 0.05 }, { tradeReturns })).toBe(10);
    expect(refusalOf({ ...sizing, useLowerBound: true }, { tradeReturns })).toBe("noEdge");
    const many = Array.from({ length: 200 }, () => tradeReturns).flat();
    expect(amountOf({ ...sizing, maxTrades: 2000, useLowerBound: true }, { tradeReturns: many })).toBeCloseTo(
      200 * 0.5 * (0.2 - 1.959963984540054 * 2 * Math.sqrt(0.24 / 2000)),
      9,
    );
  });

  it("estimates the Kelly fraction from the latest trades only", () => {
    const tradeReturns = [-1, -1, -1, -1, -1, -1, 1, 1, 1, -1];
    const sizing: Sizing = { kind: "kelly", fraction: 1, minTrades: 4, maxTrades: 4 };
    expect(amountOf(sizing, { tradeReturns })).toBeCloseTo(200 * (0.75 - 0.25), 12);
  });

  it("is refused where what it needs is not known", () => {
    expect(refusalOf({ kind: "riskPerTrade", riskFraction: 0.01 })).toBe("noStop");
    expect(refusalOf({ kind: "riskPerTrade", riskFraction: 0.01 }, { stopPrice: 50 })).toBe("noStop");
    expect(refusalOf({ kind: "atr", riskFraction: 0.01, multiple: 2 })).toBe("noAtr");
    expect(refusalOf({ kind: "atr", riskFraction: 0.01, multiple: 2 }, { atr: 0 })).toBe("noAtr");
    expect(refusalOf({ kind: "volatilityTarget", targetVolatility: 0.2 })).toBe("noVolatility");
    expect(refusalOf({ kind: "confidence", minFraction: 0, maxFraction: 1 })).toBe("noConfidence");
    expect(refusalOf({ kind: "confidence", minFraction: 0, maxFraction: 1 }, { confidence: 1.1 })).toBe(
      "noConfidence",
    );
    expect(refusalOf({ kind: "confidence", minFraction: 0, maxFraction: 1 }, { confidence: 0 })).toBe(
      "noSize",
    );
    const kelly: Sizing = { kind: "kelly", fraction: 1, minTrades: 3 };
    expect(refusalOf(kelly, { tradeReturns: [0.1, -0.1] })).toBe("tooFewTrades");
    expect(refusalOf(kelly, { tradeReturns: [0.1, 0.1, 0.1] })).toBe("equalTrades");
    expect(refusalOf(kelly, { tradeReturns: [0.1, -0.2, 0.05] })).toBe("noEdge");
    for (const broke of [0, -5, Number.NaN]) {
      expect(refusalOf({ kind: "fixedFraction", fraction: 1 }, { equity: broke })).toBe("noEquity");
      expect(refusalOf({ kind: "fixedAmount", amountQuote: 1 }, { price: broke })).toBe("noPrice");
    }
  });

  it("says in words what was missing", () => {
    const size = sizeOf({ kind: "riskPerTrade", riskFraction: 0.01 }, input());
    expect(size).toMatchObject({ message: expect.stringContaining("Give the signal a stopPrice") });
  });
});

describe("settings of a size", () => {
  it("are accepted when they can be", () => {
    const good: Sizing[] = [
      { kind: "fixedAmount", amountQuote: 10 },
      { kind: "fixedFraction", fraction: 3 },
      { kind: "riskPerTrade", riskFraction: 0.01 },
      { kind: "volatilityTarget", targetVolatility: 0.2, maxFraction: 2 },
      { kind: "atr", riskFraction: 0.01, multiple: 2 },
      { kind: "kelly", fraction: 0.5, minTrades: 30, useLowerBound: true },
      { kind: "confidence", minFraction: 0, maxFraction: 0.3 },
    ];
    for (const sizing of good) expect(() => requireSizing(sizing)).not.toThrow();
  });

  it.each([
    [{ kind: "fixedAmount", amountQuote: 0 }, "fixedAmount.amountQuote"],
    [{ kind: "fixedFraction" }, "fixedFraction.fraction"],
    [{ kind: "riskPerTrade", riskFraction: 1.5 }, "riskPerTrade.riskFraction"],
    [{ kind: "atr", riskFraction: 0.01, multiple: Number.NaN }, "atr.multiple"],
    [{ kind: "kelly", fraction: 0.5, minTrades: 0 }, "kelly.minTrades"],
    [{ kind: "kelly", fraction: 0.5, minTrades: 3, useLowerBound: 1 }, "kelly.useLowerBound"],
    [{ kind: "confidence", minFraction: 0.5, maxFraction: 0.2 }, "confidence.minFraction"],
    [{ kind: "fixedFraction", fraction: 1, maxFraction: 1 }, "fixedFraction.maxFraction"],
  ])("refuse %j", (sizing, field) => {
    expect(() => requireSizing(sizing as unknown as Sizing)).toThrow(
      expect.objectContaining({ code: "sizing.invalid", details: expect.objectContaining({ field }) }),
    );
  });

  it("name the nearest kind for one that is not known", () => {
    const sizing = { kind: "fixedFractions", fraction: 1 } as unknown as Sizing;
    expect(() => requireSizing(sizing)).toThrow(/did you mean "fixedFraction"/);
    expect(() => sizeOf(sizing, input())).toThrow(expect.objectContaining({ code: "sizing.unknown-kind" }));
  });
});
