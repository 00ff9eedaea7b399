import * as Plot from "@observablehq/plot";
import { formatCount } from "../outputs/format.ts";
import { plot } from "./plotTheme.ts";

export type Mark = { readonly value: number; readonly label: string };

/** How values are spread, in about forty bins, with one value among them marked and named. */
export function markedHistogram(
  values: ArrayLike<number>,
  {
    width,
    height = 180,
    format,
    mark,
    label,
  }: { width: number; height?: number; format: (value: number) => string; mark?: Mark; label: string },
): HTMLElement | SVGElement {
  const finite = Array.from(values).filter(Number.isFinite);
  const known = mark !== undefined && Number.isFinite(mark.value) ? mark : undefined;
  const bars: Plot.BinXInputs<Plot.RectYOptions> = {
    x: (value: number) => value,
    fill: "var(--series-1)",
    fillOpacity: 0.55,
    thresholds: 40,
    insetLeft: 0.5,
    insetRight: 0.5,
  };
  const low = Math.min(...finite, known?.value ?? Infinity);
  const high = Math.max(...finite, known?.value ?? -Infinity);
  // The name stands on the side that has room for it.
  const isRight = known !== undefined && known.value > (low + high) / 2;
  return plot({
    width,
    height,
    marginLeft: 40,
    marginTop: 24,
    x: { label: null, tickFormat: format, ticks: Math.max(3, Math.round(width / 90)), nice: true },
    y: {
      label: null,
      grid: true,
      ticks: 4,
      tickFormat: (count: number) => (count % 1 === 0 ? formatCount(count) : ""),
    },
    marks: [
      Plot.rectY(finite, Plot.binX({ y: "count" }, bars)),
      Plot.ruleY([0], { stroke: "var(--line-strong, var(--ink-3))" }),
      known === undefined ? null : Plot.ruleX([known.value], { stroke: "var(--ink)", strokeWidth: 1.5 }),
      known === undefined
        ? null
        : Plot.text([known], {
            x: "value",
            frameAnchor: "top",
            text: "label",
            dy: -14,
            dx: isRight ? -4 : 4,
            textAnchor: isRight ? "end" : "start",
            fill: "var(--ink)",
          }),
    ],
    ariaLabel: label,
  });
}
