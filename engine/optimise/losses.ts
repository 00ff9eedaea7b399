import { EngineError, nearestName } from "../core/errors.ts";
import { ln } from "../core/maths.ts";
import { type Numbers, sum } from "../core/stats.ts";
import type { EquityMetrics } from "../metrics/equityMetrics.ts";
import type { TradeMetrics } from "../metrics/tradeMetrics.ts";
import { expectedMaximumSharpe } from "../significance/deflatedSharpe.ts";
import { sharpeEstimate, sharpeStandardError } from "../significance/sharpeEstimate.ts";
import type { Scored } from "./runTrial.ts";

/** What a loss looks at: the part of the history on which a point is judged, best what it was not fitted to. */
export type LossInput = {
  /** A backtest's `metrics` fit. */
  readonly metrics: Pick<EquityMetrics, "sharpe" | "sortino" | "calmar" | "maxDrawdown"> &
    Pick<TradeMetrics, "tradeCount" | "expectancy"> & { readonly startingBalance: number };
  /** Returns from day to day as fractions. */
  readonly returns: Numbers;
  /** Profit of each closed trade after costs in quote currency, in the order of their exits. */
  readonly profits: Numbers;
};

/** A loss with its settings: plain data, to be recorded with a study. */
export type LossSpec =
  | {
      readonly kind:
        | "sharpe"
        | "sortino"
        | "calmar"
        | "maxDrawdown"
        | "profitDrawdown"
        | "expectancy"
        | "multiMetric";
    }
  | ({ readonly kind: "deflatedSharpe" } & DeflatedSharpeLoss);

export type DeflatedSharpeLoss = {
  /** How many trials the best is chosen from: those that the study will have, and those that were made before it. */
  readonly trials: number;
  /**
   * Variance of the trials' daily Sharpe ratios, where it is known; else what it is among trials without any edge,
   * 1/(days − 1). It is the same for all trials of a study, so that their losses can be compared.
   */
  readonly variance?: number;
};

export type LossKind = LossSpec["kind"];

type Loss = { readonly says: string; of(input: LossInput, spec: LossSpec): number };

/** What each loss makes small. NaN where it says nothing of a point. */
const LOSSES: Readonly<Record<LossKind, Loss>> = {
  sharpe: {
    says: "The Sharpe ratio of the daily returns, a year's, negative.",
    of: ({ metrics }) => -metrics.sharpe,
  },
  sortino: {
    says: "The Sortino ratio of the daily returns, a year's, negative; NaN where no day lost.",
    of: ({ metrics }) => -metrics.sortino,
  },
  calmar: {
    says: "A year's return by the deepest drawdown, negative; NaN where there was no drawdown.",
    of: ({ metrics }) => -metrics.calmar,
  },
  maxDrawdown: {
    says: "The deepest drawdown, a fraction of its peak: least for those who hardly trade, so best beside another objective.",
    of: ({ metrics }) => metrics.maxDrawdown,
  },
  profitDrawdown: {
    says: "Freqtrade's ProfitDrawDownHyperOptLoss: profit in quote currency, less 92.5% of it times the drawdown, negative.",
    of: (input) => -profitLessDrawdown(input, 0.075),
  },
  expectancy: {
    says: "Mean profit of a trade in quote currency, negative.",
    of: ({ metrics }) => -metrics.expectancy,
  },
  multiMetric: {
    says: "Freqtrade's MultiMetricHyperOptLoss: profit less drawdown times logarithms of profit factor, expectancy ratio and win rate, less for under 50 trades.",
    of: (input) => -multiMetric(input),
  },
  deflatedSharpe: {
    says: "How surely the Sharpe ratio is above what the best of so many trials without any edge would have, negative: the deflated Sharpe ratio's place on the normal distribution, which tells points apart where the probability is 1.",
    of: ({ returns }, spec) => -deflatedScore(returns, spec as DeflatedSharpeLoss),
  },
};

/** Every loss with a sentence on what it makes small. */
export const LOSS_KINDS: readonly { readonly kind: LossKind; readonly says: string }[] = (
  Object.keys(LOSSES) as LossKind[]
).map((kind) => ({ kind, says: LOSSES[kind].says }));

