import { EngineError } from "../core/errors.ts";
import { type StrategyModule, strategyModule } from "../strategy/module.ts";
import type { ParameterValues } from "../strategy/parameters.ts";
import type { SweepFigures } from "../sweep/sweep.ts";

/** What a loss function is given besides the figures: copies, which it may change. */
export type LossView = {
  /** From the end of each UTC day to the next, as fractions. */
  readonly returns: Float64Array;
  /** Of each closed trade after costs, in quote currency, in the order of their exits. */
  readonly profits: Float64Array;
  readonly parameters: ParameterValues;
};

/**
 * A loss of the user's own: of a point's figures over the span on which it is judged, the smaller the better, NaN where it
 * has none. The same figures must give the same number: a search is taken up again by it. Not asked where no trade was made.
 */
export type LossFunction = (
  metrics: SweepFigures & { readonly startingBalance: number },
  view: LossView,
) => number;

/** A loss function as it travels, as a strategy does: the text of one module and the hash of that text. Plain data. */
export type OwnLossSpec = { readonly kind: "own"; readonly name: string } & StrategyModule;

/** Marks a function as a loss, so that the bundler finds its text: `export default defineLoss((metrics) => …)`. */
export function defineLoss(loss: LossFunction): LossFunction {
  if (typeof loss === "function") return loss;
  throw new EngineError(
    "optimise.loss",
    `defineLoss was given ${loss === null ? "null" : `a ${typeof loss}`}; expected a function like (metrics) => -metrics.sortino.`,
    { given: typeof loss },
  );
}

/**
 * A loss function as plain data. Without a module it is identified by its own text; values that it closes over are not
 * in it, so whatever is to be computed elsewhere or taken up later goes through a module.
 */
export function ownLossSpec(loss: LossFunction, module = strategyModule(String(loss))): OwnLossSpec {
  const { text, hash } = module;
  return {
    kind: "own",
    name: loss.name === "" || loss.name === "loss" ? "own function" : loss.name,
    text,
    hash,
  };
}

/** What an own loss makes of a point. Throws `optimise.own-loss` for anything but a number: that is a mistake in the function. */
export function ownLossOf(
  loss: LossFunction,
  { name }: Pick<OwnLossSpec, "name">,
  metrics: SweepFigures & { readonly startingBalance: number },
  view: LossView,
): number {
  const value: unknown = loss(Object.freeze({ ...metrics }), view);
  if (typeof value === "number") return value;
  const given =
    value === null
      ? "null"
      : typeof value === "object"
        ? (value.constructor?.name ?? "an object")
        : String(value);
  throw new EngineError(
    "optimise.own-loss",
    `The loss (${name}) gave ${given}; expected a number, the smaller the better, or NaN for a point that has none. ` +
      "Return one from the function.",
    { given },
  );
}
