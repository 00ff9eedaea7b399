import { EngineError } from "../core/errors.ts";
import { defaultLoss, type LossKind, type LossSpec } from "../optimise/losses.ts";
import { type LossFunction, type OwnLossSpec, ownLossSpec } from "./ownLoss.ts";
import { requireSearchLoss, type SearchLoss } from "./pointLosses.ts";

/** A loss as it is asked for: by name, with its settings, or a function of the user's own, which may have become text. */
export type GivenLoss = LossKind | LossSpec | OwnLossSpec | LossFunction;

export type GivenLosses = { readonly loss?: GivenLoss; readonly objectives?: readonly GivenLoss[] };

/** The losses of a search as plain data, every default filled in. */
export function searchLosses(given: GivenLosses, trials: number): readonly SearchLoss[] {
  return listed(given).map((loss) => {
    const spec = specOf(loss, trials);
    requireSearchLoss(spec);
    return spec;
  });
}

/** The functions among them by the hash that their specification has. */
export function ownLosses(given: GivenLosses): ReadonlyMap<string, LossFunction> {
  const functions = listed(given).filter((loss) => typeof loss === "function");
  return new Map(functions.map((loss) => [ownLossSpec(loss).hash, loss]));
}

function listed({ loss, objectives }: GivenLosses): readonly GivenLoss[] {
  if (objectives === undefined) return [loss ?? "deflatedSharpe"];
  if (loss !== undefined) {
    throw new EngineError(
      "optimise.loss",
      "Both a loss and objectives are given; expected one of them: loss is made small alone, objectives side by side.",
    );
  }
  if (Array.isArray(objectives) && objectives.length > 0) return objectives;
  throw new EngineError(
    "optimise.loss",
    'objectives is no list of losses, or an empty one; expected one like ["sharpe", "maxDrawdown"].',
  );
}

function specOf(given: GivenLoss, trials: number): SearchLoss {
  if (typeof given === "function") return ownLossSpec(given);
  if (given === "deflatedSharpe") return defaultLoss(trials);
  if (typeof given === "string") return { kind: given };
  if (typeof given === "object" && given !== null) return given;
  throw new EngineError(
    "optimise.loss",
    `A loss is ${String(given)}; expected a name like "sharpe", or a function like (metrics) => -metrics.sortino.`,
    { given: String(given) },
  );
}
