import type { Candles } from "#engine/candles/candles.ts";
import type { OptimisationOptions } from "#engine/selection/optimisation.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { OptimiseRequest } from "../contract.ts";
import { openLake } from "../lake/lake.ts";
import { linkStrategy } from "../runs/linkStrategy.ts";
import { readUniverse } from "../runs/readUniverse.ts";

/** What an optimisation, and each of its folds, is told; every worker reads the candles for itself. */
export type SearchInput = {
  lakeRoot: string;
  request: OptimiseRequest;
  /** A strategy that is not built in, as normalised module text. */
  moduleText?: string;
  /** The file of the ledger, where points of an earlier search may be. */
  ledger: string;
};

export function strategyOf({ request, moduleText }: Pick<SearchInput, "request" | "moduleText">): Strategy {
  return moduleText === undefined ? builtInStrategy(request.strategy) : linkStrategy(moduleText);
}

/** The candles that are searched over, and the engine's options with whether any of them are made up. */
export async function readSearch(
  strategy: Strategy,
  { lakeRoot, request }: SearchInput,
): Promise<{ universe: Candles[]; options: OptimisationOptions }> {
  const { strategy: name, exchange, market, symbols, backtest = {}, ...options } = request;
  const { timeframe, startMs, endMs } = backtest;
  const choice = { strategy: name, exchange, market, symbols, timeframe, startMs, endMs };
  const { universe, simulated } = await readUniverse(openLake(lakeRoot), strategy, choice);
  return { universe, options: { ...given(options), backtest: { ...given(backtest), simulated } } };
}

/** Without what was not given: the engine's defaults stand for absent options, not for undefined ones. */
function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
