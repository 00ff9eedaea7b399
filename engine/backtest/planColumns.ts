import type { RecipeEvaluator } from "../catalogue/evaluate.ts";
import type { Recipe } from "../catalogue/recipe.ts";
import { candleRecipes } from "../catalogue/recipe.ts";
import {
  atr,
  log,
  plus,
  returns,
  rollingMax,
  rollingMin,
  rollingStd,
  times,
} from "../catalogue/vocabulary.ts";
import { DAY_MS, timeframeMs } from "../core/timeframe.ts";
import type { ExitPlan } from "../exits/plan.ts";
import type { PlanColumns } from "../session/settings.ts";

/** Candles that a symbol's volatility is taken over, and its average true range for sizing. */
export const VOLATILITY_BARS = 100;
export const SIZING_ATR_LENGTH = 14;

const NONE = new Float64Array(0);

/**
 * What sizing and exits read of the candles, each column computed when it is first asked for. Like features they are
 * folded from the first candle and causal, so computing them whole shows nobody the future.
 */
export class LazyPlanColumns implements PlanColumns {
  readonly #evaluator: RecipeEvaluator;
  readonly #plan: ExitPlan;
  readonly #timeframe: string;
  readonly #known = new Map<string, Float64Array>();

  constructor(evaluator: RecipeEvaluator, plan: ExitPlan, timeframe: string) {
    this.#evaluator = evaluator;
    this.#plan = plan;
    this.#timeframe = timeframe;
  }

  get sizingAtr(): Float64Array {
    return this.#column("sizingAtr", () => atr(candles, SIZING_ATR_LENGTH));
  }

  /** Sample deviation of the last log returns, scaled to a year of 365 days. */
  get annualVolatility(): Float64Array {
    return this.#column("annualVolatility", () => {
      const periodsPerYear = (365 * DAY_MS) / timeframeMs(this.#timeframe);
      const logReturns = log(plus(returns(candles.close, 1), 1));
      return times(rollingStd(logReturns, VOLATILITY_BARS, 1), Math.sqrt(periodsPerYear));
    });
  }

  get exitAtr(): Float64Array {
    const { atrLength } = this.#plan;
    return atrLength === 0 ? NONE : this.#column("exitAtr", () => atr(candles, atrLength));
  }

  get stopLow(): Float64Array {
    return this.#extreme("stopLow", this.#plan.stopStructureBars, rollingMin, candles.low);
  }

  get stopHigh(): Float64Array {
    return this.#extreme("stopHigh", this.#plan.stopStructureBars, rollingMax, candles.high);
  }

  get trailLow(): Float64Array {
    return this.#extreme("trailLow", this.#plan.trailStructureBars, rollingMin, candles.low);
  }

  get trailHigh(): Float64Array {
    return this.#extreme("trailHigh", this.#plan.trailStructureBars, rollingMax, candles.high);
  }

  #extreme(
    name: string,
    bars: number,
    of: (values: Recipe, length: number) => Recipe,
    values: Recipe,
  ): Float64Array {
    return bars === 0 ? NONE : this.#column(name, () => of(values, bars));
  }

  #column(name: string, recipe: () => Recipe): Float64Array {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const column = this.#evaluator.column(recipe());
    this.#known.set(name, column);
    return column;
  }
}

const candles = candleRecipes();
