import { mean } from "../core/stats.ts";

/** How much of the time, and how much of the equity, was in the market. Of rows of the account, each counted the same. */
export type Exposure = {
  /** Share of the rows with a position. */
  readonly timeInMarket: number;
  /** Mean of the positions' value by equity, longs and shorts added. */
  readonly meanExposure: number;
  readonly maxExposure: number;
  /** The same with shorts taken off: what is left of the market's own moves. */
  readonly meanNetExposure: number;
  readonly maxOpenPositions: number;
};

/** NaN of no rows. */
export function exposures(rows: {
  readonly exposure: Float64Array;
  readonly netExposure: Float64Array;
  readonly openPositions: Float64Array;
}): Exposure {
  const { exposure, netExposure, openPositions } = rows;
  const count = openPositions.length;
  let [held, maxExposure, maxOpenPositions] = [0, 0, 0];
  for (let row = 0; row < count; row++) {
    if (openPositions[row] > 0) held++;
    if (openPositions[row] > maxOpenPositions) maxOpenPositions = openPositions[row];
    if (exposure[row] > maxExposure) maxExposure = exposure[row];
  }
  return {
    timeInMarket: held / count,
    meanExposure: mean(exposure),
    maxExposure: count === 0 ? Number.NaN : maxExposure,
    meanNetExposure: mean(netExposure),
    maxOpenPositions: count === 0 ? Number.NaN : maxOpenPositions,
  };
}
