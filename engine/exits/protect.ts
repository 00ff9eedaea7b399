import type { Distance, ExitPlan, Level } from "./plan.ts";

/** What is known of an entry: expected at the decision, so that it can be sized, and true at its fill. NaN is none. */
export type ExitEntry = {
  readonly direction: 1 | -1;
  readonly price: number;
  /** Average true range of `plan.atrLength` closed candles, in quote currency. */
  readonly atr: number;
  /** The lowest low (a short's highest high) of the last `plan.stopStructureBars` closed candles. */
  readonly stopStructure: number;
  /** The same of the last `plan.trailStructureBars`. */
  readonly trailStructure: number;
  /** The signal's own stop, instead of the plan's. */
  readonly stopPrice: number;
  readonly leverage: number;
  /** The fee of one side as a fraction; only `fractionsOf: "stake"` looks at it. */
  readonly feeRate: number;
};

/** The orders that protect a position from its first moment. NaN is none. */
export type Protection = {
  readonly stopPrice: number;
  /** Limit orders with their share of the position's amount. */
  readonly targets: readonly { readonly price: number; readonly share: number }[];
  /** The broker's trailing stop. */
  readonly trailDistance: number;
  readonly trailUnit: "quote" | "fraction";
  readonly trailActivationPrice: number;
  /** A second, closer trailing stop, as a fraction of the price, that begins at its own activation price. */
  readonly tightDistance: number;
  readonly tightActivationPrice: number;
  /** Where the ROI table is content from the first moment on. */
  readonly roiPrice: number;
  /** Where the position would be given up as things stand at the entry: the stop, or the trail if that is nearer. */
  readonly firstStopPrice: number;
  readonly stopReason: "stopLoss" | "trailingStop";
};

/**
 * Why an entry cannot be protected as planned. At the decision: do not enter. At the fill, `stopBeyondPrice` says that
 * the price has gapped through the stop before there was a position: leave at once.
 */
export type ExitRefusal = {
  readonly refusal: "noAtr" | "noStructure" | "noStop" | "stopBeyondPrice";
  readonly message: string;
};

/** What a position of this entry is protected with, or why it cannot be. */
export function protect(plan: ExitPlan, entry: ExitEntry): Protection | ExitRefusal {
  const { direction, price } = entry;
  if (plan.atrLength > 0 && !(entry.atr > 0)) {
    return refuse("noAtr", `the average true range of ${plan.atrLength} candles is ${entry.atr}`);
  }
  const hasOwnStop = !Number.isNaN(entry.stopPrice);
  const needsStructure = !hasOwnStop && plan.stopStructureBars > 0;
  if (needsStructure && Number.isNaN(entry.stopStructure)) {
    return refuse("noStructure", `there are fewer than ${plan.stopStructureBars} closed candles`);
  }
  if (plan.trailStructureBars > 0 && Number.isNaN(entry.trailStructure)) {
    return refuse("noStructure", `there are fewer than ${plan.trailStructureBars} closed candles`);
  }

  const planned = away(plan, entry, plan.stop, price, entry.atr, entry.stopStructure);
  const fixedStop = hasOwnStop ? entry.stopPrice : planned;
  const firstTrail = hasNoLevel(plan.trailActivation)
    ? away(plan, entry, plan.trail, price, entry.atr, entry.trailStructure)
    : Number.NaN;
  const isTrailNearer = Number.isNaN(fixedStop)
    ? !Number.isNaN(firstTrail)
    : direction * (firstTrail - fixedStop) > 0;
  const firstStopPrice = isTrailNearer ? firstTrail : fixedStop;
  if (direction * (firstStopPrice - price) >= 0) {
    return refuse(
      "stopBeyondPrice",
      `the stop at ${firstStopPrice} is not ${direction > 0 ? "below" : "above"} the entry price ${price}`,
    );
  }
  const risk = Math.abs(price - firstStopPrice);
  if (Number.isNaN(risk) && needsRisk(plan)) {
    return refuse(
      "noStop",
      "a profit is given as a multiple of the risk, but there is no stop to measure it by",
    );
  }

  const stopIsTrail = isTrailNearer && !plan.trailFollowsPrice;
  const usesAtr = plan.trail.atrMultiple > 0;
  const trailDistance = usesAtr
    ? plan.trail.atrMultiple * entry.atr
    : plan.trail.fraction / stakeLeverage(plan, entry);
  return {
    stopPrice: stopIsTrail ? firstTrail : fixedStop,
    targets: plan.targets
      .map(({ level, share }) => ({ price: levelPrice(plan, entry, level, risk), share }))
      // A short cannot gain more than the whole price.
      .filter((target) => target.price > 0),
    trailDistance: plan.trailFollowsPrice ? trailDistance : Number.NaN,
    trailUnit: usesAtr ? "quote" : "fraction",
    trailActivationPrice: plan.trailFollowsPrice
      ? levelPrice(plan, entry, plan.trailActivation, risk)
      : Number.NaN,
    tightDistance: plan.trailFollowsPrice ? plan.tightFraction / stakeLeverage(plan, entry) : Number.NaN,
    tightActivationPrice: plan.trailFollowsPrice ? levelPrice(plan, entry, plan.tightFrom, risk) : Number.NaN,
    roiPrice: plan.roiAgesMs[0] === 0 ? roiPrice(plan, entry, 0) : Number.NaN,
    firstStopPrice,
    stopReason: stopIsTrail ? "trailingStop" : "stopLoss",
  };
}

