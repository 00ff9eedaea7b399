import { describe, expect, it } from "vitest";
import { allocate } from "#engine/allocation/allocate.ts";
import type { Construction } from "#engine/allocation/construction.ts";
import { sampleCovariance } from "#engine/allocation/covariance.ts";
import { clusterOrder, distances } from "#engine/allocation/hierarchicalRiskParity.ts";
import { lookbackReturns } from "#engine/allocation/lookbackReturns.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { candlesPath, readCandles, sharedData, WITHOUT_DATA } from "../../fixtures/sharedData.ts";
import { expectAllClose } from "./made.ts";

const bases = ["BTC", "ETH", "BNB", "SOL", "XRP", "ADA", "DOGE", "LTC", "LINK", "DOT", "AVAX", "TRX"];
const seriesOf = (base: string) => ({
  exchange: "binance",
  market: "spot",
  symbol: `${base}-USDT`,
  timeframe: "1h",
});
const isHere = sharedData(candlesPath(seriesOf("BTC"))) !== undefined;

/**
 * May 2022, 720 hourly returns of twelve markets. The expected weights were computed from the same returns by NumPy 2.4 and
 * SciPy 1.17: `cluster.hierarchy.linkage(…, "single")` with the paper's bisection, SLSQP, and L-BFGS-B on the risk
 * parity objective.
 */
describe.skipIf(!isHere)(`portfolios of a real market${isHere ? "" : ` (${WITHOUT_DATA})`}`, () => {
  it("have the weights that SciPy finds", async () => {
    const series = (await Promise.all(bases.map((base) => readCandles(seriesOf(base))))).filter(
      (candles): candles is Candles => candles !== undefined,
    );
    const known = lookbackReturns(series, Date.UTC(2022, 5, 1), { lookbackBars: 720 });
    expect(known.symbols).toEqual(bases.map((base) => `${base}/USDT`));
    expect(known.returns[0]).toHaveLength(720);
    const sample = { covariance: { kind: "sample" } } as const;
    const weightsOf = (construction: Construction) => allocate(construction, known).weights;

    expect(clusterOrder(distances(sampleCovariance(known.returns)))).toEqual([
      11, 4, 6, 5, 9, 2, 7, 8, 0, 1, 3, 10,
    ]);
    expectAllClose(
      weightsOf({ method: "hierarchicalRiskParity", ...sample }),
      [
        0.1636773699, 0.1544559343, 0.0919341753, 0.0262546826, 0.0780416584, 0.0767102418, 0.0720640755,
        0.1186892092, 0.0497722463, 0.0363251007, 0.0169883932, 0.1150869127,
      ],
      1e-9,
    );
    expectAllClose(
      weightsOf({ method: "hierarchicalRiskParity", distance: "profile", ...sample }),
      [
        0.1680088787, 0.1066837401, 0.1018410328, 0.0297688215, 0.0795516787, 0.0712177462, 0.0734584361,
        0.0774488871, 0.0979504736, 0.0316695535, 0.0450870337, 0.1173137179,
      ],
      1e-9,
    );
    expectAllClose(
      weightsOf({ method: "minimumVariance", ...sample }),
      [0.9041488, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0958512],
      1e-6,
    );
    expectAllClose(
      weightsOf({ method: "meanVariance", maxWeight: 0.25, ...sample }),
      [0.25, 0, 0.25, 0, 0, 0.25, 0, 0, 0, 0, 0, 0.25],
      1e-6,
    );
    expectAllClose(
      weightsOf({ method: "riskParity", ...sample }),
      [
        0.128759, 0.101009, 0.096902, 0.058415, 0.08471, 0.067433, 0.080356, 0.083339, 0.069024, 0.060524,
        0.047241, 0.122287,
      ],
      2e-6,
    );
  });
});
