import * as Plot from "@observablehq/plot";
import { formatNumber } from "../outputs/format.ts";
import { plot } from "./plotTheme.ts";

/** How far one trade went against and for itself, as positive fractions of its entry price, and what came of it. */
export type Excursion = {
  readonly maxAdverseExcursion: number;
  readonly maxFavourableExcursion: number;
  readonly return: number;
};

/** Adverse excursion to the right, favourable up, gains and losses told apart by shape as well. */
export function excursionPlot(trades: readonly Excursion[], width: number): HTMLElement | SVGElement {
  const percent = (fraction: number): string => `${formatNumber(fraction * 100, 1)}%`;
  const dots = (won: boolean): Plot.Markish =>
    Plot.dot(
      trades.filter((trade) => trade.return > 0 === won),
      {
        x: "maxAdverseExcursion",
        y: "maxFavourableExcursion",
        r: 2,
        stroke: won ? "var(--gain)" : "var(--loss)",
        strokeOpacity: 0.6,
        symbol: won ? "circle" : "times",
      },
    );
  return plot({
    width,
    height: 200,
    marginLeft: 44,
    x: { label: "adverse →", tickFormat: percent, ticks: Math.max(3, Math.round(width / 100)), nice: true },
    y: { label: "↑ favourable", tickFormat: percent, ticks: 5, grid: true },
    marks: [dots(false), dots(true)],
    ariaLabel: "Adverse against favourable excursion",
  });
}
