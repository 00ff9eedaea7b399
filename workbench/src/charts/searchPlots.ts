import * as Plot from "@observablehq/plot";
import { formatNumber, formatPercent } from "../outputs/format.ts";
import { plot } from "./plotTheme.ts";

/** A point of a search as it is drawn: values as they were given, of active parameters alone, and what it lost. */
export type DrawnPoint = {
  readonly values: Readonly<Record<string, number | string | boolean>>;
  readonly loss: number;
  /** The one that is deployed. */
  readonly isChosen: boolean;
};

/** A parameter's values on a common height: numbers between their ends, words in order of the alphabet. */
type Axis = {
  readonly name: string;
  readonly place: (value: unknown) => number;
  readonly ends: [string, string];
};

function axisOf(name: string, points: readonly DrawnPoint[]): Axis {
  const values = points.map((point) => point.values[name]).filter((value) => value !== undefined);
  if (values.every((value) => typeof value === "number")) {
    const numbers = values as number[];
    const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
    const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
    return {
      name,
      place: (value) => (high > low ? (Number(value) - low) / (high - low) : 0.5),
      ends: [short(low), short(high)],
    };
  }
  const words = [...new Set(values.map(String))].sort();
  const placeOf = (word: string): number =>
    words.length > 1 ? words.indexOf(word) / (words.length - 1) : 0.5;
  return {
    name,
    // A point in which the parameter does not matter has no place on its axis: its line has a gap there.
    place: (value) => (value === undefined ? Number.NaN : placeOf(String(value))),
    ends: [words[0] ?? "", words[words.length - 1] ?? ""],
  };
}

/** Every point as a line over the parameters to its loss; the best one stands out. */
export function parallelPlot(
  points: readonly DrawnPoint[],
  names: readonly string[],
  width: number,
): Element {
  const axes = names.map((name) => axisOf(name, points));
  const losses = points.map(({ loss }) => loss);
  const low = losses.reduce((least, value) => Math.min(least, value), Infinity);
  const high = losses.reduce((most, value) => Math.max(most, value), -Infinity);
  const lossAxis: Axis = {
    name: "loss",
    place: (value) => (high > low ? (Number(value) - low) / (high - low) : 0.5),
    ends: [short(low), short(high)],
  };
  const all = [...axes, lossAxis];
  const rows = points.flatMap(({ values, loss, isChosen }, line) =>
    all.map((axis) => ({
      line,
      loss,
      isChosen,
      axis: axis.name,
      at: axis.place(axis === lossAxis ? loss : values[axis.name]),
    })),
  );
  const ends = all.flatMap(({ name, ends: [from, to] }) => [
    { axis: name, at: 0, text: from, dy: 11 },
    { axis: name, at: 1, text: to, dy: -9 },
  ]);
  return plot({
    width,
    height: 240,
    marginTop: 20,
    marginBottom: 40,
    marginLeft: 36,
    marginRight: 36,
    x: {
      type: "point",
      domain: all.map(({ name }) => name),
      label: null,
      tickSize: 0,
      tickPadding: 18,
      tickFormat: cutTo((width - 72) / all.length),
    },
    y: { axis: null, domain: [0, 1] },
    color: lossColours(low, high),
    marks: [
      Plot.ruleX(
        all.map(({ name }) => name),
        { stroke: "var(--line-strong)" },
      ),
      Plot.line(
        rows.filter(({ isChosen }) => !isChosen),
        { x: "axis", y: "at", z: "line", stroke: "loss", strokeOpacity: 0.55, strokeWidth: 1 },
      ),
      Plot.line(
        rows.filter(({ isChosen }) => isChosen),
        { x: "axis", y: "at", z: "line", stroke: "var(--ink)", strokeWidth: 2.2 },
      ),
      ...[-9, 11].map((dy) =>
        Plot.text(
          ends.filter((end) => end.dy === dy),
          { x: "axis", y: "at", text: "text", dy, fill: "var(--ink-3)" },
        ),
      ),
    ],
    ariaLabel: "Points tried, as lines over their parameters to their loss",
  });
}

/** The loss over one parameter, whatever the others were. */
export function slicePlot(points: readonly DrawnPoint[], name: string, width: number): Element {
  const own = points.filter(({ values }) => values[name] !== undefined);
  const isNumber = own.every(({ values }) => typeof values[name] === "number");
  const dots = own.map(({ values, loss, isChosen }) => ({
    value: isNumber ? (values[name] as number) : String(values[name]),
    loss,
    isChosen,
  }));
  return plot({
    width,
    height: 160,
    marginLeft: 44,
    marginBottom: 32,
    x: { type: isNumber ? "linear" : "point", label: name, ticks: Math.max(2, Math.round(width / 80)) },
    y: { label: null, grid: true, ticks: 4, tickFormat: short },
    marks: [
      Plot.dot(
        dots.filter(({ isChosen }) => !isChosen),
        { x: "value", y: "loss", r: 2.2, fill: "var(--series-1)", fillOpacity: 0.6 },
      ),
      Plot.dot(
        dots.filter(({ isChosen }) => isChosen),
        { x: "value", y: "loss", r: 5, stroke: "var(--ink)", strokeWidth: 2, fill: "none" },
      ),
    ],
    ariaLabel: `Loss over ${name}`,
  });
}

/** How much of the loss each parameter explains alone, and all of them only together. */
export function importancePlot(
  parameters: Readonly<Record<string, number>>,
  together: number,
  width: number,
): Element {
  const rows = [
    ...Object.entries(parameters).map(([name, share]) => ({ name, share })),
    { name: "together", share: together },
  ].sort((a, b) => b.share - a.share);
  return plot({
    width,
    height: 24 * rows.length + 34,
    marginLeft: Math.min(140, Math.round(width * 0.35)),
    marginRight: 40,
    marginTop: 4,
    x: { domain: [0, 1], label: null, ticks: 4, tickFormat: (share: number) => formatPercent(share, 0) },
    y: {
      domain: rows.map(({ name }) => name),
      label: null,
      tickSize: 0,
      tickFormat: cutTo(Math.min(140, width * 0.35)),
    },
    marks: [
      Plot.barX(rows, {
        x: "share",
        y: "name",
        fill: "var(--series-1)",
        fillOpacity: 0.8,
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.text(rows, {
        x: "share",
        y: "name",
        text: ({ share }) => formatPercent(share, 0),
        textAnchor: "start",
        dx: 4,
      }),
    ],
    ariaLabel: "How much of the loss each parameter explains",
  });
}

/** Names cut to a width in pixels. */
function cutTo(width: number): (name: string) => string {
  const most = Math.max(3, Math.floor(width / 7));
  return (name) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);
}

/** Small losses are dark in light and light in dark: what stands out is what was looked for. */
export function lossColours(low: number, high: number): Plot.ScaleOptions {
  return { type: "linear", scheme: "viridis", reverse: true, domain: [low, high] };
}

/** A number with as many digits as an axis has room for. */
export function short(value: number): string {
  return formatNumber(
    value,
    Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 1 ? 2 : 3,
  );
}
