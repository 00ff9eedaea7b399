import "../shared.css";
import "../report.css";
import "./luck.css";
import { quantile } from "#engine/core/stats.ts";
import { wilsonInterval } from "#engine/metrics/wilson.ts";
import { fanPlot } from "../../charts/fanPlot.ts";
import { markedHistogram } from "../../charts/markedHistogram.ts";
import { element, type Output } from "../element.ts";
import { formatCount, formatNumber, formatPercent } from "../format.ts";
import { type Figure, intervalText } from "../reportFigures.ts";
import { figures, section, titleLine } from "../reportParts.ts";
import { responsive } from "../responsive.ts";
import { factTable } from "./factTable.ts";
import type { MonteCarlo } from "./monteCarlo.ts";

/** Falls that one asks about. */
const DEPTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.75];

/** What a backtest could have come to: bands of its equity, how deep the paths fell, and how many were ruined. */
export function monteCarloView(result: MonteCarlo): Output {
  const { original, finalEquity, maxDrawdown, steps, times } = result;
  const fan = responsive((width) =>
    fanPlot(
      {
        at: times ?? steps,
        isTime: times !== undefined,
        unit: "trades",
        quantiles: result.quantiles,
        bands: result.bands,
        original: original.equity,
      },
      { width },
    ),
  );
  const gains = finalEquity.map((value) => value - 1);
  const percent = (value: number): string => formatPercent(value, 0);
  const ends = responsive((width) =>
    markedHistogram(gains, {
      width,
      format: percent,
      mark: { value: original.finalEquity - 1, label: "backtest" },
      label: "Return of each path",
    }),
  );
  const falls = responsive((width) =>
    markedHistogram(maxDrawdown, {
      width,
      format: percent,
      mark: { value: original.maxDrawdown, label: "backtest" },
      label: "Deepest drawdown of each path",
    }),
  );
  const head = figures(headline(result));
  const root = element(
    "article",
    { class: "wf-report wf-luck", "aria-label": `Monte Carlo of ${result.of}` },
    titleLine(`Monte Carlo of ${result.of}`, result.simulated, result.words),
    head,
    section("Equity of the backtest among all paths; at the edges, the share of paths below", fan),
    element(
      "div",
      { class: "wf-report-pair" },
      section("Return of each path", ends),
      section("Deepest drawdown of each path", falls),
    ),
    section("How often, how deep", depthTable(result)),
    element("p", { class: "wf-report-hint" }, footWords(result)),
  );
  return Object.assign(root, {
    destroy: () => {
      for (const part of [fan, ends, falls, head]) part.destroy();
    },
  });
}

function headline({
  paths,
  finalEquity,
  maxDrawdown,
  original,
  ruinedPaths,
  ruinLevel,
  sharpe,
}: MonteCarlo): Figure[] {
  const losing = finalEquity.reduce((count, value) => count + (value < 1 ? 1 : 0), 0);
  const lost = wilsonInterval(losing, paths);
  const ruin = wilsonInterval(ruinedPaths, paths);
  const gain = (value: number, decimals = 1): string => formatPercent(value - 1, decimals, { signed: true });
  const deeper = maxDrawdown.reduce((count, value) => count + (value > original.maxDrawdown ? 1 : 0), 0);
  return [
    {
      name: "median return",
      value: gain(quantile(finalEquity, 0.5)),
      note: `90% of paths ${gain(quantile(finalEquity, 0.05), 0)} … ${gain(quantile(finalEquity, 0.95), 0)}`,
    },
    { name: "backtest", value: gain(original.finalEquity), note: "as it was" },
    { name: "chance of a loss", value: formatPercent(lost.value, 1), note: intervalText(lost) },
    {
      name: "median drawdown",
      value: formatPercent(quantile(maxDrawdown, 0.5), 1),
      note: `1 path of 20 over ${formatPercent(quantile(maxDrawdown, 0.95), 1)}`,
    },
    {
      name: "backtest's drawdown",
      value: formatPercent(original.maxDrawdown, 1),
      note: `${formatPercent(deeper / paths, 0)} of paths fell deeper`,
    },
    {
      name: "chance of ruin",
      value: formatPercent(ruin.value, 1),
      note: `${intervalText(ruin)}; ${formatPercent(1 - ruinLevel, 0)} of the start lost`,
      hint: `Share of paths whose equity came down to ${formatPercent(ruinLevel, 0)} of the starting capital.`,
    },
    ...(sharpe === undefined
      ? []
      : [
          {
            name: "median Sharpe",
            value: formatNumber(quantile(sharpe.filter(Number.isFinite), 0.5), 2),
            note: `90% of paths ${formatNumber(quantile(sharpe.filter(Number.isFinite), 0.05), 1)} … ${formatNumber(quantile(sharpe.filter(Number.isFinite), 0.95), 1)}`,
          },
        ]),
  ];
}

function depthTable({ maxDrawdown, lowestEquity, paths }: MonteCarlo): HTMLElement {
  const share = (holds: (path: number) => boolean): string => {
    let count = 0;
    for (let path = 0; path < paths; path++) if (holds(path)) count++;
    return formatPercent(count / paths, 1);
  };
  return factTable(
    ["", ...DEPTHS.map((depth) => `${formatPercent(depth, 0)}`)],
    [
      [
        "fell from a peak by this or more",
        ...DEPTHS.map((depth) => share((path) => maxDrawdown[path] >= depth)),
      ],
      [
        "lost this or more of the start",
        ...DEPTHS.map((depth) => share((path) => lowestEquity[path] <= 1 - depth)),
      ],
    ],
    "Share of paths by depth",
  );
}

function footWords({ method, paths, seed }: MonteCarlo): string {
  const common = `${formatCount(paths)} paths from seed ${seed}: the same again whenever it is run.`;
  return method === "trades"
    ? `Trades are taken as independent of each other and of the market's state, and equity is looked at after each of them: ` +
        `what falls together, and what happens inside a trade, is deeper. ${common}`
    : `Each path is the whole backtest run again on changed candles. ${common}`;
}
