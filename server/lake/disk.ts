import { promises as fs } from "node:fs";
import path from "node:path";
import { EngineError } from "#engine/core/errors.ts";

/**
 * The few acts by which the lake changes the disk. They are an interface so that a test can make any one of
 * them fail and look at what is left.
 */
export interface Disk {
  makeFolder(folder: string): Promise<void>;
  /** Writes a whole file and waits until it is on the disk, not in a cache. */
  write(file: string, bytes: string | Uint8Array): Promise<void>;
  /** Waits until a file that someone else wrote is on the disk. */
  flush(file: string): Promise<void>;
  /** Renames a file over `to`, atomically, and waits until the folder's entry is on the disk. */
  rename(from: string, to: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Sets a file's modification time to now. */
  touch(file: string): Promise<void>;
}

export const realDisk: Disk = {
  async makeFolder(folder) {
    await fs.mkdir(folder, { recursive: true });
  },
  async write(file, bytes) {
    const handle = await fs.open(file, "w");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  flush: flushPath,
  async rename(from, to) {
    await fs.rename(from, to);
    await flushFolder(path.dirname(to));
  },
  async remove(file) {
    await fs.rm(file, { force: true });
  },
  async touch(file) {
    const now = new Date();
    await fs.utimes(file, now, now);
  },
};

async function flushPath(file: string): Promise<void> {
  const handle = await fs.open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is durable once its folder is; Windows has no such notion and refuses to open a folder. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** True for a failure of the operating system with one of these codes. */
export function isSystemError(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Turns a failed write into an error that says what to do; the lake is as it was before. */
export function writeFailure(error: unknown, folder: string): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (isSystemError(error, "ENOSPC", "EDQUOT") || /No space left|disk quota/i.test(message)) {
    return new EngineError(
      "lake.disk-full",
      `The disk that holds ${folder} is full: nothing was stored and the lake is as before. Free some space and try again.`,
      { folder },
      { cause: error },
    );
  }
  if (
    isSystemError(error, "EACCES", "EPERM", "EROFS") ||
    /Permission denied|Read-only file system/i.test(message)
  ) {
    return new EngineError(
      "lake.no-permission",
      `Cannot write in ${folder}: nothing was stored and the lake is as before. Allow writing there, or set WALKFORWARD_HOME to another folder.`,
      { folder },
      { cause: error },
    );
  }
  return new EngineError(
    "lake.write-failed",
    `Writing in ${folder} failed (${message}): nothing was stored and the lake is as before.`,
    { folder, reason: message },
    { cause: error },
  );
}
