import { type EmbargoOptions, embargoOf } from "./embargo.ts";
import { evenGroups } from "./groups.ts";
import { type LabelSpans, longestLabel, requireLabels } from "./labels.ts";
import { rolesAround } from "./purge.ts";
import { requireKnownOptions } from "./requireSettings.ts";
import { frozenPlan, type SplitPlan, splitOfRoles } from "./splitPlan.ts";

export type KFoldOptions = {
  /** How many folds, from 2. Each sample is tested in one of them. Default: 5. */
  readonly k?: number;
} & EmbargoOptions;

/**
 * k-fold cross-validation of labels that take time (López de Prado, AFML ch. 7): the samples are cut into k ranges in
 * order of time; each is tested once by what was trained on the others, without the samples whose label overlaps a label
 * of the test (purging) and without those that follow it closely (embargo). Nothing is shuffled.
 *
 * Spans are closed, so a label that ends at the moment at which a test's begins is purged as well, as in the book's
 * snippet 7.1; its snippet 7.3 keeps that one.
 */
export function purgedKFold(labels: LabelSpans, options: KFoldOptions = {}): SplitPlan {
  requireKnownOptions("purgedKFold", options, ["k", "embargoFraction", "embargoMs"]);
  requireLabels("purgedKFold", labels);
  const { k = 5 } = options;
  const samples = labels.t0.length;
  const embargo = embargoOf("purgedKFold", options, samples);
  const folds = evenGroups("purgedKFold", "k", samples, k);
  const cure = `The longest label takes ${longestLabel(labels)} ms: take fewer folds, shorter labels, a shorter embargo or a longer history.`;
  return frozenPlan({
    name: "purgedKFold",
    isPurged: true,
    samples,
    splits: folds.map((fold, i) =>
      splitOfRoles("purgedKFold", `fold ${i + 1} of ${k}`, rolesAround(fold, labels, embargo), cure),
    ),
  });
}
