import type { Candles } from "../candles/candles.ts";
import { dataHash } from "../candles/dataHash.ts";
import { hashPlain } from "../core/hash.ts";
import { ENGINE_VERSION } from "../core/version.ts";
import type { Strategy } from "../strategy/contract.ts";
import { strategyHash } from "../strategy/module.ts";
import type { Fold } from "./fold.ts";
import { growingParts } from "./growingParts.ts";
import type { FoldSettings } from "./walkForwardSearch.ts";

/**
 * Hash of all that a point's losses in a fold depend on besides its parameters: strategy, candles, training span, losses,
 * backtest and engine; and, where points are given up on the way, how the training is divided. Which points are tried
 * (sampler, seed, batch, number) is not in it: what one search computed, another over the same space need not.
 */
export function searchHash(
  strategy: Strategy,
  universe: readonly Candles[],
  { train }: Pick<Fold, "train">,
  { losses, study, backtest = {} }: Pick<FoldSettings, "losses" | "study" | "backtest">,
): string {
  return hashPlain([
    "walkforward search 1",
    ENGINE_VERSION,
    strategyHash(strategy),
    dataHash(universe),
    train,
    losses,
    backtest,
    study.pruner === undefined ? null : growingParts(study.pruner).whole,
  ]);
}
