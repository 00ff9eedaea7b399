import { EngineError } from "../core/errors.ts";

/** At `distanceBps` from the market's price, `amountQuote` more can be traded. */
export type DepthStep = { readonly distanceBps: number; readonly amountQuote: number };

/** How much worse a taker's price is than the market's. A limit price is never passed, and makers have none. */
export type SlippageModel =
  | { readonly kind: "none" }
  | { readonly kind: "fixedBps"; readonly bps: number }
  /**
   * Zipline's `VolumeShareSlippage`: the price moves by `priceImpact` × share², share being the fill's part of the
   * candle's volume, counted up to `volumeLimit`. Its defaults are 0.1 and 0.025. How much may fill is the venue's
   * `participation`.
   */
  | { readonly kind: "volumeShare"; readonly priceImpact?: number; readonly volumeLimit?: number }
  /**
   * Walks a book: the mean price of the levels that the amount eats. The book is the one last given to the broker for
   * the market, its distances taken from its middle, else this profile of depth on both sides. What the depth does
   * not hold is not filled at once; within a candle each order begins where the one before it ended.
   */
  | { readonly kind: "bookWalk"; readonly depth?: readonly DepthStep[] };

export const NO_SLIPPAGE: SlippageModel = { kind: "none" };

/** One side of a book as columns: fractions away from its middle, and base amounts (or quote, of a profile). */
export type Depth = {
  readonly distance: Float64Array;
  readonly amount: Float64Array;
  readonly isQuote: boolean;
};

/** A profile of depth as columns. */
export function depthOf(steps: readonly DepthStep[]): Depth {
  return {
    distance: Float64Array.from(steps, ({ distanceBps }) => distanceBps / 10_000),
    amount: Float64Array.from(steps, ({ amountQuote }) => amountQuote),
    isQuote: true,
  };
}

/** Throws `broker.slippage` for a model that cannot be. */
export function requireSlippage(venue: string, model: SlippageModel): void {
  if (isPossible(model)) return;
  throw new EngineError(
    "broker.slippage",
    `${venue}: slippage is ${JSON.stringify(model)}; expected bps of 0 or more, a priceImpact of 0 or more with a ` +
      "volumeLimit above 0, or depth by rising distanceBps with amounts above 0.",
    { venue, model },
  );
}

function isPossible(model: SlippageModel): boolean {
  if (model.kind === "fixedBps") return model.bps >= 0 && model.bps < 10_000;
  if (model.kind === "volumeShare") return (model.priceImpact ?? 0) >= 0 && (model.volumeLimit ?? 1) > 0;
  if (model.kind !== "bookWalk") return model.kind === "none";
  return (model.depth ?? []).every(
    ({ distanceBps, amountQuote }, i, steps) =>
      distanceBps >= (i === 0 ? 0 : steps[i - 1].distanceBps) && distanceBps < 10_000 && amountQuote > 0,
  );
}

/** How much worse volume share makes a price, as a fraction. A candle without volume counts as filled to the limit. */
export function volumeShareImpact(
  amount: number,
  volume: number,
  { priceImpact = 0.1, volumeLimit = 0.025 }: { priceImpact?: number; volumeLimit?: number },
): number {
  const share = volume > 0 ? Math.min(amount / volume, volumeLimit) : volumeLimit;
  return priceImpact * share * share;
}

/** How much a depth holds beyond what has been taken from it, in base currency at this price of the market. */
export function depthLeft(depth: Depth, direction: number, price: number, taken: number): number {
  let sum = -taken;
  for (let i = 0; i < depth.amount.length; i++) sum += baseAmount(depth, i, direction, price);
  return Math.max(0, sum);
}

/** Mean distance from the market's price, as a fraction, of the levels that `amount` eats after `taken`. */
export function walkDepth(
  depth: Depth,
  direction: number,
  price: number,
  taken: number,
  amount: number,
): number {
  let skip = taken;
  let left = amount;
  let weighted = 0;
  for (let i = 0; i < depth.amount.length && left > 0; i++) {
    const here = baseAmount(depth, i, direction, price);
    const skipped = Math.min(skip, here);
    skip -= skipped;
    const eaten = Math.min(left, here - skipped);
    left -= eaten;
    weighted += eaten * depth.distance[i];
  }
  return weighted / (amount - left);
}

function baseAmount(depth: Depth, i: number, direction: number, price: number): number {
  if (!depth.isQuote) return depth.amount[i];
  return depth.amount[i] / (price * (1 + direction * depth.distance[i]));
}
