import * as Plot from "@observablehq/plot";
import { formatNumber, formatPercent } from "../outputs/format.ts";
import { plot } from "./plotTheme.ts";

/** A point of a search as it is drawn: values as they were given, and what it lost. */
export type DrawnPoint = {
  readonly values: Readonly<Record<string, number | string | boolean>>;
  readonly loss: number;
  readonly isBest: boolean;
};

/** A parameter's values on a common height: numbers between their ends, words in order of appearance. */
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
  const words = [...new Set(values.map(String))];
  return {
    name,
    place: (value) => (words.length > 1 ? words.indexOf(String(value)) / (words.length - 1) : 0.5),
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
  const rows = points.flatMap(({ values, loss, isBest }, line) =>
    all.map((axis) => ({
      line,
      loss,
      isBest,
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
    x: { type: "point", domain: all.map(({ name }) => name), label: null, tickSize: 0, tickPadding: 18 },
    y: { axis: null, domain: [0, 1] },
    color: lossColours(low, high),
    marks: [
      Plot.ruleX(
        all.map(({ name }) => name),
        { stroke: "var(--line-strong)" },
      ),
      Plot.line(
        rows.filter(({ isBest }) => !isBest),
        { x: "axis", y: "at", z: "line", stroke: "loss", strokeOpacity: 0.55, strokeWidth: 1 },
      ),
      Plot.line(
        rows.filter(({ isBest }) => isBest),
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
  const dots = own.map(({ values, loss, isBest }) => ({
    value: isNumber ? (values[name] as number) : String(values[name]),
    loss,
    isBest,
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
        dots.filter(({ isBest }) => !isBest),
        { x: "value", y: "loss", r: 2.2, fill: "var(--series-1)", fillOpacity: 0.6 },
      ),
      Plot.dot(
        dots.filter(({ isBest }) => isBest),
        { x: "value", y: "loss", r: 5, stroke: "var(--ink)", strokeWidth: 2, fill: "none" },
      ),
    ],
    ariaLabel: `Loss over ${name}`,
  });
}

/** Mean loss over two number parameters, in cells. */
export function pairPlot(
  points: readonly DrawnPoint[],
  [first, second]: readonly [string, string],
  width: number,
): Element {
  const dots = points
    .filter(({ values }) => typeof values[first] === "number" && typeof values[second] === "number")
    .map(({ values, loss, isBest }) => ({
      x: values[first] as number,
      y: values[second] as number,
      loss,
      isBest,
    }));
  const losses = dots.map(({ loss }) => loss);
  const cells: Plot.BinInputs<Plot.RectOptions> = {
    x: "x",
    y: "y",
    fill: "loss",
    thresholds: 14,
    inset: 0.5,
  };
  return plot({
    width,
    height: 240,
    marginLeft: 44,
    marginBottom: 34,
    x: { label: first, ticks: Math.max(2, Math.round(width / 80)), inset: 6 },
    y: { label: second, ticks: 5, inset: 6 },
    color: lossColours(Math.min(...losses), Math.max(...losses)),
    marks: [
      Plot.rect(dots, Plot.bin({ fill: "mean" }, cells)),
      Plot.dot(
        dots.filter(({ isBest }) => isBest),
        { x: "x", y: "y", r: 5, stroke: "var(--ink)", strokeWidth: 2, fill: "none" },
      ),
    ],
    ariaLabel: `Mean loss over ${first} and ${second}`,
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
    marginLeft: 96,
    marginRight: 40,
    marginTop: 4,
    x: { domain: [0, 1], label: null, ticks: 4, tickFormat: (share: number) => formatPercent(share, 0) },
    y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
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

function lossColours(low: number, high: number): Plot.ScaleOptions {
  return { type: "linear", scheme: "viridis", reverse: true, domain: [low, high] };
}

function short(value: number): string {
  return formatNumber(
    value,
    Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 1 ? 2 : 3,
  );
}
