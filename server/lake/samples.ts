import type { JobSpec } from "../jobs/queue.ts";

/** The made-up universe that comes with the program, which is there before any exchange was asked. */
export const DEFAULT_EXCHANGE = "simulated";

/** Puts the bundled data into the lake where they are missing. */
export function samplesJob(lakeRoot: string): JobSpec<"samples"> {
  return {
    kind: "samples",
    title: "Make the sample data",
    unit: "series",
    task: "samples",
    input: { lakeRoot },
  };
}
