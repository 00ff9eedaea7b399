import type { BacktestRequest } from "../contract.ts";
import type { JobSpec } from "../jobs/queue.ts";
import type { PackedBacktest } from "./backtestTask.ts";

/** A backtest as a job; `keep` says what becomes of the result and what the job shows of it. */
export function backtestJob({
  request,
  lakeRoot,
  moduleText,
  whatIf,
  keep,
}: {
  request: BacktestRequest;
  lakeRoot: string;
  /** A strategy that is not built in. */
  moduleText?: string;
  whatIf?: boolean;
  keep: (packed: PackedBacktest) => unknown;
}): JobSpec<"backtest"> {
  return {
    kind: "backtest",
    title: `Backtest ${request.strategy}`,
    unit: "parts",
    task: "backtest",
    input: {
      lakeRoot,
      request,
      ...(moduleText === undefined ? {} : { moduleText }),
      ...(whatIf === undefined ? {} : { whatIf }),
    },
    finish: keep,
  };
}
