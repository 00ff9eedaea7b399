import type { Assessment } from "#engine/significance/assess.ts";
import type { HeadlineName } from "../../workers/study.ts";

/** How likely a result is luck: plain data, shown by `significanceView`. */
export type Significance = Assessment<HeadlineName> & {
  /** The strategy's name, and the hash of the result. */
  readonly of: string;
  readonly result: string;
  readonly simulated: boolean;
  /** Where the number of trials comes from, in words. */
  readonly counted: string;
  /** Trials that were given and could not be compared, over other stretches of days. */
  readonly leftOut: number;
};

export function isSignificance(value: unknown): value is Significance {
  if (typeof value !== "object" || value === null) return false;
  return ["probabilistic", "deflated", "intervals", "overfitting", "counted"].every((name) =>
    Object.hasOwn(value, name),
  );
}
