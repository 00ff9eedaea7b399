import { EngineError } from "../core/errors.ts";
import { freezeDeep } from "../core/freeze.ts";
import {
  type FoldUnit,
  layFolds,
  requireFoldOptions,
  type Stretch,
  type TestCover,
  type WalkForwardKind,
} from "./layFolds.ts";

/** UTC milliseconds, from `startMs` up to and without `endMs`. */
export type TimeSpan = { readonly startMs: number; readonly endMs: number };

/** One fold: what is fitted in `train` is judged in `test`, which begins where `embargo` ends. */
export type Fold = {
  readonly train: TimeSpan;
  /** Where labels of the training may still end; as long as `labelMs`. */
  readonly purge: TimeSpan;
  /** As long as `embargoMs`. */
  readonly embargo: TimeSpan;
  readonly test: TimeSpan;
};

export type WalkForwardFolds = {
  readonly name: "walkForwardFolds";
  readonly kind: WalkForwardKind;
  readonly folds: readonly Fold[];
  /** `"overlapping"` where a step is shorter than a test: such tests must not be joined as if they were one history. */
  readonly cover: TestCover;
  /** What no test reaches at the end; of no length where the folds were asked for by their number. */
  readonly untested: TimeSpan;
};

type FoldsOverTime = {
  readonly startMs: number;
  readonly endMs: number;
  /** Default: `"rolling"`. */
  readonly kind?: WalkForwardKind;
  /**
   * The longest time that a label of the training takes: training ends so much before the embargo. Default: 0, for what has
   * no labels, as a strategy that is run over the training span alone.
   */
  readonly labelMs?: number;
  /** Between training with its labels and the test. Default: 0. */
  readonly embargoMs?: number;
};

/** So many folds: tests of one length up to the end, and at least as long a training before the first. */
export type FoldsByCount = FoldsOverTime & {
  readonly folds: number;
  /** The first training is at least so long, at the cost of the tests. A rolling one keeps the length of the first. */
  readonly minTrainMs?: number;
  /** A test is a whole multiple of it: a day, a candle. Default: 1. */
  readonly alignMs?: number;
};

/** Folds of given lengths, as many as there is room for. */
export type FoldsByLength = FoldsOverTime & {
  /** How long training is; how long the first one is where it is anchored. */
  readonly trainMs: number;
  readonly testMs: number;
  /** From test to test. Default: `testMs`, so that tests tile the time. */
  readonly stepMs?: number;
  /** Rolling: tests begin as soon as so much is known, and training grows until it is `trainMs` long. Default: `trainMs`. */
  readonly minTrainMs?: number;
};

export type FoldOptions = FoldsByCount | FoldsByLength;

const UNIT: FoldUnit = { call: "walkForwardFolds", suffix: "Ms", word: "ms" };

/**
 * Folds of a walk-forward over a span of time: each is trained on the past and tested on what comes next (Pardo, "The
 * evaluation and optimization of trading strategies"). All spans are half-open, a test begins at the earliest when the
 * training's labels and the embargo are over, and tests follow each other unless another step is asked for.
 */
export function walkForwardFolds(options: FoldOptions): WalkForwardFolds {
  requireFoldOptions(options, ["startMs", "endMs"], UNIT);
  const { startMs, endMs, kind = "rolling", labelMs = 0, embargoMs = 0 } = options;
  const all: Partial<FoldsByCount & FoldsByLength> = options;
  if (!(Number.isSafeInteger(startMs) && Number.isSafeInteger(endMs) && startMs < endMs)) {
    throw new EngineError(
      "splits.span",
      `walkForwardFolds: the span is from ${String(startMs)} to ${String(endMs)}; expected whole UTC milliseconds, ` +
        "startMs before endMs.",
      { startMs: String(startMs), endMs: String(endMs) },
    );
  }
  const { folds, cover, untested } = layFolds(
    {
      start: startMs,
      end: endMs,
      kind,
      label: labelMs,
      embargo: embargoMs,
      folds: all.folds,
      align: all.alignMs,
      train: all.trainMs,
      test: all.testMs,
      step: all.stepMs,
      minTrain: all.minTrainMs,
    },
    UNIT,
  );
  return freezeDeep<WalkForwardFolds>({
    name: "walkForwardFolds",
    kind,
    folds: folds.map(({ train, purge, embargo, test }) => ({
      train: spanOf(train),
      purge: spanOf(purge),
      embargo: spanOf(embargo),
      test: spanOf(test),
    })),
    cover,
    untested: spanOf(untested),
  });
}

function spanOf({ start, end }: Stretch): TimeSpan {
  return { startMs: start, endMs: end };
}
