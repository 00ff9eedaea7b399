import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringifyWire } from "#engine/core/wireJson.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { compareTrials, summaryOf, type TrialSummary } from "#engine/trials/summary.ts";
import { type TrialRow, trialRows } from "#engine/trials/trialRows.ts";
import { NotebookStore } from "../notebooks/store.ts";
import { homeFolder, packageRoot } from "../root.ts";
import { LEDGER_SUFFIX, ledgerText } from "../trials/ledgerFile.ts";
import { ledgerOf } from "../trials/ledgerOf.ts";
import { trialCount } from "./deflatedText.ts";
import { EXIT } from "./exit.ts";
import { count, minute, ratio, signedPercent, textTable } from "./text.ts";
import type { TrialsOptions } from "./trials.ts";

export async function trialsAction(notebook: string, options: TrialsOptions): Promise<void> {
  const { file, text } = await found(notebook);
  const ledger = TrialLedger.read(text);
  const holds = options.holds === undefined ? null : holdsHash(ledger, options.holds);
  if (options.verify) {
    if (options.json) console.log(JSON.stringify({ file, ...chainOf(ledger), holds }));
    else console.log([chainText(ledger), ...holdsText(options.holds, holds)].join("\n"));
  } else {
    const { trials, cleared, clearedTrials } = ledger;
    const comparison = compareTrials(trials);
    const summary = summaryOf(trials, comparison, clearedTrials);
    const rows = trialRows(trials, comparison, summary);
    if (options.json)
      console.log(stringifyWire({ file, ...chainOf(ledger), holds, summary, cleared, trials: rows }));
    else
      console.log(
        [ledgerWords(file, ledger, summary, rows, options), ...holdsText(options.holds, holds)].join("\n"),
      );
  }
  if (ledger.faults.length > 0 || holds === false) process.exitCode = EXIT.failed;
}

/** A file that is there, else a notebook of the home or a sample. */
async function found(notebook: string): Promise<{ file: string; text: string }> {
  const path = resolve(notebook);
  if (existsSync(path)) {
    const file = path.endsWith(LEDGER_SUFFIX) ? path : ledgerOf(path, homeFolder());
    return { file, text: await ledgerText(file) };
  }
  const home = homeFolder();
  const store = new NotebookStore({
    home,
    samples: join(packageRoot(), "notebooks"),
    clock: () => Date.now(),
  });
  const text = await store.trials(notebook);
  return { file: join(home, "notebooks", notebook + LEDGER_SUFFIX), text };
}

function chainOf({ records, head, faults }: TrialLedger) {
  return { lines: records.length, verified: faults.length === 0, head, faults };
}

function chainText({ records, head, faults }: TrialLedger): string {
  if (faults.length > 0)
    return ["The chain is broken.", ...faults.map(({ detail }) => `- ${detail}`)].join("\n");
  if (records.length === 0) return "nothing was tried yet";
  return `chain of ${lineCount(records.length)} verified, ends in ${head.hash}`;
}

function lineCount(lines: number): string {
  return lines === 1 ? "1 line" : `${count(lines)} lines`;
}

function holdsHash({ records }: TrialLedger, hash: string): boolean {
  return records.some((record) => record.hash.startsWith(hash));
}

function holdsText(hash: string | undefined, holds: boolean | null): string[] {
  if (holds === null) return [];
  return [
    holds ? `holds ${hash}` : `no line has the hash ${hash}: it was cut off, or the ledger was written anew`,
  ];
}

function ledgerWords(
  file: string,
  ledger: TrialLedger,
  summary: TrialSummary,
  rows: readonly TrialRow[],
  { trials: shown }: TrialsOptions,
): string {
  const { trials, independent, expectedMaximum } = summary;
  const bets = trials > 1 ? `, ${independent === 1 ? "1 bet" : `${count(independent)} different bets`}` : "";
  const perYear = ledger.trials[0]?.periodsPerYear ?? Number.NaN;
  const luck =
    trials > 1
      ? [
          `The best of so many shows a Sharpe ratio of ${ratio(expectedMaximum * Math.sqrt(perYear))} a year by luck alone.`,
        ]
      : [];
  const cleared = ledger.cleared.map(
    ({ trials: gone, atMs, reason }) => `cleared ${trialCount(gone)} at ${minute(atMs)} UTC: ${reason}`,
  );
  const heading = `${file}\n${trialCount(trials)}${bets}`;
  return [[heading, ...luck, chainText(ledger), ...cleared].join("\n"), table(rows, shown)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function table(rows: readonly TrialRow[], shown: number): string {
  if (rows.length === 0 || shown === 0) return "";
  const value = ({ annualSharpe }: TrialRow): number =>
    Number.isNaN(annualSharpe) ? -Infinity : annualSharpe;
  const best = [...rows].sort((a, b) => value(b) - value(a) || a.seq - b.seq).slice(0, shown);
  const header = [
    "Line",
    "When (UTC)",
    "Strategy",
    "Parameters",
    "Sharpe",
    "Deflated",
    "Return",
    "Drawdown",
    "Trades",
    "Bet",
  ];
  const body = best.map((row) => [
    count(row.seq),
    minute(row.atMs),
    row.name,
    Object.entries(row.parameters)
      .map(([name, given]) => `${name}=${given}`)
      .join(" "),
    ...[ratio(row.annualSharpe), ratio(row.deflated)],
    ...[signedPercent(row.return), signedPercent(-row.drawdown), count(row.trades)],
    row.bet < 0 ? "–" : count(row.bet + 1),
  ]);
  const title =
    best.length < rows.length
      ? `The best ${best.length} of ${count(rows.length)}`
      : "All trials, the best first";
  return `${title}\n${textTable(header, body, { right: [0, 4, 5, 6, 7, 8, 9] })}`;
}
