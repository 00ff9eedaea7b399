import "../outputs/shared.css";
import "./candles.css";
import type { Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { timeframeMs } from "#engine/core/timeframe.ts";
import { element, type Output } from "../outputs/element.ts";
import { decimalsFor, formatCount, formatTime } from "../outputs/format.ts";
import { outputHost } from "../outputs/host.ts";
import { BarSource, type BarWindow, slotsOf } from "./barSource.ts";
import { listenToGestures } from "./gestures.ts";
import { Legend } from "./legend.ts";
import { type ChartColumns, type ChartLine, chartLines } from "./lines.ts";
import { type PriceLine, priceLinePainter } from "./priceLines.ts";
import type { SlotAxis } from "./slots.ts";
import { Surface } from "./surface.ts";
import { type ChartColours, chartColours, onThemeChange } from "./theme.ts";
import { type ChartToolbar, chartToolbar } from "./toolbar.ts";
import { type MarkedTrade, tradePainter } from "./tradeMarks.ts";
import { latest, panned, type View, zoomed } from "./view.ts";

/** Width of a bar when a chart is opened. */
const FIRST_BAR_PX = 6;

export type TimeRange = { readonly fromMs: number; readonly toMs: number };

export type CandleChartOptions = {
  /** Columns drawn over the candles, by name. */
  overlays?: Readonly<Record<string, ChartColumns>>;
  /** Columns drawn in panes of their own below, by name. */
  panes?: Readonly<Record<string, ChartColumns>>;
  /** Trades to mark; those of other symbols are left out. */
  markers?: readonly MarkedTrade[];
  /** The one of them that is looked at; the time that it took is shaded. */
  selected?: MarkedTrade;
  /** Orders, stops and targets as level lines over the time in which they stood; those of other symbols are left out. */
  priceLines?: readonly PriceLine[];
  /** Of the plot, pixels. Default: 360 and 90 more for each pane. */
  height?: number;
  /** What is in view at first. Default: the latest candles that fit. */
  range?: TimeRange;
  /** Told after the view has moved. */
  onVisibleRange?: (range: TimeRange) => void;
};

export type CandleChartElement = Output<{
  readonly candles: Candles;
  /** Changes what is given and keeps the rest, the view included; unchanged columns cost nothing. */
  update(options: CandleChartOptions): void;
  /** The same chart of other candles; the view stays where both have candles. */
  setCandles(candles: Candles, options?: CandleChartOptions): void;
  show(range: TimeRange): void;
  readonly visibleRange: TimeRange;
}>;

const charts = new WeakMap<HTMLElement, CandleChartElement>();

/** Candles with volume, overlays, indicator panes and trades; moved by wheel, touch and keys. */
export function candleChart(candles: Candles, options: CandleChartOptions = {}): CandleChartElement {
  const view = new CandleChart(candles, options);
  const made: CandleChartElement = Object.defineProperties(view.root as unknown as CandleChartElement, {
    candles: { get: () => view.candles },
    visibleRange: { get: () => view.visibleRange },
    update: { value: (next: CandleChartOptions) => view.update(next) },
    setCandles: { value: (next: Candles, own: CandleChartOptions = {}) => view.setCandles(next, own) },
    show: { value: (range: TimeRange) => view.showRange(range) },
    destroy: {
      value: () => {
        // A page ends all of its parts, and whoever shows the page may end each of them as well.
        if (charts.delete(view.root)) view.destroy();
      },
    },
  });
  charts.set(view.root, made);
  return made;
}

/**
 * The chart for a cell that ran again: the element it showed before, with what changed, where that was a chart of the
 * same market; a new one otherwise. Options that are not given fall back to their defaults, as in a new chart.
 */
export function reusableChart(
  previous: unknown,
  candles: Candles,
  options: CandleChartOptions = {},
): CandleChartElement {
  const chart = previous instanceof HTMLElement ? charts.get(previous) : undefined;
  if (chart === undefined || !isSameMarket(chart.candles, candles)) return candleChart(candles, options);
  const all = {
    ...{
      overlays: {},
      panes: {},
      markers: [],
      selected: undefined,
      priceLines: [],
      onVisibleRange: undefined,
    },
    ...options,
  };
  if (isSameData(chart.candles, candles)) chart.update(all);
  else chart.setCandles(candles, all);
  return chart;
}

function isSameMarket(a: Candles, b: Candles): boolean {
  return a.symbol === b.symbol && a.exchange === b.exchange && a.timeframe === b.timeframe;
}

function isSameData(a: Candles, b: Candles): boolean {
  return (
    a === b || (a.timestamp === b.timestamp && a.close === b.close && a.high === b.high && a.low === b.low)
  );
}

class CandleChart {
  readonly root: HTMLElement;
  readonly #stage = element("div", { class: "wf-chart-stage" });
  readonly #plot = element("div", { class: "wf-chart-plot" });
  readonly #status = element("span", { class: "wf-chart-status" });
  readonly #surface: Surface;
  readonly #legend: Legend;
  readonly #toolbar: ChartToolbar;
  readonly #endings: (() => void)[] = [];

  #source: BarSource;
  #options: CandleChartOptions;
  #lines: ChartLine[] = [];
  #drawn = new Map<string, { line: ChartLine; window: BarWindow }>();
  #trades: readonly MarkedTrade[] = [];
  #priceLines: readonly PriceLine[] = [];
  #view: View | undefined;
  #window: BarWindow | undefined;
  #hovered: number | undefined;
  #colours: ChartColours;
  #width = 0;

  constructor(candles: Candles, options: CandleChartOptions) {
    requireCandles(candles);
    this.#source = new BarSource(candles);
    this.#options = options;
    this.#colours = chartColours();
    const decimals = priceDecimals(candles);
    this.#surface = new Surface(this.#plot, this.#colours, decimals);
    this.#legend = new Legend(decimals);
    this.#toolbar = chartToolbar(`${candles.symbol} ${candles.timeframe}`, candles.exchange === "simulated", {
      showLast: (spanMs) => this.#showLast(spanMs),
      zoom: (factor) => this.#zoom(factor, 0.5),
      setLogarithmic: (isOn) => this.#surface.setLogarithmic(isOn),
      picture: () => void this.#savePicture(),
      fullScreen: () => void this.#toggleFullScreen(),
    });
    this.#stage.append(this.#plot, this.#legend.root);
    this.root = element(
      "div",
      { class: "wf-chart", tabindex: 0, role: "application", "aria-roledescription": "candlestick chart" },
      this.#toolbar.root,
      this.#stage,
      element("div", { class: "wf-chart-foot" }, this.#status, attribution()),
    );
    const x = (timeMs: number): number => this.#x(timeMs);
    const width = (): number => this.#surface.width;
    const range = (): TimeRange => this.visibleRange;
    const colours = (): ChartColours => this.#colours;
    const lines = priceLinePainter(() => this.#priceLines, x, width, range, colours);
    const trades = (): readonly MarkedTrade[] => this.#trades;
    const paintTrades = tradePainter({ trades, selected: () => this.#selected(), x, width, range, colours });
    this.#surface.addPainter((context, y) => {
      lines(context, y);
      paintTrades(context, y);
      // Only now have the panes the heights that the legend goes by.
      this.#legend.place(this.#surface.paneTops());
    });
    this.#surface.onCrosshair((bar) => {
      this.#hovered = bar;
      this.#showLegend();
    });
    this.#endings.push(
      onThemeChange(() => this.#recolour()),
      listenToGestures(this.root, this.#stage, () => this.#surface.width, {
        pan: (share) => this.#pan(share),
        zoom: (factor, at) => this.#zoom(factor, at),
        toStart: () => this.#move(panned(this.#currentView(), -this.#axis.slots, this.#axis.slots)),
        toEnd: () => this.#toEnd(),
      }),
    );
    const sizes = new ResizeObserver(() => this.#resized());
    sizes.observe(this.#plot);
    this.#endings.push(() => sizes.disconnect());
    this.#begin();
  }

  get candles(): Candles {
    return this.#source.candles;
  }

  get #axis(): SlotAxis {
    return this.#source.axis;
  }

  get visibleRange(): TimeRange {
    const { from, to } = this.#currentView();
    const slot = (place: number): number =>
      Math.min(Math.max(Math.round(place), 0), Math.max(0, this.#axis.slots - 1));
    const length = timeframeMs(this.candles.timeframe);
    return { fromMs: this.#axis.timeOf(slot(from)), toMs: this.#axis.timeOf(slot(to - 1)) + length };
  }

  update(options: CandleChartOptions): void {
    const before = this.#options;
    this.#options = { ...before, ...options };
    this.#readLines();
    if (options.height !== undefined) this.#setHeight();
    this.#drawLines();
    if (
      this.#options.markers !== before.markers ||
      this.#options.priceLines !== before.priceLines ||
      this.#options.selected !== before.selected
    )
      this.#readTrades();
    if (options.range !== undefined) this.showRange(options.range);
    this.#showLegend();
  }

  setCandles(candles: Candles, options: CandleChartOptions): void {
    requireCandles(candles);
    const range = this.visibleRange;
    const wasAtEnd = this.#currentView().to >= this.#axis.slots;
    const span = this.#currentView().to - this.#currentView().from;
    this.#source = new BarSource(candles);
    this.#options = { ...this.#options, ...options };
    this.#window = undefined;
    this.#drawn.clear();
    this.#begin();
    // New candles at the end are what one wants to see; otherwise the same span of time stays in view.
    if (wasAtEnd) this.#move(latest(Math.round(span / 1.03), this.#axis.slots));
    else this.showRange(range);
  }

  showRange({ fromMs, toMs }: TimeRange): void {
    const from = Math.max(0, this.#axis.slotAt(fromMs));
    this.#move(
      panned({ from, to: Math.max(from + 1, this.#axis.slotAt(toMs - 1) + 1) }, 0, this.#axis.slots),
    );
  }

  destroy(): void {
    for (const end of this.#endings) end();
    this.#surface.destroy();
  }

  #begin(): void {
    const { timestamp, timeframe } = this.candles;
    this.#readLines();
    this.#setHeight();
    this.#toolbar.offerRanges(
      timestamp.length === 0 ? 0 : timestamp[timestamp.length - 1] - timestamp[0],
      timeframeMs(timeframe),
    );
    this.#readTrades();
    if (this.#width > 0) this.#paint();
  }

  #readLines(): void {
    const { overlays = {}, panes = {} } = this.#options;
    this.#lines = chartLines(this.candles.timestamp.length, overlays, panes);
  }

  #readTrades(): void {
    const isOwn = ({ symbol }: { symbol: string }): boolean => symbol === this.candles.symbol;
    this.#trades = (this.#options.markers ?? []).filter(isOwn);
    this.#priceLines = (this.#options.priceLines ?? []).filter(isOwn);
    this.#surface.repaint();
  }

  #selected(): MarkedTrade | undefined {
    const { selected } = this.#options;
    return selected?.symbol === this.candles.symbol ? selected : undefined;
  }

  #paneCount(): number {
    return 1 + Object.keys(this.#options.panes ?? {}).length;
  }

  #setHeight(): void {
    const panes = this.#paneCount() - 1;
    this.#stage.style.setProperty("--wf-chart-height", `${this.#options.height ?? 360 + 90 * panes}px`);
  }

  #currentView(): View {
    if (this.#view !== undefined) return this.#view;
    return latest(Math.max(20, Math.round((this.#width || 900) / FIRST_BAR_PX)), this.#axis.slots);
  }

  #resized(): void {
    const isFirst = this.#width === 0;
    this.#width = this.#surface.width || this.#plot.clientWidth;
    if (this.#width === 0) return;
    if (isFirst && this.#options.range !== undefined) this.showRange(this.#options.range);
    else this.#paint();
  }

  #pan(share: number): void {
    const view = this.#currentView();
    this.#move(panned(view, share * (view.to - view.from), this.#axis.slots));
  }

  #zoom(factor: number, at: number): void {
    this.#move(zoomed(this.#currentView(), factor, at, this.#axis.slots));
  }

  #toEnd(): void {
    const { from, to } = this.#currentView();
    this.#move(latest(Math.round((to - from) / 1.03), this.#axis.slots));
  }

  #showLast(spanMs: number): void {
    const { timestamp, timeframe } = this.candles;
    const end = (timestamp[timestamp.length - 1] ?? 0) + timeframeMs(timeframe);
    const from = spanMs === Number.POSITIVE_INFINITY ? 0 : Math.max(0, this.#axis.slotAt(end - spanMs));
    this.#move(latest(this.#axis.slots - from, this.#axis.slots));
  }

  #move(view: View): void {
    this.#view = view;
    this.#paint();
    this.#options.onVisibleRange?.(this.visibleRange);
  }

  /** Hands the surface the bars around the view, unless it has them, and shows the view. */
  #paint(): void {
    if (this.#width === 0) return;
    const view = this.#currentView();
    this.#view = view;
    const window = this.#source.windowFor(view, this.#width, this.#window);
    if (window !== this.#window) {
      this.#window = window;
      this.#surface.setBars(this.#source.bars(window));
      this.#drawLines();
    }
    const size = slotsOf(window.level);
    this.#surface.showBars(view.from / size - window.from, view.to / size - window.from);
    this.#surface.repaint();
    this.#showLegend();
    this.#describe();
  }

  /** Draws what changed since it was last drawn in this window. */
  #drawLines(): void {
    const window = this.#window;
    if (window === undefined) return;
    const wanted = new Set(this.#lines.map(({ key }) => key));
    for (const key of [...this.#drawn.keys()]) {
      if (wanted.has(key)) continue;
      this.#surface.removeLine(key);
      this.#drawn.delete(key);
    }
    let hasNew = false;
    for (const line of this.#lines) {
      const drawn = this.#drawn.get(line.key);
      if (drawn?.line.values === line.values && drawn.window === window && drawn.line.colour === line.colour)
        continue;
      hasNew ||= drawn === undefined;
      this.#surface.setLine(
        line.key,
        this.#source.points(line.values, window),
        line.pane,
        line.colour,
        line.style,
      );
      this.#drawn.set(line.key, { line, window });
    }
    const shares = Array.from({ length: this.#paneCount() }, (_, i) => (i === 0 ? 4 : 1));
    if (hasNew) this.#surface.setPaneShares(shares);
  }

  #showLegend(): void {
    const window = this.#window;
    if (window === undefined || window.to === window.from) return;
    const size = slotsOf(window.level);
    const wanted =
      this.#hovered === undefined ? this.#currentView().to / size - 1 : this.#hovered + window.from;
    let bar = Math.min(Math.max(Math.floor(wanted), 0), window.level.bars - 1);
    // Without a pointer the last candle in view speaks, not a hole.
    while (this.#hovered === undefined && bar > 0 && Number.isNaN(window.level.high[bar])) bar--;
    const lines = this.#lines.map(({ name, pane, colour, values }) => ({
      name,
      pane,
      colour: colour % 6,
      value: this.#source.value(values, window.level, bar),
    }));
    const timeframe = size === 1 ? this.candles.timeframe : `${size} × ${this.candles.timeframe}`;
    this.#legend.show({ bar: this.#source.bar(window.level, bar), lines, timeframe }, this.#paneCount());
  }

  #describe(): void {
    const { symbol, timeframe, exchange } = this.candles;
    const { fromMs, toMs } = this.visibleRange;
    const span = `${formatTime(fromMs)} … ${formatTime(toMs)} UTC`;
    const size = this.#window === undefined ? 1 : slotsOf(this.#window.level);
    const grouped = size > 1 ? ` · ${formatCount(size)} candles a bar` : "";
    this.#status.textContent = span + grouped;
    const made = exchange === "simulated" ? ", simulated" : "";
    this.root.setAttribute(
      "aria-label",
      `${symbol} ${timeframe}${made}: ${formatCount(this.candles.timestamp.length)} candles, in view ${span}. ` +
        "Arrow keys move, plus and minus zoom, Home and End go to the ends.",
    );
  }

  /** Where a time stands in the plot, CSS pixels: the middle of its candle. */
  #x(timeMs: number): number {
    const { from, to } = this.#currentView();
    return ((this.#axis.slotAt(timeMs) + 0.5 - from) / (to - from)) * this.#surface.width - 1;
  }

  #recolour(): void {
    this.#colours = chartColours();
    this.#surface.applyColours(this.#colours);
    if (this.#window !== undefined) this.#surface.setBars(this.#source.bars(this.#window));
  }

  async #savePicture(): Promise<void> {
    const blob = await new Promise<Blob | null>((resolve) =>
      this.#surface.picture().toBlob(resolve, "image/png"),
    );
    if (blob === null) return;
    const name = `${this.candles.symbol}-${this.candles.timeframe}.png`.replace(/[^\w.-]+/g, "-");
    await outputHost().download(name, "image/png", new Uint8Array(await blob.arrayBuffer()));
  }

  async #toggleFullScreen(): Promise<void> {
    if (document.fullscreenElement === this.root) await document.exitFullscreen();
    else await this.root.requestFullscreen();
  }
}

/** The notice that the library's licence asks for, with its link. */
function attribution(): HTMLElement {
  return element(
    "a",
    {
      class: "wf-chart-attribution",
      href: "https://www.tradingview.com/",
      target: "_blank",
      rel: "noopener noreferrer",
      title: "TradingView Lightweight Charts™. Copyright (c) TradingView, Inc. https://www.tradingview.com/",
    },
    "Charting by TradingView",
  );
}

/** Decimals of the market's prices, from closes spread over the whole. */
function priceDecimals({ close }: Candles): number {
  const stride = Math.max(1, Math.floor(close.length / 500));
  const sample: number[] = [];
  for (let i = 0; i < close.length; i += stride) sample.push(close[i]);
  return Math.min(8, Math.max(decimalsFor(sample), 0));
}

function requireCandles(candles: Candles): void {
  if (candles?.timestamp instanceof Float64Array && candles.close instanceof Float64Array) return;
  throw new EngineError(
    "chart.not-candles",
    'chart: expected candles, as `await candles("BTC/USDT", "1h")` gives them.',
  );
}
