import type { Backtest } from "#engine/backtest/result.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { timeframeMs } from "#engine/core/timeframe.ts";
import { type CandleChartElement, candleChart } from "../../charts/candles.ts";
import type { MarkedTrade } from "../../charts/tradeMarks.ts";
import { drawSoon } from "../drawQueue.ts";
import { element, type Output } from "../element.ts";
import { formatCount } from "../format.ts";
import { table } from "../table.ts";
import {
  markedTrade,
  priceLinesOf,
  rowsOfSymbol,
  tradedSymbols,
  tradeFormats,
  tradeRows,
} from "./backtestTrades.ts";

/** Where the candles of a result's symbols come from, under the timeframe of its universe. */
export type CandleSource = (symbol: string) => Candles | Promise<Candles>;

const CHART_PX = 340;
/** Candles before and after a trade that one goes to. */
const CONTEXT_CANDLES = 30;

/**
 * The trades on the chart of their market, and in a table below: a trade that is chosen in the table is shown on the
 * chart, shaded, with its stop, its target and the orders around it.
 */
export function tradePanel(result: Backtest, candlesOf: CandleSource | undefined): Output {
  const { trades } = result;
  const symbols = tradedSymbols(result);
  const view = candlesOf === undefined ? undefined : new TradeChart(result, candlesOf, symbols);
  const rows = table(tradeRows(result), {
    label: "Trades",
    formats: tradeFormats,
    signed: ["profit", "return", "× risk"],
    onRowClick: view && ((row) => void view.showTrade(row)),
  });
  const root = element(
    "div",
    { class: "wf-trades" },
    view?.root,
    element(
      "p",
      { class: "wf-report-hint" },
      view === undefined
        ? `${formatCount(trades.rows)} trades.`
        : `${formatCount(trades.rows)} trades. Choose one, by a click or by Enter, to see it on the chart.`,
    ),
    rows,
  );
  return Object.assign(root, {
    destroy: () => {
      view?.destroy();
      rows.destroy();
    },
  });
}

class TradeChart {
  readonly root = element("div", { class: "wf-trades-chart" });
  readonly #result: Backtest;
  readonly #candlesOf: CandleSource;
  readonly #stage = element("div", { class: "wf-trades-stage", style: `min-height:${CHART_PX + 60}px` });
  readonly #choice: HTMLSelectElement;
  #chart: CandleChartElement | undefined;
  #symbol = "";
  /** Counts what was asked for, so that only the last answer is shown. */
  #asked = 0;

  constructor(result: Backtest, candlesOf: CandleSource, symbols: readonly string[]) {
    this.#result = result;
    this.#candlesOf = candlesOf;
    this.#choice = element(
      "select",
      { class: "wf-select", "aria-label": "Market" },
      ...symbols.map((symbol) => {
        const count = rowsOfSymbol(result.trades, symbol).length;
        return element("option", { value: symbol }, `${symbol} (${formatCount(count)})`);
      }),
    );
    this.#choice.addEventListener("change", () => void this.#open(this.#choice.value));
    this.root.append(symbols.length > 1 ? this.#choice : "", this.#stage);
    const [first] = symbols;
    // In a task of its own: a chart of many candles takes a while to open, and so does the table below it.
    if (first !== undefined) drawSoon(() => void (this.#asked === 0 && this.#open(first)));
  }

  async showTrade(row: number): Promise<void> {
    const trade = markedTrade(this.#result.trades, row);
    if (!(await this.#open(trade.symbol, trade))) return;
    const candle = timeframeMs(this.#chart?.candles.timeframe ?? "1d");
    const around = Math.max(CONTEXT_CANDLES * candle, 0.4 * (trade.exitTime - trade.entryTime));
    this.#chart?.show({ fromMs: trade.entryTime - around, toMs: trade.exitTime + around });
    this.root.scrollIntoView({ block: "nearest" });
  }

  destroy(): void {
    this.#asked++;
    this.#chart?.destroy();
  }

  /** True when the symbol's candles are on the chart, and nothing else was asked for meanwhile. */
  async #open(symbol: string, selected?: MarkedTrade): Promise<boolean> {
    const asked = ++this.#asked;
    this.#choice.value = symbol;
    if (symbol === this.#symbol && this.#chart !== undefined) {
      this.#chart.update({ selected });
      return true;
    }
    let candles: Candles;
    try {
      candles = await this.#candlesOf(symbol);
    } catch (error) {
      if (asked === this.#asked) this.#fail(symbol, error);
      return false;
    }
    if (asked !== this.#asked) return false;
    const { trades } = this.#result;
    const options = {
      markers: rowsOfSymbol(trades, symbol).map((row) => markedTrade(trades, row)),
      priceLines: priceLinesOf(this.#result, symbol),
      selected,
      height: CHART_PX,
    };
    this.#symbol = symbol;
    // Another market has prices of another size: it gets a chart of its own.
    this.#chart?.destroy();
    this.#chart = candleChart(candles, options);
    this.#stage.replaceChildren(this.#chart);
    return true;
  }

  #fail(symbol: string, error: unknown): void {
    this.#chart?.destroy();
    this.#chart = undefined;
    const words = error instanceof Error ? error.message : String(error);
    this.#stage.replaceChildren(
      element(
        "p",
        { class: "wf-report-empty", role: "status" },
        `The candles of ${symbol} are not to be had: ${words}`,
      ),
    );
  }
}
