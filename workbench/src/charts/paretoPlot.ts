import * as Plot from "@observablehq/plot";
import { plot } from "./plotTheme.ts";
import { short } from "./searchPlots.ts";

/** A point of a search for several objectives. */
export type ParetoPoint = {
  /** Its place among the trials. */
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** No other point is better in one objective and no worse in the others. */
  readonly isFront: boolean;
  /** The one that is deployed. */
  readonly isChosen: boolean;
  /** What the tip says. */
  readonly words: string;
};

export type ParetoOptions = {
  width: number;
  /** Names of the two objectives. */
  names: readonly [string, string];
  /** Whether the front is a stair: it is where there are no objectives besides these two. */
  hasStair: boolean;
  /** The trial that is looked at. */
  looked: number | undefined;
  onLook: (index: number) => void;
};

/** Two objectives against each other: the front as a stair, the deployed point as a ring, the one looked at as a square. */
export function paretoPlot(
  points: readonly ParetoPoint[],
  { width, names, hasStair, looked, onLook }: ParetoOptions,
): HTMLElement | SVGElement {
  const front = points.filter(({ isFront }) => isFront).sort((a, b) => a.x - b.x);
  const rest = points.filter(({ isFront }) => !isFront);
  const chosen = points.filter(({ isChosen }) => isChosen);
  const at = { x: "x", y: "y" };
  const made = plot({
    width,
    height: 280,
    marginLeft: 52,
    marginBottom: 36,
    marginTop: 22,
    x: {
      label: `${names[0]}: loss`,
      nice: true,
      ticks: Math.max(3, Math.round(width / 90)),
      tickFormat: short,
    },
    y: { label: `${names[1]}: loss`, nice: true, ticks: 5, grid: true, tickFormat: short },
    marks: [
      Plot.dot(rest, { ...at, r: 2.4, fill: "var(--ink-3)", fillOpacity: 0.5 }),
      hasStair
        ? Plot.line(front, { ...at, curve: "step-after", stroke: "var(--series-1)", strokeWidth: 1.2 })
        : null,
      Plot.dot(front, { ...at, r: 4, fill: "var(--series-1)" }),
      Plot.dot(chosen, { ...at, r: 8, stroke: "var(--ink)", strokeWidth: 2 }),
      Plot.text(chosen, {
        ...at,
        text: () => "deployed",
        dx: 12,
        dy: -10,
        textAnchor: "start",
        fill: "var(--ink)",
        stroke: "var(--paper)",
        strokeWidth: 3,
      }),
      Plot.dot(
        points.filter(({ index }) => index === looked),
        { ...at, r: 6, symbol: "square", stroke: "var(--ink)", strokeWidth: 1.5 },
      ),
      Plot.tip(points, Plot.pointer({ ...at, title: "words" })),
    ],
    ariaLabel: `Pareto front of ${names[0]} and ${names[1]}`,
  });
  made.addEventListener("click", () => {
    const nearest = (made as { value?: ParetoPoint }).value;
    if (nearest) onLook(nearest.index);
  });
  return made;
}
