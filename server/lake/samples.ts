import type { JobSpec } from "../jobs/queue.ts";

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
