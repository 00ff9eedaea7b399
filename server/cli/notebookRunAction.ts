import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { missingSamples } from "#datasets/samples.ts";
import { EngineError } from "#engine/core/errors.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { samplesJob } from "../lake/samples.ts";
import { notebookTitle, requireNotebook } from "../notebooks/file.ts";
import { NotebookStore } from "../notebooks/store.ts";
import { homeFolder, packageRoot } from "../root.ts";
import { RunStore } from "../runs/runStore.ts";
import { Searches } from "../searches/searches.ts";
import { openServices, type Services } from "../services.ts";
import { openDatabase } from "../store/database.ts";
import { LedgerFiles, ledgerText } from "../trials/ledgerFile.ts";
import { ledgerOf } from "../trials/ledgerOf.ts";
import { trialCount } from "./deflatedText.ts";
import { type NotebookSummary, openHeadlessPage } from "./headlessPage.ts";
import { listen } from "./listen.ts";
import type { NotebookRunOptions } from "./notebook.ts";
import { readText } from "./readText.ts";
import { runJob } from "./runJob.ts";
import { count } from "./text.ts";

export async function notebookRunAction(file: string, { timeout, json }: NotebookRunOptions): Promise<void> {
  const text = await readText(file, "notebook");
  requireNotebook(text);
  const services = await openServices({ home: homeFolder() });
  const temporary = await mkdtemp(join(tmpdir(), "walkforward-run-"));
  try {
    requireBuilt();
    if ((await missingSamples(services.lake)).length > 0) {
      await runJob(services.jobs, samplesJob(services.lake.root));
    }
    const ledger = ledgerOf(resolve(file), services.home);
    let added = { added: 0, counted: 0 };
    const summary = await runIn(temporary, services, {
      title: notebookTitle(text) ?? basename(file),
      text,
      trials: await ledgerText(ledger),
      timeout,
      keep: async (tried) => {
        added = await keepTrials(ledger, tried);
      },
    });
    if (json) console.log(JSON.stringify({ file, ...summary, trials: { ledger, ...added } }));
    else console.log(summaryText(file, summary, added));
    if (summary.failures.length > 0 || summary.phase === "failed") process.exitCode = 1;
  } finally {
    await services.close();
    await rm(temporary, { recursive: true, force: true });
  }
}

type HeadlessRun = {
  title: string;
  text: string;
  /** The ledger as it stands. */
  trials: string;
  timeout: number;
  /** Keeps what was tried, also where the run was given up. */
  keep: (tried: TrialLedger) => Promise<void>;
};

/** Runs the text in an app of its own: the person's lake, and a home that nobody will miss. */
async function runIn(
  home: string,
  { lake, jobs }: Services,
  { timeout, keep, ...notebook }: HeadlessRun,
): Promise<NotebookSummary> {
  const database = openDatabase(join(home, "walkforward.db"));
  const clock = (): number => Date.now();
  const notebooks = new NotebookStore({ home, samples: join(home, "samples"), clock });
  const { id } = await notebooks.create(notebook);
  const runs = new RunStore(database, { clock });
  const searches = new Searches({ home, lakeRoot: lake.root, runs, jobs, clock });
  const running = await listen(
    { home, lake, jobs, notebooks, runs, searches },
    { host: "127.0.0.1", port: 0 },
  );
  try {
    const page = await openHeadlessPage();
    const stop = (): void => void page.close();
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    try {
      return await page.run(`${running.url}#/run/${encodeURIComponent(id)}?key=${running.token}`, timeout);
    } finally {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      await page.close();
      await keep(TrialLedger.read(await notebooks.trials(id)));
    }
  } finally {
    await running.close();
    database.close();
  }
}

/** Brings what was tried to the notebook's own ledger; what is in there already adds none. */
async function keepTrials(ledger: string, tried: TrialLedger): Promise<{ added: number; counted: number }> {
  let kept = { added: 0, counted: 0 };
  // Where nothing was ever tried there is no file, and none is made.
  if (tried.count === 0) return kept;
  await new LedgerFiles().change(ledger, (own) => {
    const lines = own.append(
      tried.trials.map(({ seq, atMs, previous, hash, ...trial }) => trial),
      Date.now(),
    );
    kept = { added: lines.length, counted: own.count };
    return lines;
  });
  return kept;
}

function requireBuilt(): void {
  if (existsSync(join(packageRoot(), "build", "workbench", "index.html"))) return;
  throw new EngineError(
    "workbench.unavailable",
    "The workbench has not been built yet, and notebooks run in its page. Run `npm run build` first.",
  );
}

function summaryText(
  file: string,
  { cells, failures, problems }: NotebookSummary,
  { added, counted }: { added: number; counted: number },
): string {
  const lines = failures.map(
    ({ id, name, message }) => `cell ${id}${name === "" ? "" : ` (${name})`} failed: ${message}`,
  );
  lines.push(...problems.map((problem) => `in the page: ${problem}`));
  const outcome =
    failures.length === 0 ? `all ${cells} cells ran` : `${failures.length} of ${cells} cells failed`;
  const tried =
    counted === 0 ? "" : `; ${added === 0 ? "no" : count(added)} new of ${trialCount(counted)} in its ledger`;
  return [...lines, `${file}: ${outcome}${tried}`].join("\n");
}
