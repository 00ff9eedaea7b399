import { freezeDeep } from "../core/freeze.ts";
import {
  type FoldUnit,
  layFolds,
  requireFoldOptions,
  type Stretch,
  type TestCover,
  type WalkForwardKind,
} from "./layFolds.ts";
import { requireWhole } from "./requireSettings.ts";

/** Rows from `startRow` up to and without `endRow`, as `subarray` takes them. */
export type RowSpan = { readonly startRow: number; readonly endRow: number };

export type RowFold = {
  readonly train: RowSpan;
  /** Rows whose label may reach into the test; as many as `labelRows`. */
  readonly purge: RowSpan;
  readonly embargo: RowSpan;
  readonly test: RowSpan;
};

export type WalkForwardRows = {
  readonly name: "walkForwardRows";
  readonly kind: WalkForwardKind;
  readonly folds: readonly RowFold[];
  readonly cover: TestCover;
  readonly untested: RowSpan;
};

type FoldsOverRows = {
  /** How many rows there are. */
  readonly rows: number;
  /** Default: `"rolling"`. */
  readonly kind?: WalkForwardKind;
  /** How many rows ahead a label looks. Default: 0. */
  readonly labelRows?: number;
  /** Default: 0. */
  readonly embargoRows?: number;
};

/** As `FoldOptions`, in rows. */
export type RowFoldOptions = FoldsOverRows &
  (
    | { readonly folds: number; readonly minTrainRows?: number; readonly alignRows?: number }
    | {
        readonly trainRows: number;
        readonly testRows: number;
        readonly stepRows?: number;
        readonly minTrainRows?: number;
      }
  );

type AnyRowOption = FoldsOverRows & {
  readonly folds?: number;
  readonly alignRows?: number;
  readonly trainRows?: number;
  readonly testRows?: number;
  readonly stepRows?: number;
  readonly minTrainRows?: number;
};

const UNIT: FoldUnit = { call: "walkForwardRows", suffix: "Rows", word: "rows" };

/** Folds of a walk-forward over rows instead of time: `walkForwardFolds`, counted in rows of columns. */
export function walkForwardRows(options: RowFoldOptions): WalkForwardRows {
  requireFoldOptions(options, ["rows"], UNIT);
  const { rows, kind = "rolling", labelRows = 0, embargoRows = 0, ...others }: AnyRowOption = options;
  requireWhole("walkForwardRows", "rows", rows, 1);
  const { folds, cover, untested } = layFolds(
    {
      start: 0,
      end: rows,
      kind,
      label: labelRows,
      embargo: embargoRows,
      folds: others.folds,
      align: others.alignRows,
      train: others.trainRows,
      test: others.testRows,
      step: others.stepRows,
      minTrain: others.minTrainRows,
    },
    UNIT,
  );
  return freezeDeep<WalkForwardRows>({
    name: "walkForwardRows",
    kind,
    folds: folds.map(({ train, purge, embargo, test }) => ({
      train: rowsOf(train),
      purge: rowsOf(purge),
      embargo: rowsOf(embargo),
      test: rowsOf(test),
    })),
    cover,
    untested: rowsOf(untested),
  });
}

function rowsOf({ start, end }: Stretch): RowSpan {
  return { startRow: start, endRow: end };
}
