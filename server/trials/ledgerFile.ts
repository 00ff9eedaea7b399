import { type FileHandle, mkdir, open, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EngineError } from "#engine/core/errors.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { withLock } from "../lake/lock.ts";
import { createWhole, writeFailure } from "../store/atomicFile.ts";

/** What follows a notebook's name in the name of its ledger. */
export const LEDGER_SUFFIX = ".trials.jsonl";

/** The ledger that lies beside a notebook's file. */
export function ledgerBeside(notebook: string): string {
  return notebook.replace(/\.html?$/i, "") + LEDGER_SUFFIX;
}

/** The step that can fail halfway, apart, so that a test can make it fail. */
export type AppendStep = (handle: FileHandle, text: string) => Promise<void>;

const appendText: AppendStep = (handle, text) => handle.appendFile(text, "utf8");

/** A ledger's whole text; none where there is no file yet. */
export async function ledgerText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw failure;
  }
}

type Kept = { size: number; mtimeMs: number; ledger: TrialLedger };

/** Ledgers that are kept read; a file that is not as it was left is read anew. */
const KEPT = 8;

/**
 * Ledgers as files that only grow. Lines are made from what stands in the file at that moment, under a lock that holds
 * over all processes, and reach the disk before anybody is told: two programs that append at once make one chain.
 */
export class LedgerFiles {
  readonly #kept = new Map<string, Kept>();
  readonly #append: AppendStep;
  readonly #waitMs: number;

  /** `waitMs` is how long one waits for another program that writes to the same file. */
  constructor({ append = appendText, waitMs = 15_000 }: { append?: AppendStep; waitMs?: number } = {}) {
    this.#append = append;
    this.#waitMs = waitMs;
  }

  /** Has `work` make lines, given the ledger as it stands, and appends them. */
  change(path: string, work: (ledger: TrialLedger) => readonly string[]): Promise<void> {
    return whileLocked(
      path,
      async () => {
        const ledger = await this.#current(path);
        this.#kept.delete(path);
        const text = work(ledger)
          .map((line) => `${line}\n`)
          .join("");
        if (text !== "") await this.#write(path, text);
        await this.#keep(path, ledger);
      },
      this.#waitMs,
    );
  }

  async #current(path: string): Promise<TrialLedger> {
    const stats = await statOf(path);
    const kept = this.#kept.get(path);
    if (kept !== undefined && kept.size === stats?.size && kept.mtimeMs === stats.mtimeMs) return kept.ledger;
    const text = await ledgerText(path);
    return TrialLedger.read(text === "" || text.endsWith("\n") ? text : await ended(path, text));
  }

  async #keep(path: string, ledger: TrialLedger): Promise<void> {
    this.#kept.delete(path);
    const stats = await statOf(path);
    if (stats === undefined) return;
    this.#kept.set(path, { ...stats, ledger });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
  }

  async #write(path: string, text: string): Promise<void> {
    if ((await statOf(path)) === undefined) return createWhole(path, text);
    let before: number | undefined;
    try {
      const handle = await open(path, "a");
      try {
        before = (await handle.stat()).size;
        await this.#append(handle, text);
        await handle.sync();
      } catch (cause) {
        // What was written of it is not in the ledger: whoever sent it is told, and may send it again.
        if (before !== undefined) await handle.truncate(before).catch(() => undefined);
        throw cause;
      } finally {
        await handle.close();
      }
    } catch (cause) {
      throw writeFailure(path, cause);
    }
  }
}

/** Runs `work` while nobody appends to the ledger, in this process or another. */
export async function whileLocked<T>(path: string, work: () => Promise<T>, waitMs?: number): Promise<T> {
  const lock = join(dirname(path), `.${basename(path)}.lock`);
  await mkdir(dirname(path), { recursive: true });
  try {
    return await withLock(lock, work, { waitMs });
  } catch (cause) {
    if (cause instanceof EngineError && cause.code === "lake.locked") {
      throw new EngineError(
        "trials.busy",
        `The ledger ${path} is being written by process ${cause.details.pid} on ${cause.details.host}. Wait until it ` +
          `is done; if no such process exists, delete ${lock}.`,
        { path, ...cause.details },
        { cause },
      );
    }
    throw cause;
  }
}

/**
 * Ends a file that does not end with a line. An append that was cut off in the middle, by a loss of power say, was never
 * acknowledged: the beginning of a line that it left is taken off. Anything else behind the last line stays, for
 * `TrialLedger` to complain about. Answers with the text as it then is.
 */
async function ended(path: string, text: string): Promise<string> {
  const end = text.lastIndexOf("\n") + 1;
  const before = TrialLedger.read(text.slice(0, end));
  const isWhole = TrialLedger.read(`${text}\n`).faults.length === before.faults.length;
  const beginning = `{"seq":${before.head.seq + 1},`;
  const rest = text.slice(end, end + beginning.length);
  const isCutOff = !isWhole && beginning.startsWith(rest);
  const handle = await open(path, "r+");
  try {
    if (isCutOff) await handle.truncate(Buffer.byteLength(text.slice(0, end)));
    else await handle.write("\n", (await handle.stat()).size);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return isCutOff ? text.slice(0, end) : `${text}\n`;
}

async function statOf(path: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, mtimeMs };
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw failure;
  }
}
