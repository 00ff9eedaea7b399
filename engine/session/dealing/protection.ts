import type { ExitEntry, Protection } from "../../exits/protect.ts";
import type { Attached } from "../../orders/order.ts";
import type { Signal } from "../../strategy/signal.ts";
import { columnAt } from "../sizeEntry.ts";
import type { StrategyRun } from "../strategyRun.ts";
import type { DealerHouse } from "./house.ts";

/** Whether what a signal opens is to be protected: by the strategy's exits, or by the signal's own. */
export function isProtected(run: StrategyRun, signal: Signal | undefined): boolean {
  if (run.spec.hasExits) return true;
  if (signal === undefined) return false;
  return signal.stopPrice !== undefined || signal.targetPrice !== undefined || signal.targets !== undefined;
}

/** An entry at a price as the exits see it, from the columns of the latest closed candle. */
export function entryAt(
  house: DealerHouse,
  run: StrategyRun,
  place: number,
  direction: 1 | -1,
  price: number,
  signal: Signal | undefined,
): ExitEntry {
  const plans = run.spec.plans[place];
  const row = run.spec.tapes[place].closed;
  const market = run.spec.markets[place];
  return {
    direction,
    price,
    atr: columnAt(plans.exitAtr, row),
    stopStructure: columnAt(direction > 0 ? plans.stopLow : plans.stopHigh, row),
    trailStructure: columnAt(direction > 0 ? plans.trailLow : plans.trailHigh, row),
    stopPrice: signal?.stopPrice ?? Number.NaN,
    leverage: signal?.leverage ?? house.broker.account.leverage[market],
    feeRate: house.feeRate(market),
  };
}

/** A protection as the broker attaches it to an entry; NaN for a stop or an ROI price that there is not. */
export function attachedOf(
  planned: Protection,
  stopPrice: number,
  targets: readonly { readonly price: number; readonly share: number }[],
  roiPrice: number,
): Attached {
  const { trailDistance, trailUnit, trailActivationPrice, tightDistance, tightActivationPrice } = planned;
  const one = targets.length === 1 && targets[0].share === 1 ? targets[0].price : roiPrice;
  return {
    ...(!Number.isNaN(stopPrice) && { stopLoss: { triggerPrice: stopPrice } }),
    ...(!Number.isNaN(trailDistance) && {
      trailingStop: {
        distance: trailDistance,
        unit: trailUnit,
        ...(!Number.isNaN(trailActivationPrice) && { activationPrice: trailActivationPrice }),
        ...(!Number.isNaN(tightDistance) && {
          tighter: { fromPrice: tightActivationPrice, distance: tightDistance },
        }),
      },
    }),
    ...(!Number.isNaN(one)
      ? { takeProfit: { price: one } }
      : targets.length > 0 && {
          takeProfit: { ladder: targets.map(({ price, share }) => ({ price, fraction: share })) },
        }),
  };
}

/** The mean of the targets, weighted by their fractions; NaN without one. */
export function targetOf(attached: Attached | undefined): number {
  const takeProfit = attached?.takeProfit;
  if (takeProfit === undefined) return Number.NaN;
  if ("price" in takeProfit) return takeProfit.price;
  let sum = 0;
  let parts = 0;
  for (const { price, fraction } of takeProfit.ladder) {
    sum += price * fraction;
    parts += fraction;
  }
  return sum / parts;
}
