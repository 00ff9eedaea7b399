import { evenGroups } from "./groups.ts";
import { requireKnownOptions, requireWhole } from "./requireSettings.ts";
import { frozenPlan, ROLE, type SplitPlan, splitOfRoles } from "./splitPlan.ts";

/**
 * k-fold cross-validation in order of time without purging and without embargo. It is right only where a label is known
 * the moment its features are. Where labels look ahead, training sees what the test asks for, and the score is too good:
 * this stands here to show by how much. `purgedKFold` is the one to use.
 */
export function unpurgedKFold(
  samples: number,
  { k = 5, ...others }: { readonly k?: number } = {},
): SplitPlan {
  requireKnownOptions("unpurgedKFold", others, ["k"]);
  requireWhole("unpurgedKFold", "samples", samples, 2);
  const folds = evenGroups("unpurgedKFold", "k", samples, k);
  return frozenPlan({
    name: "unpurgedKFold",
    isPurged: false,
    samples,
    splits: folds.map(({ start, end }, i) => {
      const roles = new Uint8Array(samples).fill(ROLE.test, start, end);
      return splitOfRoles("unpurgedKFold", `fold ${i + 1} of ${k}`, roles, "Take fewer folds.");
    }),
  });
}
