import "./metrics.css";
import type { AccountMetrics } from "#engine/metrics/accountMetrics.ts";
import { FAMILY_TITLES, METRIC_NOTES, type MetricFamily, type MetricNote } from "#engine/metrics/glossary.ts";
import type { ReturnFigures } from "#engine/trials/trial.ts";
import { deflatedFigure, type TrialsView } from "../deflated.ts";
import { element, type Output } from "../element.ts";
import type { Figure } from "../reportFigures.ts";
import { toneOf } from "./figures.ts";
import { meaningText, metricText } from "./metricText.ts";
import { rowTips, type TipRow } from "./rowTip.ts";

export type MetricsPanelOptions = {
  /** What money is written in. Default: no currency. */
  readonly quote?: string;
  /** What the Sharpe ratio is deflated by. Default: the trials of the notebook on the page. */
  readonly trials?: TrialsView;
};

/**
 * Every figure of an account by families, in as many columns as fit. What a figure means stands under it when one points
 * at it; what is undefined is a dash that says why.
 */
export function metricsPanel(
  metrics: AccountMetrics,
  { quote = "", trials }: MetricsPanelOptions = {},
): Output {
  const tips: TipRow[] = [];
  const stops: (() => void)[] = [];
  const line = (title: string, value: HTMLElement, words: string): HTMLElement => {
    const row = element("tr", {}, element("th", { scope: "row" }, title), value);
    tips.push({ row, words });
    return row;
  };
  const metricLine = (note: MetricNote, value: number): HTMLElement =>
    line(
      note.title,
      element(
        "td",
        { "data-tone": note.isSigned ? toneOf(value) : undefined },
        metricText(value, note, quote),
      ),
      meaningText(value, note, metrics.daysPerYear),
    );
  const families = familiesOf(metrics).map((family) => {
    const values = metrics[family] as Readonly<Record<string, number>>;
    const rows = Object.entries(METRIC_NOTES[family] as Readonly<Record<string, MetricNote>>).flatMap(
      ([name, note]) => {
        const row = metricLine(note, values[name]);
        if (name !== "sharpe") return [row];
        const deflated = deflatedFigure(returnFiguresOf(metrics), trials);
        const value = element("td", {});
        stops.push(follow(deflated, value));
        // The one beside the other, as wherever a Sharpe ratio stands.
        return [row, line("Deflated Sharpe", value, deflated.hint ?? "")];
      },
    );
    return element(
      "table",
      { class: "wf-metrics-family" },
      element("caption", {}, FAMILY_TITLES[family]),
      element("tbody", {}, ...rows),
    );
  });
  const root = element(
    "div",
    { class: "wf-metrics" },
    element("div", { class: "wf-metrics-all" }, ...families),
  );
  stops.push(rowTips(root, tips));
  return Object.assign(root, {
    destroy: () => {
      for (const stop of stops) stop();
    },
  });
}

/** Those that have something to say of this account. */
function familiesOf(metrics: AccountMetrics): MetricFamily[] {
  const hasTrades = metrics.trades.tradeCount > 0;
  const isShown: Readonly<Partial<Record<MetricFamily, boolean>>> = {
    holding: hasTrades,
    excursions: hasTrades,
    riskMultiples: metrics.riskMultiples.count > 0,
    benchmark: metrics.benchmark !== undefined,
  };
  return (Object.keys(METRIC_NOTES) as MetricFamily[]).filter((family) => isShown[family] ?? true);
}

/** What the deflated Sharpe ratio is computed from. */
function returnFiguresOf({ ratios, risk, returns, daysPerYear }: AccountMetrics): ReturnFigures {
  return {
    sharpe: ratios.sharpe / Math.sqrt(daysPerYear),
    observations: returns.days,
    periodsPerYear: daysPerYear,
    skew: risk.skew,
    kurtosis: risk.kurtosis,
  };
}

/** Writes a figure that may change into its place, its note behind it; returns the way to stop. */
function follow({ value, note, live }: Figure, place: HTMLElement): () => void {
  const write = (now: Pick<Figure, "value" | "note">): void =>
    place.replaceChildren(now.value, element("small", {}, ` ${now.note}`));
  write({ value, note });
  return live === undefined ? () => undefined : live.follow(() => write(live.read()));
}
