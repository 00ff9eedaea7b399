import "./shared.css";
import "./report.css";
import { aggregateCurve } from "#engine/metrics/aggregateCurve.ts";
import type { TradeSummary } from "#engine/metrics/tradeSummary.ts";
import type { Evaluation, Trade } from "#engine/walkforward/result.ts";
import { excursionPlot } from "../charts/excursionPlot.ts";
import { equityPlot, histogram } from "../charts/plotTheme.ts";
import { evenRows } from "./columnStats.ts";
import type { CellValue, TableSource } from "./columns.ts";
import type { TrialsView } from "./deflated.ts";
import { element, type Output } from "./element.ts";
import { formatCount, formatDuration, formatNumber, formatPercent, formatTime } from "./format.ts";
import { headline, slicesText, subtitle } from "./reportFigures.ts";
import { figures, identity, pairs, section, titleLine } from "./reportParts.ts";
import { responsive } from "./responsive.ts";
import { type TableElement, table } from "./table.ts";
import { tradeFormats, tradeSource } from "./tradeTable.ts";

export { compareReports } from "./compareReports.ts";

/** Dots of the excursion plot; more would only cover each other, and the caption says that it is a part. */
const MOST_DOTS = 1500;

export type ReportOptions = {
  /** A trade of the table was chosen. */
  onTrade?: (trade: Trade) => void;
  /** What was tried besides. Default: the trials of the notebook on the page. */
  trials?: TrialsView;
};

/** A finished evaluation as a page to read: what was asked, what came out, how sure one may be, and every trade. */
export function report(evaluation: Evaluation, { onTrade, trials: tried }: ReportOptions = {}): Output {
  const { trades, metrics, settings } = evaluation;
  const parts: Output[] = [];
  const keep = <T extends Output>(part: T): T => {
    parts.push(part);
    return part;
  };
  const curve = aggregateCurve(trades, settings);
  const returns = trades.map((trade) => trade.return);
  const root = element(
    "article",
    { class: "wf-report", "aria-label": `Evaluation of ${evaluation.strategy.name}` },
    titleLine(evaluation.strategy.name, evaluation.universe.simulated, subtitle(evaluation)),
    keep(figures(headline(evaluation, tried))),
    element("p", { class: "wf-report-slices" }, slicesText(evaluation)),
    ...(trades.length === 0
      ? [element("p", { class: "wf-report-empty" }, "No slice held a position, so there is nothing to draw.")]
      : [
          section(
            "Equity of all slices and its drawdown",
            keep(responsive((width) => equityPlot([{ name: evaluation.strategy.name, curve }], { width }))),
          ),
          element(
            "div",
            { class: "wf-report-pair" },
            section(
              "Return of each trade, after costs",
              keep(
                responsive((width) =>
                  histogram(returns, { width, height: 200, label: "Distribution of returns" }),
                ),
              ),
            ),
            section(
              trades.length > MOST_DOTS
                ? `How far each trade went against and for it (${formatCount(MOST_DOTS)} of ${formatCount(trades.length)})`
                : "How far each trade went against and for it",
              keep(
                responsive((width) =>
                  excursionPlot(
                    evenRows(trades.length, MOST_DOTS).map((row) => trades[row]),
                    width,
                  ),
                ),
              ),
            ),
          ),
          section(
            "By month",
            keep(
              summaryTable(
                "month",
                metrics.byMonth.map((row) => [row.month, row]),
              ),
            ),
          ),
          section(
            "By symbol",
            keep(
              summaryTable(
                "symbol",
                metrics.bySymbol.map((row) => [row.symbol, row]),
              ),
            ),
          ),
          section(
            "Trades, with the features that the strategy saw",
            keep(
              table(tradeSource(trades), {
                label: "Trades",
                formats: tradeFormats,
                signed: ["return"],
                onRowClick: onTrade && ((row) => onTrade(trades[row])),
              }),
            ),
          ),
        ]),
    foot(evaluation),
  );
  return Object.assign(root, {
    destroy: () => {
      for (const part of parts) part.destroy();
    },
  });
}

const asPercent =
  (decimals: number, signed = false) =>
  (value: CellValue): string =>
    formatPercent(Number(value ?? Number.NaN), decimals, { signed });

function summaryTable(name: string, rows: readonly (readonly [string, TradeSummary])[]): TableElement {
  const at = (read: (summary: TradeSummary) => number) => (row: number) => read(rows[row][1]);
  const source: TableSource = {
    rows: rows.length,
    columns: [
      { name, kind: "text", at: (row) => rows[row][0] },
      { name: "trades", kind: "number", at: at((summary) => summary.tradeCount) },
      { name: "win rate", kind: "number", at: at((summary) => summary.winRate.value) },
      { name: "from", kind: "number", at: at((summary) => summary.winRate.low) },
      { name: "to", kind: "number", at: at((summary) => summary.winRate.high) },
      { name: "mean", kind: "number", at: at((summary) => summary.meanReturn) },
      { name: "median", kind: "number", at: at((summary) => summary.medianReturn) },
      { name: "profit factor", kind: "number", at: at((summary) => summary.profitFactor) },
      { name: "worst drawdown", kind: "number", at: at((summary) => summary.worstTradeDrawdown) },
    ],
  };
  return table(source, {
    label: `By ${name}`,
    stats: false,
    signed: ["mean", "median"],
    formats: {
      "win rate": asPercent(1),
      from: asPercent(1),
      to: asPercent(1),
      mean: asPercent(3, true),
      median: asPercent(3, true),
      "profit factor": (value) => formatNumber(Number(value), 2),
      "worst drawdown": asPercent(2),
    },
  });
}

/** What makes the result repeatable, and the assumptions under which it was made. */
function foot(evaluation: Evaluation): HTMLElement {
  const { settings, parameters, strategy, dataHash, hash, engineVersion, universe } = evaluation;
  const given = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
  const asked: [string, string][] = [
    ["start", `${formatTime(settings.startMs)} UTC`],
    ["end", `${formatTime(settings.endMs)} UTC`],
    ["window", formatDuration(settings.windowMs)],
    ["shift", formatDuration(settings.shiftMs)],
    [
      "timeframe",
      universe.timeframe === settings.timeframe
        ? settings.timeframe
        : `${settings.timeframe} from ${universe.timeframe}`,
    ],
    ["fee", `${settings.feeBps} bps a side`],
    ["slippage", `${settings.slippageBps} bps a side`],
    ["seed", String(settings.seed)],
  ];
  return element(
    "footer",
    {},
    pairs("Settings", asked),
    given.length > 0 && pairs("Parameters", given),
    identity(
      [
        ["result", hash],
        ["strategy", strategy.hash],
        ["data", dataHash],
      ],
      `Engine ${engineVersion}. Symbols: ${universe.symbols.join(", ")}.`,
    ),
    element(
      "p",
      { class: "wf-report-assumptions" },
      "Entered at the open of the first candle from the slice's time on, left at the open of the first one after the " +
        "window; a position without such a candle is dropped. Costs are taken on both sides. Excursions and drawdowns " +
        "come from highs and lows in between, the unfavourable order assumed inside a candle.",
    ),
  );
}
