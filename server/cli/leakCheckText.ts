import type { LeakReport } from "#engine/leaks/report.ts";
import type { WarmUpReport } from "#engine/leaks/warmUp.ts";
import { columnWords, reportWords } from "#engine/leaks/words.ts";
import { count, minute, percent, textTable } from "./text.ts";

/** Rows of features in the warm-up's table; a universe has each of them once for each symbol. */
const WARM_UP_ROWS = 20;

/** A leak check as the command line prints it: the verdict, what was found in words, and the warm-up. */
export function leakCheckText(
  name: string,
  { report, warmUp, simulated }: { report: LeakReport; warmUp: WarmUpReport | null; simulated: boolean },
): string {
  const { series, firstMs, lastMs } = report.input;
  const frames = [...new Set(series.map(({ timeframe }) => timeframe))].join(", ");
  const label = simulated ? "  [simulated data: made up, says nothing about a market]" : "";
  const bad = report.columns.filter(({ verdict }) => verdict === "leaks" || verdict === "unstable");
  return [
    `${name} on ${series.length === 1 ? series[0].symbol : `${series.length} symbols`} ${frames}, ` +
      `${minute(firstMs)} to ${minute(lastMs)} UTC${label}`,
    `${VERDICTS[report.verdict]}. ${reportWords(report)}`,
    ...bad.map((column) => `- ${column.name}: ${columnWords(column)}`),
    warmUp === null || warmUp.columns.length === 0 ? "" : warmUpText(warmUp),
    `${count(report.runs)} runs, seed ${report.seed}, tolerance ${report.tolerance}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

const VERDICTS: Record<LeakReport["verdict"], string> = {
  clean: "Past only",
  leaks: "Sees the future",
  unstable: "Cannot be judged",
  untested: "Nothing to compare",
};

function warmUpText({ startups, columns, tolerance }: WarmUpReport): string {
  const rows = columns
    .slice(0, WARM_UP_ROWS)
    .map(({ name, differences, settledBy }) => [
      name,
      ...Array.from(differences, (difference) => differenceText(difference, tolerance)),
      Number.isNaN(settledBy) ? "–" : count(settledBy),
    ]);
  const rest = columns.length - rows.length;
  const table = textTable(["Candles of history", ...startups.map(count), "settled by"], rows, {
    right: [...startups.keys(), startups.length].map((k) => k + 1),
  });
  return `By how much a feature depends on where history begins\n${table}${rest > 0 ? `\nand ${count(rest)} more` : ""}`;
}

function differenceText(difference: number, tolerance: number): string {
  if (Number.isNaN(difference)) return "not known";
  return difference <= tolerance ? "same" : percent(difference);
}
