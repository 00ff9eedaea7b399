import "./plotTheme.css";
import * as Plot from "@observablehq/plot";
import type { AggregateCurve } from "#engine/metrics/aggregateCurve.ts";
import { formatNumber, formatTime } from "../outputs/format.ts";
import { SERIES_COLOURS } from "./theme.ts";

/** Line colours by name: they follow the page between light and dark by themselves. */
export const seriesColours: readonly string[] = Array.from(
  { length: SERIES_COLOURS },
  (_, i) => `var(--series-${i + 1})`,
);

const ownStyle = {
  background: "transparent",
  color: "var(--ink-2)",
  fontFamily: "var(--font-ui)",
  fontSize: "11px",
};

/** Observable Plot's `plot` with our type, colours and room; whatever the caller gives wins. */
export function plot(options: Plot.PlotOptions = {}): ReturnType<typeof Plot.plot> {
  const { color, style } = options;
  const hasOwnColours = [color?.scheme, color?.range, color?.type].some((given) => given !== undefined);
  const made = Plot.plot({
    insetRight: 4,
    ...options,
    // A style as text replaces ours whole; an object is laid over it.
    style: typeof style === "string" ? style : { ...ownStyle, ...style },
    ...(!hasOwnColours && { color: { range: [...seriesColours], ...color } }),
  });
  made.classList.add("wf-plot");
  // Plot names the groups of its drawing but gives them no role, and a name without a role is an error to a reader.
  for (const named of made.querySelectorAll("g[aria-label]")) named.setAttribute("role", "group");
  return made;
}

/** Observable Plot as it stands in a notebook's scope: `Plot.plot` is ours, all else its own. */
export const themedPlot: typeof Plot = {
  ...Plot,
  plot: (options) => plot({ width: roomInCell(), ...options }),
};

const WIDEST_PX = 960;

/** As wide as what cells show: a plot that is drawn wide and shrunk to a phone has writing that nobody can read. */
function roomInCell(): number {
  const room = document.querySelector(".cell .output:not(.hidden)")?.clientWidth ?? 0;
  return room > 0 ? Math.min(WIDEST_PX, room) : 640;
}

export type NamedCurve = {
  readonly name: string;
  /** What stands at the end of its line; `name` is in the tip. */
  readonly label?: string;
  readonly curve: AggregateCurve;
};

/** Points kept of a curve: two a pixel would already be more than the eye can tell. */
const MOST_POINTS = 1500;

type Sample = { name: string; label: string; colour: string; time: Date; equity: number; drawdown: number };

/**
 * Equity as a gain or loss since the start, and its drawdown below on the same times. Curves longer than the screen
 * are thinned to the extremes of each stretch, so that no peak and no trough is lost.
 */
export function equityPlot(
  curves: readonly NamedCurve[],
  {
    width = 640,
    height = 260,
    label = "Equity of all slices",
  }: { width?: number; height?: number; label?: string } = {},
): HTMLElement {
  const samples = curves.flatMap((named, i) => sampled(named, seriesColours[i % SERIES_COLOURS]));
  const common = {
    width,
    marginLeft: 56,
    marginRight: curves.length > 1 ? 28 : 12,
    x: { type: "utc" as const, label: null },
  };
  const lines = { x: "time", z: "name", curve: "step-after" as const };
  const last = curves
    .map(({ name }) => samples.findLast((sample) => sample.name === name))
    .filter((one) => one !== undefined);
  const equity = plot({
    ...common,
    height: Math.round(height * 0.68),
    marginBottom: 8,
    x: { ...common.x, axis: null },
    y: { label: null, grid: true, tickFormat: percent, ticks: 5 },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line-strong, var(--ink-3))" }),
      Plot.line(samples, { ...lines, y: "equity", stroke: "colour", strokeWidth: 1.4 }),
      curves.length > 1
        ? Plot.text(last, {
            x: "time",
            y: "equity",
            text: "label",
            fill: "colour",
            dx: 6,
            textAnchor: "start",
          })
        : null,
      Plot.tip(samples, Plot.pointerX({ x: "time", y: "equity", title: tipText })),
    ],
    color: { type: "identity" },
    ariaLabel: label,
  });
  const drawdown = plot({
    ...common,
    height: Math.round(height * 0.32),
    marginTop: 4,
    y: { label: null, grid: true, tickFormat: percent, ticks: 2 },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line-strong, var(--ink-3))" }),
      curves.length > 1
        ? Plot.line(samples, { ...lines, y: "drawdown", stroke: "colour", strokeWidth: 1 })
        : Plot.areaY(samples, { ...lines, y: "drawdown", fill: "var(--loss)", fillOpacity: 0.3 }),
    ],
    color: { type: "identity" },
    ariaLabel: "Drawdown of the equity",
  });
  const root = document.createElement("div");
  root.append(equity, drawdown);
  return root;
}

