import type { Backtest } from "#engine/backtest/result.ts";
import { element } from "../element.ts";
import { formatPercent } from "../format.ts";
import { money, quoteOf } from "./figures.ts";

type Step = { name: string; amount: number; isTotal: boolean };

/** From the profit before costs down to what was left, each cost with its share of the starting balance. */
export function costTable(result: Backtest): HTMLElement {
  const { costs, metrics } = result;
  const quote = quoteOf(result);
  const net = metrics.finalEquity - metrics.startingBalance;
  const gross = net + costs.fees + costs.slippage + costs.funding + costs.liquidation;
  const steps: Step[] = [
    { name: "profit before costs", amount: gross, isTotal: true },
    { name: "fees", amount: -costs.fees, isTotal: false },
    { name: "slippage", amount: -costs.slippage, isTotal: false },
    { name: "funding", amount: -costs.funding, isTotal: false },
    { name: "liquidation", amount: -costs.liquidation, isTotal: false },
    { name: "profit after costs", amount: net, isTotal: true },
  ].filter(({ amount, isTotal }) => isTotal || amount !== 0);
  const largest = Math.max(...steps.map(({ amount }) => Math.abs(amount)), 1e-9);
  return element(
    "table",
    { class: "wf-costs" },
    element(
      "tbody",
      {},
      ...steps.map(({ name, amount, isTotal }) =>
        element(
          "tr",
          { class: isTotal ? "is-total" : undefined },
          element("th", { scope: "row" }, name),
          element(
            "td",
            { "data-tone": amount > 0 ? "gain" : amount < 0 ? "loss" : undefined },
            money(amount, quote, { signed: true }),
          ),
          element("td", {}, formatPercent(amount / metrics.startingBalance, 2, { signed: true })),
          element(
            "td",
            { class: "wf-costs-bar", "aria-hidden": "true" },
            element("i", {
              style: `width:${((Math.abs(amount) / largest) * 100).toFixed(1)}%;background:var(--${amount < 0 ? "loss" : "gain"})`,
            }),
          ),
        ),
      ),
    ),
  );
}
