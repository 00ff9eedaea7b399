import type { JobSpec } from "../jobs/queue.ts";
import type { LedgerFiles } from "../trials/ledgerFile.ts";
import type { OptimiseTaskInput } from "./optimiseTask.ts";
import type { PackedOptimisation } from "./packedOptimisation.ts";

/**
 * A walk-forward optimisation as a job. Each point it tries is appended to the ledger before the job goes on to be over,
 * and only here: a lock that a worker held would outlive a worker that is ended. `keep` says what becomes of the result.
 */
export function optimiseJob({
  input,
  id,
  ledgers,
  clock,
  keep,
}: {
  input: OptimiseTaskInput;
  id?: string;
  ledgers: LedgerFiles;
  /** Now, in UTC milliseconds. */
  clock: () => number;
  keep: (packed: PackedOptimisation) => unknown;
}): JobSpec<"optimise"> {
  return {
    kind: "optimise",
    title: `Optimise ${input.request.strategy}`,
    unit: "points",
    task: "optimise",
    input,
    ...(id === undefined ? {} : { id }),
    keepTrials: (trials) => ledgers.change(input.ledger, (ledger) => ledger.append(trials, clock())),
    finish: keep,
  };
}
