import { EngineError } from "../core/errors.ts";
import { type EmbargoOptions, embargoOf } from "./embargo.ts";
import { evenGroups, type SampleRange } from "./groups.ts";
import { type LabelSpans, longestLabel, requireLabels } from "./labels.ts";
import { rolesAround } from "./purge.ts";
import { requireKnownOptions, requireWhole } from "./requireSettings.ts";
import { frozenPlan, type SplitPlan, splitOfRoles } from "./splitPlan.ts";

export type CombinatorialOptions = {
  /** N: into how many ranges the samples are cut, from 2. Default: 6. */
  readonly groups?: number;
  /** k: how many of them each split tests, from 1, below `groups`. Default: 2. */
  readonly testGroups?: number;
} & EmbargoOptions;

/** Combinatorial purged cross-validation: its splits, and how their tests join to paths through the whole history. */
export type CombinatorialPlan = SplitPlan & {
  readonly name: "combinatorialPurged";
  readonly groups: readonly SampleRange[];
  /** The groups that each split tests, ascending. */
  readonly testGroups: readonly (readonly number[])[];
  /** φ = k/N · C(N, k): in so many splits each group is tested, and so many paths there are. */
  readonly paths: number;
  /** Of each path, the split from which it takes each group. */
  readonly pathSplits: readonly Int32Array[];
};

/** Indices over all splits, 4 bytes each: more is a slip of the pen (all halves of 20 groups are 184 756 splits). */
const MOST_INDICES = 100_000_000;

/**
 * Combinatorial purged cross-validation (López de Prado, AFML ch. 12): the samples are cut into N ranges in order of time,
 * and each of the C(N, k) choices of k of them is tested by what was trained on the others, purged and embargoed around
 * every one. Each range is tested in φ splits, which join to φ paths: φ histories that were all predicted out of sample, so
 * that a statistic has a distribution instead of one value. Paths share trained models and so are not independent.
 */
export function combinatorialPurged(
  labels: LabelSpans,
  options: CombinatorialOptions = {},
): CombinatorialPlan {
  const call = "combinatorialPurged";
  requireKnownOptions(call, options, ["groups", "testGroups", "embargoFraction", "embargoMs"]);
  requireLabels(call, labels);
  const { groups: groupCount = 6, testGroups: tested = 2 } = options;
  const samples = labels.t0.length;
  const embargo = embargoOf(call, options, samples);
  const groups = evenGroups(call, "groups", samples, groupCount);
  requireWhole(call, "testGroups", tested, 1);
  if (tested >= groupCount) {
    throw new EngineError(
      "splits.setting",
      `${call}: testGroups is ${tested} of ${groupCount} groups; expected fewer, so that some are left to train on.`,
      { name: "testGroups", given: String(tested), groups: groupCount },
    );
  }
  const count = choices(groupCount, tested);
  if (count * samples > MOST_INDICES) {
    throw new EngineError(
      "splits.too-many",
      `${call}: ${tested} of ${groupCount} groups are ${count} splits of ${samples} samples; expected at most ` +
        `${MOST_INDICES} samples over all splits. Take fewer groups.`,
      { groups: groupCount, testGroups: tested, splits: count, samples },
    );
  }
  const around = groups.map((group) => rolesAround(group, labels, embargo));
  const sets = [...combinations(groupCount, tested)];
  const cure = `The longest label takes ${longestLabel(labels)} ms: take fewer or longer groups, shorter labels or a shorter embargo.`;
  const roles = new Uint8Array(samples);
  const splits = sets.map((set) => {
    roles.fill(0);
    for (const group of set) {
      const mine = around[group];
      // Roles ascend in weight, so what any of the tested groups asks for holds.
      for (let i = 0; i < samples; i++) if (mine[i] > roles[i]) roles[i] = mine[i];
    }
    return splitOfRoles(call, `the split that tests groups ${set.join(", ")}`, roles, cure);
  });
  const pathSplits = pathsThrough(sets, groupCount);
  return frozenPlan({
    name: call,
    isPurged: true,
    samples,
    splits,
    groups,
    testGroups: sets,
    paths: pathSplits.length,
    pathSplits,
  });
}

/** C(n, k) as a number; large ones lose their last digits, which no limit asks for. */
function choices(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) count = (count * (n - i + 1)) / i;
  return Math.round(count);
}

/** All ways to take k of 0 … n − 1, each ascending, in lexicographic order as Python's itertools has them. */
function* combinations(n: number, k: number): Generator<number[]> {
  const set = Array.from({ length: k }, (_, i) => i);
  for (;;) {
    yield [...set];
    let place = k - 1;
    while (place >= 0 && set[place] === n - k + place) place--;
    if (place < 0) return;
    set[place]++;
    for (let i = place + 1; i < k; i++) set[i] = set[i - 1] + 1;
  }
}

/** The j-th path takes each group from the j-th of the splits that test it (AFML figure 12.1). */
function pathsThrough(sets: readonly (readonly number[])[], groups: number): Int32Array[] {
  const paths: Int32Array[] = [];
  const seen = new Int32Array(groups);
  for (const [split, set] of sets.entries()) {
    for (const group of set) {
      const path = seen[group]++;
      paths[path] ??= new Int32Array(groups);
      paths[path][group] = split;
    }
  }
  return paths;
}
