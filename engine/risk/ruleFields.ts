import type { RuleName, RuleParameters } from "./rules.ts";

/** What a parameter may be. */
export type Field =
  | {
      readonly kind: "number";
      readonly min: number;
      readonly max: number;
      /** Whether `min` itself is no value. */
      readonly isAbove?: true;
      readonly isWhole?: true;
      /** May be left out: then this one sets no limit. */
      readonly isOptional?: true;
      readonly unit: Unit;
    }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "flag" }
  /** A record of texts or of fractions by name. */
  | { readonly kind: "texts" }
  | { readonly kind: "fractions" };

export type Unit = "fraction" | "ms" | "count" | "bps" | "quote" | "ratio";

/** Rules that are a list and not a record of parameters. */
export type ListRule = {
  [Rule in RuleName]: RuleParameters[Rule] extends readonly unknown[] ? Rule : never;
}[RuleName];
export type RecordRule = Exclude<RuleName, ListRule>;

/** A loss or a part of a whole. */
const PART = { kind: "number", min: 0, max: 1, isAbove: true, unit: "fraction" } as const;
/** Of equity: leverage makes more than all of it. */
const SHARE = { kind: "number", min: 0, max: 1000, isAbove: true, unit: "fraction" } as const;
const OPTIONAL_SHARE = { ...SHARE, isOptional: true } as const;
const QUOTE = {
  kind: "number",
  min: 0,
  max: Number.MAX_VALUE,
  isAbove: true,
  isOptional: true,
  unit: "quote",
} as const;
const COUNT = { kind: "number", min: 1, max: 100_000, isWhole: true, unit: "count" } as const;
const OPTIONAL_COUNT = { ...COUNT, isOptional: true } as const;
/** Up to a hundred years. */
const MS = { kind: "number", min: 1, max: 3_155_760_000_000, isWhole: true, unit: "ms" } as const;
/** Returns of which a deviation or a correlation is made. */
const SAMPLES = { kind: "number", min: 3, max: 10_000, isWhole: true, unit: "count" } as const;
const RATIO = { kind: "number", min: 0, max: 1000, isAbove: true, unit: "ratio" } as const;

/** Each parameter of each rule that is not a list. */
export const RULE_FIELDS: {
  readonly [Rule in RecordRule]: { readonly [Parameter in keyof RuleParameters[Rule]]-?: Field };
} = {
  solvency: { minFraction: { kind: "number", min: 0, max: 1, unit: "fraction" } },
  ordersPerMinute: { perMarket: OPTIONAL_COUNT, perAccount: OPTIONAL_COUNT },
  tradesPerDay: { perAccount: OPTIONAL_COUNT, perMarket: OPTIONAL_COUNT },
  spread: { maxBps: { kind: "number", min: 0, max: 10_000, isAbove: true, unit: "bps" } },
  volatility: { maxAnnual: SHARE, sampleMs: MS, samples: SAMPLES, minSamples: SAMPLES },
  priceCollar: { throughFraction: PART, awayFraction: SHARE },
  orderSize: { maxFraction: OPTIONAL_SHARE, maxQuote: QUOTE },
  positionSize: { maxFraction: OPTIONAL_SHARE, maxQuote: QUOTE },
  exposure: { maxGross: OPTIONAL_SHARE, maxNet: OPTIONAL_SHARE },
  categoryExposure: { maxFraction: SHARE, categories: { kind: "texts" }, limits: { kind: "fractions" } },
  correlation: {
    max: { kind: "number", min: 0, max: 1, unit: "ratio" },
    maxCorrelated: { kind: "number", min: 0, max: 100_000, isWhole: true, unit: "count" },
    sampleMs: MS,
    samples: SAMPLES,
    minSamples: SAMPLES,
  },
  leverage: { max: { kind: "number", min: 1, max: 1000, unit: "ratio" } },
  marginUse: { maxFraction: PART },
  rewardToRisk: { min: RATIO },
  openRisk: { maxFraction: PART, withoutStop: { kind: "choice", choices: ["ignore", "whole", "refuse"] } },
  dailyLoss: { fraction: PART, pauseMs: MS },
  drawdown: { fraction: PART, pauseMs: MS },
  maxDrawdown: { fraction: PART },
  losingTrades: { count: COUNT, pauseMs: MS },
  errorRate: {
    maxFraction: { kind: "number", min: 0, max: 1, unit: "fraction" },
    orders: COUNT,
    pauseMs: MS,
  },
  priceSpike: { fraction: SHARE, windowMs: MS },
  exchangeErrors: {
    max: { kind: "number", min: 0, max: 100_000, isWhole: true, unit: "count" },
    windowMs: MS,
    pauseMs: MS,
  },
  positionAge: { maxMs: MS },
  cooldown: { pauseMs: MS },
  stopLossGuard: { trades: COUNT, lookbackMs: MS, pauseMs: MS, perMarket: { kind: "flag" } },
  drawdownGuard: { fraction: PART, minTrades: COUNT, lookbackMs: MS, pauseMs: MS },
  lowProfitPairs: {
    minReturn: { kind: "number", min: -1, max: 1000, unit: "fraction" },
    minTrades: COUNT,
    lookbackMs: MS,
    pauseMs: MS,
  },
  losingStreak: { count: COUNT, factor: PART },
  drawdownSize: { share: PART, factor: PART },
};

export function isRecordRule(rule: RuleName): rule is RecordRule {
  return Object.hasOwn(RULE_FIELDS, rule);
}
