import { EngineError } from "../core/errors.ts";
import { freezeDeep } from "../core/freeze.ts";

/** One way to divide the samples: their indices, ascending. Together they are all samples that the split looks at. */
export type SampleSplit = {
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** Kept out of training since their label overlaps a label of the test. */
  readonly purged: Int32Array;
  /** Kept out of training since they stand too close to the test, though no label overlaps. */
  readonly embargoed: Int32Array;
};

export type SplitName = "walkForwardSplits" | "purgedKFold" | "combinatorialPurged" | "unpurgedKFold";

/** All splits of one kind over the same samples. */
export type SplitPlan = {
  /** What made it, so that a score can say which splits it was judged on. One that does not purge says so here. */
  readonly name: SplitName;
  readonly isPurged: boolean;
  readonly samples: number;
  readonly splits: readonly SampleSplit[];
};

/** What a sample is to one split. Where two hold, the higher number counts. */
export const ROLE = { train: 0, embargoed: 1, purged: 2, test: 3, unused: 4 } as const;

/** Index columns from the role of each sample. Throws where no sample is left to train on, or none to test on. */
export function splitOfRoles(name: SplitName, which: string, roles: Uint8Array, cure: string): SampleSplit {
  const counts = new Int32Array(5);
  for (let i = 0; i < roles.length; i++) counts[roles[i]]++;
  const columns = Array.from(counts, (count) => new Int32Array(count));
  const next = new Int32Array(5);
  for (let i = 0; i < roles.length; i++) columns[roles[i]][next[roles[i]]++] = i;
  const split: SampleSplit = {
    train: columns[ROLE.train],
    test: columns[ROLE.test],
    purged: columns[ROLE.purged],
    embargoed: columns[ROLE.embargoed],
  };
  const { train, test, purged, embargoed } = split;
  if (train.length === 0) {
    throw new EngineError(
      "splits.no-training",
      `${name}: ${which} has no sample left to train on: of ${roles.length} samples ${test.length} are tested, ` +
        `${purged.length} purged and ${embargoed.length} embargoed. ${cure}`,
      { which, samples: roles.length, test: test.length, purged: purged.length, embargoed: embargoed.length },
    );
  }
  if (test.length === 0) {
    throw new EngineError("splits.no-test", `${name}: ${which} has no sample to test on. ${cure}`, {
      which,
      samples: roles.length,
    });
  }
  return split;
}

/** A plan that nobody can change after; columns stay as they are. */
export function frozenPlan<Plan extends SplitPlan>(plan: Plan): Plan {
  return freezeDeep(plan);
}
