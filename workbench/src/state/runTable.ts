import { type Proportion, wilsonInterval } from "#engine/metrics/wilson.ts";
import type { RunSummary } from "#server/contract.ts";
import { durationText } from "./durationText.ts";
import { minute } from "./format.ts";

/** The columns by which the list of runs is sorted; figures come from the run's metrics. */
export const RUN_FIGURES = [
  "tradeCount",
  "winRate",
  "meanReturn",
  "profitFactor",
  "aggregateReturn",
  "aggregateMaxDrawdown",
] as const;
export type RunFigure = (typeof RUN_FIGURES)[number];
export type RunSort = { by: "created" | "strategy" | RunFigure; descending: boolean };

/** What a backtest, and an optimisation's tests, call the figures that an evaluation has under other names. */
const OF_BACKTEST: Partial<Record<RunFigure, string>> = {
  meanReturn: "meanTradeReturn",
  aggregateReturn: "totalReturn",
  aggregateMaxDrawdown: "maxDrawdown",
};

/** A figure of a run, NaN where it has none; of one with an interval, its middle. */
export function figureOf(run: RunSummary, figure: RunFigure): number {
  const name = run.kind === "evaluation" ? figure : (OF_BACKTEST[figure] ?? figure);
  const value = figure === "tradeCount" ? run.tradeCount : run.metrics[name];
  return typeof value === "number" ? value : (proportionOf(value)?.value ?? Number.NaN);
}

/** The interval around the win rate, undefined for a run without trades. */
export function winInterval(run: RunSummary): Proportion | undefined {
  const { winRate } = run.metrics;
  const interval =
    run.kind === "backtest" && typeof winRate === "number"
      ? wilsonInterval(Math.round(winRate * run.tradeCount), run.tradeCount)
      : proportionOf(winRate);
  return interval !== undefined && Number.isFinite(interval.value) ? interval : undefined;
}

function proportionOf(value: unknown): Proportion | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { value: middle, low, high } = value as Record<string, unknown>;
  return typeof middle === "number" && typeof low === "number" && typeof high === "number"
    ? { value: middle, low, high }
    : undefined;
}

/** Runs that hold every word of the filter somewhere in what the list shows of them. */
export function filterRuns(list: readonly RunSummary[], filter: string): RunSummary[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((run) => {
    const { kind, strategy, exchange, symbols, timeframe, source, notebook, hash, parameters, simulated } =
      run;
    const shown = [kind, strategy.name, exchange, symbols.join(" "), timeframe, source, notebook ?? "", hash]
      .concat(simulated ? "simulated" : [], JSON.stringify(parameters))
      .join(" ")
      .toLowerCase();
    return words.every((word) => shown.includes(word));
  });
}

/** Undefined figures stay last whichever way one sorts; ties keep the newest first. */
export function sortRuns(list: readonly RunSummary[], { by, descending }: RunSort): RunSummary[] {
  const sign = descending ? -1 : 1;
  return [...list].sort((a, b) => {
    if (by === "strategy" && a.strategy.name !== b.strategy.name) {
      return sign * (a.strategy.name < b.strategy.name ? -1 : 1);
    }
    if (by === "created") return sign * (a.createdMs - b.createdMs);
    if (by !== "strategy") {
      const [x, y] = [figureOf(a, by), figureOf(b, by)];
      if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
      if (x !== y && !Number.isNaN(x)) return sign * (x < y ? -1 : 1);
    }
    return b.createdMs - a.createdMs;
  });
}

/** Settings, parameters and data in which the runs differ, one row each; what is alike is left out. */
export function differences(list: readonly RunSummary[]): { name: string; values: string[] }[] {
  const rows = new Map<string, string[]>();
  const put = (name: string, at: number, value: unknown) => {
    const values = rows.get(name) ?? list.map(() => "–");
    values[at] = typeof value === "string" ? value : JSON.stringify(value);
    rows.set(name, values);
  };
  list.forEach((run, i) => {
    put("kind", i, run.kind);
    put("strategy", i, run.strategy.name);
    put("exchange", i, run.exchange);
    put("symbols", i, run.symbols.join(", "));
    put("data hash", i, run.dataHash.slice(0, 12));
    put("engine", i, run.engineVersion);
    for (const [name, value] of Object.entries(run.settings)) put(...setting(name, value, i));
    for (const [name, value] of Object.entries(run.parameters)) put(name, i, value);
  });
  return [...rows]
    .filter(([, values]) => new Set(values).size > 1)
    .map(([name, values]) => ({ name, values }));
}

/** A setting as people read it: `windowMs: 14400000` is `window: 4h`, `startMs` is a time. */
function setting(name: string, value: unknown, at: number): [name: string, at: number, value: unknown] {
  if (typeof value !== "number" || !name.endsWith("Ms")) return [name, at, value];
  const isTime = name === "startMs" || name === "endMs";
  return [name.slice(0, -2), at, isTime ? `${minute(value)} UTC` : durationText(value)];
}
