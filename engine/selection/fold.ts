import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";

/** A stretch of time, the end excluded, UTC milliseconds. */
export type Span = { readonly startMs: number; readonly endMs: number };

/** Parameters are chosen on `train` and judged on `test`, which begins when `train` is over, or later. */
export type Fold = { readonly train: Span; readonly test: Span };

export function requireFold({ train, test }: Fold): void {
  if (train.endMs > train.startMs && test.startMs >= train.endMs && test.endMs > test.startMs) return;
  const text = ({ startMs, endMs }: Span): string => `${isoTime(startMs)} to ${isoTime(endMs)}`;
  throw new EngineError(
    "selection.fold",
    `A fold trains from ${text(train)} and tests from ${text(test)}; expected a test that begins when the training is ` +
      "over, or later, and neither of them empty.",
    { train, test },
  );
}
