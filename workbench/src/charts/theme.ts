import "./chartColours.css";

/** Colours of the page as the canvas needs them: concrete values, not names. */
export type ChartColours = {
  readonly ink: string;
  readonly quiet: string;
  readonly paper: string;
  readonly line: string;
  readonly gain: string;
  readonly loss: string;
  readonly accent: string;
  /** For lines, in order. */
  readonly series: readonly string[];
};

export const SERIES_COLOURS = 6;

export function chartColours(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  return {
    ink: read("--ink", "#1b1c20"),
    quiet: read("--ink-3", "#61646d"),
    paper: read("--paper", "#fdfdfc"),
    line: read("--line", "#dfdedb"),
    gain: read("--gain", "#1a5db4"),
    loss: read("--loss", "#a34806"),
    accent: read("--accent", "#0d6660"),
    series: Array.from({ length: SERIES_COLOURS }, (_, i) => read(`--series-${i + 1}`, "#0d6660")),
  };
}

/** A `#rrggbb` colour with an opacity of 0 … 1. */
export function faded(colour: string, opacity: number): string {
  return (
    colour +
    Math.round(opacity * 255)
      .toString(16)
      .padStart(2, "0")
  );
}

/** Calls back when the page changes between light and dark; returns what ends it. */
export function onThemeChange(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}
