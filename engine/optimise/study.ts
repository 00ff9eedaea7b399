import { EngineError } from "../core/errors.ts";
import { hashPlain } from "../core/hash.ts";
import { ENGINE_VERSION } from "../core/version.ts";
import { paretoFront } from "./pareto.ts";
import { type PrunerSpec, pruneRule, requirePruner } from "./pruning.ts";
import { type Ask, type Objective, runTrial } from "./runTrial.ts";
import { createSampler, defaultSampler, type SamplerSpec } from "./samplers.ts";
import type { Point, Space } from "./space.ts";
import { bestTrial, type Outcome, type Trial } from "./trial.ts";

export type StudyOptions = {
  /** How many trials at most, resumed ones among them; fewer where the space has no more points. */
  readonly trials: number;
  /** TPE for one objective, NSGA-II for two, NSGA-III for more. */
  readonly sampler?: SamplerSpec;
  /** How many losses the objective gives. Default 1. */
  readonly objectives?: number;
  /** None unless told. For one objective. */
  readonly pruner?: PrunerSpec;
  /** Default 0. */
  readonly seed?: number | string;
  /**
   * How many points are chosen before the first of them is known, so that they may be computed at once. It decides what is
   * chosen, the number of workers does not. Default 8.
   */
  readonly batch?: number;
  /** A study to be gone on with: one of the same settings, whose finished trials are taken over as they are. */
  readonly resume?: Pick<Study, "settingsHash" | "trials">;
  /** What is known of points from elsewhere: where one of them is chosen it is not computed again. Pruned ones are not used. */
  readonly known?: readonly (Outcome & { readonly parameters: Point })[];
};

/** What a study wants next, and how far it is. */
export type StudyStep = {
  /** The points to compute; none where all of a batch were known. */
  readonly asks: readonly Ask[];
  /** What has finished so far, in order; the list grows as the study goes on. */
  readonly trials: readonly Trial[];
  /** How many trials there will be at most. */
  readonly total: number;
  /** The trial with the smallest loss so far; of one objective. */
  readonly best?: Trial;
};

export type Study = {
  readonly trials: readonly Trial[];
  /** The trial with the smallest loss; none where none is complete, and with several objectives. */
  readonly best?: Trial;
  /** The trials that no other dominates. */
  readonly front: readonly Trial[];
  /** Of everything that decides which points are chosen: the space, the sampler, the pruner, the seed, the batch. */
  readonly settingsHash: string;
  readonly sampler: SamplerSpec;
  readonly seed: number | string;
  readonly engineVersion: string;
};

/** Searches a space for the smallest loss, in one go on this thread; see `optimising`. */
export function optimise(space: Space, objective: Objective, options: StudyOptions): Study {
  const steps = optimising(space, options);
  let step = steps.next();
  while (!step.done) step = steps.next(step.value.asks.map((ask) => runTrial(objective, ask)));
  return step.value;
}

/**
 * A search that asks for points and is told what came of them: yields batches, and takes in the outcomes of each, in the
 * order of its asks. Whoever drives it computes a batch as he likes, one by one or all at once (`runTrial`), and stops by
 * not going on; `step.trials` with the settings' hash is then what a later study resumes from.
 *
 * The same settings give the same trials, however many workers compute them, and whether or not the study was resumed. A
 * point that comes up again, in the study or among the known, is not computed twice.
 */
export function* optimising(
  space: Space,
  options: StudyOptions,
): Generator<StudyStep, Study, readonly Outcome[]> {
  const settings = resolve(space, options);
  const { sampler: spec, pruner, objectives, batch, seed, total, settingsHash } = settings;
  const sampler = createSampler(spec, { space, seed, objectives });
  const resumed = resumable(space, settingsHash, options.resume);
  const known = knownOutcomes(space, objectives, options.known ?? []);
  const trials: Trial[] = [];
  const firstOf = new Map<string, Trial>();
  const add = (trial: Trial): void => {
    trials.push(trial);
    const key = space.key(trial.parameters);
    if (!firstOf.has(key)) firstOf.set(key, trial);
    sampler.tell(trial);
  };

  while (trials.length < total && firstOf.size < space.size && sampler.available > 0) {
    const from = trials.length;
    // A batch is cut by the sampler, by the end of the study only in what is asked: one resumed with more trials goes on alike.
    const whole = Math.min(batch, sampler.available);
    if (hasAll(resumed, from, whole) && from + whole <= total) {
      for (let k = 0; k < whole; k++) add(resumed.get(from + k)!);
      continue;
    }
    const points: Point[] = [];
    const outcomes = new Map<string, Outcome>();
    const asks: Ask[] = [];
    const added = new Set<string>();
    while (points.length < Math.min(whole, total - from) && firstOf.size + added.size < space.size) {
      const index = from + points.length;
      const parameters = sampler.suggest();
      points.push(parameters);
      const key = space.key(parameters);
      if (firstOf.has(key) || added.has(key)) continue;
      added.add(key);
      const before = resumed.get(index);
      const isSame = before !== undefined && space.key(before.parameters) === key;
      const outcome = isSame ? outcomeOf(before) : known.get(key);
      if (outcome !== undefined) outcomes.set(key, outcome);
      else asks.push({ index, parameters, ...(pruner && { rule: pruneRule(pruner, index, trials) }) });
    }
    const best = objectives === 1 ? bestTrial(trials) : undefined;
    const told: unknown = yield { asks, trials, total, ...(best && { best }) };
    for (const [k, outcome] of requireOutcomes(told, asks, objectives).entries()) {
      outcomes.set(space.key(asks[k].parameters), outcome);
    }
    for (const [k, parameters] of points.entries()) {
      const key = space.key(parameters);
      const first = firstOf.get(key);
      const index = from + k;
      if (first === undefined) add({ index, parameters, ...outcomes.get(key)! });
      else add({ index, parameters, ...outcomeOf(first), sameAs: first.index });
    }
  }
  const best = objectives === 1 ? bestTrial(trials) : undefined;
  return {
    trials,
    ...(best && { best }),
    front: paretoFront(trials),
    settingsHash,
    sampler: spec,
    seed,
    engineVersion: ENGINE_VERSION,
  };
}

