import type { Matrix } from "../core/linearAlgebra.ts";

/** How covariances are estimated from returns. */
export type CovarianceEstimator =
  /** Every observation alike, with n − 1. Singular unless there are more observations than symbols. */
  | { readonly kind: "sample" }
  /** Shrunk towards a simple model, as far as the data ask for it: usable with more symbols than observations. */
  | { readonly kind: "ledoitWolf"; readonly target?: "constantCorrelation" | "identity" }
  /** An observation counts half as much as one `halfLifeBars` later. */
  | { readonly kind: "exponential"; readonly halfLifeBars: number };

/** A covariance, and how much of it is the model that it was shrunk towards: 0 … 1. */
export type CovarianceEstimate = { readonly covariance: Matrix; readonly shrinkage: number };
