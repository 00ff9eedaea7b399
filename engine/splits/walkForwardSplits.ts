import { type LabelSpans, requireLabels } from "./labels.ts";
import type { TestCover } from "./layFolds.ts";
import { frozenPlan, ROLE, type SplitPlan, splitOfRoles } from "./splitPlan.ts";
import type { Fold, WalkForwardFolds } from "./walkForwardFolds.ts";

export type WalkForwardPlan = SplitPlan & {
  readonly name: "walkForwardSplits";
  readonly cover: TestCover;
};

/**
 * The samples of walk-forward folds, by index: of each fold those whose label begins in the test are tested, those whose label
 * begins and ends in the training, before the embargo, are trained on. What begins before the test and whose label
 * reaches into it is purged; the others between the two are embargoed. Every label is looked at, so folds may be laid
 * with `labelMs` 0.
 *
 * A label of the test may end after the test: it is judged, not learnt from.
 */
export function walkForwardSplits(labels: LabelSpans, { folds, cover }: WalkForwardFolds): WalkForwardPlan {
  requireLabels("walkForwardSplits", labels);
  const cure = "Take longer folds, a shorter embargo or a history that has samples throughout.";
  return frozenPlan({
    name: "walkForwardSplits",
    isPurged: true,
    samples: labels.t0.length,
    splits: folds.map((fold, i) =>
      splitOfRoles("walkForwardSplits", `fold ${i + 1} of ${folds.length}`, rolesIn(fold, labels), cure),
    ),
    cover,
  });
}

function rolesIn({ train, embargo, test }: Fold, { t0, t1 }: LabelSpans): Uint8Array {
  const roles = new Uint8Array(t0.length).fill(ROLE.unused);
  for (let i = 0; i < t0.length && t0[i] < test.endMs; i++) {
    if (t0[i] < train.startMs) continue;
    if (t0[i] >= test.startMs) roles[i] = ROLE.test;
    else if (t1[i] >= test.startMs) roles[i] = ROLE.purged;
    else if (t0[i] < train.endMs && t1[i] < embargo.startMs) roles[i] = ROLE.train;
    else roles[i] = ROLE.embargoed;
  }
  return roles;
}
