import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  HistogramSeries,
  type IChartApi,
  type IPrimitivePaneView,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type Logical,
  PriceScaleMode,
  type UTCTimestamp,
} from "lightweight-charts";
import { formatNumber, formatShort } from "../outputs/format.ts";
import { type ChartColours, faded } from "./theme.ts";

/** A bar of the window that the surface is given; `open` is NaN where candles are missing. */
export type Bar = { time: number; open: number; high: number; low: number; close: number; volume: number };
export type Point = { time: number; value: number };
export type LineStyleName = "line" | "histogram";
/** Draws over the candles in CSS pixels; `y` is null for a price that has no place. */
export type Painter = (context: CanvasRenderingContext2D, y: (price: number) => number | null) => void;

type Line = {
  series: ISeriesApi<"Line"> | ISeriesApi<"Histogram">;
  pane: number;
  colour: number;
  style: LineStyleName;
};

const VOLUME_SCALE = "volume";

/**
 * The one door to the chart library (TradingView's Lightweight Charts, Apache 2.0): a surface of panes that is handed
 * a window of bars and the part of it to show. Which bars those are, and every gesture, is decided outside: the
 * library never sees more than a few thousand points.
 */
export class Surface {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram">;
  readonly #lines = new Map<string, Line>();
  #colours: ChartColours;
  #repaint: () => void = () => undefined;

