import * as Plot from "@observablehq/plot";
import { formatNumber } from "../outputs/format.ts";
import { plot } from "./plotTheme.ts";

/** Points that the eye can still tell apart. */
const MOST_POINTS = 1500;

/**
 * What the trial chosen on one half of the time was worth on the other, a dot for each split, with the straight line
 * through them; below the zero line it lost. Annual Sharpe ratios.
 */
export function degradationPlot(
  {
    inSample,
    outOfSample,
    slope,
    intercept,
  }: {
    inSample: Float64Array;
    outOfSample: Float64Array;
    slope: number;
    intercept: number;
  },
  { width, height = 200 }: { width: number; height?: number },
): HTMLElement | SVGElement {
  const step = Math.max(1, Math.ceil(inSample.length / MOST_POINTS));
  const points: { inside: number; outside: number }[] = [];
  for (let i = 0; i < inSample.length; i += step)
    points.push({ inside: inSample[i], outside: outOfSample[i] });
  const from = inSample.reduce((least, value) => Math.min(least, value), Infinity);
  const to = inSample.reduce((most, value) => Math.max(most, value), -Infinity);
  const line = [from, to].map((inside) => ({ inside, outside: intercept + slope * inside }));
  const one = (value: number): string => formatNumber(value, 1);
  return plot({
    width,
    height,
    marginLeft: 40,
    x: { label: "where it was chosen →", tickFormat: one, ticks: Math.max(3, Math.round(width / 90)) },
    y: { label: "↑ on the other half", tickFormat: one, ticks: 5, grid: true },
    marks: [
      Plot.dot(points, { x: "inside", y: "outside", r: 1.5, fill: "var(--series-1)", fillOpacity: 0.35 }),
      Plot.ruleY([0], { stroke: "var(--line-strong, var(--ink-3))" }),
      Number.isFinite(slope)
        ? Plot.line(line, { x: "inside", y: "outside", stroke: "var(--ink)", strokeWidth: 1.5 })
        : null,
    ],
    ariaLabel: "Sharpe ratio of the chosen trial out of sample against in sample",
  });
}
