/** Rates from a 30-day volume on. */
export type FeeTier = {
  /** Traded in the 30 days before, in quote currency; the first tier's is 0. */
  readonly minVolumeQuote: number;
  readonly makerBps: number;
  readonly takerBps: number;
};

/** What a venue charges for a fill. Below zero it pays. */
export type FeeModel =
  | {
      readonly kind: "flat";
      /** Of the fill's notional. */
      readonly makerBps: number;
      readonly takerBps: number;
      /** Charged for each fill besides, in quote currency. Default: 0. */
      readonly perFillQuote?: number;
    }
  | {
      readonly kind: "tiered";
      /** By rising `minVolumeQuote`, the first from 0. */
      readonly tiers: readonly FeeTier[];
      /** Counts as traded in the 30 days before the session, in quote currency. Default: 0. */
      readonly priorVolumeQuote?: number;
    };
