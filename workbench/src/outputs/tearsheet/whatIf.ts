import "../report.css";
import type { Backtest } from "#engine/backtest/result.ts";
import { element, type Output } from "../element.ts";
import { formatCount, formatNumber, formatPercent } from "../format.ts";
import { progress } from "../progress.ts";
import { money, quoteOf, toneOf } from "./figures.ts";
import { equityOf } from "./tearsheet.ts";

/** A result under one worse assumption, and what that is in words. */
export type Variant = { readonly title: string; readonly result: Backtest };

export type WhatIfProgress = { done: number; total: number; secondsLeft: number | null };

/** Runs the same backtest under worse assumptions, one after the other. */
export type RunVariants = (
  signal: AbortSignal,
  onProgress: (progress: WhatIfProgress) => void,
) => Promise<readonly Variant[]>;

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

/** What if the fills were worse: a button, or at once with `begin`, then the runs beside the original. */
export function whatIf(
  result: Backtest,
  run: RunVariants,
  { begin = false }: { begin?: boolean } = {},
): Output {
  let shown: Output | undefined;
  const controller = new AbortController();
  const stage = element("div", { class: "wf-whatif", "aria-live": "polite" });
  const root = element(
    "div",
    {},
    element(
      "p",
      { class: "wf-report-hint" },
      "An edge that lives on the price at which it was filled is no edge. The same run with market orders at the worst " +
        "price of the next candle, with every order one candle later, with costs twice as high, and with all of that.",
    ),
    stage,
  );
  const start = async (): Promise<void> => {
    const own = new AbortController();
    const bar = progress("What if the fills were worse", { onCancel: () => own.abort() });
    stage.replaceChildren(bar);
    try {
      const variants = await run(AbortSignal.any([own.signal, controller.signal]), (step) =>
        bar.update(step),
      );
      shown = comparison(result, variants);
      stage.replaceChildren(shown);
    } catch (error) {
      if (controller.signal.aborted) return;
      const words = own.signal.aborted ? "Canceled." : error instanceof Error ? error.message : String(error);
      stage.replaceChildren(element("p", { role: "alert", class: "wf-report-empty" }, words), button());
    }
  };
  const button = (): HTMLButtonElement => {
    const made = element("button", { type: "button", class: "wf-button" }, "Run it with worse fills");
    made.addEventListener("click", () => void start());
    return made;
  };
  if (begin) void start();
  else stage.append(button());
  return Object.assign(root, {
    destroy: () => {
      controller.abort();
      shown?.destroy();
    },
  });
}

/** The runs side by side: their equity in one plot, their figures in one table, numbered as in the list. */
export function comparison(original: Backtest, variants: readonly Variant[]): Output {
  const all: Variant[] = [{ title: "as asked", result: original }, ...variants];
  const equity = equityOf(
    all.map(({ title, result }, i) => ({ name: `${i + 1} · ${title}`, label: String(i + 1), result })),
    260,
  );
  const root = element(
    "div",
    { class: "wf-compare" },
    equity,
    element(
      "div",
      { class: "wf-compare-scroll", tabindex: 0, role: "region", "aria-label": "Figures with worse fills" },
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
          ...ROWS.map(({ name, value, tone }) =>
            element(
              "tr",
              {},
              element("th", { scope: "row" }, name),
              ...all.map(({ result }) =>
                element("td", { "data-tone": tone && toneOf(tone(result)) }, value(result)),
              ),
            ),
          ),
        ),
      ),
    ),
  );
  return Object.assign(root, { destroy: () => equity.destroy() });
}
