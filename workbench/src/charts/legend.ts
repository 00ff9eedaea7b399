import { element } from "../outputs/element.ts";
import { formatNumber, formatPercent, formatShort, formatTime } from "../outputs/format.ts";
import type { Bar } from "./surface.ts";

export type LegendLine = {
  readonly name: string;
  readonly value: number;
  readonly pane: number;
  readonly colour: number;
};

/** What a legend says of one bar. */
export type LegendBar = {
  readonly bar: Bar;
  readonly lines: readonly LegendLine[];
  readonly timeframe: string;
};

/** The values of the bar under the crosshair, or of the last one in view, in the corner of each pane. */
export class Legend {
  readonly root = element("div", { class: "wf-chart-legend", "aria-hidden": "true" });

  #tops: readonly number[] = [];

  constructor(readonly decimals: number) {}

  show({ bar, lines, timeframe }: LegendBar, paneCount: number): void {
    const panes = Array.from({ length: paneCount }, (_, pane) => {
      const own = lines
        .filter((line) => line.pane === pane)
        .map(({ name, value, colour }) =>
          element(
            "span",
            { class: "wf-chart-line" },
            element("i", { style: `background:var(--series-${colour + 1})` }),
            `${name} `,
            element("b", {}, pane === 0 ? formatNumber(value, this.decimals) : formatShort(value, 5)),
          ),
        );
      const prices = pane === 0 ? this.#prices(bar, timeframe) : [];
      return element("div", { style: `top:${(this.#tops[pane] ?? 0) + 6}px` }, ...prices, ...own);
    });
    this.root.replaceChildren(...panes);
  }

  /** Puts each pane's values at its upper edge. */
  place(tops: readonly number[]): void {
    if (tops.length === this.#tops.length && tops.every((top, pane) => top === this.#tops[pane])) return;
    this.#tops = tops;
    [...this.root.children].forEach((pane, i) => {
      if (pane instanceof HTMLElement) pane.style.top = `${(tops[i] ?? 0) + 6}px`;
    });
  }

  #prices(bar: Bar, timeframe: string): HTMLElement[] {
    const price = (name: string, value: number): HTMLElement =>
      element(
        "span",
        { class: name === "C" ? undefined : "is-detail" },
        `${name} `,
        element("b", {}, formatNumber(value, this.decimals)),
      );
    const change = bar.close / bar.open - 1;
    const sign = change > 0 ? "is-gain" : change < 0 ? "is-loss" : "";
    const arrow = change > 0 ? "▲ " : change < 0 ? "▼ " : "";
    return [
      element("span", { class: "wf-chart-time" }, `${formatTime(bar.time * 1000)} · ${timeframe}`),
      price("O", bar.open),
      price("H", bar.high),
      price("L", bar.low),
      price("C", bar.close),
      element(
        "span",
        { class: sign },
        Number.isNaN(change) ? "" : `${arrow}${formatPercent(change, 2, { signed: true })}`,
      ),
      element("span", { class: "is-detail" }, "V ", element("b", {}, formatShort(bar.volume, 5))),
    ];
  }
}
