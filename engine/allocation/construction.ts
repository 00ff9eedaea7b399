import type { View } from "./blackLitterman.ts";
import type { CovarianceEstimator } from "./covarianceEstimator.ts";
import type { ClusterDistance } from "./hierarchicalRiskParity.ts";
import type { WeightBounds } from "./meanVariance.ts";

/** How covariances are estimated where none are given: `{ kind: "ledoitWolf" }` unless told. */
type Estimated = { readonly covariance?: CovarianceEstimator };

/** How the capital is divided among symbols: plain data. */
export type Construction =
  /** Equal parts to the `maxPositions` symbols of the highest score, to all unless told. */
  | { readonly method: "equalWeight"; readonly maxPositions?: number }
  /** Equal parts to every symbol, whatever its score. */
  | { readonly method: "oneOverN" }
  | ({ readonly method: "inverseVolatility" } & Estimated)
  /** Equal shares of the risk, or by `budgets`: parts by symbol, 1 for those left out. */
  | ({ readonly method: "riskParity"; readonly budgets?: Readonly<Record<string, number>> } & Estimated)
  | ({ readonly method: "minimumVariance" } & WeightBounds & Estimated)
  /**
   * By expected returns, the means of the returns unless they are given. `objective`: `"utility"` (default) is return
   * less `riskAversion` / 2 (2.5 unless told) by variance, `"maxSharpe"` the greatest return over `riskFreeReturn` a
   * period by deviation.
   */
  | ({
      readonly method: "meanVariance";
      readonly objective?: "utility" | "maxSharpe";
      readonly riskAversion?: number;
      readonly riskFreeReturn?: number;
    } & WeightBounds &
      Estimated)
  /**
   * Mean-variance by the market's equilibrium and views of returns over `viewBars` periods each (1 unless told). The
   * market's weights are given here or with the input; equal ones stand in for them.
   */
  | ({
      readonly method: "blackLitterman";
      readonly views: readonly View[];
      readonly viewBars?: number;
      readonly marketWeights?: Readonly<Record<string, number>>;
      readonly riskAversion?: number;
      readonly tau?: number;
    } & WeightBounds &
      Estimated)
  | ({ readonly method: "hierarchicalRiskParity"; readonly distance?: ClusterDistance } & Estimated);

export const CONSTRUCTION_METHODS = [
  "equalWeight",
  "oneOverN",
  "inverseVolatility",
  "riskParity",
  "minimumVariance",
  "meanVariance",
  "blackLitterman",
  "hierarchicalRiskParity",
] as const satisfies readonly Construction["method"][];