/** The loss of a study whose best will be one of so many: the deflated Sharpe ratio's. */
export function defaultLoss(trials: number): LossSpec {
  return { kind: "deflatedSharpe", trials };
}

/**
 * The loss of a point, as an objective may give it: NaN with a reason where it is undefined, which makes the trial a failed
 * one. A point that never traded has no loss of any kind.
 */
export function scoreLoss(input: LossInput, spec: LossSpec): Extract<Scored, { readonly losses: unknown }> {
  const loss = lossOf(input, spec);
  if (Number.isFinite(loss)) return { losses: loss };
  const { tradeCount } = input.metrics;
  const reason =
    tradeCount === 0
      ? "no trade was made."
      : `${spec.kind} is undefined for ${tradeCount} ${tradeCount === 1 ? "trade" : "trades"} over ` +
        `${input.returns.length} days. ${LOSSES[spec.kind].says}`;
  return { losses: Number.NaN, reason };
}

/** The loss of a point, the smaller the better; NaN where it is undefined. */
export function lossOf(input: LossInput, spec: LossSpec): number {
  requireLoss(spec);
  return input.metrics.tradeCount === 0 ? Number.NaN : LOSSES[spec.kind].of(input, spec);
}

/** Throws `optimise.loss` for a kind that there is not. */
export function requireLoss(spec: LossSpec): void {
  if (Object.hasOwn(LOSSES, spec.kind)) return;
  const kinds = Object.keys(LOSSES);
  const nearest = nearestName(String(spec.kind), kinds);
  throw new EngineError(
    "optimise.loss",
    `There is no loss "${String(spec.kind)}"; expected one of ${kinds.join(", ")}.` +
      (nearest === undefined ? "" : ` Did you mean "${nearest}"?`),
    { given: String(spec.kind), known: kinds, nearest },
  );
}

function deflatedScore(returns: Numbers, { trials, variance }: DeflatedSharpeLoss): number {
  const estimate = sharpeEstimate(returns);
  const withoutEdge = 1 / (estimate.observations - 1);
  const benchmark = expectedMaximumSharpe({ trials, variance: variance ?? withoutEdge });
  return (estimate.sharpe - benchmark) / sharpeStandardError(estimate);
}

/** Profit less (1 − `forgiven`) of it times the drawdown of the balance after each trade. */
function profitLessDrawdown({ metrics, profits }: LossInput, forgiven: number): number {
  const profit = sum(profits);
  return profit - profit * closedDrawdown(profits, metrics.startingBalance) * (1 - forgiven);
}

/** The fall in parts of its peak where it is deepest in money: Freqtrade's relative account drawdown. */
function closedDrawdown(profits: Numbers, startingBalance: number): number {
  let balance = startingBalance;
  let peak = startingBalance;
  let deepest = 0;
  let fraction = 0;
  for (let i = 0; i < profits.length; i++) {
    balance += profits[i];
    if (balance > peak) peak = balance;
    if (peak - balance > deepest) {
      deepest = peak - balance;
      fraction = deepest / peak;
    }
  }
  return fraction;
}

function multiMetric(input: LossInput): number {
  const { profits } = input;
  const count = profits.length;
  let [gains, losses, wins, losers] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (profits[i] > 0) {
      gains += profits[i];
      wins++;
    } else if (profits[i] < 0) {
      losses -= profits[i];
      losers++;
    }
  }
  const winRate = wins / count;
  const meanWin = wins > 0 ? gains / wins : 0;
  // Without a losing trade the ratio is as good as it counts.
  const expectancyRatio = losers > 0 ? (1 + meanWin / (losses / losers)) * winRate - 1 : 10;
  const trust = count < 50 ? Math.max(0.1, count / 50) : 1;
  return (
    profitLessDrawdown(input, 0.055) *
    ln(gains / (losses + 1e-6) + 1) *
    ln(Math.min(10, expectancyRatio) + 2) *
    ln(winRate + 1.2) *
    trust
  );
}
