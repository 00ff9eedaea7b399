import type { Proportion } from "#engine/metrics/wilson.ts";
import { evaluationFigures } from "#engine/trials/outcome.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import { deflatedFigure, type TrialsView } from "./deflated.ts";
import { formatCount, formatDuration, formatNumber, formatPercent, formatTime, MISSING } from "./format.ts";

/** One figure of the headline: what it is, its value, and what one must know to read it. */
export type Figure = {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  /** Where the sign is the message. */
  readonly tone?: "gain" | "loss";
  /** What it means, for whoever rests on it. */
  readonly hint?: string;
  /** Of a figure that may change while it is shown. */
  readonly live?: {
    readonly read: () => Pick<Figure, "value" | "note">;
    readonly follow: (listener: () => void) => () => void;
  };
};

/** The headline of an evaluation, in the order in which one should ask. */
export function headline(evaluation: Evaluation, trials?: TrialsView): Figure[] {
  const { metrics, settings } = evaluation;
  const { tradeCount, meanReturn, medianReturn, profitFactor, coverage, aggregateReturn } = metrics;
  const figures = evaluationFigures(evaluation);
  return [
    { name: "trades", value: formatCount(tradeCount), note: `in ${formatPercent(coverage, 1)} of slices` },
    { name: "win rate", value: formatPercent(metrics.winRate.value, 1), note: intervalText(metrics.winRate) },
    {
      name: "mean return",
      value: formatPercent(meanReturn, 3, { signed: true }),
      note: `median ${formatPercent(medianReturn, 3, { signed: true })}`,
      tone: toneOf(meanReturn),
    },
    { name: "profit factor", value: formatNumber(profitFactor, 2), note: "gains by losses" },
    {
      name: "all slices",
      value: formatPercent(aggregateReturn, 2, { signed: true }),
      note: "overlapping, compounded",
      tone: toneOf(aggregateReturn),
    },
    {
      name: "Sharpe",
      value: formatNumber(figures.sharpe * Math.sqrt(figures.periodsPerYear), 2),
      note: "all slices, daily, by the year",
    },
    deflatedFigure(figures, trials),
    {
      name: "max drawdown",
      value: formatPercent(metrics.aggregateMaxDrawdown, 2),
      note: `in one trade ${formatPercent(metrics.worstTradeDrawdown, 2)}`,
    },
    {
      name: "costs a side",
      value: `${formatNumber(settings.feeBps + settings.slippageBps, decimalsOf(settings.feeBps + settings.slippageBps))} bps`,
      note: `fee ${settings.feeBps}, slippage ${settings.slippageBps}`,
    },
  ];
}

/** The 95% interval of a share. */
export function intervalText({ low, high }: Proportion): string {
  if (Number.isNaN(low)) return MISSING;
  return `95% ${formatNumber(low * 100, 1)} … ${formatPercent(high, 1)}`;
}

/** One line on what was asked: universe, span, window, shift. */
export function subtitle({ universe, settings }: Evaluation): string {
  const { symbols, exchange } = universe;
  const names = symbols.length <= 4 ? symbols.join(", ") : `${formatCount(symbols.length)} symbols`;
  return [
    `${names} of ${exchange}, ${settings.timeframe}`,
    `${formatTime(settings.startMs)} … ${formatTime(settings.endMs)} UTC`,
    `held ${formatDuration(settings.windowMs)}, every ${formatDuration(settings.shiftMs)}`,
  ].join(" · ");
}

/** What became of the slices and of the positions that could not be held. */
export function slicesText({ slices }: Evaluation): string {
  const { total, traded, empty, droppedEntry, droppedExit } = slices;
  const dropped = [
    droppedEntry > 0 && `${plural(droppedEntry, "position")} without a candle to enter at`,
    droppedExit > 0 && `${plural(droppedExit, "position")} without a candle to leave at`,
  ].filter(Boolean);
  const lost = total - traded - empty;
  const all = [
    `${formatCount(traded)} traded`,
    `${formatCount(empty)} in which the strategy chose nothing`,
    lost > 0 && `${formatCount(lost)} whose positions were all dropped`,
  ].filter(Boolean);
  return (
    `${plural(total, "slice")}: ${all.join(", ")}. ` +
    (dropped.length === 0 ? "No position was dropped." : `Dropped: ${dropped.join(", ")}.`)
  );
}

function plural(count: number, name: string): string {
  return `${formatCount(count)} ${name}${count === 1 ? "" : "s"}`;
}

function toneOf(value: number): "gain" | "loss" | undefined {
  return value > 0 ? "gain" : value < 0 ? "loss" : undefined;
}

function decimalsOf(value: number): number {
  return Number.isInteger(value) ? 0 : 1;
}
