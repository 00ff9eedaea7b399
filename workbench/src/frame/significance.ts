import type { Backtest } from "#engine/backtest/result.ts";
import { EngineError } from "#engine/core/errors.ts";
import type { AssessOptions, Luck } from "#engine/significance/assess.ts";
import { trialIdentity } from "#engine/trials/identity.ts";
import { summariseTrials } from "#engine/trials/summary.ts";
import type { Trial } from "#engine/trials/trial.ts";
import { trialOfBacktest, trialOfEvaluation } from "#engine/trials/trialOf.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import { describe } from "#runtime/describe.ts";
import type { CellRun } from "#runtime/types.ts";
import { type TrialsView, trialsText } from "../outputs/deflated.ts";
import type { Significance } from "../outputs/luck/significance.ts";
import type { CallOptions } from "../workers/client.ts";
import type { StudyAnswers, StudyWork } from "../workers/study.ts";
import type { Jobs } from "./jobs.ts";
import { requireKnownOptions } from "./knownOptions.ts";
import { isBacktest, isEvaluation } from "./resultKinds.ts";
import { trialRows } from "./trialRows.ts";

/** What was tried: results of this notebook, or trials as a ledger keeps them. */
export type TrialInput = Backtest | Evaluation | Trial;

export type SignificanceOptions = AssessOptions & {
  /** All that the result was chosen from, itself among them or not. Default: it was the only one that is compared. */
  trials?: readonly TrialInput[];
};

const OPTIONS = ["trials", "resamples", "blockLength", "seed", "confidence", "blocks"];

export type RunSignificance = (
  result: Backtest | Evaluation,
  options: SignificanceOptions | undefined,
  run: CellRun,
) => Promise<Significance>;

export type SignificanceHost = {
  jobs: Jobs;
  /** The notebook's trials, which count whether they are given or not. */
  trials: TrialsView;
  /** Does a study in a worker of the pool. */
  study<W extends StudyWork>(work: W, options: CallOptions): Promise<StudyAnswers[W["kind"]]>;
};

/**
 * `significance(result, { trials })` of a cell: how likely a result is luck, in a worker of the pool. The number of trials
 * is the notebook's own count; trials that are given beside are what can be compared return by return, and where they
 * say that luck alone shows more, they stand.
 */
export function significanceRunner({ jobs, trials: ledger, study }: SignificanceHost): RunSignificance {
  return async (result, options = {}, run) => {
    requireKnownOptions("significance", options, OPTIONS);
    const { trials: given = [], ...asked } = options;
    const own = trialOf(result);
    const all = withOwn(own, given.map(trialOf));
    const {
      own: returns,
      rows,
      kept,
    } = trialRows(
      own.returns,
      all.map((trial) => trial.returns),
    );
    const { luck, counted } = luckOf(ledger, all);
    const job = jobs.begin(`Significance of ${own.name}`, run.id, run.signal);
    try {
      const assessment = await study(
        {
          kind: "assess",
          input: {
            returns,
            periodsPerYear: own.periodsPerYear / own.returns.days,
            trials: rows,
            own: kept.indexOf(all.indexOf(own)),
            luck,
          },
          options: asked,
        },
        {
          signal: job.signal,
          onProgress: ({ done, total, secondsLeft }) => job.progress(done, total, secondsLeft),
        },
      );
      return {
        ...assessment,
        of: own.name,
        result: result.hash,
        simulated: own.simulated,
        counted,
        leftOut: all.length - kept.length,
      };
    } finally {
      job.end();
    }
  };
}

/** The trials with the result itself among them, each once. */
function withOwn(own: Trial, given: readonly Trial[]): Trial[] {
  const byIdentity = new Map([[trialIdentity(own), own]]);
  for (const trial of given) {
    const identity = trialIdentity(trial);
    if (!byIdentity.has(identity)) byIdentity.set(identity, trial);
  }
  return [...byIdentity.values()];
}

/** What luck alone would show: by the notebook's ledger or by the trials that are given, whichever is more. */
function luckOf(ledger: TrialsView, all: readonly Trial[]): { luck: Luck; counted: string } {
  const given = summariseTrials(all);
  const { summary } = ledger;
  return summary !== undefined && !(given.expectedMaximum > summary.expectedMaximum)
    ? { luck: summary, counted: `${trialsText(summary)} in this notebook` }
    : { luck: given, counted: `${trialsText(given)} given` };
}

function trialOf(value: TrialInput): Trial {
  if (isBacktest(value)) return trialOfBacktest(value);
  if (isEvaluation(value)) return trialOfEvaluation(value);
  if (isTrial(value)) return value;
  const given = describe(value).type;
  throw new EngineError(
    "significance.not-a-result",
    `significance: got a value of type ${given}; expected what await backtest(…) or await evaluate(…) gives, and a ` +
      "list of such as trials.",
    { given },
  );
}

function isTrial(value: unknown): value is Trial {
  if (typeof value !== "object" || value === null) return false;
  return ["kind", "strategy", "data", "returns", "observations"].every((name) => Object.hasOwn(value, name));
}
