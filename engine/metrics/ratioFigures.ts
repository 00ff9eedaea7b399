import { sum } from "../core/stats.ts";
import type { AccountCurve } from "./accountCurve.ts";
import { autocorrelationPenalty } from "./autocorrelation.ts";
import { calmarRatio, martinRatio, painRatio, recoveryFactor, serenityIndex } from "./drawdownRatios.ts";
import { moments } from "./moments.ts";
import { gainToPain, omegaRatio } from "./omega.ts";
import type { RiskFigures } from "./riskFigures.ts";
import { sharpeRatio } from "./sharpe.ts";
import { sortinoRatio } from "./sortino.ts";

/** What an account returned by what it risked, of daily returns. */
export type RatioFigures = {
  readonly sharpe: number;
  /** Divided by what neighbouring days that depend on each other add; see `autocorrelationPenalty`. */
  readonly smartSharpe: number;
  readonly sortino: number;
  readonly smartSortino: number;
  readonly calmar: number;
  readonly omega: number;
  /** Of months. */
  readonly gainToPain: number;
  /** Annual return by ulcer index, also known as the Martin ratio. */
  readonly ulcerPerformance: number;
  readonly painRatio: number;
  readonly recoveryFactor: number;
  readonly serenity: number;
  /** Omega ratio × tail ratio (Laratta): do the gains outweigh, and is the tail not where they come from. */
  readonly commonSense: number;
};

export function ratioFigures(account: AccountCurve, risk: RiskFigures, months: Float64Array): RatioFigures {
  const { daily, daysPerYear, whole } = account;
  const { returns } = daily;
  const [sharpe, sortino] = [sharpeRatio(returns, daysPerYear), sortinoRatio(returns, daysPerYear)];
  const penalty = autocorrelationPenalty(returns);
  const omega = omegaRatio(returns);
  return {
    sharpe,
    smartSharpe: sharpe / penalty,
    sortino,
    smartSortino: sortino / penalty,
    calmar: calmarRatio(whole.annualReturn, whole.maxDrawdown),
    omega,
    gainToPain: gainToPain(months),
    ulcerPerformance: martinRatio(whole.annualReturn, risk.ulcerIndex),
    painRatio: painRatio(whole.annualReturn, risk.painIndex),
    recoveryFactor: recoveryFactor(whole.totalReturn, whole.maxDrawdown),
    serenity: serenityIndex(sum(returns), { ...risk, deviation: moments(returns).deviation }),
    commonSense: omega * risk.tailRatio,
  };
}
