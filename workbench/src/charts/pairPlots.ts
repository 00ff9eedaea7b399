import * as Plot from "@observablehq/plot";
import { plot } from "./plotTheme.ts";
import { type DrawnPoint, lossColours, short } from "./searchPlots.ts";

/** Two parameters, the first along x. */
export type Pair = readonly [first: string, second: string];

type Dot = { x: number | string; y: number | string; loss: number; isChosen: boolean };

const CELLS = 12;

/** Mean loss over two parameters of any kind, in cells; empty ones were not tried. */
export function pairPlot(points: readonly DrawnPoint[], pair: Pair, width: number): Element {
  const { dots, isNumber } = dotsOf(points, pair);
  const given = { x: "x", y: "y", fill: "loss", inset: 0.5 };
  const bin = { thresholds: CELLS };
  const [byX, byY] = isNumber;
  const mean = { fill: "mean" } as const;
  const cells =
    byX && byY
      ? Plot.rect(dots, Plot.bin<Plot.RectOptions>(mean, { ...given, ...bin }))
      : byX
        ? Plot.barX(dots, Plot.binX<Plot.BarXOptions>(mean, { ...given, ...bin }))
        : byY
          ? Plot.barY(dots, Plot.binY<Plot.BarYOptions>(mean, { ...given, ...bin }))
          : Plot.cell(dots, Plot.group<Plot.CellOptions>(mean, given));
  return framed(dots, pair, width, isNumber, [cells], "Mean loss");
}

/** Whether there is anything between the points of two parameters: both are numbers that take a few values. */
export function hasContour(points: readonly DrawnPoint[], pair: Pair): boolean {
  const { dots, isNumber } = dotsOf(points, pair);
  const count = (side: "x" | "y"): number => new Set(dots.map((dot) => dot[side])).size;
  return isNumber[0] && isNumber[1] && dots.length >= 6 && count("x") > 2 && count("y") > 2;
}

/** Lines of equal loss over two number parameters, drawn between the points that were tried. */
export function contourPlot(points: readonly DrawnPoint[], pair: Pair, width: number): Element {
  const { dots, isNumber } = dotsOf(points, pair);
  const marks = [
    Plot.contour(dots, {
      x: "x",
      y: "y",
      fill: "loss",
      stroke: "var(--paper)",
      strokeOpacity: 0.4,
      interpolate: "barycentric",
      thresholds: 9,
      blur: 2,
    }),
    Plot.dot(dots, { x: "x", y: "y", r: 1.2, fill: "var(--ink)", fillOpacity: 0.6 }),
  ];
  return framed(dots, pair, width, isNumber, marks, "Contours of the loss");
}

function framed(
  dots: readonly Dot[],
  [first, second]: Pair,
  width: number,
  [byX, byY]: readonly [boolean, boolean],
  marks: Plot.Markish[],
  what: string,
): Element {
  const losses = dots.map(({ loss }) => loss);
  const low = losses.reduce((least, loss) => Math.min(least, loss), Infinity);
  const high = losses.reduce((most, loss) => Math.max(most, loss), -Infinity);
  const chosen = dots.filter(({ isChosen }) => isChosen);
  const side = (label: string, isNumber: boolean, ticks: number): Plot.ScaleOptions =>
    isNumber ? { label, ticks, inset: 6 } : { label, type: "band", padding: 0 };
  const longest = Math.max(...dots.map(({ y }) => String(y).length));
  return plot({
    width,
    height: 240,
    marginLeft: byY ? 44 : Math.min(120, 16 + 7 * longest),
    marginBottom: 34,
    x: side(first, byX, Math.max(2, Math.round(width / 90))),
    y: side(second, byY, 5),
    color: { ...lossColours(low, high), label: "loss", tickFormat: short },
    marks: [
      ...marks,
      Plot.dot(chosen, { x: "x", y: "y", r: 5, stroke: "var(--paper)", strokeWidth: 4, fill: "none" }),
      Plot.dot(chosen, { x: "x", y: "y", r: 5, stroke: "var(--ink)", strokeWidth: 2, fill: "none" }),
    ],
    ariaLabel: `${what} over ${first} and ${second}`,
  });
}

function dotsOf(
  points: readonly DrawnPoint[],
  [first, second]: Pair,
): { dots: Dot[]; isNumber: [boolean, boolean] } {
  const both = points.filter(({ values }) => values[first] !== undefined && values[second] !== undefined);
  const isNumber = (name: string): boolean => both.every(({ values }) => typeof values[name] === "number");
  const kinds: [boolean, boolean] = [isNumber(first), isNumber(second)];
  const shown = (value: number | string | boolean, kind: boolean): number | string =>
    kind ? Number(value) : String(value);
  const dots = both.map(({ values, loss, isChosen }) => ({
    x: shown(values[first], kinds[0]),
    y: shown(values[second], kinds[1]),
    loss,
    isChosen,
  }));
  return { dots, isNumber: kinds };
}
