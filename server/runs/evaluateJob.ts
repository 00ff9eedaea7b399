import type { EvaluateRequest, RunSummary } from "../contract.ts";
import type { JobSpec } from "../jobs/queue.ts";
import type { RunStore } from "./runStore.ts";

/** An evaluation as a job whose result is kept as a run. */
export function evaluateJob({
  request,
  lakeRoot,
  runs,
  source,
}: {
  request: EvaluateRequest;
  lakeRoot: string;
  runs: RunStore;
  source: RunSummary["source"];
}): JobSpec<"evaluate"> {
  return {
    kind: "evaluate",
    title: `Evaluate ${request.strategy}`,
    unit: "slices",
    task: "evaluate",
    input: { lakeRoot, request },
    finish: (packed) => ({ runId: runs.add(packed, { source, notebook: null }).id }),
  };
}
