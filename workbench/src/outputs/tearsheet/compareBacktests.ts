import "../shared.css";
import "../report.css";
import type { Backtest } from "#engine/backtest/result.ts";
import { backtestFigures } from "#engine/trials/outcome.ts";
import { deflatedCell, type TrialsView } from "../deflated.ts";
import { element, type Output } from "../element.ts";
import { formatCount, formatNumber, formatPercent } from "../format.ts";
import { money, quoteOf, toneOf } from "./figures.ts";
import { equityOf, nameOf } from "./tearsheet.ts";

/** A backtest and what sets it apart, in words. */
export type Variant = {
  readonly title: string;
  readonly result: Backtest;
  /** What was tried besides. Default: the trials of the notebook on the page. */
  readonly trials?: TrialsView;
};

type Row = { name: string; value: (result: Backtest) => string; tone?: (result: Backtest) => number };

const ROWS: readonly Row[] = [
  {
    name: "return",
    value: ({ metrics }) => formatPercent(metrics.totalReturn, 2, { signed: true }),
    tone: ({ metrics }) => metrics.totalReturn,
  },
  { name: "Sharpe", value: ({ metrics }) => formatNumber(metrics.sharpe, 2) },
  { name: "max drawdown", value: ({ metrics }) => formatPercent(metrics.maxDrawdown, 2) },
  { name: "trades", value: ({ metrics }) => formatCount(metrics.tradeCount) },
  { name: "win rate", value: ({ metrics }) => formatPercent(metrics.winRate, 1) },
  { name: "profit factor", value: ({ metrics }) => formatNumber(metrics.profitFactor, 2) },
  {
    name: "profit of a trade",
    value: (result) => money(result.metrics.expectancy, quoteOf(result), { signed: true }),
    tone: ({ metrics }) => metrics.expectancy,
  },
  {
    name: "costs",
    value: (result) => {
      const { fees, slippage, funding, liquidation } = result.costs;
      return money(fees + slippage + funding + liquidation, quoteOf(result));
    },
  },
];

/** Kept backtests side by side, as the Runs page puts them. */
export function compareBacktests(results: readonly Backtest[], trials: readonly TrialsView[] = []): Output {
  return comparison(
    results.map((result, i) => ({ title: nameOf(result), result, trials: trials[i] })),
    "Figures of the backtests",
  );
}

/** Backtests side by side: their equity in one plot, their figures in one table, numbered as they were given. */
export function comparison(all: readonly Variant[], label: string): Output {
  const equity = equityOf(
    all.map(({ title, result }, i) => ({ name: `${i + 1} · ${title}`, label: String(i + 1), result })),
    260,
  );
  const deflated = all.map(({ result, trials }) => deflatedCell(backtestFigures(result), trials));
  const root = element(
    "div",
    { class: "wf-report wf-compare" },
    equity,
    element(
      "div",
      { class: "wf-compare-scroll", tabindex: 0, role: "group", "aria-label": label },
      element(
        "table",
        {},
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            element("td"),
            ...all.map(({ title }, i) =>
              element(
                "th",
                { scope: "col" },
                element("i", { style: `background:var(--series-${(i % 6) + 1})` }),
                `${i + 1} · ${title}`,
              ),
            ),
          ),
        ),
        element(
          "tbody",
          {},
          ...ROWS.flatMap(({ name, value, tone }) => [
            element(
              "tr",
              {},
              element("th", { scope: "row" }, name),
              ...all.map(({ result }) =>
                element("td", { "data-tone": tone && toneOf(tone(result)) }, value(result)),
              ),
            ),
            ...(name === "Sharpe"
              ? [
                  element(
                    "tr",
                    {},
                    element("th", { scope: "row" }, "deflated"),
                    ...deflated.map(({ cell }) => cell),
                  ),
                ]
              : []),
          ]),
        ),
      ),
    ),
  );
  return Object.assign(root, {
    destroy: () => {
      equity.destroy();
      for (const { stop } of deflated) stop();
    },
  });
}
