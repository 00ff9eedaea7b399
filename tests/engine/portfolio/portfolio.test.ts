import { describe, expect, it } from "vitest";
import { Portfolio } from "#engine/portfolio/portfolio.ts";

const SPOT = { isSpot: true, isCross: false };
const ISOLATED = { isSpot: false, isCross: false };
const CROSS = { isSpot: false, isCross: true };

const account = (kind: typeof SPOT, leverage = 1): Portfolio =>
  new Portfolio([{ id: "A", venue: 0, ...kind }], [{ exchange: "x", startingBalance: 1_000 }], [leverage]);

describe("the ledger", () => {
  it("keeps the average cost while a position grows, and realises against it", () => {
    const p = account(ISOLATED);
    p.bookFill(0, 0, 1, 100, 1, 1);
    p.bookFill(0, 0, 3, 120, 1, 1);
    expect(p.entryPrice(0)).toBe(115);
    expect(p.bookFill(0, 0, -2, 130, 1, 1)).toBe(30);
    expect(p.entryPrice(0)).toBe(115);
    p.price[0] = 110;
    expect(p.unrealised(0)).toBe(-10);
    expect(p.equity()).toBe(1_000 + 30 - 3 - 10);
  });

  it("closes and opens anew where a fill turns a position", () => {
    const p = account(ISOLATED);
    p.bookFill(0, 0, 2, 100, 0, 1);
    expect(p.bookFill(0, 0, -5, 110, 0, 1)).toBe(20);
    expect(p.amount[0]).toBe(-3);
    expect(p.entryPrice(0)).toBe(110);
    expect(p.isolatedMargin[0]).toBe(330);
  });

  it("is flat when sums that should meet miss by rounding", () => {
    const p = account(ISOLATED);
    p.bookFill(0, 0, 0.1, 100, 0, 1);
    p.bookFill(0, 0, 0.2, 100, 0, 1);
    p.bookFill(0, 0, -0.3, 100, 0, 1);
    expect(p.amount[0]).toBe(0);
    expect(p.cost[0]).toBe(0);
    expect(p.openCount).toBe(0);
    expect(p.owner[0]).toBe(-1);
  });

  it("gives spot the equity of two wallets, quote and base", () => {
    const p = account(SPOT);
    let [quote, base] = [1_000, 0];
    for (const [signed, price, fee] of [
      [4, 100, 0.4],
      [2, 130, 0.26],
      [-3, 90, 0.27],
      [-1, 150, 0.15],
    ]) {
      p.bookFill(0, 0, signed, price, fee, 1);
      quote -= signed * price + fee;
      base += signed;
      p.price[0] = price;
      expect(p.equity()).toBeCloseTo(quote + base * price, 10);
      expect(p.cash()).toBeCloseTo(quote, 10);
      expect(p.free(0)).toBeCloseTo(quote, 10);
    }
  });

  it.each([
    ["isolated", ISOLATED, 1_000 - 100 / 5],
    // The profit of a cross position is free for new orders, its loss is not.
    ["cross", CROSS, 1_000 - 100 / 5 + 10],
  ])("frees what %s margin leaves", (_, kind, free) => {
    const p = account(kind, 5);
    p.bookFill(0, 0, 1, 100, 0, 5);
    p.price[0] = 110;
    expect(p.marginUsed(0)).toBe(20);
    expect(p.free(0)).toBe(free);
    expect(p.grossExposure()).toBe(110);
  });

  it("keeps each strategy's part", () => {
    const p = new Portfolio(
      [
        { id: "A", venue: 0, ...ISOLATED },
        { id: "B", venue: 0, ...ISOLATED },
      ],
      [{ exchange: "x", startingBalance: 1_000 }],
      [1, 1],
    );
    p.bookFill(1, 1, -2, 50, 1, 1);
    p.bookFill(0, 0, 1, 100, 2, 1);
    p.price.set([110, 45]);
    p.bookFunding(1, -3);
    expect(p.ownerProfit(0)).toBe(10 - 2);
    expect(p.ownerProfit(1)).toBe(10 - 1 + 3);
    expect(p.equity()).toBe(1_000 + p.ownerProfit(0) + p.ownerProfit(1));
    expect([...p.openMarkets.subarray(0, p.openCount)]).toEqual([0, 1]);
  });

  it("goes on from a snapshot as it was, and refuses one of other markets", () => {
    const p = account(ISOLATED, 3);
    p.bookFill(0, 2, 1, 100, 1, 3);
    const again = account(ISOLATED, 3);
    again.load(JSON.parse(JSON.stringify(p.snapshot())));
    expect(again.snapshot()).toEqual(p.snapshot());
    expect(again.openCount).toBe(1);
    expect(again.ownerFees(2)).toBe(1);
    expect(() => new Portfolio([], [], []).load(p.snapshot())).toThrow(/the markets it was taken with/);
  });
});
