import type { Backtest, BacktestMetrics, Costs } from "#engine/backtest/result.ts";
import type { Table } from "#engine/core/table.ts";
import { wilsonInterval } from "#engine/metrics/wilson.ts";
import { backtestFigures } from "#engine/trials/outcome.ts";
import type { WorseFigures } from "../runs/backtestTask.ts";
import { deflatedText } from "./deflatedText.ts";
import { count, minute, percent, price, ratio, signedPercent, textTable } from "./text.ts";

/** A backtest as the command line prints it: what was asked, what came out, the assumptions, and the hash. */
export function backtestText(
  result: Backtest,
  worse: readonly WorseFigures[],
  { trades: shown }: { trades: number },
): string {
  const { strategies, universe } = result;
  const label = universe.simulated ? "  [simulated data: made up, says nothing about a market]" : "";
  const names = strategies.map(({ name }) => name).join(" + ");
  const { length } = universe.symbols;
  return [
    `${names} on ${universe.exchanges.join(", ")} ${universe.timeframe}, ${length === 1 ? "1 symbol" : `${length} symbols`}${label}`,
    inputs(result),
    figures(result),
    bestAndWorst(result.trades, shown),
    monthsOf(result),
    besides(result, worse),
    ["How the fills were made", ...result.assumptions.sentences.map((sentence) => `- ${sentence}`)].join(
      "\n",
    ),
    `hash  ${result.hash}\ndata  ${result.dataHash}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function inputs({ settings, parameters, universe, equity }: Backtest): string {
  const time = numbers(equity, "time");
  return aligned([
    ["span", time.length === 0 ? "–" : `from ${minute(time[0])} to ${minute(time[time.length - 1])} UTC`],
    ["symbols", universe.symbols.join(" ")],
    [
      "settings",
      Object.entries(settings)
        .filter(([name, value]) => !/Ms$/.test(name) && (typeof value !== "object" || value === null))
        .map(([name, value]) => `${name}=${value}`)
        .join(" "),
    ],
    [
      "parameters",
      Object.entries(parameters)
        .map(([name, value]) => `${name}=${value}`)
        .join(" ") || "none",
    ],
  ]);
}

function figures(result: Backtest): string {
  const { metrics, costs, trades, riskEvents, settings } = result;
  const quote = typeof settings.quote === "string" ? ` ${settings.quote}` : "";
  const profits = numbers(trades, "profit");
  const won = profits.reduce((total, profit) => total + (profit > 0 ? 1 : 0), 0);
  const { low, high } = wilsonInterval(won, profits.length);
  return aligned([
    [
      "return",
      `${signedPercent(metrics.totalReturn)}, ${signedPercent(metrics.annualReturn)} a year: ` +
        `${metrics.startingBalance.toFixed(2)} became ${metrics.finalEquity.toFixed(2)}${quote}`,
    ],
    ["Sharpe", deflatedText(backtestFigures(result))],
    ["Sortino", `${ratio(metrics.sortino)}; both of daily returns, by the year`],
    ["drawdown", `${percent(metrics.maxDrawdown)} at the deepest, Calmar ${ratio(metrics.calmar)}`],
    ["trades", `${count(metrics.tradeCount)}, in the market ${percent(metrics.timeInMarket)} of the time`],
    ["win rate", `${percent(metrics.winRate)}  (95% between ${percent(low)} and ${percent(high)})`],
    [
      "mean return",
      `${signedPercent(metrics.meanTradeReturn)} a trade after costs, median ${signedPercent(metrics.medianTradeReturn)}`,
    ],
    ["profit factor", ratio(metrics.profitFactor)],
    ["costs", `${costWords(costs)}${quote}`],
    [
      "risk",
      riskEvents.rows === 0
        ? "no rule refused or tripped"
        : `${count(riskEvents.rows)} refusals and trips of rules`,
    ],
  ]);
}

function costWords(costs: Costs): string {
  return Object.entries(costs)
    .filter(([name, amount]) => name === "fees" || amount !== 0)
    .map(([name, amount]) => `${name} ${amount.toFixed(2)}`)
    .join(", ");
}

/** Both ends of the list: the best trades alone would flatter any strategy. */
function bestAndWorst(trades: Table, shown: number): string {
  if (trades.rows === 0 || shown === 0) return "";
  const returns = numbers(trades, "return");
  const entries = numbers(trades, "entryTime");
  // Ties stand in order of time, so that the same result always prints the same text.
  const order = Array.from(returns, (_, row) => row).sort(
    (a, b) => returns[b] - returns[a] || entries[a] - entries[b],
  );
  const isCut = order.length > 2 * shown;
  const rows = isCut ? [...order.slice(0, shown), ...order.slice(-shown)] : order;
  const header = [
    "Symbol",
    "Side",
    "Entry (UTC)",
    "at",
    "Exit (UTC)",
    "at",
    "Profit",
    "Return",
    "MAE",
    "MFE",
    "Left by",
  ];
  const body = rows.map((row) => {
    const at = (name: string): number => numbers(trades, name)[row];
    return [
      text(trades, "symbol", row),
      text(trades, "direction", row),
      ...[minute(at("entryTime")), price(at("entryPrice")), minute(at("exitTime")), price(at("exitPrice"))],
      ...[at("profit").toFixed(2), signedPercent(at("return"))],
      ...[
        percent(at("maxAdverseExcursion")),
        percent(at("maxFavourableExcursion")),
        text(trades, "exitReason", row),
      ],
    ];
  });
  const title = isCut
    ? `The ${shown} best and the ${shown} worst of ${count(order.length)} trades`
    : "All trades, best first";
  return `${title}\n${textTable(header, body, { right: [3, 5, 6, 7, 8, 9] })}`;
}

/** The change of the account in each calendar month. */
function monthsOf({ equity, metrics }: Backtest): string {
  const time = numbers(equity, "time");
  const values = numbers(equity, "equity");
  const months = new Map<string, number>();
  // A close at midnight ends the day, and the month, before.
  for (let row = 0; row < time.length; row++)
    months.set(new Date(time[row] - 1).toISOString().slice(0, 7), values[row]);
  let base = metrics.startingBalance;
  const rows = [...months].map(([month, value]) => {
    const change = value / base - 1;
    base = value;
    return [month, signedPercent(change), value.toFixed(2)];
  });
  return rows.length === 0 ? "" : textTable(["Month", "Return", "Equity"], rows, { right: [1, 2] });
}

function besides(result: Backtest, worse: readonly WorseFigures[]): string {
  if (worse.length === 0) return "";
  const line = (title: string, metrics: BacktestMetrics, costs: Costs): string[] => [
    title,
    ...[signedPercent(metrics.totalReturn), ratio(metrics.sharpe), percent(metrics.maxDrawdown)],
    ...[count(metrics.tradeCount), percent(metrics.winRate), ratio(metrics.profitFactor)],
    (costs.fees + costs.slippage + costs.funding + costs.liquidation).toFixed(2),
  ];
  const header = [
    "What if the fills were worse",
    "Return",
    "Sharpe",
    "Drawdown",
    "Trades",
    "Won",
    "Profit factor",
    "Costs",
  ];
  const rows = [
    line("as asked", result.metrics, result.costs),
    ...worse.map(({ title, metrics, costs }) => line(title, metrics, costs)),
  ];
  return textTable(header, rows, { right: [1, 2, 3, 4, 5, 6, 7] });
}

function numbers(table: Table, name: string): Float64Array {
  const column = table.columns[name];
  return column instanceof Float64Array ? column : new Float64Array(0);
}

function text(table: Table, name: string, row: number): string {
  const column = table.columns[name];
  return column === undefined || column instanceof Float64Array
    ? ""
    : (column.values[column.codes[row]] ?? "");
}

function aligned(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}
