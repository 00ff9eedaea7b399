import { DAY_MS } from "#engine/core/timeframe.ts";
import { element, svgElement } from "../outputs/element.ts";

export type ToolbarActions = {
  /** Shows the last so many milliseconds; Infinity for all. */
  showLast(spanMs: number): void;
  zoom(factor: number): void;
  setLogarithmic(isOn: boolean): void;
  picture(): void;
  fullScreen(): void;
};

const RANGES: readonly [string, string, number][] = [
  ["1D", "the last day", DAY_MS],
  ["1W", "the last week", 7 * DAY_MS],
  ["1M", "the last month", 30 * DAY_MS],
  ["3M", "the last three months", 91 * DAY_MS],
  ["1Y", "the last year", 365 * DAY_MS],
  ["5Y", "the last five years", 5 * 365 * DAY_MS],
];

/** Ranges that are at least twenty candles and less than all, zoom, log scale, picture, full screen. */
export function chartToolbar(title: string, isSimulated: boolean, actions: ToolbarActions): ChartToolbar {
  const ranges = element("span", { class: "wf-chart-group", role: "group", "aria-label": "Range" });
  const log = button("Log", "Logarithmic price scale", () => {
    const isOn = log.getAttribute("aria-pressed") !== "true";
    log.setAttribute("aria-pressed", String(isOn));
    actions.setLogarithmic(isOn);
  });
  log.setAttribute("aria-pressed", "false");
  const root = element(
    "div",
    { class: "wf-chart-bar" },
    element(
      "span",
      { class: "wf-chart-title" },
      element("b", {}, title),
      isSimulated && element("span", { class: "wf-simulated" }, "simulated"),
    ),
    ranges,
    element(
      "span",
      { class: "wf-chart-group" },
      button("−", "Zoom out", () => actions.zoom(1.5)),
      button("+", "Zoom in", () => actions.zoom(1 / 1.5)),
      log,
      button("PNG", "Save a picture as PNG", actions.picture),
      // A sandboxed frame that may not go full screen has no use for the button.
      document.fullscreenEnabled ? button(corners(), "Full screen", actions.fullScreen) : null,
    ),
  );
  return {
    root,
    offerRanges(spanMs, candleMs) {
      const fitting = RANGES.filter(([, , length]) => length < spanMs && length >= 20 * candleMs);
      ranges.replaceChildren(
        ...fitting.map(([label, words, length]) =>
          button(label, `Show ${words}`, () => actions.showLast(length)),
        ),
        button("All", "Show everything", () => actions.showLast(Number.POSITIVE_INFINITY)),
      );
    },
  };
}

export type ChartToolbar = {
  readonly root: HTMLElement;
  offerRanges(spanMs: number, candleMs: number): void;
};

function button(label: string | SVGElement, words: string, act: () => void): HTMLButtonElement {
  const made = element(
    "button",
    { type: "button", class: "wf-quiet-button", title: words, "aria-label": words },
    label,
  );
  made.addEventListener("click", act);
  return made;
}

function corners(): SVGElement {
  return svgElement(
    "svg",
    {
      width: 12,
      height: 12,
      viewBox: "0 0 12 12",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 1.4,
    },
    svgElement("path", { d: "M1 4V1h3M8 1h3v3M11 8v3H8M4 11H1V8" }),
  );
}
