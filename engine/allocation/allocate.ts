import { EngineError, nearestName } from "../core/errors.ts";
import type { MatrixRows } from "../core/linearAlgebra.ts";
import type { Numbers } from "../core/stats.ts";
import { blackLitterman, type View } from "./blackLitterman.ts";
import { CONSTRUCTION_METHODS, type Construction } from "./construction.ts";
import { estimateCovariance, meanReturns } from "./covariance.ts";
import type { CovarianceEstimator } from "./covarianceEstimator.ts";
import { equalWeight } from "./equalWeight.ts";
import { hierarchicalRiskParity } from "./hierarchicalRiskParity.ts";
import { maxSharpe, meanVariance, minimumVariance } from "./meanVariance.ts";
import { type ConstructedPortfolio, describePortfolio } from "./portfolio.ts";
import type { RiskModel } from "./riskModel.ts";
import { riskParity } from "./riskParity.ts";
import { inverseVolatility, oneOverN } from "./simple.ts";

/** What is known when the capital is divided. Columns and rows in the order of the symbols. */
export type AllocationInput = {
  readonly symbols: readonly string[];
  /** Returns of each symbol at the same times, oldest first; not needed where the covariance is given. */
  readonly returns?: ArrayLike<Numbers>;
  readonly covariance?: MatrixRows;
  /** Over one period; the means of the returns where they are left out. */
  readonly expectedReturns?: Numbers;
  /** For `equalWeight`: higher is better, NaN is left out. All alike where they are left out. */
  readonly scores?: Numbers;
  /** For `blackLitterman`. */
  readonly marketWeights?: Readonly<Record<string, number>>;
};

/**
 * Divides the capital among symbols. Without symbols there is nothing to divide: an empty portfolio. Throws what the
 * method throws, `allocation.…`.
 */
export function allocate(construction: Construction, input: AllocationInput): ConstructedPortfolio {
  const { symbols } = input;
  if (!CONSTRUCTION_METHODS.includes(construction.method)) throw unknownMethod(construction.method);
  if (symbols.length === 0) return describePortfolio(symbols, new Float64Array(0));
  requireDistinct(symbols);
  switch (construction.method) {
    case "equalWeight":
      return describePortfolio(symbols, best(input, construction.maxPositions ?? symbols.length));
    case "oneOverN":
      return describePortfolio(symbols, oneOverN(symbols));
    case "inverseVolatility": {
      const { risk, shrinkage } = riskOf(construction, input);
      return describePortfolio(symbols, inverseVolatility(risk), { risk, shrinkage });
    }
    case "riskParity": {
      const { risk, shrinkage } = riskOf(construction, input);
      return describePortfolio(symbols, riskParity(risk, construction), { risk, shrinkage });
    }
    case "minimumVariance": {
      const { risk, shrinkage } = riskOf(construction, input);
      return describePortfolio(symbols, minimumVariance(risk, construction), { risk, shrinkage });
    }
    case "meanVariance": {
      const { risk, shrinkage } = riskOf(construction, input);
      const expectedReturns = input.expectedReturns ?? meanReturns(returnsOf(input, "expectedReturns"));
      const model = { ...risk, expectedReturns };
      const weights =
        construction.objective === "maxSharpe"
          ? maxSharpe(model, construction)
          : meanVariance(model, construction);
      return describePortfolio(symbols, weights, { risk, expectedReturns, shrinkage });
    }
    case "blackLitterman":
      return byViews(construction, input);
    case "hierarchicalRiskParity": {
      const { risk, shrinkage } = riskOf(construction, input);
      return describePortfolio(symbols, hierarchicalRiskParity(risk, construction), { risk, shrinkage });
    }
  }
}

/** Weights of `equalWeight` in the order of the symbols. */
function best({ symbols, scores }: AllocationInput, maxPositions: number): Float64Array {
  const candidates = symbols.map((symbol, i) => ({ symbol, score: scores === undefined ? 0 : scores[i] }));
  const weights = new Float64Array(symbols.length);
  for (const { symbol, weight } of equalWeight(candidates, { maxPositions })) {
    weights[symbols.indexOf(symbol)] = weight;
  }
  return weights;
}

