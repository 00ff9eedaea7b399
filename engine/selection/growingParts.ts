import { hyperbandRungs } from "../optimise/hyperband.ts";
import type { PrunerSpec } from "../optimise/pruning.ts";
import type { Span } from "./fold.ts";

/**
 * The rungs of a search that prunes: a point is first run over a part of the fold's training span that begins where the
 * training does, then over a longer one, and over the whole last. Its loss on a part is compared with other points' on the
 * same part alone. A part on which a point has no loss yet (it made no trade) says nothing, and the point goes on.
 */
export type GrowingParts = {
  /** The whole training span has so many steps. */
  readonly whole: number;
  /** The steps after which the trial of an index may be given up, ascending. */
  at(index: number): readonly number[];
};

/** Halves of halves: the shortest part is an eighth of the training. */
const MEDIAN_STEPS = [1, 2, 4];
const MEDIAN_WHOLE = 8;

export function growingParts(pruner: PrunerSpec): GrowingParts {
  if (pruner.kind === "median") return { whole: MEDIAN_WHOLE, at: () => MEDIAN_STEPS };
  return { whole: pruner.maximumSteps, at: (index) => hyperbandRungs(pruner, index) };
}

/** The part of a span up to a step, in whole milliseconds. */
export function partOf({ startMs, endMs }: Span, step: number, whole: number): Span {
  return { startMs, endMs: startMs + Math.round(((endMs - startMs) * step) / whole) };
}
