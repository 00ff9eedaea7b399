import { allocate } from "../allocation/allocate.ts";
import type { Construction } from "../allocation/construction.ts";
import { lookbackReturns } from "../allocation/lookbackReturns.ts";
import type { Candles } from "../candles/candles.ts";
import { calendarOf } from "../core/timeframe.ts";
import type { Construct, Membership } from "../session/settings.ts";
import type { Target } from "../strategy/decision.ts";
import { requireUniverseRules } from "../universe/checkRules.ts";
import type { UniverseRule } from "../universe/rules.ts";
import { selectUniverse } from "../universe/selectUniverse.ts";

/** How the capital is divided among what a strategy chose, and over how many closed candles risk is measured. */
export type ConstructionOptions = Construction & {
  /** Closed candles of the strategy's timeframe. Default: 100. */
  readonly lookbackBars?: number;
};

/** Which symbols may be entered, by rule, chosen anew for each period by what had closed when it began. */
export type UniverseOptions = {
  readonly rules: readonly UniverseRule[];
  /** `"1d"`, `"1w"`, `"1M"` … Default: `"1d"`. */
  readonly every?: string;
};

/**
 * Weights by a method of portfolio construction: the strategy says which symbols and in which direction, the method how
 * much of each, and the sizes of the strategy's own weights together are what is divided. Measured on candles that had
 * closed; a symbol with too few of them waits until it has enough, one whose price never moved over the lookback until
 * it moves. A short is measured by the negative of its returns, so that it hedges a long that moves with it.
 */
export function construct(
  { lookbackBars = 100, ...construction }: ConstructionOptions,
  candles: readonly Candles[],
): Construct {
  const seriesOf = new Map(candles.map((series) => [series.symbol, series]));
  return (targets, time) => {
    if (targets.length === 0) return targets;
    const series = targets.map(({ symbol }) => seriesOf.get(symbol)!);
    const { symbols, returns } = lookbackReturns(series, time, { lookbackBars });
    const columnOf = new Map(symbols.map((symbol, k) => [symbol, returns[k]]));
    const known = targets.filter(({ symbol }) => columnOf.get(symbol)?.some((value) => value !== 0));
    if (known.length === 0) return [];
    const gross = known.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
    const scores = known.map(({ score }) => score);
    const hasScores = scores.every((score) => !Number.isNaN(score));
    const { weights } = allocate(construction, {
      symbols: known.map(({ symbol }) => symbol),
      returns: known.map(({ symbol, weight }) => signed(columnOf.get(symbol)!, weight)),
      ...(hasScores && { scores }),
    });
    return known
      .map(
        (target, k): Required<Target> => ({
          ...target,
          weight: Math.sign(target.weight) * gross * weights[k],
        }),
      )
      .filter(({ weight }) => weight !== 0);
  };
}

/** The symbols of each period, chosen by what had closed when it began: a function of the time alone. */
export function membership(
  { rules, every = "1d" }: UniverseOptions,
  candles: readonly Candles[],
): Membership {
  requireUniverseRules(rules);
  const calendar = calendarOf(every);
  let period = Number.NaN;
  let members: ReadonlySet<string> = new Set();
  return (time) => {
    const now = calendar.number(time);
    if (now !== period) {
      period = now;
      members = new Set(selectUniverse(rules, candles, calendar.at(now)).symbols);
    }
    return members;
  };
}

function signed(returns: Float64Array, weight: number): Float64Array {
  return weight < 0 ? returns.map((value) => -value) : returns;
}
