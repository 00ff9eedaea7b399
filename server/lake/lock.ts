import { randomUUID } from "node:crypto";
import { promises as fs } from "node:fs";
import os from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { EngineError } from "#engine/core/errors.ts";
import { isSystemError } from "./disk.ts";

/** Who holds a lock, as its file says. */
type Holder = { token: string; pid: number; host: string; sinceMs: number };

const RETRY_MS = 20;
/** Breaking a stale lock takes microseconds; a marker older than this was left by a crash. */
const MARKER_STALE_MS = 10_000;

/**
 * Runs `work` while holding the lock `file`, one holder at a time over all processes of this machine. A lock
 * whose process is gone is broken; one that is held for longer than `waitMs` is an error that names the holder.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { waitMs = 15_000 } = {},
): Promise<T> {
  const mine: Holder = { token: randomUUID(), pid: process.pid, host: os.hostname(), sinceMs: Date.now() };
  await acquire(file, mine, waitMs);
  try {
    return await work();
  } finally {
    if ((await readHolder(file))?.token === mine.token) await fs.rm(file, { force: true });
  }
}

async function acquire(file: string, mine: Holder, waitMs: number): Promise<void> {
  for (let waited = 0; ; waited += RETRY_MS) {
    if (await create(file, JSON.stringify(mine))) return;
    const holder = await readHolder(file);
    if (holder === undefined) continue;
    if (await isStale(holder)) {
      await breakLock(file, holder);
      continue;
    }
    if (waited >= waitMs) {
      throw new EngineError(
        "lake.locked",
        `The lake is being written by process ${holder.pid} on ${holder.host} since ${new Date(holder.sinceMs).toISOString()}. ` +
          `Wait until it is done; if no such process exists, delete ${file}.`,
        { pid: holder.pid, host: holder.host, file },
      );
    }
    await pause(RETRY_MS);
  }
}

/**
 * Creates a file with its content in one step: it is written under another name and linked, so that no one
 * ever reads half a lock. False when the name is taken.
 */
async function create(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await fs.writeFile(draft, text, { flag: "wx" });
    await fs.link(draft, file);
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw error;
  } finally {
    await fs.rm(draft, { force: true });
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await fs.readFile(file, "utf8")) as Holder;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    // Not ours: someone wrote into it by hand. It names no living process.
    if (error instanceof SyntaxError) return { token: "", pid: 0, host: os.hostname(), sinceMs: 0 };
    throw error;
  }
}

/** A lock is stale when its process is gone, or when a younger process has taken over its number. */
async function isStale(holder: Holder): Promise<boolean> {
  if (holder.host !== os.hostname()) return false;
  if (holder.pid === 0) return true;
  if (holder.pid === process.pid) return holder.sinceMs < Date.now() - process.uptime() * 1000 - 1000;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return isSystemError(error, "ESRCH");
  }
  try {
    // On Linux the folder of a process is as old as the process.
    return (await fs.stat(`/proc/${holder.pid}`)).ctimeMs > holder.sinceMs + 1000;
  } catch {
    return false;
  }
}

/**
 * Removes a stale lock. Two processes may find the same lock stale; the marker makes sure that the second
 * does not remove the lock that the first has taken meanwhile.
 */
async function breakLock(file: string, stale: Holder): Promise<void> {
  const marker = `${file}.breaking`;
  if (!(await create(marker, String(process.pid)))) {
    const age = await fs.stat(marker).then(
      (stat) => Date.now() - stat.mtimeMs,
      () => 0,
    );
    if (age > MARKER_STALE_MS) await fs.rm(marker, { force: true });
    await pause(RETRY_MS);
    return;
  }
  try {
    if ((await readHolder(file))?.token === stale.token) await fs.rm(file, { force: true });
  } finally {
    await fs.rm(marker, { force: true });
  }
}
