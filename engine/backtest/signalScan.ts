import type { RecipeEvaluator } from "../catalogue/evaluate.ts";
import type { Recipe } from "../catalogue/recipe.ts";
import type { SignalRows } from "../session/settings.ts";
import { isSignal } from "../session/signals.ts";

/** A column of signals as what a run without anything else asks of it: the next row at which it is set. */
export type SignalScan = SignalRows;

/** Never set. */
export const NO_SIGNAL: SignalScan = { isSetAt: () => false, next: (_, to) => to };

class ColumnScan implements SignalScan {
  readonly #column: Float64Array;

  constructor(column: Float64Array) {
    this.#column = column;
  }

  isSetAt(row: number): boolean {
    return isSignal(this.#column[row]);
  }

  next(from: number, to: number): number {
    const column = this.#column;
    let row = from;
    while (row < to && !isSignal(column[row])) row++;
    return row;
  }
}

/**
 * Rows at which one column comes from at most another to above it, found in the two columns themselves: writing the
 * cross down would cost more than looking.
 */
class CrossScan implements SignalScan {
  readonly #above: Float64Array;
  readonly #below: Float64Array;

  constructor(above: Float64Array, below: Float64Array) {
    this.#above = above;
    this.#below = below;
  }

  isSetAt(row: number): boolean {
    if (row === 0) return false;
    const above = this.#above;
    const below = this.#below;
    return above[row - 1] - below[row - 1] <= 0 && above[row] - below[row] > 0;
  }

  next(from: number, to: number): number {
    const above = this.#above;
    const below = this.#below;
    for (let row = from; ; ) {
      // Four rows a turn: what a turn costs is as much as a comparison.
      while (
        row + 3 < to &&
        !(above[row] > below[row]) &&
        !(above[row + 1] > below[row + 1]) &&
        !(above[row + 2] > below[row + 2]) &&
        !(above[row + 3] > below[row + 3])
      )
        row += 4;
      while (row < to && !(above[row] > below[row])) row++;
      if (row >= to) return to;
      if (this.isSetAt(row)) return row;
      // Above, but since before these rows, or since the first that is known: no cross until it has been below.
      while (row < to && above[row] > below[row]) row++;
    }
  }
}

/** The scan of a recipe of signals on the candles of an evaluator. */
export function signalScan(recipe: Recipe | undefined, evaluator: RecipeEvaluator): SignalScan {
  if (recipe === undefined) return NO_SIGNAL;
  const isOnBase =
    recipe.kind === "arithmetic" && recipe.timeframe === undefined && recipe.symbol === undefined;
  if (isOnBase) {
    const { operation, operands } = recipe;
    const [first, second] = operands;
    if (typeof first !== "number" && typeof second !== "number" && second !== undefined) {
      if (operation === "crossAbove") return new CrossScan(evaluator.column(first), evaluator.column(second));
      if (operation === "crossBelow") return new CrossScan(evaluator.column(second), evaluator.column(first));
    }
  }
  return new ColumnScan(evaluator.column(recipe));
}
