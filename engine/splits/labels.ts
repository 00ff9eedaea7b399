import { EngineError } from "../core/errors.ts";

/**
 * When each sample's label begins and ends, UTC milliseconds: `t0` is when its features are known, `t1` the last moment
 * whose price goes into the label (López de Prado, AFML ch. 3). Samples are in order of `t0`; several may share one, as
 * those of several symbols do. Spans are closed: two that share a moment overlap.
 */
export type LabelSpans = {
  readonly t0: Float64Array;
  readonly t1: Float64Array;
};

/** Throws unless the samples are in order and each label ends, at or after it begins. */
export function requireLabels(call: string, { t0, t1 }: LabelSpans): void {
  if (!(t0 instanceof Float64Array && t1 instanceof Float64Array)) {
    throw new EngineError(
      "splits.labels",
      `${call}: expected { t0, t1 }, each a Float64Array of UTC milliseconds. Use Float64Array.from(times).`,
    );
  }
  if (t0.length !== t1.length) {
    throw new EngineError(
      "splits.lengths",
      `${call}: t0 has ${t0.length} values and t1 has ${t1.length}; expected the begin and the end of each label.`,
      { t0: t0.length, t1: t1.length },
    );
  }
  for (let i = 0; i < t0.length; i++) {
    if (!(Number.isFinite(t0[i]) && Number.isFinite(t1[i]))) {
      throw new EngineError(
        "splits.not-finite",
        `${call}: label ${i} is from ${t0[i]} to ${t1[i]}; expected finite times. ` +
          "Leave out samples whose label has not ended yet.",
        { index: i, t0: String(t0[i]), t1: String(t1[i]) },
      );
    }
    if (t1[i] < t0[i]) {
      throw new EngineError(
        "splits.label-backwards",
        `${call}: label ${i} ends at ${t1[i]}, before it begins at ${t0[i]}; expected t1 at or after t0.`,
        { index: i, t0: t0[i], t1: t1[i] },
      );
    }
    if (i > 0 && t0[i] < t0[i - 1]) {
      throw new EngineError(
        "splits.not-ascending",
        `${call}: label ${i} begins at ${t0[i]}, before label ${i - 1} at ${t0[i - 1]}; expected samples in order ` +
          "of t0. Sort the samples, features and labels together, by t0.",
        { index: i, given: t0[i], previous: t0[i - 1] },
      );
    }
  }
}

/** The longest label, in milliseconds; 0 of none. */
export function longestLabel({ t0, t1 }: LabelSpans): number {
  let longest = 0;
  for (let i = 0; i < t0.length; i++) if (t1[i] - t0[i] > longest) longest = t1[i] - t0[i];
  return longest;
}
