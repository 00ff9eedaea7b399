import type { EvaluateRequest } from "../contract.ts";
import type { JobSpec } from "../jobs/queue.ts";
import type { PackedRun } from "./packedRun.ts";

/** An evaluation as a job; `keep` says what becomes of the result and what the job shows of it. */
export function evaluateJob({
  request,
  lakeRoot,
  moduleText,
  keep,
}: {
  request: EvaluateRequest;
  lakeRoot: string;
  /** A strategy that is not built in. */
  moduleText?: string;
  keep: (packed: PackedRun) => unknown;
}): JobSpec<"evaluate"> {
  return {
    kind: "evaluate",
    title: `Evaluate ${request.strategy}`,
    unit: "slices",
    task: "evaluate",
    input: { lakeRoot, request, ...(moduleText === undefined ? {} : { moduleText }) },
    finish: keep,
  };
}
