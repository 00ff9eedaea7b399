import "../shared.css";
import "../report.css";
import "./stepper.css";
import type { Backtest } from "#engine/backtest/result.ts";
import { CANDLE_COLUMNS, type Candles } from "#engine/candles/candles.ts";
import { type CandleChartElement, candleChart } from "../../charts/candles.ts";
import type { PriceLine } from "../../charts/priceLines.ts";
import { element, type Output } from "../element.ts";
import { numbersOf, textAt } from "../engineTable.ts";
import { formatCount, formatNumber, formatPercent, formatTime } from "../format.ts";
import { markedTrade, rowsOfSymbol, tradedSymbols } from "../tearsheet/backtestTrades.ts";
import { money, quoteOf } from "../tearsheet/figures.ts";
import type { CandleSource } from "../tearsheet/tradePanel.ts";
import { type StepTables, showStep, stepTables } from "./stepTables.ts";
import type { StepView } from "./stepView.ts";

export type StepperOptions = {
  /** What the backtest looked like after a row of its equity. */
  stepAt: (index: number, signal: AbortSignal) => Promise<StepView>;
  candles?: CandleSource;
  /** Row of the equity to begin with. Default: the first entry, else the first row. */
  begin?: number;
};

/** Candles that the chart shows before the step; none after it, since nobody knew them. */
const SHOWN_CANDLES = 160;
const CHART_PX = 260;

/** Steps through a backtest, close by close: the market, what the strategy saw and answered, its orders, the account. */
export function stepper(result: Backtest, options: StepperOptions): Output {
  const view = new Stepper(result, options);
  return Object.assign(view.root, { destroy: () => view.destroy() });
}

class Stepper {
  readonly root: HTMLElement;
  readonly #result: Backtest;
  readonly #options: StepperOptions;
  readonly #times: Float64Array;
  /** Rows of the equity at which trades begin and end, rising. */
  readonly #entries: number[];
  /** The market that is entered at each of them. */
  readonly #tradeOf = new Map<number, string>();
  readonly #slider: HTMLInputElement;
  readonly #clock = element("output", { class: "wf-stepper-clock" });
  readonly #account = element("p", { class: "wf-report-hint" });
  readonly #problem = element("p", { class: "wf-report-empty", role: "alert", hidden: true });
  readonly #stage = element("div", { style: `min-height:${CHART_PX + 60}px` });
  readonly #tables: StepTables = stepTables();
  readonly #markets: HTMLSelectElement;
  #chart: CandleChartElement | undefined;
  #index: number;
  /** The step asked for last, while an earlier one is being made. */
  #wanted: number | undefined;
  #making: AbortController | undefined;
  #chartsAsked = 0;
  #shown: StepView | undefined;

  constructor(result: Backtest, options: StepperOptions) {
    this.#result = result;
    this.#options = options;
    this.#times = numbersOf(result.equity, "time");
    this.#entries = [
      ...new Set(Array.from(numbersOf(result.trades, "entryTime"), (time) => this.#rowAt(time))),
    ].sort((a, b) => a - b);
    for (const [row, time] of numbersOf(result.trades, "entryTime").entries())
      this.#tradeOf.set(this.#rowAt(time), textAt(result.trades, "symbol", row));
    const last = Math.max(0, this.#times.length - 1);
    this.#index = Math.min(options.begin ?? this.#entries[0] ?? 0, last);
    this.#slider = element("input", {
      type: "range",
      min: 0,
      max: last,
      step: 1,
      value: this.#index,
      "aria-label": "Step",
      class: "wf-stepper-slider",
    });
    this.#slider.addEventListener("input", () => this.#goTo(this.#slider.valueAsNumber));
    const symbols = [...new Set([...tradedSymbols(result), ...result.universe.symbols])];
    this.#markets = element(
      "select",
      { class: "wf-select", "aria-label": "Market of the chart" },
      ...symbols.map((symbol) => element("option", { value: symbol }, symbol)),
    );
    this.#markets.value = this.#tradeOf.get(this.#index) ?? symbols[0] ?? "";
    this.#markets.addEventListener("change", () => void this.#drawChart());
    this.root = element(
      "div",
      { class: "wf-stepper", role: "group", "aria-label": "Step through the backtest", tabindex: 0 },
      element(
        "div",
        { class: "wf-stepper-bar" },
        this.#button("« entry", "Entry of the trade before ( [ )", () => this.#toEntry(-1)),
        this.#button("◀", "One step back (←)", () => this.#goTo(this.#index - 1)),
        this.#slider,
        this.#button("▶", "One step on (→)", () => this.#goTo(this.#index + 1)),
        this.#button("entry »", "Entry of the next trade ( ] )", () => this.#toEntry(1)),
        this.#clock,
      ),
      element(
        "p",
        { class: "wf-report-hint" },
        "← and → go step by step, with Shift ten at a time; [ and ] go from entry to entry, Home and End to the ends.",
      ),
      this.#account,
      this.#problem,
      options.candles !== undefined && symbols.length > 1 && this.#markets,
      options.candles !== undefined && this.#stage,
      this.#tables.root,
    );
    this.root.addEventListener("keydown", (event) => this.#keyed(event));
    this.#goTo(this.#index);
  }

  destroy(): void {
    this.#making?.abort();
    this.#chartsAsked++;
    this.#chart?.destroy();
    this.#tables.destroy();
  }

