import * as Plot from "@observablehq/plot";
import { plot } from "./plotTheme.ts";
import { short } from "./searchPlots.ts";

/** A point and its surroundings; NaN where it has too few neighbours. */
export type Ground = {
  readonly name: string;
  readonly own: number;
  readonly mean: number;
  readonly worst: number;
};

/** Points with what their neighbours lost: a short line is a plateau, a long one a peak. */
export function sensitivityPlot(grounds: readonly Ground[], width: number): Element {
  const marginLeft = Math.min(110, Math.round(width * 0.3));
  const known = grounds.filter(({ mean }) => !Number.isNaN(mean));
  return plot({
    width,
    height: 34 * grounds.length + 44,
    marginLeft,
    marginTop: 8,
    marginBottom: 34,
    x: {
      label: "loss",
      nice: true,
      inset: 8,
      ticks: Math.max(3, Math.round(width / 100)),
      tickFormat: short,
      grid: true,
    },
    y: { domain: grounds.map(({ name }) => name), label: null, tickSize: 0 },
    marks: [
      Plot.ruleY(known, { x1: "own", x2: "worst", y: "name", stroke: "var(--line-strong)", strokeWidth: 3 }),
      Plot.ruleY(known, { x1: "own", x2: "mean", y: "name", stroke: "var(--series-1)", strokeWidth: 3 }),
      Plot.tickX(known, { x: "mean", y: "name", stroke: "var(--series-1)", strokeWidth: 2.5, inset: 6 }),
      Plot.dot(grounds, { x: "own", y: "name", r: 5, fill: "var(--ink)" }),
      Plot.tip(
        grounds,
        Plot.pointer({
          x: "own",
          y: "name",
          title: ({ name, own, mean, worst }: Ground) =>
            `${name}\nown loss ${short(own)}\nneighbours ${Number.isNaN(mean) ? "too few" : `${short(mean)} on average, ${short(worst)} at worst`}`,
        }),
      ),
    ],
    ariaLabel: "Losses of points and of their neighbours",
  });
}
