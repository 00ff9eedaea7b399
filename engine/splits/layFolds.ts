import { EngineError } from "../core/errors.ts";
import { requireKnownOptions, requireWhole } from "./requireSettings.ts";

/** `"anchored"`: training begins at the start and grows. `"rolling"`: it keeps its length and moves along. */
export type WalkForwardKind = "anchored" | "rolling";

/**
 * What the tests do with the time from the first of them to the end of the last: `"tiled"` they follow each other without
 * gap or overlap, `"overlapping"` some of it is tested more than once, `"gapped"` some of it never.
 */
export type TestCover = "tiled" | "overlapping" | "gapped";

/** Half-open, in whatever unit the line is measured. */
export type Stretch = { readonly start: number; readonly end: number };

/** One fold, in the order in which its parts follow each other: training, its last labels, the embargo, the test. */
export type LaidFold = {
  readonly train: Stretch;
  readonly purge: Stretch;
  readonly embargo: Stretch;
  readonly test: Stretch;
};

export type LaidFolds = {
  readonly folds: readonly LaidFold[];
  readonly cover: TestCover;
  /** What no test reaches at the end. */
  readonly untested: Stretch;
};

/** The settings of folds without their unit. Either `folds` or `train` and `test`. */
export type FoldSettings = Stretch & {
  readonly kind: WalkForwardKind;
  readonly label: number;
  readonly embargo: number;
  readonly folds?: number;
  readonly align?: number;
  readonly train?: number;
  readonly test?: number;
  readonly step?: number;
  readonly minTrain?: number;
};

/** How the settings are called where they come from: `trainMs` or `trainRows`. */
export type FoldUnit = {
  readonly call: string;
  readonly suffix: "Ms" | "Rows";
  readonly word: "ms" | "rows";
};

const MOST_FOLDS = 100_000;

/** Refuses what cannot be meant and lays the folds along the line. */
export function layFolds(settings: FoldSettings, unit: FoldUnit): LaidFolds {
  const { start, end, kind, label, embargo } = settings;
  const { call, suffix, word } = unit;
  if (kind !== "anchored" && kind !== "rolling") {
    throw new EngineError(
      "splits.kind",
      `${call}: kind is ${String(kind)}; expected "anchored" or "rolling".`,
      { given: String(kind) },
    );
  }
  requireWhole(call, `label${suffix}`, label, 0);
  requireWhole(call, `embargo${suffix}`, embargo, 0);
  const { first, window, test, step, count } =
    settings.folds === undefined ? byLength(settings, unit) : byCount(settings, unit);
  requireLongerThanLabel(label, Math.min(first, window), test, unit);
  if (count > MOST_FOLDS) {
    throw new EngineError(
      "splits.too-many",
      `${call}: that would be ${count} folds; expected at most ${MOST_FOLDS}. The step is ${step} ${word}.`,
      { folds: count, most: MOST_FOLDS, step },
    );
  }
  const folds = Array.from({ length: count }, (_, k): LaidFold => {
    const testStart = start + first + label + embargo + k * step;
    const trainEnd = testStart - embargo - label;
    const trainStart = kind === "anchored" ? start : Math.max(start, trainEnd - window);
    return {
      train: { start: trainStart, end: trainEnd },
      purge: { start: trainEnd, end: trainEnd + label },
      embargo: { start: trainEnd + label, end: testStart },
      test: { start: testStart, end: testStart + test },
    };
  });
  const cover = count === 1 || step === test ? "tiled" : step < test ? "overlapping" : "gapped";
  return { folds, cover, untested: { start: folds[count - 1].test.end, end } };
}

/** Length of the first training and of a rolling one, of a test, from test to test, and how many. */
type Lengths = { first: number; window: number; test: number; step: number; count: number };

