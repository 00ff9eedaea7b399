import { EngineError } from "../core/errors.ts";

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

/** What holds where a market names no tiers. */
export const DEFAULT_TIERS: readonly LeverageTier[] = [
  { maxNotional: Infinity, maxLeverage: 125, maintenanceMarginRate: 0.005 },
];

/**
 * The tiers with every maintenance amount filled in: `cum(i) = cum(i−1) + floor(i) × (rate(i) − rate(i−1))`, so that
 * the maintenance margin `notional × rate − cum` has no step where one tier meets the next.
 */
export function completeTiers(market: string, tiers: readonly LeverageTier[]): Required<LeverageTier>[] {
  const complete: Required<LeverageTier>[] = [];
  for (const tier of tiers) {
    const before = complete.at(-1);
    const { maxNotional, maxLeverage, maintenanceMarginRate: rate } = tier;
    const isRising = before === undefined ? maxNotional > 0 : maxNotional > before.maxNotional;
    if (!isRising || !(maxLeverage >= 1) || !(rate >= 0 && rate < 1)) {
      throw new EngineError(
        "broker.leverage-tiers",
        `${market}: leverageTiers has ${JSON.stringify(tier)}; expected maxNotional rising from above 0, maxLeverage of ` +
          `at least 1 and maintenanceMarginRate of 0 … below 1. The last tier may have maxNotional Infinity.`,
        { market, tier },
      );
    }
    const floor = before?.maxNotional ?? 0;
    const step = before === undefined ? 0 : floor * (rate - before.maintenanceMarginRate);
    complete.push({
      ...tier,
      maintenanceAmount: tier.maintenanceAmount ?? (before?.maintenanceAmount ?? 0) + step,
    });
  }
  if (complete.length === 0) {
    throw new EngineError(
      "broker.leverage-tiers",
      `${market}: leverageTiers is empty; leave it out or give one.`,
      {
        market,
      },
    );
  }
  return complete;
}

/** The tier that holds for a notional; the last one beyond all. */
export function tierOf(tiers: readonly Required<LeverageTier>[], notional: number): Required<LeverageTier> {
  let i = 0;
  while (i < tiers.length - 1 && notional > tiers[i].maxNotional) i++;
  return tiers[i];
}

/** The most leverage that a position of this notional may have; 0 where it is beyond all tiers. */
export function maxLeverage(tiers: readonly Required<LeverageTier>[], notional: number): number {
  const tier = tierOf(tiers, notional);
  return notional > tier.maxNotional ? 0 : tier.maxLeverage;
}

/** The least margin that a position of this notional must keep, in quote currency. */
export function maintenanceMargin(tiers: readonly Required<LeverageTier>[], notional: number): number {
  const { maintenanceMarginRate, maintenanceAmount } = tierOf(tiers, notional);
  return notional * maintenanceMarginRate - maintenanceAmount;
}
