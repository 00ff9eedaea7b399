import "../shared.css";
import "../report.css";
import "./tearsheet.css";
import type { Backtest, StrategyResult } from "#engine/backtest/result.ts";
import { type MetricsOptions, metricsOf } from "#engine/metrics/accountMetrics.ts";
import { excursionPlot } from "../../charts/excursionPlot.ts";
import { equityPlot, histogram, type NamedCurve } from "../../charts/plotTheme.ts";
import { type TimeLine, timePlot } from "../../charts/timePlot.ts";
import { evenRows } from "../columnStats.ts";
import type { TrialsView } from "../deflated.ts";
import { element, type Output } from "../element.ts";
import { numbersOf } from "../engineTable.ts";
import { formatCount, formatNumber, formatPercent } from "../format.ts";
import { later } from "../later.ts";
import { figures, section, titleLine } from "../reportParts.ts";
import { responsive } from "../responsive.ts";
import { table } from "../table.ts";
import { costTable } from "./costs.ts";
import { headline, quoteOf, subtitle } from "./figures.ts";
import { foot } from "./foot.ts";
import { metricsSections } from "./metricsView.ts";
import { monthGrid } from "./monthGrid.ts";
import { type DailyEquity, dailyEquity, dailyReturns, monthlyReturns, rollingSharpe } from "./periods.ts";
import { type CandleSource, tradePanel } from "./tradePanel.ts";

/** Dots of the excursion plot; more would only cover each other, and the caption says that it is a part. */
const MOST_DOTS = 1500;

export type TearsheetOptions = MetricsOptions & {
  /** Where the chart's candles come from. Default: no chart. */
  candles?: CandleSource;
  /** What was tried besides. Default: the trials of the notebook on the page. */
  trials?: TrialsView;
  /** What to show under the trades besides: the panel of worse fills, the way to step through. */
  panels?: readonly { title: string; content: Output }[];
};

/** A backtest as a page to read: what came out, month by month, what it cost, every trade, and under which assumptions. */
export function tearsheetPage(
  result: Backtest,
  { candles, trials: tried, panels = [], ...compared }: TearsheetOptions = {},
): Output {
  const parts: Output[] = panels.map(({ content }) => content);
  const keep = <T extends Output>(part: T): T => {
    parts.push(part);
    return part;
  };
  const { equity, metrics, trades } = result;
  const days = dailyEquity(numbersOf(equity, "time"), numbersOf(equity, "equity"));
  const returns = dailyReturns(days, metrics.startingBalance);
  const root = element(
    "article",
    { class: "wf-report wf-tearsheet", "aria-label": `Backtest of ${nameOf(result)}` },
    titleLine(nameOf(result), result.universe.simulated, subtitle(result)),
    keep(figures(headline(result, tried))),
    section("Equity and its drawdown", keep(equityOf([{ name: nameOf(result), result }]))),
    section("Months", monthGrid(monthlyReturns(days, metrics.startingBalance))),
    element(
      "div",
      { class: "wf-report-pair" },
      section("Return of each day", keep(distribution(returns, "Distribution of daily returns"))),
      section(`Sharpe ratio of the last ${rollingLength(days)} days`, keep(rolling(days, returns))),
      section("Exposure, as a share of the equity", keep(exposure(result))),
      trades.rows > 0 &&
        section(
          "Return of each trade, after costs",
          keep(distribution(numbersOf(trades, "return"), "Distribution of trades")),
        ),
      trades.rows > 0 && section(excursionTitle(trades.rows), keep(excursions(result))),
      section("Costs", costTable(result)),
    ),
    result.strategies.length > 1 &&
      section("Each strategy's own part", keep(strategyRows(result.strategies))),
    trades.rows > 0
      ? section("Trades", keep(later(() => tradePanel(result, candles), 700)))
      : element("p", { class: "wf-report-empty" }, "Nothing was traded."),
    // All figures take a moment over a long history; the page is read from its top.
    keep(
      later(() => {
        const options = { quote: quoteOf(result), trials: tried };
        return metricsSections(metricsOf(result, compared), options);
      }, 1400),
    ),
    section("Risk", riskOf(result, keep)),
    ...panels.map(({ title, content }) => section(title, content)),
    foot(result, keep),
  );
  return Object.assign(root, {
    destroy: () => {
      for (const part of parts) part.destroy();
    },
  });
}

export function nameOf({ strategies }: Backtest): string {
  return strategies.map(({ name }) => name).join(" + ");
}