/** So many tests of one length that the last one ends at the end; the first training has the rest, at least as much. */
function byCount(settings: FoldSettings, unit: FoldUnit): Lengths {
  const { start, end, label, embargo, folds = 0, align = 1, minTrain } = settings;
  const { call, suffix, word } = unit;
  requireUnset(settings, ["train", "test", "step"], "folds is given, which says how long they are", unit);
  requireWhole(call, "folds", folds, 1);
  requireWhole(call, `align${suffix}`, align, 1);
  if (minTrain !== undefined) requireWhole(call, `minTrain${suffix}`, minTrain, 1);
  const room = end - start - label - embargo;
  const aligned = (length: number): number => Math.floor(length / align) * align;
  const share = aligned(room / (folds + 1));
  const test =
    minTrain !== undefined && room - folds * share < minTrain ? aligned((room - minTrain) / folds) : share;
  if (!(test >= align)) {
    throw new EngineError(
      "splits.span-too-short",
      `${call}: ${end - start} ${word} are too short for ${folds} folds of at least ${align} ${word} after a training of ` +
        `${minTrain ?? "as much"}, a label span of ${label} and an embargo of ${embargo}. ` +
        `Take fewer folds, less training or a longer span.`,
      { span: end - start, folds, align, minTrain, label, embargo },
    );
  }
  const first = room - folds * test;
  return { first, window: first, test, step: test, count: folds };
}

/** Tests of a given length as long as there is room for a whole one. */
function byLength(settings: FoldSettings, unit: FoldUnit): Lengths {
  const { start, end, kind, label, embargo, train, test, step = test, minTrain = train } = settings;
  const { call, suffix, word } = unit;
  if (train === undefined || test === undefined || step === undefined || minTrain === undefined) {
    throw new EngineError(
      "splits.setting",
      `${call}: expected either folds, or train${suffix} and test${suffix}.`,
      { train: train ?? null, test: test ?? null },
    );
  }
  requireUnset(
    settings,
    ["align"],
    `train${suffix} and test${suffix} are given, which say where folds end`,
    unit,
  );
  if (kind === "anchored") {
    requireUnset(
      settings,
      ["minTrain"],
      `an anchored training begins with train${suffix} and only grows`,
      unit,
    );
  }
  requireWhole(call, `train${suffix}`, train, 1);
  requireWhole(call, `test${suffix}`, test, 1);
  requireWhole(call, `step${suffix}`, step, 1);
  requireWhole(call, `minTrain${suffix}`, minTrain, 1);
  if (minTrain > train) {
    throw new EngineError(
      "splits.setting",
      `${call}: minTrain${suffix} is ${minTrain}, above train${suffix}, which is ${train}; expected at most that.`,
      { name: `minTrain${suffix}`, given: String(minTrain), most: train },
    );
  }
  const room = end - start - minTrain - label - embargo - test;
  if (!(room >= 0)) {
    throw new EngineError(
      "splits.span-too-short",
      `${call}: ${end - start} ${word} are too short for one fold: training ${minTrain}, labels ${label}, embargo ` +
        `${embargo} and test ${test} are ${minTrain + label + embargo + test} ${word}. Take shorter ones or a longer span.`,
      { span: end - start, needed: minTrain + label + embargo + test },
    );
  }
  return { first: minTrain, window: train, test, step, count: Math.floor(room / step) + 1 };
}

function requireLongerThanLabel(label: number, train: number, test: number, { call, word }: FoldUnit): void {
  for (const [part, length] of [
    ["training", train],
    ["test", test],
  ] as const) {
    if (length >= label) continue;
    throw new EngineError(
      "splits.shorter-than-label",
      `${call}: a ${part} of ${length} ${word} is shorter than a label, which takes ${label} ${word}: no label would begin ` +
        "and end inside it. Take fewer or longer folds, or shorter labels.",
      { part, length, label },
    );
  }
}

function requireUnset(
  settings: FoldSettings,
  names: readonly ("train" | "test" | "step" | "minTrain" | "align")[],
  reason: string,
  { call, suffix }: FoldUnit,
): void {
  const given = names.find((name) => settings[name] !== undefined);
  if (given === undefined) return;
  throw new EngineError(
    "splits.setting",
    `${call}: ${given}${suffix} is ${settings[given]}, but ${reason}. Leave ${given}${suffix} out.`,
    { name: `${given}${suffix}`, given: String(settings[given]) },
  );
}

/** The names that the folds' settings have in a unit, besides where the line begins and ends. */
export function requireFoldOptions(
  options: object,
  ends: readonly string[],
  { call, suffix }: FoldUnit,
): void {
  const lengths = ["train", "test", "step", "minTrain", "label", "embargo", "align"];
  requireKnownOptions(call, options, [...ends, "kind", "folds", ...lengths.map((name) => name + suffix)]);
}
