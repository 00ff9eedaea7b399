import type { JobSpec } from "../jobs/queue.ts";
import { DEFAULT_EXCHANGE } from "../runs/readUniverse.ts";
import type { Lake } from "./lake.ts";

/** True while the made-up universe, which a first evaluation runs on, is not in the lake. */
export async function lacksSamples(lake: Lake): Promise<boolean> {
  return !(await lake.series()).some(({ exchange }) => exchange === DEFAULT_EXCHANGE);
}

export function samplesJob(lakeRoot: string): JobSpec<"samples"> {
  return {
    kind: "samples",
    title: "Make the sample data",
    unit: "series",
    task: "samples",
    input: { lakeRoot },
  };
}
