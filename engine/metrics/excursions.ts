import { mean } from "../core/stats.ts";

/** What the columns of trades give of their excursions; prices and excursions as the table of trades has them. */
export type ExcursionColumns = {
  /** +1 long, −1 short. */
  readonly direction: ArrayLike<number>;
  readonly entryPrice: Float64Array;
  readonly exitPrice: Float64Array;
  readonly profit: Float64Array;
  readonly maxAdverseExcursion: Float64Array;
  readonly maxFavourableExcursion: Float64Array;
};

/** How far prices went against and for trades while they were open (Sweeney 1996), fractions of the entry price. */
export type Excursions = {
  readonly meanAdverse: number;
  readonly worstAdverse: number;
  /** How far the winning trades were under water on the way: where a stop would have cost gains. */
  readonly winnersMeanAdverse: number;
  readonly meanFavourable: number;
  readonly bestFavourable: number;
  /** How far the losing trades were in profit before: what a target or a trail would have kept. */
  readonly losersMeanFavourable: number;
  /** Mean favourable by mean adverse excursion (the edge ratio): above 1 entries tend to go the right way. */
  readonly edgeRatio: number;
  /** Mean of what was given back: from the best price while open to the exit's, before costs. */
  readonly meanGivenBack: number;
};

/** NaN where there are no such trades. */
export function excursions(trades: ExcursionColumns): Excursions {
  const { direction, entryPrice, exitPrice, profit } = trades;
  const { maxAdverseExcursion: adverse, maxFavourableExcursion: favourable } = trades;
  const givenBack = favourable.map(
    (best, i) => best - direction[i] * ((exitPrice[i] - entryPrice[i]) / entryPrice[i]),
  );
  const [meanAdverse, meanFavourable] = [mean(adverse), mean(favourable)];
  return {
    meanAdverse,
    worstAdverse: largest(adverse),
    winnersMeanAdverse: mean(adverse.filter((_, i) => profit[i] > 0)),
    meanFavourable,
    bestFavourable: largest(favourable),
    losersMeanFavourable: mean(favourable.filter((_, i) => profit[i] < 0)),
    edgeRatio: meanAdverse > 0 ? meanFavourable / meanAdverse : Number.NaN,
    meanGivenBack: mean(givenBack),
  };
}

function largest(values: Float64Array): number {
  return values.length === 0 ? Number.NaN : values.reduce((most, one) => Math.max(most, one), -Infinity);
}