  constructor(container: HTMLElement, colours: ChartColours, decimals: number) {
    this.#colours = colours;
    this.#chart = createChart(container, {
      autoSize: true,
      handleScroll: false,
      handleScale: {
        axisPressedMouseMove: { price: true, time: false },
        axisDoubleClickReset: true,
        mouseWheel: false,
        pinch: false,
      },
      crosshair: { mode: CrosshairMode.Normal },
      // Stated in words under the chart instead: the logo carries an id, of which a page may hold one only.
      layout: { attributionLogo: false },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.16, bottom: 0.2 }, minimumWidth: 64 },
      timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, minBarSpacing: 0.01 },
      localization: { locale: "en-GB", timeFormatter: (time: unknown) => utc(Number(time)) },
    });
    const priceFormat = {
      type: "custom" as const,
      formatter: (price: number) => formatNumber(price, decimals),
      minMove: 10 ** -decimals,
    };
    this.#candles = this.#chart.addSeries(CandlestickSeries, { priceFormat, priceLineVisible: false });
    this.#volume = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: VOLUME_SCALE,
      priceFormat: { type: "custom", formatter: (volume: number) => formatShort(volume, 3), minMove: 1e-8 },
      priceLineVisible: false,
      lastValueVisible: false,
    });
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.applyColours(colours);
  }

  /** Width of the plot without the price axis, CSS pixels. */
  get width(): number {
    return this.#chart.timeScale().width();
  }

  setBars(bars: readonly Bar[]): void {
    const { gain, loss } = this.#colours;
    const time = (bar: Bar): UTCTimestamp => bar.time as UTCTimestamp;
    this.#candles.setData(
      bars.map((bar) => (Number.isNaN(bar.open) ? { time: time(bar) } : { ...bar, time: time(bar) })),
    );
    this.#volume.setData(
      bars.map((bar) =>
        Number.isNaN(bar.volume)
          ? { time: time(bar) }
          : { time: time(bar), value: bar.volume, color: faded(bar.close < bar.open ? loss : gain, 0.3) },
      ),
    );
  }

  /** Shows the part of the window from bar `from` to bar `to`, left edges, fractions allowed. */
  showBars(from: number, to: number): void {
    this.#chart.timeScale().setVisibleLogicalRange({ from: from as Logical, to: (to - 1) as Logical });
  }

  /** Adds a line, or gives the one of that key new points; pane 0 is the candles'. */
  setLine(key: string, points: readonly Point[], pane: number, colour: number, style: LineStyleName): void {
    let line = this.#lines.get(key);
    if (line !== undefined && (line.pane !== pane || line.style !== style || line.colour !== colour)) {
      this.removeLine(key);
      line = undefined;
    }
    if (line === undefined) {
      line = { series: this.#addSeries(pane, style), pane, colour, style };
      this.#lines.set(key, line);
      this.#paintLine(line);
    }
    const data = points.map(({ time, value }, i) => {
      const at = { time: time as UTCTimestamp };
      if (Number.isNaN(value)) return at;
      // A point's colour is that of the line to the next one: before a hole it is none, so that no line spans it.
      const isEdge = style === "line" && i + 1 < points.length && Number.isNaN(points[i + 1].value);
      return isEdge ? { ...at, value, color: "#00000000" } : { ...at, value };
    });
    line.series.setData(data);
  }

  removeLine(key: string): void {
    const line = this.#lines.get(key);
    if (line === undefined) return;
    this.#chart.removeSeries(line.series);
    this.#lines.delete(key);
  }

  /** Shares of the height, from the candles' pane down. */
  setPaneShares(shares: readonly number[]): void {
    this.#chart.panes().forEach((pane, i) => {
      pane.setStretchFactor(shares[i] ?? 1);
    });
  }

  /** Upper edges of the panes, CSS pixels from the top of the surface. */
  paneTops(): number[] {
    let top = 0;
    return this.#chart.panes().map((pane) => {
      const here = top;
      top += pane.getHeight() + 1;
      return here;
    });
  }

  setLogarithmic(isLogarithmic: boolean): void {
    this.#candles
      .priceScale()
      .applyOptions({ mode: isLogarithmic ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal });
  }

  /** Back to a price axis that fits what is in view. */
  fitPrices(): void {
    this.#candles.priceScale().applyOptions({ autoScale: true });
  }

  applyColours(colours: ChartColours): void {
    this.#colours = colours;
    const { ink, quiet, paper, line, gain, loss } = colours;
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: paper },
        textColor: quiet,
        fontSize: 11,
        fontFamily:
          getComputedStyle(document.documentElement).getPropertyValue("--font-ui").trim() || "system-ui",
        panes: { separatorColor: line, separatorHoverColor: faded(quiet, 0.2) },
      },
      grid: { vertLines: { color: faded(line, 0.5) }, horzLines: { color: faded(line, 0.5) } },
      crosshair: {
        vertLine: { color: quiet, labelBackgroundColor: ink, style: LineStyle.Dotted },
        horzLine: { color: quiet, labelBackgroundColor: ink, style: LineStyle.Dotted },
      },
    });
    this.#candles.applyOptions({
      upColor: gain,
      downColor: loss,
      wickUpColor: gain,
      wickDownColor: loss,
      borderVisible: false,
    });
    for (const key of this.#lines.values()) this.#paintLine(key);
  }

  /** Called with the bar of the window under the pointer, undefined when it left. */
  onCrosshair(callback: (bar: number | undefined) => void): void {
    this.#chart.subscribeCrosshairMove(({ logical, point }) => {
      callback(logical === undefined || point === undefined ? undefined : Math.round(logical));
    });
  }

  /** Lets `paint` draw over the candles at each repaint. */
  addPainter(paint: Painter): void {
    const y = (price: number): number | null => this.#candles.priceToCoordinate(price);
    const view: IPrimitivePaneView = {
      zOrder: () => "top",
      renderer: () => ({
        draw: (target) => target.useMediaCoordinateSpace(({ context }) => paint(context, y)),
      }),
    };
    this.#candles.attachPrimitive({
      attached: ({ requestUpdate }) => {
        this.#repaint = requestUpdate;
      },
      paneViews: () => [view],
    });
  }

  repaint(): void {
    this.#repaint();
  }

  picture(): HTMLCanvasElement {
    return this.#chart.takeScreenshot(true);
  }

  destroy(): void {
    this.#chart.remove();
  }

  #addSeries(pane: number, style: LineStyleName): Line["series"] {
    const common = {
      priceLineVisible: false,
      lastValueVisible: false,
      ...(pane > 0 && {
        priceFormat: {
          type: "custom" as const,
          formatter: (value: number) => formatShort(value, 5),
          minMove: 1e-8,
        },
      }),
    };
    const series =
      style === "histogram"
        ? this.#chart.addSeries(HistogramSeries, common, pane)
        : this.#chart.addSeries(LineSeries, { ...common, lineWidth: 1, crosshairMarkerVisible: false }, pane);
    // Room for the values in the pane's corner.
    if (pane > 0) series.priceScale().applyOptions({ scaleMargins: { top: 0.26, bottom: 0.08 } });
    return series;
  }

  #paintLine({ series, colour, style }: Line): void {
    const { series: colours } = this.#colours;
    const own = colours[colour % colours.length];
    series.applyOptions({ color: style === "histogram" ? faded(own, 0.6) : own });
  }
}

function utc(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
