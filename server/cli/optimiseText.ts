import type { FoldReport, Optimisation } from "#engine/selection/optimisation.ts";
import type { ResultSummary } from "../runs/packedRun.ts";
import { trialCount } from "./deflatedText.ts";
import { count, minute, percent, ratio, signedPercent, textTable } from "./text.ts";

/** An optimisation as the command line prints it: what was searched, what each fold chose, and what that is worth. */
export function optimisationText(
  { strategy, settings, folds, outOfSample, verdict, hash }: Optimisation,
  { exchange, timeframe, symbols, simulated, dataHash }: ResultSummary,
  ledger: { readonly file: string; readonly trials: number; readonly reused: number },
): string {
  const { study, losses } = settings;
  const label = simulated ? "  [simulated data: made up, says nothing about a market]" : "";
  const market = `${exchange} ${timeframe}, ${symbols.length === 1 ? "1 symbol" : `${symbols.length} symbols`}`;
  const { figures } = outOfSample;
  return [
    `${strategy.name} on ${market}${label}`,
    `${count(study.trials)} points in each of ${count(folds.length)} folds, sampler ${study.sampler?.kind ?? "tpe"}, ` +
      `loss ${losses.map(({ kind }) => kind).join(" and ")}, seed ${study.seed ?? 0}`,
    foldTable(folds),
    [
      `out of sample  Sharpe ${ratio(verdict.sharpe)} a year over ${count(verdict.days)} days, return ` +
        `${signedPercent(figures.totalReturn)}, drawdown ${percent(figures.maxDrawdown)}, ` +
        `${count(outOfSample.trades)} trades`,
      `efficiency     ${percent(outOfSample.efficiency)} of the annual return in sample stayed`,
      `verdict        ${verdict.text}`,
    ].join("\n"),
    `hash    ${hash}\ndata    ${dataHash}\nledger  ${ledger.file}, ${trialCount(ledger.trials)}` +
      (ledger.reused === 0 ? "" : `; ${count(ledger.reused)} points were taken from it, not computed again`),
  ].join("\n\n");
}

function foldTable(folds: readonly FoldReport[]): string {
  const rows = folds.map(({ train, test, study, chosen }) => [
    `${day(train.startMs)} – ${day(train.endMs)}`,
    `${day(test.startMs)} – ${day(test.endMs)}`,
    count(study.trials.length),
    ratio(chosen?.inSample.figures.sharpe ?? Number.NaN),
    ratio(chosen?.outOfSample.figures.sharpe ?? Number.NaN),
    signedPercent(chosen?.outOfSample.figures.totalReturn ?? Number.NaN),
    count(chosen?.outOfSample.figures.tradeCount ?? 0),
    chosen === undefined
      ? "no point could be judged"
      : Object.entries(chosen.parameters)
          .map(([name, value]) => `${name}=${value}`)
          .join(" "),
  ]);
  const header = ["Trained", "Tested", "Points", "Sharpe in", "out", "Return out", "Trades", "Chosen"];
  return textTable(header, rows, { right: [2, 3, 4, 5, 6] });
}

function day(timeMs: number): string {
  return minute(timeMs).slice(0, 10);
}
