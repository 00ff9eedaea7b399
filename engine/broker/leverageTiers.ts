/** One bracket of an exchange's leverage table. */
export type LeverageTier = {
  /** The tier holds for notionals up to this, in quote currency; `Infinity` in the last. */
  readonly maxNotional: number;
  readonly maxLeverage: number;
  /** Fraction of the notional. */
  readonly maintenanceMarginRate: number;
  /** Binance's `cum`, in quote currency. Default: what makes the maintenance margin continuous. */
  readonly maintenanceAmount?: number;
};
