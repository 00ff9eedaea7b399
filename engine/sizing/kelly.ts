import { kellyEstimate } from "./kellyEstimate.ts";
import { fractionSize, refuse } from "./refuse.ts";
import type { Size, Sizing, SizingInput } from "./sizing.ts";

type KellySizing = Extract<Sizing, { kind: "kelly" }>;

/**
 * A share of the Kelly fraction: half of it gives up a quarter of the growth for half of the swings (MacLean, Thorp and
 * Ziemba 2011). Few trades overstate what is there, so the lower end of the interval is the careful choice.
 */
export function kelly(sizing: KellySizing, { equity, price, tradeReturns }: SizingInput): Size {
  const { fraction, minTrades, maxTrades = 1000, useLowerBound = false, maxFraction = 1 } = sizing;
  if (tradeReturns.length < minTrades) {
    return refuse(
      "tooFewTrades",
      `kelly: ${tradeReturns.length} closed trades, ${minTrades} are needed. Trade a fixed fraction until there are enough.`,
    );
  }
  const estimate = kellyEstimate(lastOf(tradeReturns, maxTrades));
  if (Number.isNaN(estimate.fraction)) {
    return refuse(
      "equalTrades",
      `kelly: ${estimate.count} closed trades of one and the same return say nothing of the risk; more trades are needed.`,
    );
  }
  const full = useLowerBound ? estimate.low : estimate.fraction;
  if (!(full > 0)) {
    const which = useLowerBound ? "the lower end of the Kelly fraction's interval" : "the Kelly fraction";
    return refuse(
      "noEdge",
      `kelly: ${which} of ${estimate.count} trades is ${full}; there is no edge to stake on.`,
    );
  }
  return fractionSize(equity, price, fraction * full, maxFraction);
}

function lastOf(values: ArrayLike<number>, count: number): ArrayLike<number> {
  if (values.length <= count) return values;
  const last = new Float64Array(count);
  for (let i = 0; i < count; i++) last[i] = values[values.length - count + i];
  return last;
}
