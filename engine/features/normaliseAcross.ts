import { EngineError } from "../core/errors.ts";
import { acrossMarkets, crossSectionalRank, crossSectionalZscore } from "./crossSection.ts";
import type { FeatureMatrix } from "./featureSet.ts";

const FORMS = { zscore: crossSectionalZscore, percentileRank: crossSectionalRank };

/**
 * The same features measured against the universe at one time: each market's value as z-score or percentile rank among
 * the markets that have a row at that open time and a known value there. Columns are named `rsi_across-percentileRank`
 * and come back on each market's own rows. All matrices must be of one feature set and one timeframe.
 */
export function normaliseAcross(
  matrices: readonly FeatureMatrix[],
  form: keyof typeof FORMS,
): FeatureMatrix[] {
  const names = matrices[0]?.names ?? [];
  for (const [k, matrix] of matrices.entries()) {
    if (matrix.names.length === names.length && matrix.names.every((name, i) => name === names[i])) continue;
    throw new EngineError(
      "features.different-sets",
      `normaliseAcross: matrix ${k} has the features ${matrix.names.join(", ")}, the first one ${names.join(", ")}; ` +
        "expected the same feature set for all markets. Evaluate one set on every market.",
      { market: k, given: matrix.names, expected: names },
    );
  }
  const columns = names.map((_, i) =>
    acrossMarkets(
      matrices.map(({ timestamp, columns: own }) => ({ timestamp, values: own[i] })),
      FORMS[form],
    ),
  );
  return matrices.map((matrix, k) => ({
    ...matrix,
    name: `${matrix.name} across-${form}`,
    names: names.map((name) => `${name}_across-${form}`),
    columns: columns.map((markets) => markets[k]),
  }));
}
