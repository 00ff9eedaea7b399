import type { ExitReason } from "./exits.ts";
import type { ExitPlan } from "./plan.ts";
import { away, type ExitEntry, levelPrice, type Protection, profitPrice, roiPrice } from "./protect.ts";

/**
 * What a plan remembers of one open position. Plain data, changed in place by `manageExit`; the session reads
 * `stopPrice` and `roiPrice` after each call and amends its orders where they have moved. NaN is none.
 */
export type ExitState = {
  readonly direction: 1 | -1;
  /** Average entry price. */
  price: number;
  readonly entryTime: number;
  readonly leverage: number;
  readonly feeRate: number;
  /** Average true range at the entry. */
  readonly atr: number;
  /** Distance of the entry from its first stop, in quote currency. */
  readonly risk: number;
  stopPrice: number;
  /** What put the stop where it is: the reason of the exit when it fills. */
  stopReason: "stopLoss" | "trailingStop" | "breakEven";
  /** The limit price that the ROI table is content with, for the position's present age. */
  roiPrice: number;
  /** The best price since the entry. */
  bestPrice: number;
  /** Candles closed since the entry, the entry's own counted. */
  bars: number;
  /** The row of the ROI table that holds; −1 before the first. */
  roiRow: number;
  breakEvenTrigger: number;
  breakEvenStop: number;
  activationPrice: number;
  tightPrice: number;
};

/** The state of a position just entered, from what protects it. */
export function exitState(
  plan: ExitPlan,
  entry: ExitEntry,
  protection: Protection,
  entryTime: number,
): ExitState {
  const state: ExitState = {
    direction: entry.direction,
    price: entry.price,
    entryTime,
    leverage: entry.leverage,
    feeRate: entry.feeRate,
    atr: entry.atr,
    risk: Math.abs(entry.price - protection.firstStopPrice),
    stopPrice: protection.stopPrice,
    stopReason: protection.stopReason,
    roiPrice: protection.roiPrice,
    bestPrice: entry.price,
    bars: 0,
    roiRow: plan.roiAgesMs[0] === 0 ? 0 : -1,
    breakEvenTrigger: Number.NaN,
    breakEvenStop: Number.NaN,
    activationPrice: Number.NaN,
    tightPrice: Number.NaN,
  };
  priceLevels(plan, state);
  return state;
}

/**
 * Tells the plan that the position has been added to: profits are counted from the new average price. The stop stays,
 * since it never goes back, and so does the risk that multiples refer to.
 */
export function repriceExit(plan: ExitPlan, state: ExitState, averagePrice: number): void {
  state.price = averagePrice;
  priceLevels(plan, state);
  if (state.roiRow >= 0) state.roiPrice = roiPrice(plan, state, state.roiRow);
}

function priceLevels(plan: ExitPlan, state: ExitState): void {
  state.breakEvenTrigger = levelPrice(plan, state, plan.breakEvenAt, state.risk);
  state.breakEvenStop = profitPrice(plan, state, plan.breakEvenOffset);
  state.activationPrice = levelPrice(plan, state, plan.trailActivation, state.risk);
  state.tightPrice = levelPrice(plan, state, plan.tightFrom, state.risk);
}

/**
 * Brings the plan up to a candle's close: moves the stop, lowers the ROI price with age, and says whether and why the
 * position is to be left now (at the next price, whatever it is), or "" to stay. A stop that would have to move past
 * the close is such a reason, for no order could stand there.
 *
 * `high` and `low` are the candle's extremes since the entry: for a position that came in inside the candle, what came
 * after it. `structure` is the lowest low (a short's highest high) of the last `plan.trailStructureBars` candles, this
 * one included. Allocates nothing.
 */
export function manageExit(
  plan: ExitPlan,
  state: ExitState,
  high: number,
  low: number,
  close: number,
  closeTime: number,
  atr: number,
  structure: number,
): ExitReason | "" {
  const { direction } = state;
  const best = direction > 0 ? high : low;
  if (direction * (best - state.bestPrice) > 0) state.bestPrice = best;
  state.bars++;

  if (direction * (state.bestPrice - state.breakEvenTrigger) >= 0) {
    moveStop(state, state.breakEvenStop, "breakEven");
  }
  if (!plan.trailFollowsPrice) trail(plan, state, atr, structure);
  const age = closeTime - state.entryTime;
  const leavesAtAnyPrice = plan.roiAgesMs.length > 0 && ageRoi(plan, state, age);

  if (direction * (close - state.stopPrice) <= 0) return state.stopReason;
  if (leavesAtAnyPrice) return "roi";
  if (age >= plan.timeStopMs) return "timeStop";
  return state.bars >= plan.maxBars ? "maxBars" : "";
}

function trail(plan: ExitPlan, state: ExitState, atr: number, structure: number): void {
  const { direction, bestPrice, activationPrice, tightPrice } = state;
  const isActive = Number.isNaN(activationPrice) || direction * (bestPrice - activationPrice) >= 0;
  if (isActive) moveStop(state, away(plan, state, plan.trail, bestPrice, atr, structure), "trailingStop");
  // Strictly beyond, as in freqtrade: without an offset the closer trail begins with the first profit.
  if (direction * (bestPrice - tightPrice) > 0) {
    const fraction = plan.tightFraction / (plan.isOfStake ? state.leverage : 1);
    moveStop(state, bestPrice - direction * fraction * bestPrice, "trailingStop");
  }
}

/** Nearer to the market or not at all. */
function moveStop(state: ExitState, price: number, reason: "trailingStop" | "breakEven"): void {
  const isNearer = Number.isNaN(state.stopPrice)
    ? !Number.isNaN(price)
    : state.direction * (price - state.stopPrice) > 0;
  if (!isNearer) return;
  state.stopPrice = price;
  state.stopReason = reason;
}

/** Moves to the table's row for this age; true where that row leaves at any price. */
function ageRoi(plan: ExitPlan, state: ExitState, age: number): boolean {
  const { roiAgesMs, roiFractions } = plan;
  let row = state.roiRow;
  while (row + 1 < roiAgesMs.length && roiAgesMs[row + 1] <= age) row++;
  if (row !== state.roiRow) {
    state.roiRow = row;
    state.roiPrice = roiPrice(plan, state, row);
  }
  return row >= 0 && roiFractions[row] <= -1;
}
