import type { EquityMetrics } from "../metrics/equityMetrics.ts";
import { DailyReturns, deepest, equityFigures } from "../metrics/equityMetrics.ts";
import type { FoldResult } from "./walkForwardSearch.ts";

/** The returns that the folds' choices made after they were chosen, one fold after the other. */
export type OutOfSample = {
  /** When each day ended, UTC milliseconds, and what the account made from the end of the day before. */
  readonly dayEnds: Float64Array;
  readonly dailyReturns: Float64Array;
  /** What 1 of capital had become by each of those days, gains put to work. */
  readonly equity: Float64Array;
  readonly figures: EquityMetrics;
  readonly trades: number;
  /**
   * Annual return out of sample by that in sample, of the folds that have both (Pardo's walk-forward efficiency): what
   * part of what was found stayed. NaN where nothing was earned in sample.
   */
  readonly efficiency: number;
};

/** Chains the folds' test spans, in their order; a fold without a choice earns nothing. */
export function chainOutOfSample(folds: readonly FoldResult[]): OutOfSample {
  const dayEnds: number[] = [];
  const dailyReturns: number[] = [];
  let trades = 0;
  let inside = 0;
  let outside = 0;
  for (const { chosen } of folds) {
    if (chosen === undefined) continue;
    const { inSample, outOfSample } = chosen;
    for (let i = 0; i < outOfSample.dailyReturns.length; i++) {
      dayEnds.push(outOfSample.dayEnds[i]);
      dailyReturns.push(outOfSample.dailyReturns[i]);
    }
    trades += outOfSample.figures.tradeCount;
    const [before, after] = [inSample.figures.annualReturn, outOfSample.figures.annualReturn];
    if (Number.isNaN(before) || Number.isNaN(after)) continue;
    inside += before;
    outside += after;
  }
  const days = new DailyReturns(1);
  const equity = new Float64Array(dailyReturns.length);
  let value = 1;
  for (let i = 0; i < equity.length; i++) {
    value *= 1 + dailyReturns[i];
    equity[i] = value;
    days.close(value);
  }
  const startMs = folds.length === 0 ? 0 : folds[0].test.startMs;
  return {
    dayEnds: Float64Array.from(dayEnds),
    dailyReturns: Float64Array.from(dailyReturns),
    equity,
    figures: equityFigures({
      startMs,
      endMs: dayEnds.length === 0 ? startMs : dayEnds[dayEnds.length - 1],
      startEquity: 1,
      finalEquity: value,
      maxDrawdown: deepest(equity, 1),
      days,
    }),
    trades,
    efficiency: inside > 0 ? outside / inside : Number.NaN,
  };
}
