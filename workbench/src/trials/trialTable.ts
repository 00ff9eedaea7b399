import type { TrialRow } from "#engine/trials/trialRows.ts";
import type { CellValue, TableColumn, TableSource } from "../outputs/columns.ts";
import { formatNumber, formatPercent } from "../outputs/format.ts";

const KIND_WORDS: Record<TrialRow["kind"], string> = {
  evaluation: "evaluation",
  backtest: "backtest",
  sweep: "sweep",
  optimiser: "optimiser step",
};

/** Columns of the ledger's table, in the order in which one reads them. */
const FIELDS: readonly [name: string, kind: TableColumn["kind"], at: (row: TrialRow) => CellValue][] = [
  ["line", "number", ({ seq }) => seq || null],
  ["strategy", "text", ({ name }) => name],
  ["Sharpe", "number", ({ annualSharpe }) => annualSharpe],
  ["deflated", "number", ({ deflated }) => deflated],
  ["parameters", "text", ({ parameters }) => valuesText(parameters)],
  ["return", "number", (row) => row.return],
  ["drawdown", "number", ({ drawdown }) => drawdown],
  ["trades", "number", ({ trades }) => trades],
  ["bet", "number", ({ bet }) => (bet < 0 ? null : bet + 1)],
  ["kind", "text", ({ kind }) => KIND_WORDS[kind]],
  ["when", "time", ({ atMs }) => atMs],
];

/** Trials as columns, read where they lie. */
export function trialSource(rows: readonly TrialRow[]): TableSource {
  return {
    rows: rows.length,
    columns: FIELDS.map(([name, kind, at]): TableColumn => ({ name, kind, at: (row) => at(rows[row]) })),
  };
}

const ratio = (value: CellValue): string => formatNumber(Number(value ?? Number.NaN), 2);
const count = (value: CellValue): string => formatNumber(Number(value ?? Number.NaN));

export const trialFormats: Record<string, (value: CellValue) => string> = {
  line: count,
  Sharpe: ratio,
  deflated: ratio,
  return: (value) => formatPercent(Number(value ?? Number.NaN), 1, { signed: true }),
  drawdown: (value) => formatPercent(Number(value ?? Number.NaN), 1),
  trades: count,
  bet: count,
};

/** `fast 3, slow 30`. */
export function valuesText(values: TrialRow["parameters"]): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === "number" ? shortNumber(value) : String(value)}`)
    .join(", ");
}

/** Never 0.30000000000000004. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(10)));
}
