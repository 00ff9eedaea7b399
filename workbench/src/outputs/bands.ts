import { EngineError } from "#engine/core/errors.ts";
import type { CombinatorialPlan } from "#engine/splits/combinatorialPurged.ts";
import type { LabelSpans } from "#engine/splits/labels.ts";
import type { SampleSplit, SplitPlan } from "#engine/splits/splitPlan.ts";
import type { WalkForwardFolds } from "#engine/splits/walkForwardFolds.ts";
import type { WalkForwardRows } from "#engine/splits/walkForwardRows.ts";

export type BandPart = "train" | "test" | "purged" | "embargoed";

/** A stretch of one split that is all of one part, half-open on the axis. */
export type Band = {
  /** Of the splits, counted from 0. */
  readonly split: number;
  readonly part: BandPart;
  readonly from: number;
  readonly to: number;
};

/** What a picture of splits shows, whatever they are splits of. */
export type Bands = {
  /** UTC milliseconds, or counted rows or samples. */
  readonly axis: "time" | "rows" | "samples";
  readonly splits: number;
  /** The bands of the first splits, as many as are shown. */
  readonly shown: number;
  readonly bands: readonly Band[];
};

export type Splits = WalkForwardFolds | WalkForwardRows | SplitPlan | CombinatorialPlan;

/** More would be a picture that nobody reads, and C(12, 6) splits are 924. */
const MOST_SPLITS = 40;
/** Stretches of a split: about as many as there are pixels for. */
const MOST_STRETCHES = 400;

/** Where two parts fall on one stretch the first of these is shown: what is rare is what one looks for. */
const PARTS: readonly BandPart[] = ["purged", "embargoed", "test", "train"];

/** Whether a value is what one of the engine's splits gave. */
export function isSplits(value: unknown): value is Splits {
  if (typeof value !== "object" || value === null || !("name" in value)) return false;
  return ("folds" in value && "cover" in value) || ("splits" in value && "isPurged" in value);
}

export function bandsOf(splits: Splits, labels?: LabelSpans): Bands {
  if ("folds" in splits) return foldBands(splits);
  const { samples } = splits;
  if (labels !== undefined && labels.t0.length !== samples) {
    throw new EngineError(
      "splits.lengths",
      `splitBands: the splits are of ${samples} samples and the labels are ${labels.t0.length}; ` +
        "expected the labels that the splits were made of.",
      { samples, labels: labels.t0.length },
    );
  }
  const shown = splits.splits.slice(0, MOST_SPLITS);
  return {
    axis: labels === undefined ? "samples" : "time",
    splits: splits.splits.length,
    shown: shown.length,
    bands: shown.flatMap((split, s) => sampleBands(split, s, samples, labels?.t0)),
  };
}

function foldBands({ name, folds }: WalkForwardFolds | WalkForwardRows): Bands {
  const shown = folds.slice(0, MOST_SPLITS);
  const bands = shown.flatMap((fold, split): Band[] =>
    (["train", "purge", "embargo", "test"] as const).flatMap((key) => {
      const span = fold[key];
      const [from, to] = "startMs" in span ? [span.startMs, span.endMs] : [span.startRow, span.endRow];
      const part = key === "purge" ? "purged" : key === "embargo" ? "embargoed" : key;
      return to > from ? [{ split, part, from, to }] : [];
    }),
  );
  const axis = name === "walkForwardFolds" ? "time" : "rows";
  return { axis, splits: folds.length, shown: shown.length, bands };
}

/** Neighbouring samples of one part as one band; it reaches to the next sample. */
function sampleBands(split: SampleSplit, index: number, samples: number, t0?: Float64Array): Band[] {
  const stretches = Math.min(samples, MOST_STRETCHES);
  /** One more than the place in `PARTS`, so that 0 is what the split does not look at. */
  const parts = new Uint8Array(stretches);
  for (let p = PARTS.length; p >= 1; p--) {
    for (const sample of split[PARTS[p - 1]]) parts[Math.floor((sample * stretches) / samples)] = p;
  }
  const bands: Band[] = [];
  for (let start = 0, i = 1; i <= stretches; i++) {
    if (i < stretches && parts[i] === parts[start]) continue;
    if (parts[start] > 0) {
      const [from, to] = [start, i].map((stretch) => placeOf(Math.ceil((stretch * samples) / stretches), t0));
      bands.push({ split: index, part: PARTS[parts[start] - 1], from, to });
    }
    start = i;
  }
  return bands;
}

/** Where a sample stands on the axis; one behind the last is as far from it as samples are on average. */
function placeOf(sample: number, t0: Float64Array | undefined): number {
  if (t0 === undefined || t0.length === 0) return sample;
  if (sample < t0.length) return t0[sample];
  const last = t0[t0.length - 1];
  return last + (last - t0[0]) / Math.max(1, t0.length - 1);
}
