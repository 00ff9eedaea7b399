import { Hasher } from "../core/hash.ts";
import type { Evaluation, Trade } from "./result.ts";

/** What the hash of an evaluation covers; metrics and counts follow from it, the engine version stands beside it. */
export type HashedParts = Pick<Evaluation, "parameters" | "settings" | "trades" | "dataHash"> & {
  readonly strategy: { readonly hash: string };
};

/**
 * SHA-256 over the canonical form, in this order: the form's name, strategy hash, data hash, parameters by name,
 * settings (the fill assumptions among them), number of trades, and each trade with its features by name.
 */
export function evaluationHash({ strategy, dataHash, parameters, settings, trades }: HashedParts): string {
  const hasher = new Hasher()
    .text("walkforward evaluation 1")
    .text(strategy.hash)
    .text(dataHash)
    .plain(parameters);
  hasher.text(settings.timeframe).number(settings.startMs).number(settings.endMs);
  hasher.number(settings.windowMs).number(settings.shiftMs);
  hasher.number(settings.feeBps).number(settings.slippageBps).number(settings.seed);
  hasher.number(trades.length);
  for (const trade of trades) hashTrade(hasher, trade);
  return hasher.hex();
}

function hashTrade(hasher: Hasher, trade: Trade): void {
  hasher.number(trade.sliceMs).text(trade.symbol).text(trade.direction);
  hasher.number(trade.rank).number(trade.weight).number(trade.score);
  hasher.number(trade.entryTime).number(trade.entryPrice).number(trade.exitTime).number(trade.exitPrice);
  hasher.number(trade.return).number(trade.maxAdverseExcursion).number(trade.maxFavourableExcursion);
  hasher.number(trade.drawdown);
  const names = Object.keys(trade.features).sort();
  hasher.number(names.length);
  for (const name of names) hasher.text(name).number(trade.features[name]);
}