  #goTo(index: number): void {
    this.#index = Math.min(Math.max(0, Math.round(index)), Math.max(0, this.#times.length - 1));
    this.#slider.value = String(this.#index);
    this.#slider.setAttribute("aria-valuetext", `${formatTime(this.#times[this.#index] ?? Number.NaN)} UTC`);
    this.#clock.textContent = `${formatTime(this.#times[this.#index] ?? Number.NaN)} UTC · ${formatCount(this.#index + 1)} of ${formatCount(this.#times.length)}`;
    this.#wanted = this.#index;
    if (this.#making === undefined && this.#times.length > 0) void this.#make();
  }

  /** One step is made at a time; of those asked for meanwhile the last is made next. */
  async #make(): Promise<void> {
    const making = new AbortController();
    this.#making = making;
    try {
      while (this.#wanted !== undefined) {
        const index = this.#wanted;
        this.#wanted = undefined;
        const view = await this.#options.stepAt(index, making.signal);
        if (making.signal.aborted) return;
        this.#show(view);
      }
    } catch (error) {
      if (making.signal.aborted) return;
      this.#problem.hidden = false;
      this.#problem.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.#making === making) this.#making = undefined;
    }
  }

  #show(view: StepView): void {
    this.#shown = view;
    this.#problem.hidden = true;
    const { equity, cash, exposure } = view.account;
    const drawdown = numbersOf(this.#result.equity, "drawdown")[view.index];
    const quote = quoteOf(this.#result);
    this.#account.textContent =
      `Equity ${money(equity, quote)}, cash ${money(cash, quote)}, exposure ${formatPercent(exposure, 1)}, ` +
      `drawdown ${formatPercent(drawdown, 2)}.`;
    showStep(this.#tables, view);
    void this.#drawChart();
  }

  async #drawChart(): Promise<void> {
    const { candles: source } = this.#options;
    const view = this.#shown;
    if (source === undefined || view === undefined) return;
    const asked = ++this.#chartsAsked;
    const symbol = this.#markets.value;
    let all: Candles;
    try {
      all = await source(symbol);
    } catch (error) {
      this.#stage.textContent = error instanceof Error ? error.message : String(error);
      return;
    }
    if (asked !== this.#chartsAsked) return;
    const seen = upTo(all, view.time);
    const { trades } = this.#result;
    const markers = rowsOfSymbol(trades, symbol)
      .map((row) => markedTrade(trades, row))
      .filter(({ exitTime }) => exitTime < view.time);
    const priceLines = view.orders.flatMap((order): PriceLine[] => {
      const price = Number.isNaN(order.triggerPrice) ? order.price : order.triggerPrice;
      if (order.symbol !== symbol || Number.isNaN(price)) return [];
      const kind = /stop/i.test(order.type) ? "stop" : "order";
      const label = `${order.side} ${order.type} ${formatNumber(order.amount - order.filled, 4)}`;
      return [{ symbol, fromMs: order.submitted, toMs: Number.NaN, price, kind, label }];
    });
    const options = { markers, priceLines, height: CHART_PX };
    if (this.#chart?.candles.symbol === symbol) this.#chart.setCandles(seen, options);
    else {
      this.#chart?.destroy();
      this.#chart = candleChart(seen, options);
      this.#stage.replaceChildren(this.#chart);
    }
  }

  /** The first row whose candles closed after `time`: where what happened at it can be seen. */
  #rowAt(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle] > time) high = middle;
      else low = middle + 1;
    }
    return Math.min(low, Math.max(0, this.#times.length - 1));
  }

  #toEntry(direction: 1 | -1): void {
    const next =
      direction > 0
        ? this.#entries.find((row) => row > this.#index)
        : this.#entries.findLast((row) => row < this.#index);
    if (next === undefined) return;
    const trade = this.#tradeOf.get(next);
    if (trade !== undefined) this.#markets.value = trade;
    this.#goTo(next);
  }

  #keyed(event: KeyboardEvent): void {
    const { target } = event;
    // Charts, tables and lists have arrows of their own; the slider's mean the same as these.
    if (target instanceof Element && target.closest("select, [role=grid], [role=application]") !== null)
      return;
    const far = event.shiftKey ? 10 : 1;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => this.#goTo(this.#index - far),
      ArrowRight: () => this.#goTo(this.#index + far),
      PageDown: () => this.#goTo(this.#index + 10),
      PageUp: () => this.#goTo(this.#index - 10),
      Home: () => this.#goTo(0),
      End: () => this.#goTo(this.#times.length - 1),
      "[": () => this.#toEntry(-1),
      "]": () => this.#toEntry(1),
    };
    const act = event.altKey || event.ctrlKey || event.metaKey ? undefined : acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #button(sign: string, words: string, act: () => void): HTMLButtonElement {
    const made = element(
      "button",
      { type: "button", class: "wf-button", title: words, "aria-label": words },
      sign,
    );
    made.addEventListener("click", act);
    return made;
  }
}

/** The last candles that had closed by a time; views of the columns, nothing is copied. */
function upTo(candles: Candles, time: number): Candles {
  const { timestamp } = candles;
  let end = timestamp.length;
  const step = timestamp.length > 1 ? timestamp[1] - timestamp[0] : 0;
  let low = 0;
  while (low < end) {
    const middle = (low + end) >> 1;
    if (timestamp[middle] + step <= time) low = middle + 1;
    else end = middle;
  }
  const from = Math.max(0, end - SHOWN_CANDLES);
  const cut = Object.fromEntries(CANDLE_COLUMNS.map((name) => [name, candles[name].subarray(from, end)]));
  return { ...candles, ...cut };
}
