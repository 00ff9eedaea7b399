import type { TradeSummary } from "#engine/metrics/tradeSummary.ts";
import { evaluationFigures } from "#engine/trials/outcome.ts";
import type { Evaluation, Trade } from "#engine/walkforward/result.ts";
import type { Series } from "../contract.ts";
import { deflatedText } from "./deflatedText.ts";
import { count, duration, minute, percent, price, ratio, signedPercent, textTable } from "./text.ts";

/** An evaluation as the command line prints it: what was asked, what came out, and the hash that proves it. */
export function reportText(evaluation: Evaluation, { trades: shown }: { trades: number }): string {
  const { strategy, universe } = evaluation;
  const label = universe.simulated ? "  [simulated data: made up, says nothing about a market]" : "";
  const { length } = universe.symbols;
  const symbolCount = length === 1 ? "1 symbol" : `${length} symbols`;
  return [
    `${strategy.name} on ${universe.exchange} ${universe.timeframe}, ${symbolCount}${label}`,
    inputs(evaluation),
    figures(evaluation),
    bestAndWorst(evaluation.trades, shown),
    groups(
      "Symbol",
      evaluation.metrics.bySymbol.map((one) => [one.symbol, one]),
    ),
    groups(
      "Month",
      evaluation.metrics.byMonth.map((one) => [one.month, one]),
    ),
    `hash  ${evaluation.hash}\ndata  ${evaluation.dataHash}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** What is stored of an exchange and could not be part of an evaluation over all of it. */
export function leftOutText(series: readonly Series[], timeframe: string): string {
  const names = series.map((one) => `${one.symbol} (${one.timeframe})`).join(", ");
  return `Left out, since ${timeframe} candles cannot be made of what is stored: ${names}.`;
}

function inputs({ settings, parameters, universe }: Evaluation): string {
  const { startMs, endMs, windowMs, shiftMs, feeBps, slippageBps, seed, timeframe } = settings;
  const rows: [string, string][] = [
    [
      "slices",
      `from ${minute(startMs)} to ${minute(endMs)} UTC, each ${duration(shiftMs)}, held for ${duration(windowMs)}`,
    ],
    [
      "timeframe",
      timeframe === universe.timeframe ? timeframe : `${timeframe}, made from ${universe.timeframe}`,
    ],
    ["costs", `${feeBps} bps fee and ${slippageBps} bps slippage on each side`],
    ["seed", String(seed)],
    ["symbols", universe.symbols.join(" ")],
    [
      "parameters",
      Object.entries(parameters)
        .map(([name, value]) => `${name}=${value}`)
        .join(" ") || "none",
    ],
  ];
  return aligned(rows);
}

function figures(evaluation: Evaluation): string {
  const { slices, metrics } = evaluation;
  const { winRate } = metrics;
  return aligned([
    [
      "slices",
      `${count(slices.total)}: ${count(slices.traded)} traded, ${count(slices.empty)} chose nothing, ` +
        `${count(slices.dropped)} could not trade`,
    ],
    [
      "dropped",
      `${count(slices.droppedEntry)} positions without a candle to enter at, ` +
        `${count(slices.droppedExit)} without one to leave at`,
    ],
    ["trades", `${count(metrics.tradeCount)}, in ${percent(metrics.coverage)} of the slices`],
    [
      "win rate",
      `${percent(winRate.value)}  (95% between ${percent(winRate.low)} and ${percent(winRate.high)})`,
    ],
    [
      "mean return",
      `${signedPercent(metrics.meanReturn)} a trade after costs, median ${signedPercent(metrics.medianReturn)}`,
    ],
    ["profit factor", ratio(metrics.profitFactor)],
    ["Sharpe", `${deflatedText(evaluationFigures(evaluation))}, of all slices together, daily, by the year`],
    [
      "drawdown",
      `${percent(metrics.aggregateMaxDrawdown)} of the whole, booked at the exits; ` +
        `${percent(metrics.worstTradeDrawdown)} inside the worst trade`,
    ],
    ["total return", `${signedPercent(metrics.aggregateReturn)} of the capital, all slices together`],
  ]);
}

/** Both ends of the list: the best trades alone would flatter any strategy. */
function bestAndWorst(trades: readonly Trade[], shown: number): string {
  if (trades.length === 0 || shown === 0) return "";
  // Ties stand in order of time, so that the same evaluation always prints the same text.
  const byReturn = [...trades].sort((a, b) => b.return - a.return || a.entryTime - b.entryTime);
  const isCut = trades.length > 2 * shown;
  const rows = (isCut ? [...byReturn.slice(0, shown), ...byReturn.slice(-shown)] : byReturn).map((trade) => [
    trade.symbol,
    trade.direction,
    String(trade.rank),
    minute(trade.entryTime),
    price(trade.entryPrice),
    minute(trade.exitTime),
    price(trade.exitPrice),
    signedPercent(trade.return),
    percent(trade.maxAdverseExcursion),
    percent(trade.maxFavourableExcursion),
    percent(trade.drawdown),
  ]);
  const header = [
    "Symbol",
    "Side",
    "Rank",
    "Entry (UTC)",
    "at",
    "Exit (UTC)",
    "at",
    "Return",
    "MAE",
    "MFE",
    "Drawdown",
  ];
  const title = isCut
    ? `The ${shown} best and the ${shown} worst of ${count(trades.length)} trades`
    : "All trades, best first";
  return `${title}\n${textTable(header, rows, { right: [2, 4, 6, 7, 8, 9, 10] })}`;
}

function groups(name: string, entries: readonly (readonly [string, TradeSummary])[]): string {
  if (entries.length === 0) return "";
  const rows = entries.map(([key, summary]) => [
    key,
    count(summary.tradeCount),
    percent(summary.winRate.value),
    `${percent(summary.winRate.low)} – ${percent(summary.winRate.high)}`,
    signedPercent(summary.meanReturn),
    signedPercent(summary.medianReturn),
    ratio(summary.profitFactor),
    percent(summary.worstTradeDrawdown),
  ]);
  const header = [name, "Trades", "Won", "95% interval", "Mean", "Median", "Profit factor", "Worst drawdown"];
  return textTable(header, rows, { right: [1, 2, 3, 4, 5, 6, 7] });
}

function aligned(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}