/** How values are spread: counts in about forty bins, with zero and the mean marked. */
export function histogram(
  values: readonly number[],
  { width = 320, height = 180, label = "" }: { width?: number; height?: number; label?: string } = {},
): HTMLElement | SVGElement {
  const finite = values.filter(Number.isFinite);
  const bars: Plot.BinXInputs<Plot.RectYOptions> = {
    x: "value",
    fill: "colour",
    fillOpacity: 0.65,
    thresholds: 40,
    insetLeft: 0.5,
    insetRight: 0.5,
  };
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  return plot({
    width,
    height,
    marginLeft: 40,
    x: { label: null, tickFormat: percent, ticks: Math.max(3, Math.round(width / 90)) },
    y: { label: null, grid: true, ticks: 4 },
    marks: [
      Plot.rectY(
        finite.map((value) => ({ value, colour: value < 0 ? "var(--loss)" : "var(--gain)" })),
        Plot.binX({ y: "count" }, bars),
      ),
      Plot.ruleX([0], { stroke: "var(--ink-3)" }),
      finite.length > 0 ? Plot.ruleX([mean], { stroke: "var(--ink)", strokeDasharray: "3 2" }) : null,
    ],
    color: { type: "identity" },
    ariaLabel: label,
  });
}

function percent(fraction: number): string {
  const value = fraction * 100;
  return `${formatNumber(value, Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0)}%`;
}

function tipText({ name, time, equity, drawdown }: Sample): string {
  return `${name}\n${formatTime(time.getTime())} UTC\n${formatNumber(equity * 100, 2)}%\ndrawdown ${formatNumber(-drawdown * 100, 2)}%`;
}

function sampled({ name, label = name, curve }: NamedCurve, colour: string): Sample[] {
  const { time, equity } = curve;
  const samples: Sample[] = [];
  let peak = 1;
  const drawdown = new Float64Array(equity.length);
  for (let i = 0; i < equity.length; i++) {
    if (equity[i] > peak) peak = equity[i];
    drawdown[i] = equity[i] / peak - 1;
  }
  for (const i of extremes(equity, MOST_POINTS)) {
    samples.push({
      name,
      label,
      colour,
      time: new Date(time[i]),
      equity: equity[i] - 1,
      drawdown: drawdown[i],
    });
  }
  return samples;
}

/** Rows to draw: all, or of each stretch the first, the lowest, the highest and the last. */
export function extremes(values: ArrayLike<number>, most: number): number[] {
  if (values.length <= most) return Array.from({ length: values.length }, (_, i) => i);
  const stretches = Math.floor(most / 4);
  const kept = new Set<number>();
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * values.length) / stretches);
    const to = Math.floor(((s + 1) * values.length) / stretches);
    let low = from;
    let high = from;
    for (let i = from; i < to; i++) {
      if (values[i] < values[low]) low = i;
      if (values[i] > values[high]) high = i;
    }
    for (const i of [from, low, high, to - 1]) kept.add(i);
  }
  return [...kept].sort((a, b) => a - b);
}
