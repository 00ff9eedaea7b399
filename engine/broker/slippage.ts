/** How far a depth reaches: up to `distanceBps` from the market's price, `amountQuote` can be traded. */
export type DepthStep = { readonly distanceBps: number; readonly amountQuote: number };

/** How much worse a taker's price is than the market's. Makers and limit prices are never passed. */
export type SlippageModel =
  | { readonly kind: "none" }
  | { readonly kind: "fixedBps"; readonly bps: number }
  /**
   * Zipline's `VolumeShareSlippage`: the price moves by `priceImpact` × share², share being the fill's part of the
   * candle's volume, counted up to `volumeLimit`. Its defaults are 0.1 and 0.025.
   */
  | { readonly kind: "volumeShare"; readonly priceImpact?: number; readonly volumeLimit?: number }
  /**
   * Walks a book: the mean price of the levels that the amount eats. The book is the one last given to the broker for
   * the market, else this profile of depth, both as distances from the market's price. What the depth does not hold
   * is not filled at once.
   */
  | { readonly kind: "bookWalk"; readonly depth?: readonly DepthStep[] };
