import type { FoldReport } from "#engine/selection/optimisation.ts";
import type { CellValue, TableSource } from "../columns.ts";
import type { Output } from "../element.ts";
import { formatNumber, formatPercent, formatTime } from "../format.ts";
import { table } from "../table.ts";
import { shown } from "./lossWords.ts";

/** What each fold chose, and what came of it. */
export function foldTable(folds: readonly FoldReport[]): Output {
  const names = [...new Set(folds.flatMap(({ chosen }) => Object.keys(chosen?.parameters ?? {})))];
  const at = (read: (fold: FoldReport) => CellValue) => (row: number) => read(folds[row]);
  const number = (name: string, read: (fold: FoldReport) => number | undefined) =>
    ({ name, kind: "number", at: at((fold) => read(fold) ?? Number.NaN) }) as const;
  const source: TableSource = {
    rows: folds.length,
    columns: [
      { name: "test", kind: "text", at: at(({ test }) => `${day(test.startMs)} – ${day(test.endMs)}`) },
      ...names.map((name) => ({ name, kind: "text", at: at((fold) => chosenValue(fold, name)) }) as const),
      number("Sharpe in sample", ({ chosen }) => chosen?.inSample.figures.sharpe),
      number("Sharpe out of sample", ({ chosen }) => chosen?.outOfSample.figures.sharpe),
      number("return out of sample", ({ chosen }) => chosen?.outOfSample.figures.totalReturn),
      number("drawdown", ({ chosen }) => chosen?.outOfSample.figures.maxDrawdown),
      number("trades", ({ chosen }) => chosen?.outOfSample.figures.tradeCount),
      {
        name: "stands on",
        kind: "text",
        at: at(({ objectives }) => groundOf(objectives[0].sensitivity?.own.fall ?? Number.NaN)),
      },
    ],
  };
  const ratio = (value: CellValue): string => formatNumber(Number(value), 2);
  return table(source, {
    label: "Folds",
    stats: false,
    signed: ["return out of sample"],
    formats: {
      "Sharpe in sample": ratio,
      "Sharpe out of sample": ratio,
      "return out of sample": (value) => formatPercent(Number(value), 2, { signed: true }),
      drawdown: (value) => formatPercent(Number(value), 2),
    },
  });
}

/** What a fold chose of a parameter; nothing where it does not matter beside the rest of the choice. */
function chosenValue({ chosen, study: { trials } }: FoldReport, name: string): string {
  if (chosen === undefined) return "–";
  const isSearched = trials.some(({ parameters }) => Object.hasOwn(parameters, name));
  const matters = !isSearched || Object.hasOwn(trials[chosen.index].parameters, name);
  return matters ? shown(chosen.parameters[name]) : "–";
}

/** A point whose neighbours are within one deviation of it stands on a plateau. */
export function groundOf(fall: number): string {
  if (Number.isNaN(fall)) return "too few neighbours";
  return fall <= 1 ? "a plateau" : "a peak";
}

export function day(timeMs: number): string {
  return formatTime(timeMs).slice(0, 10);
}
