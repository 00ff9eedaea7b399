import { DAY_MS, HOUR_MS, MINUTE_MS } from "../core/timeframe.ts";
import type { RiskRules, RuleName, RuleParameters } from "./rules.ts";

/**
 * Named sets of rules.
 *
 * - `"research"`, the default of a backtest: only what cannot be meant is refused (figures that are no numbers, a
 *   position without equity behind it, a flood of more than a thousand orders a minute for one market). A pause or a
 *   halved size that nobody asked for would make the answer to a plain question a surprise.
 * - `"standard"`, the default of a paper session: every rule for which a limit holds for any strategy. Rules that only
 *   the strategy's author can give a limit (lists, calendars, sizes, categories, protections) stay off.
 */
export type RiskPreset = "research" | "standard";

/** Rules that are switched on with `true`, or with some of their parameters, have the rest from here. */
export const RULE_DEFAULTS: { readonly [Rule in RuleName]: RuleParameters[Rule] } = {
  solvency: { minFraction: 0 },
  whitelist: [],
  blacklist: [],
  closedHours: [],
  blackouts: [],
  ordersPerMinute: { perMarket: 60 },
  tradesPerDay: { perAccount: 20 },
  spread: { maxBps: 100 },
  volatility: { maxAnnual: 1.5, sampleMs: HOUR_MS, samples: 168, minSamples: 24 },
  priceCollar: { throughFraction: 0.05, awayFraction: 0.8 },
  orderSize: { maxFraction: 1 },
  positionSize: { maxFraction: 1 },
  exposure: { maxGross: 1 },
  categoryExposure: { maxFraction: 0.5, categories: {}, limits: {} },
  correlation: { max: 0.8, maxCorrelated: 0, sampleMs: HOUR_MS, samples: 168, minSamples: 24 },
  leverage: { max: 5 },
  marginUse: { maxFraction: 0.5 },
  rewardToRisk: { min: 2 },
  openRisk: { maxFraction: 0.06, withoutStop: "ignore" },
  dailyLoss: { fraction: 0.05, pauseMs: HOUR_MS },
  drawdown: { fraction: 0.1, pauseMs: DAY_MS },
  maxDrawdown: { fraction: 0.2 },
  losingTrades: { count: 5, pauseMs: 4 * HOUR_MS },
  errorRate: { maxFraction: 0.5, orders: 20, pauseMs: 5 * MINUTE_MS },
  priceSpike: { fraction: 0.1, windowMs: MINUTE_MS },
  exchangeErrors: { max: 10, windowMs: MINUTE_MS, pauseMs: 5 * MINUTE_MS },
  positionAge: { maxMs: 7 * DAY_MS },
  cooldown: { pauseMs: HOUR_MS },
  stopLossGuard: { trades: 4, lookbackMs: DAY_MS, pauseMs: 2 * HOUR_MS, perMarket: false },
  drawdownGuard: { fraction: 0.2, minTrades: 20, lookbackMs: 2 * DAY_MS, pauseMs: 4 * HOUR_MS },
  lowProfitPairs: { minReturn: 0, minTrades: 2, lookbackMs: 6 * HOUR_MS, pauseMs: DAY_MS },
  losingStreak: { count: 3, factor: 0.5 },
  drawdownSize: { share: 0.5, factor: 0.5 },
};

/** The rules of `"standard"`. */
export const STANDARD_RULES: readonly RuleName[] = [
  "solvency",
  "ordersPerMinute",
  "spread",
  "priceCollar",
  "leverage",
  "rewardToRisk",
  "openRisk",
  "dailyLoss",
  "drawdown",
  "maxDrawdown",
  "errorRate",
  "priceSpike",
  "exchangeErrors",
  "losingStreak",
  "drawdownSize",
];

/** More orders than this in a minute for one market is a strategy that floods, not one that trades. */
const FLOOD_PER_MINUTE = 1000;

/** The rules of a preset, each with all of its parameters. */
export function presetRules(preset: RiskPreset): RiskRules {
  const rules: Record<string, unknown> = {};
  for (const name of Object.keys(RULE_DEFAULTS) as RuleName[])
    rules[name] = preset === "standard" && STANDARD_RULES.includes(name) ? RULE_DEFAULTS[name] : false;
  if (preset === "research") {
    rules.solvency = RULE_DEFAULTS.solvency;
    rules.ordersPerMinute = { perMarket: FLOOD_PER_MINUTE };
  }
  return rules as RiskRules;
}
