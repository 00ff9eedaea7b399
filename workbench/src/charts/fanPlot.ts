import * as Plot from "@observablehq/plot";
import { formatNumber, formatPercent, formatShort, formatTime } from "../outputs/format.ts";
import { plot } from "./plotTheme.ts";

/** Bands of many paths, and one path among them. */
export type Fan = {
  /** Where each point is: UTC milliseconds with `isTime`, else a count. */
  readonly at: Float64Array;
  readonly isTime: boolean;
  /** What is counted, for the axis: `"trades"`. */
  readonly unit: string;
  readonly quantiles: readonly number[];
  /** By quantile, multiples of the start. */
  readonly bands: readonly Float64Array[];
  readonly original: Float64Array;
};

type Point = { at: number | Date; value: number; tip: string };

/** Room that a label needs, and what of the height is not for drawing. */
const LINE_PX = 13;
const MARGINS_PX = 50;

/**
 * Paths as a fan: quantiles in pairs as shades, from the outermost in, the middle one as a line, and the path that really
 * was on top of them; at the end of each edge the share of paths below it. The axis is logarithmic where the fan opens to
 * several times the start.
 */
export function fanPlot(
  fan: Fan,
  { width, height = 280 }: { width: number; height?: number },
): HTMLElement | SVGElement {
  const { quantiles, bands, original, isTime, unit } = fan;
  const at = (row: number): number | Date => (isTime ? new Date(fan.at[row]) : fan.at[row]);
  const pairs = Array.from({ length: Math.floor(quantiles.length / 2) }, (_, k) => [
    bands[k],
    bands[bands.length - 1 - k],
  ]);
  const middle = quantiles.indexOf(0.5);
  const lowest = Math.min(...bands[0], ...original);
  const highest = Math.max(...bands[bands.length - 1], ...original);
  const isLog = lowest > 0 && highest / lowest > 6;
  const line = (values: Float64Array): Point[] =>
    Array.from(values, (value, row) => ({ at: at(row), value, tip: tipText(fan, row) }));
  const own = line(original);
  const end = own.length - 1;
  const scale = isLog ? Math.log : (value: number): number => value;
  const pixel = (value: number): number =>
    ((scale(highest) - scale(value)) / (scale(highest) - scale(lowest) || 1)) * (height - MARGINS_PX);
  const labels = spread([
    ...bands.map((band, k) => ({
      value: band[end],
      y: pixel(band[end]),
      text: formatPercent(quantiles[k], 0),
      fill: k === middle ? "var(--series-1)" : "var(--ink-3)",
    })),
    { value: original[end], y: pixel(original[end]), text: "backtest", fill: "var(--ink)" },
  ]);
  return plot({
    width,
    height,
    marginLeft: 56,
    marginRight: 60,
    x: isTime
      ? { type: "utc", label: null }
      : { label: `${unit} →`, ticks: Math.max(3, Math.round(width / 110)) },
    y: {
      type: isLog ? "log" : "linear",
      label: null,
      grid: true,
      ticks: 5,
      tickFormat: isLog ? (value: number) => `× ${formatShort(value, 2)}` : signedPercent,
    },
    marks: [
      ...pairs.map(([low, high], k) =>
        Plot.areaY(
          Array.from(low, (value, row) => ({ at: at(row), low: value, high: high[row] })),
          { x: "at", y1: "low", y2: "high", fill: "var(--series-1)", fillOpacity: 0.12 + 0.06 * k },
        ),
      ),
      Plot.ruleY([1], { stroke: "var(--line-strong, var(--ink-3))" }),
      middle < 0
        ? null
        : Plot.line(line(bands[middle]), {
            x: "at",
            y: "value",
            stroke: "var(--series-1)",
            strokeWidth: 1.4,
          }),
      Plot.line(own, { x: "at", y: "value", stroke: "var(--ink)", strokeWidth: 1.6 }),
      ...labels.map(({ value, text, fill, dy }) =>
        Plot.text([{ at: own[end].at, value }], {
          x: "at",
          y: "value",
          text: () => text,
          fill,
          dx: 6,
          dy,
          textAnchor: "start",
        }),
      ),
      Plot.tip(own, Plot.pointerX({ x: "at", y: "value", title: "tip" })),
    ],
    ariaLabel: "Bands of the equity of all paths, and the backtest's own",
  });
}

type Label = { readonly value: number; readonly y: number; readonly text: string; readonly fill: string };

/** The labels with how far each must be moved so that none covers another, from the top down and back up. */
function spread(labels: readonly Label[]): (Label & { dy: number })[] {
  const ordered = [...labels].sort((a, b) => a.y - b.y);
  const places = ordered.map(({ y }) => y);
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i], places[i - 1] + LINE_PX);
  // What was pushed down below its own place by those above shares the way with them.
  const over = Math.max(0, places[places.length - 1] - ordered[ordered.length - 1].y) / 2;
  return ordered.map((label, i) => ({ ...label, dy: places[i] - label.y - over }));
}

function signedPercent(value: number): string {
  return formatPercent(value - 1, 0, { signed: true });
}

function tipText({ at, isTime, unit, quantiles, bands, original }: Fan, row: number): string {
  const gain = (value: number): string => formatPercent(value - 1, 1, { signed: true });
  const where = isTime ? `${formatTime(at[row])} UTC` : `${formatNumber(at[row])} ${unit}`;
  const shares = quantiles.map((quantile, k) => `${formatPercent(quantile, 0)} below ${gain(bands[k][row])}`);
  return [where, `backtest ${gain(original[row])}`, ...shares.reverse()].join("\n");
}