/** Views of symbols that are not there (a universe changes) are left out and told; all others must be sound. */
function byViews(
  construction: Extract<Construction, { method: "blackLitterman" }>,
  input: AllocationInput,
): ConstructedPortfolio {
  const { symbols } = input;
  const { views, viewBars = 1, riskAversion, tau, minWeight, maxWeight } = construction;
  if (!(viewBars > 0 && viewBars < Infinity)) {
    throw new EngineError(
      "allocation.view-bars",
      `blackLitterman: viewBars is ${viewBars}; expected a number above 0.`,
      { viewBars: String(viewBars) },
    );
  }
  const { risk, shrinkage } = riskOf(construction, input);
  const isUsable = ({ weights }: View): boolean =>
    Object.keys(weights).every((symbol) => symbols.includes(symbol));
  const posterior = blackLitterman(risk, {
    views: views
      .filter(isUsable)
      .map((view) => ({ ...view, expectedReturn: view.expectedReturn / viewBars })),
    marketWeights: marketOf(symbols, construction.marketWeights ?? input.marketWeights),
    riskAversion,
    tau,
  });
  const model = { symbols, covariance: posterior.covariance, expectedReturns: posterior.expectedReturns };
  const weights = meanVariance(model, { riskAversion, minWeight, maxWeight });
  const unusedViews = views.flatMap((view, k) => (isUsable(view) ? [] : [k]));
  const { expectedReturns } = posterior;
  return describePortfolio(symbols, weights, { risk, expectedReturns, shrinkage, unusedViews });
}

function marketOf(
  symbols: readonly string[],
  weights: Readonly<Record<string, number>> | undefined,
): Record<string, number> {
  return Object.fromEntries(
    symbols.map((symbol) => [symbol, weights === undefined ? 1 : (weights[symbol] ?? 0)]),
  );
}

function riskOf(
  { covariance: estimator = { kind: "ledoitWolf" } }: { readonly covariance?: CovarianceEstimator },
  input: AllocationInput,
): { risk: RiskModel; shrinkage: number } {
  const { symbols } = input;
  if (input.covariance !== undefined) {
    return { risk: { symbols, covariance: input.covariance }, shrinkage: Number.NaN };
  }
  const { covariance, shrinkage } = estimateCovariance(returnsOf(input, "covariance"), estimator);
  return { risk: { symbols, covariance }, shrinkage };
}

function returnsOf({ symbols, returns }: AllocationInput, instead: string): ArrayLike<Numbers> {
  if (returns !== undefined && returns.length === symbols.length) return returns;
  throw new EngineError(
    "allocation.returns",
    `allocate: ${returns === undefined ? "no returns" : `${returns.length} columns of returns`} for ${symbols.length} ` +
      `symbols; expected one column for each, or ${instead}.`,
    { symbols: symbols.length, returns: returns?.length },
  );
}

function requireDistinct(symbols: readonly string[]): void {
  const twice = symbols.find((symbol, i) => symbols.indexOf(symbol) !== i);
  if (twice === undefined) return;
  throw new EngineError(
    "allocation.duplicate-symbol",
    `allocate: ${twice} is there twice; expected it once.`,
    {
      symbol: twice,
    },
  );
}

function unknownMethod(method: string): EngineError {
  const nearest = nearestName(String(method), CONSTRUCTION_METHODS);
  const known = CONSTRUCTION_METHODS.join(", ");
  return new EngineError(
    "allocation.unknown-method",
    `allocate: method is ${JSON.stringify(method) ?? "missing"}; ` +
      (nearest === undefined ? `expected one of ${known}.` : `did you mean "${nearest}"?`),
    { method: String(method), known: [...CONSTRUCTION_METHODS] },
  );
}