/** The price a distance below (for a long) `from`; NaN without one. */
export function away(
  plan: ExitPlan,
  { direction, leverage }: Pick<ExitEntry, "direction" | "leverage">,
  distance: Distance,
  from: number,
  atr: number,
  structure: number,
): number {
  if (distance.fraction > 0) {
    return from - (direction * distance.fraction * from) / (plan.isOfStake ? leverage : 1);
  }
  if (distance.atrMultiple > 0) return from - direction * distance.atrMultiple * atr;
  return distance.structureBars > 0 ? structure - direction * distance.buffer * structure : Number.NaN;
}

type Priced = Pick<ExitEntry, "direction" | "price" | "leverage" | "feeRate" | "atr">;

/** The price at which a profit is reached; NaN without one, and where the risk that it is a multiple of is unknown. */
export function levelPrice(plan: ExitPlan, entry: Priced, level: Level, risk: number): number {
  const { direction, price, atr } = entry;
  if (level.riskMultiple > 0) return price + direction * level.riskMultiple * risk;
  if (level.atrMultiple > 0) return price + direction * level.atrMultiple * atr;
  return profitPrice(plan, entry, level.fraction);
}

/**
 * The price at which the profit is this fraction. Of the stake: p = entry × (1 ± (fee + fraction / leverage)) ÷ (1 ∓ fee),
 * so that what the exit brings after its fee, less what the entry cost with its own, is the fraction of the stake.
 */
export function profitPrice(plan: ExitPlan, entry: Omit<Priced, "atr">, fraction: number): number {
  const { direction, price, leverage, feeRate } = entry;
  // Not price × (1 + fraction), which rounds twice: 10 % above 100 would be just above 110.
  if (!plan.isOfStake) return price + direction * fraction * price;
  return (price * (1 + direction * (feeRate + fraction / leverage))) / (1 - direction * feeRate);
}

/** The price that satisfies row `row` of the ROI table; NaN where no price can, and for "at any price". */
export function roiPrice(plan: ExitPlan, entry: Omit<Priced, "atr">, row: number): number {
  const fraction = plan.roiFractions[row];
  if (fraction <= -1) return Number.NaN;
  const price = profitPrice(plan, entry, fraction);
  return price > 0 ? price : Number.NaN;
}

function stakeLeverage(plan: ExitPlan, { leverage }: ExitEntry): number {
  return plan.isOfStake ? leverage : 1;
}

function hasNoLevel({ fraction, riskMultiple, atrMultiple }: Level): boolean {
  return Number.isNaN(fraction) && Number.isNaN(riskMultiple) && Number.isNaN(atrMultiple);
}

function needsRisk({ targets, trailActivation, tightFrom, breakEvenAt }: ExitPlan): boolean {
  const levels = [trailActivation, tightFrom, breakEvenAt, ...targets.map(({ level }) => level)];
  return levels.some(({ riskMultiple }) => riskMultiple > 0);
}

function refuse(refusal: ExitRefusal["refusal"], message: string): ExitRefusal {
  return { refusal, message: `The entry cannot be protected as planned: ${message}.` };
}
