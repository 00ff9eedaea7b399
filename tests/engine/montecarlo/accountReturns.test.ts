import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { accountReturns, accountTurnover, closedBalances } from "#engine/montecarlo/accountReturns.ts";

describe("what trades made of the account", () => {
  it("compounds to the balance that the account ended with", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -20, max: 40, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (profits) => {
          const returns = accountReturns(profits, 1000);
          const end = returns.reduce((equity, value) => equity * (1 + value), 1000);
          expect(end).toBeCloseTo(1000 + profits.reduce((sum, profit) => sum + profit, 0), 6);
        },
      ),
    );
  });

  it("is each profit by the balance before it", () => {
    expect([...closedBalances([100, -50], 1000)]).toEqual([1000, 1100]);
    expect([...accountReturns([100, -55], 1000)]).toEqual([0.1, -0.05]);
  });

  it("is refused once nothing is left to make something of", () => {
    expect(() => accountReturns([-1000, 5], 1000)).toThrowError(
      expect.objectContaining({ code: "montecarlo.account-empty", details: { trade: 1, balance: 0 } }),
    );
    expect([...accountReturns([-1000], 1000)]).toEqual([-1]);
  });
});

test("what trades turned over is both sides of each by the balance before it", () => {
  const trades = { amount: [2, 1], entryPrice: [50, 100], exitPrice: [100, 50] };
  const balances = closedBalances([100, -50], 1000);
  expect([...accountTurnover(trades, balances)]).toEqual([300 / 1000, 150 / 1100]);
});