/** Results as lines of one plot, each by what its account began with. */
export function equityOf(
  results: readonly { name: string; label?: string; result: Backtest }[],
  height = 300,
): Output {
  const curve = ({ equity, metrics }: Backtest): NamedCurve["curve"] => ({
    time: numbersOf(equity, "time"),
    equity: numbersOf(equity, "equity").map((value) => value / metrics.startingBalance),
  });
  return responsive((width) => {
    const curves = results.map(({ name, label, result }) => ({ name, label, curve: curve(result) }));
    return equityPlot(curves, { width, height, label: "Equity" });
  });
}

function distribution(values: Float64Array, label: string): Output {
  // What the eye can tell of a distribution stands in so many values.
  const shown = evenRows(values.length, 20_000).map((row) => values[row]);
  return responsive((width) => histogram(shown, { width, height: 180, label }));
}

/** A third of what there is, between two weeks and half a year. */
function rollingLength({ day }: DailyEquity): number {
  return Math.max(14, Math.min(180, Math.round(day.length / 3 / 10) * 10));
}

function rolling(days: DailyEquity, returns: Float64Array): Output {
  const line: TimeLine = {
    name: "Sharpe",
    time: days.day,
    values: rollingSharpe(returns, rollingLength(days)),
  };
  return responsive((width) =>
    timePlot([line], {
      width,
      height: 180,
      format: (value) => formatNumber(value, 1),
      label: "Rolling Sharpe ratio",
    }),
  );
}

function exposure({ equity }: Backtest): Output {
  const time = numbersOf(equity, "time");
  const gross: TimeLine = { name: "gross", time, values: numbersOf(equity, "exposure") };
  const net: TimeLine = { name: "net", time, values: numbersOf(equity, "netExposure") };
  // Without a short position the two are one.
  const isSame = net.values.every((value, row) => value === gross.values[row]);
  return responsive((width) =>
    timePlot(isSame ? [gross] : [gross, net], {
      width,
      height: 180,
      area: true,
      thinning: "mean",
      format: (value) => formatPercent(value, 0),
      label: "Exposure",
    }),
  );
}

function excursionTitle(rows: number): string {
  const part = rows > MOST_DOTS ? ` (${formatCount(MOST_DOTS)} of ${formatCount(rows)})` : "";
  return `How far each trade went against and for it${part}`;
}

function excursions({ trades }: Backtest): Output {
  const [adverse, favourable, returns] = [
    numbersOf(trades, "maxAdverseExcursion"),
    numbersOf(trades, "maxFavourableExcursion"),
    numbersOf(trades, "return"),
  ];
  const shown = evenRows(trades.rows, MOST_DOTS).map((row) => ({
    maxAdverseExcursion: adverse[row],
    maxFavourableExcursion: favourable[row],
    return: returns[row],
  }));
  return responsive((width) => excursionPlot(shown, width));
}

function strategyRows(strategies: readonly StrategyResult[]): Output {
  const rows = strategies.map(({ name, weight, metrics }) => ({
    strategy: name,
    weight,
    return: metrics.totalReturn,
    Sharpe: metrics.sharpe,
    "max drawdown": metrics.maxDrawdown,
    trades: metrics.tradeCount,
    "win rate": metrics.winRate,
    "profit factor": metrics.profitFactor,
  }));
  return table(rows, {
    label: "Each strategy's own part",
    stats: false,
    signed: ["return"],
    formats: {
      weight: (value) => formatPercent(Number(value), 0),
      return: (value) => formatPercent(Number(value), 2, { signed: true }),
      Sharpe: (value) => formatNumber(Number(value), 2),
      "max drawdown": (value) => formatPercent(Number(value), 2),
      "win rate": (value) => formatPercent(Number(value), 1),
      "profit factor": (value) => formatNumber(Number(value), 2),
    },
  });
}

/** A result that was kept by an earlier version may lack some. */
const RISK_COLUMNS = ["time", "rule", "market", "action", "untilMs", "value", "limit", "message"] as const;

function riskOf({ riskEvents }: Backtest, keep: <T extends Output>(part: T) => T): HTMLElement {
  if (riskEvents.rows === 0) {
    return element("p", { class: "wf-report-hint" }, "No rule refused an order, tripped, or changed a size.");
  }
  return keep(
    table(riskEvents, {
      label: "Risk events",
      stats: false,
      columns: RISK_COLUMNS.filter((name) => name in riskEvents.columns),
    }),
  );
}
