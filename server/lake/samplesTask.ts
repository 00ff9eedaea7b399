import { ensureSamples } from "#datasets/samples.ts";
import type { TaskContext } from "../jobs/messages.ts";
import { openLake } from "./lake.ts";

/** Puts the bundled data into the lake where they are missing. */
export async function samplesTask(
  { lakeRoot }: { lakeRoot: string },
  { progress, signal }: TaskContext,
): Promise<void> {
  await ensureSamples(openLake(lakeRoot), { onProgress: progress, cancel: signal });
}
