import { Random } from "../core/random.ts";
import type { Numbers } from "../core/stats.ts";
import { bandSteps, PathLog, type PathSummary } from "./pathLog.ts";
import { type PathOptions, requirePathOptions } from "./pathOptions.ts";
import { boundedBelow, type DrawOptions, requireOne, requireTrades, TradeDraw } from "./tradeDraw.ts";

export type TradePathOptions = PathOptions &
  DrawOptions & {
    /** Whether each return is on what the trades before left (`"compounded"`, default), or on the starting capital. */
    readonly stake?: "compounded" | "fixed";
  };

export type TradePaths = PathSummary & {
  /** The trades as they were. */
  readonly original: {
    /** After each of `steps`. */
    readonly equity: Float64Array;
    readonly finalEquity: number;
    readonly maxDrawdown: number;
  };
  readonly order: "shuffled" | "resampled" | "kept";
  readonly stake: "compounded" | "fixed";
  readonly trades: number;
  readonly seed: number | string;
};

/** How far a simulation is, in paths. */
export type PathProgress = { readonly done: number; readonly total: number };

/** Steps between two looks whether somebody wants to stop. */
const STEPS_A_YIELD = 200_000;

/** What the same trades could have come to, in one go; see `simulatingTrades`. */
export function simulateTrades(returns: Numbers, options: TradePathOptions = {}): TradePaths {
  const steps = simulatingTrades(returns, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * What the same trades could have come to: many paths, each of as many trades in another order, drawn again, missed,
 * dearer or late. `returns` are what each trade made of the account's equity when it was entered, as fractions (see
 * `accountReturns`), in order of their exits. Equity is looked at after each trade: what happens inside one is not in
 * the drawdowns. Trades are taken as independent of each other; a market that is bad for all at once is not.
 */
export function* simulatingTrades(
  returns: Numbers,
  options: TradePathOptions = {},
): Generator<PathProgress, TradePaths, void> {
  const { paths, seed, quantiles, ruinLevel, mostSteps } = requirePathOptions("simulateTrades", options);
  const { order = "resampled", stake = "compounded" } = options;
  requireOne("stake", options.stake, ["compounded", "fixed"]);
  const columns = requireTrades(returns, options);
  const draw = new TradeDraw(columns, options, Random.seeded(seed).stream("trades"));
  const trades = returns.length;
  const steps = bandSteps(trades, mostSteps);
  const add = (log: PathLog, path: number, drawn: Float64Array): void =>
    stake === "fixed" ? log.addFixed(path, drawn) : log.addCompounded(path, drawn);

  const log = new PathLog(paths, steps);
  const aYield = Math.max(1, Math.floor(STEPS_A_YIELD / trades));
  for (let path = 0; path < paths; path++) {
    add(log, path, draw.next());
    if ((path + 1) % aYield === 0) yield { done: path + 1, total: paths };
  }
  const single = new PathLog(1, steps);
  add(single, 0, boundedBelow(Float64Array.from(returns)));
  const [equity] = single.summary({ quantiles: [0.5], ruinLevel }).bands;
  return {
    ...log.summary({ quantiles, ruinLevel }),
    original: { equity, finalEquity: single.finalEquity[0], maxDrawdown: single.maxDrawdown[0] },
    order,
    stake,
    trades,
    seed,
  };
}