/** The hash of a study's settings, by which a stored one is known to be the same. */
export function studySettingsHash(space: Space, options: StudyOptions): string {
  return resolve(space, options).settingsHash;
}

/** Throws for settings that make no study of this space: a sampler or a pruner that there is not, one that does not fit. */
export function requireStudy(space: Space, options: StudyOptions): void {
  const { sampler, seed, objectives } = resolve(space, options);
  createSampler(sampler, { space, seed, objectives });
}

function resolve(
  space: Space,
  { trials, objectives = 1, sampler = defaultSampler(objectives), pruner, seed = 0, batch = 8 }: StudyOptions,
) {
  for (const [name, value] of Object.entries({ trials, objectives, batch })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new EngineError(
      "optimise.study",
      `optimise: ${name} is ${value}; expected a whole number from 1.`,
      {
        name,
        given: value,
      },
    );
  }
  if (pruner !== undefined) requirePruner(pruner);
  if (pruner !== undefined && objectives > 1) {
    throw new EngineError(
      "optimise.one-objective",
      `The pruner ${pruner.kind} follows one objective and was given ${objectives}; leave it out.`,
      { pruner: pruner.kind, objectives },
    );
  }
  const decisive = { dimensions: space.dimensions, objectives, sampler, pruner, seed, batch };
  return { ...decisive, total: trials, settingsHash: hashPlain(decisive) };
}

/** The stored trials by their index. */
function resumable(
  space: Space,
  settingsHash: string,
  resume: StudyOptions["resume"],
): ReadonlyMap<number, Trial> {
  if (resume === undefined) return new Map();
  if (resume.settingsHash !== settingsHash) {
    throw new EngineError(
      "optimise.other-study",
      "The study to be resumed had other settings (space, sampler, pruner, seed, batch or objectives), so it would have " +
        "chosen other points. Give the same settings, or its trials as `known`.",
      { given: resume.settingsHash, expected: settingsHash },
    );
  }
  return new Map(
    resume.trials.map((trial) => [trial.index, { ...trial, parameters: space.require(trial.parameters) }]),
  );
}

function knownOutcomes(
  space: Space,
  objectives: number,
  known: NonNullable<StudyOptions["known"]>,
): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const trial of known) {
    // Where a trial was given up depends on its rivals, so it says nothing here.
    if (trial.state === "pruned" || (trial.state === "complete" && trial.losses.length !== objectives))
      continue;
    const key = space.key(space.require(trial.parameters));
    if (!outcomes.has(key)) outcomes.set(key, outcomeOf(trial));
  }
  return outcomes;
}

function hasAll(resumed: ReadonlyMap<number, Trial>, from: number, count: number): boolean {
  for (let k = 0; k < count; k++) if (!resumed.has(from + k)) return false;
  return true;
}

/** What was computed of a trial, without its place. */
function outcomeOf({ state, losses, reports, reason, detail }: Outcome): Outcome {
  return {
    state,
    losses,
    reports,
    ...(reason !== undefined && { reason }),
    ...(detail !== undefined && { detail }),
  };
}

function requireOutcomes(told: unknown, asks: readonly Ask[], objectives: number): readonly Outcome[] {
  const outcomes = told as readonly Outcome[] | undefined;
  if (!Array.isArray(outcomes) || outcomes.length !== asks.length) {
    throw new EngineError(
      "optimise.outcomes",
      `A batch of ${asks.length} points was answered with ${Array.isArray(outcomes) ? outcomes.length : "no"} outcomes; ` +
        "expected one for each, in their order.",
      { asked: asks.length, given: Array.isArray(outcomes) ? outcomes.length : null },
    );
  }
  for (const [k, { state, losses }] of (outcomes as readonly Outcome[]).entries()) {
    if (state !== "complete" || losses.length === objectives) continue;
    throw new EngineError(
      "optimise.outcomes",
      `Trial ${asks[k].index} has ${losses.length} losses; expected ${objectives}, as the study's objectives say.`,
      { index: asks[k].index, losses: losses.length, objectives },
    );
  }
  return outcomes;
}
