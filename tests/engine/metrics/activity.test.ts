import { describe, expect, it } from "vitest";
import { costShares } from "#engine/metrics/costShare.ts";
import { exposures } from "#engine/metrics/exposure.ts";

describe("costShares", () => {
  const paid = { fees: 30, slippage: 15, funding: 10, liquidation: 5 };

  it("are plain: 60 paid on 1000, with 140 left of 200, 40 000 traded", () => {
    const shares = costShares(paid, { startingBalance: 1000, profit: 140, traded: 40_000 });
    expect(shares).toEqual({ totalCosts: 60, costsOfStart: 0.06, costsOfGross: 0.3, costsBps: 15 });
  });

  it("are above 1 of a profit that they ate, and undefined where there was none before them", () => {
    const eaten = costShares(paid, { startingBalance: 1000, profit: -20, traded: 40_000 });
    expect(eaten.costsOfGross).toBe(1.5);
    const lost = costShares(paid, { startingBalance: 1000, profit: -60, traded: 40_000 });
    expect(lost.costsOfGross).toBeNaN();
  });

  it("may be an income: funding received counts against fees", () => {
    const received = costShares(
      { ...paid, funding: -100 },
      { startingBalance: 1000, profit: 100, traded: 40_000 },
    );
    expect(received).toMatchObject({ totalCosts: -50, costsOfGross: -1, costsBps: -12.5 });
  });

  it("are undefined where nothing was traded", () => {
    const none = { fees: 0, slippage: 0, funding: 0, liquidation: 0 };
    for (const traded of [0, Number.NaN]) {
      expect(costShares(none, { startingBalance: 1000, profit: 0, traded })).toMatchObject({
        ...{ totalCosts: 0, costsOfStart: 0, costsOfGross: Number.NaN, costsBps: Number.NaN },
      });
    }
  });
});

describe("exposures", () => {
  it("are plain on four rows, one of them flat, one short", () => {
    expect(
      exposures({
        exposure: Float64Array.of(0, 0.5, 1.5, 1),
        netExposure: Float64Array.of(0, 0.5, 0.5, -1),
        openPositions: Float64Array.of(0, 1, 3, 1),
      }),
    ).toEqual({
      ...{
        timeInMarket: 0.75,
        meanExposure: 0.75,
        maxExposure: 1.5,
        meanNetExposure: 0,
        maxOpenPositions: 3,
      },
    });
  });

  it("are undefined of no rows", () => {
    const none = new Float64Array(0);
    const found = exposures({ exposure: none, netExposure: none, openPositions: none });
    for (const value of Object.values(found)) expect(value).toBeNaN();
  });
});
