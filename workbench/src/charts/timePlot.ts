import * as Plot from "@observablehq/plot";
import { formatTime } from "../outputs/format.ts";
import { extremes, plot, seriesColours } from "./plotTheme.ts";
import { SERIES_COLOURS } from "./theme.ts";

/** One line over time; NaN leaves a hole. */
export type TimeLine = { readonly name: string; readonly time: Float64Array; readonly values: Float64Array };

export type TimePlotOptions = {
  width: number;
  height?: number;
  /** How values are written, on the axis and in the tip. */
  format: (value: number) => string;
  /** The first line is filled down to zero. */
  area?: boolean;
  /**
   * What is kept of a stretch that falls on one pixel: its extremes, or its mean, for what jumps to and fro. Default:
   * the extremes.
   */
  thinning?: "extremes" | "mean";
  label: string;
};

const MOST_POINTS = 1200;
/** Stretches of a mean: wide enough that it is one. */
const MOST_MEANS = 240;

type Sample = { name: string; colour: string; time: Date; value: number };

/** Lines over UTC time, named at their ends, thinned to the extremes of each stretch where they are longer than the screen. */
export function timePlot(
  lines: readonly TimeLine[],
  { width, height = 160, format, area = false, thinning = "extremes", label }: TimePlotOptions,
): HTMLElement | SVGElement {
  const samples = lines.flatMap((line, i): Sample[] => {
    const { name, time, values } = thinning === "mean" ? inMeans(line) : line;
    const colour = seriesColours[i % SERIES_COLOURS];
    return extremes(values, MOST_POINTS).map((row) => ({
      name,
      colour,
      time: new Date(time[row]),
      value: values[row],
    }));
  });
  const first = samples.filter(({ name }) => name === lines[0]?.name);
  const last = lines.flatMap(
    ({ name }) => samples.findLast((one) => one.name === name && !Number.isNaN(one.value)) ?? [],
  );
  return plot({
    width,
    height,
    marginLeft: 56,
    marginRight: lines.length > 1 ? 44 : 12,
    x: { type: "utc", label: null },
    y: { label: null, grid: true, tickFormat: format, ticks: 4 },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line-strong, var(--ink-3))" }),
      area
        ? Plot.areaY(first, { x: "time", y: "value", fill: "colour", fillOpacity: 0.16, curve: "step-after" })
        : null,
      Plot.line(samples, {
        x: "time",
        y: "value",
        z: "name",
        stroke: "colour",
        strokeWidth: 1.3,
        curve: "step-after",
      }),
      // The upper one above its end, the lower one below: they may well end together.
      ...[...last]
        .sort((a, b) => b.value - a.value)
        .map((one, i) =>
          lines.length > 1
            ? Plot.text([one], {
                x: "time",
                y: "value",
                text: "name",
                fill: "colour",
                dx: 6,
                dy: (i - (last.length - 1) / 2) * 12,
                textAnchor: "start",
              })
            : null,
        ),
      Plot.tip(
        samples,
        Plot.pointerX({
          x: "time",
          y: "value",
          title: ({ name, time, value }: Sample) =>
            `${name}\n${formatTime(time.getTime())} UTC\n${format(value)}`,
        }),
      ),
    ],
    color: { type: "identity" },
    ariaLabel: label,
  });
}

/** The mean of each of a few hundred stretches, at the time at which it begins. */
function inMeans({ name, time, values }: TimeLine): TimeLine {
  const stretches = Math.min(MOST_MEANS, values.length);
  const means = new Float64Array(stretches);
  const starts = new Float64Array(stretches);
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * values.length) / stretches);
    const to = Math.floor(((s + 1) * values.length) / stretches);
    let sum = 0;
    for (let row = from; row < to; row++) sum += values[row];
    means[s] = sum / (to - from);
    starts[s] = time[from];
  }
  return { name, time: starts, values: means };
}
