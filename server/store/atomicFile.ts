import { randomBytes } from "node:crypto";
import { type FileHandle, link, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EngineError } from "#engine/core/errors.ts";

/** The steps that can fail halfway, apart, so that a test can make them fail. */
export type FileSteps = {
  write(handle: FileHandle, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
};

export const realSteps: FileSteps = {
  write: (handle, text) => handle.writeFile(text, "utf8"),
  rename,
};

/**
 * Writes the file whole or not at all: into a neighbour, flushed to the disk, then renamed over the old one.
 * Whatever fails on the way, the old file is still there and no neighbour is left behind.
 */
export async function writeWhole(path: string, text: string, steps: FileSteps = realSteps): Promise<void> {
  await viaNeighbour(path, text, steps, (neighbour) => steps.rename(neighbour, path));
}

/** Like `writeWhole`, but fails with EEXIST where there is a file already. */
export async function createWhole(path: string, text: string, steps: FileSteps = realSteps): Promise<void> {
  await viaNeighbour(path, text, steps, async (neighbour) => {
    await link(neighbour, path);
    await rm(neighbour);
  });
}

async function viaNeighbour(
  path: string,
  text: string,
  steps: FileSteps,
  place: (neighbour: string) => Promise<void>,
): Promise<void> {
  // Starts with a dot, so that a crash leaves nothing that is listed.
  const neighbour = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(neighbour, "wx");
    try {
      await steps.write(handle, text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(neighbour);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(neighbour, { force: true });
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw cause;
    throw writeFailure(path, cause);
  }
}

/** The rename itself must reach the disk; Windows has no handle for a folder and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A failed write as an error that says what to do. */
export function writeFailure(path: string, cause: unknown): EngineError {
  const code = (cause as NodeJS.ErrnoException).code;
  const details = { path, cause: code ?? String(cause) };
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new EngineError(
      "store.disk-full",
      `The disk is full: ${path} was not written and stands as it was. Make room and save again.`,
      details,
      { cause },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(
    "store.write-failed",
    `${path} could not be written and stands as it was (${reason}). Check the folder and its permissions.`,
    details,
    { cause },
  );
}
