import type { Backtest } from "#engine/backtest/result.ts";
import { wilsonInterval } from "#engine/metrics/wilson.ts";
import { backtestFigures } from "#engine/trials/outcome.ts";
import { deflatedFigure, type TrialsView } from "../deflated.ts";
import { numbersOf } from "../engineTable.ts";
import { formatCount, formatDuration, formatNumber, formatPercent, formatTime, MISSING } from "../format.ts";
import { type Figure, intervalText } from "../reportFigures.ts";
import { dailyEquity, dailyReturns, sharpeInterval } from "./periods.ts";

/** The currency that the account is kept in: as it was asked for, else what the symbols say. */
export function quoteOf({ settings, universe }: Backtest): string {
  if (typeof settings.quote === "string") return settings.quote;
  return /\/([A-Z0-9]+)/.exec(universe.symbols[0] ?? "")?.[1] ?? "";
}

/** An amount of money with as many decimals as its size deserves, and its currency. */
export function money(value: number, quote: string, { signed = false }: { signed?: boolean } = {}): string {
  if (Number.isNaN(value)) return MISSING;
  const size = Math.abs(value);
  const decimals = size >= 1000 ? 0 : size >= 1 || size < 1e-4 ? 2 : 4;
  const plus = signed && value > 0 ? "+" : "";
  return `${plus}${formatNumber(value, decimals)}${quote === "" ? "" : `\u202f${quote}`}`;
}

/** The headline of a backtest, in the order in which one should ask. */
export function headline(result: Backtest, trials?: TrialsView): Figure[] {
  const { metrics, trades, costs } = result;
  const quote = quoteOf(result);
  const { low, high } = sharpeInterval(returnsOf(result));
  const profits = numbersOf(trades, "profit");
  const won = profits.reduce((count, profit) => count + (profit > 0 ? 1 : 0), 0);
  const paid = costs.fees + costs.slippage + costs.funding + costs.liquidation;
  return [
    {
      name: "return",
      value: formatPercent(metrics.totalReturn, 2, { signed: true }),
      note: `${formatPercent(metrics.annualReturn, 1, { signed: true })} a year`,
      tone: toneOf(metrics.totalReturn),
    },
    {
      name: "Sharpe",
      value: formatNumber(metrics.sharpe, 2),
      note: Number.isNaN(low) ? "too few days" : `95% ${formatNumber(low, 1)} … ${formatNumber(high, 1)}`,
    },
    deflatedFigure(backtestFigures(result), trials),
    {
      name: "max drawdown",
      value: formatPercent(metrics.maxDrawdown, 2),
      note: `Calmar ${formatNumber(metrics.calmar, 2)}`,
    },
    {
      name: "trades",
      value: formatCount(metrics.tradeCount),
      note: `${formatPercent(metrics.timeInMarket, 0)} of the time in the market`,
    },
    {
      name: "win rate",
      value: formatPercent(metrics.winRate, 1),
      note: intervalText(wilsonInterval(won, profits.length)),
    },
    { name: "profit factor", value: formatNumber(metrics.profitFactor, 2), note: "gains by losses" },
    {
      name: "costs",
      value: money(paid, quote),
      note: `${formatPercent(paid / metrics.startingBalance, 2)} of the start`,
    },
  ];
}

/** Daily returns of the account. */
export function returnsOf({ equity, metrics }: Backtest): Float64Array {
  const days = dailyEquity(numbersOf(equity, "time"), numbersOf(equity, "equity"));
  return dailyReturns(days, metrics.startingBalance);
}

/** One line on what was asked: universe, span, capital. */
export function subtitle(result: Backtest): string {
  const { universe, metrics, equity } = result;
  const { symbols, exchanges, timeframe } = universe;
  const names = symbols.length <= 4 ? symbols.join(", ") : `${formatCount(symbols.length)} symbols`;
  const time = numbersOf(equity, "time");
  const from = time[0] ?? universe.firstMs;
  const to = time[time.length - 1] ?? universe.lastMs;
  return [
    `${names} of ${exchanges.join(", ")}, ${timeframe}`,
    `${formatTime(from)} … ${formatTime(to)} UTC, ${formatDuration(to - from)}`,
    `${money(metrics.startingBalance, quoteOf(result))} became ${money(metrics.finalEquity, quoteOf(result))}`,
  ].join(" · ");
}

export function toneOf(value: number): "gain" | "loss" | undefined {
  return value > 0 ? "gain" : value < 0 ? "loss" : undefined;
}
