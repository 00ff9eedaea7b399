import { nearestName } from "../core/errors.ts";
import type { Strategy } from "../strategy/contract.ts";
import { type BacktestOptions, type StrategyMix, type StrategyShare, wrong } from "./options.ts";
import type { UniverseMarket } from "./universe.ts";

/** One strategy, or several with their shares, as several. */
export function mixOf(given: Strategy | StrategyMix, options: BacktestOptions): StrategyMix {
  if (!("strategies" in given)) return { strategies: [{ strategy: given, parameters: options.parameters }] };
  if (given.strategies.length === 0) {
    throw wrong("no-strategies", "The list of strategies is empty; expected at least one { strategy }.", {});
  }
  if (options.parameters !== undefined && Object.keys(options.parameters).length > 0) {
    throw wrong(
      "parameters-of-whom",
      "parameters are given beside several strategies; expected each strategy's own in its { strategy, parameters }.",
      {},
    );
  }
  return given;
}

/** Which markets each strategy trades, rising. That no two share one is the session's to see. */
export function shareSymbols(mix: StrategyMix, markets: readonly UniverseMarket[]): number[][] {
  const known = markets.map(({ id }) => id);
  return mix.strategies.map(({ symbols = known }) =>
    symbols
      .map((symbol) => {
        const at = known.indexOf(symbol);
        if (at >= 0) return at;
        const nearest = nearestName(symbol, known);
        throw wrong(
          "unknown-symbol",
          `The universe has no symbol "${symbol}". ` +
            (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
          { symbol, known, nearest },
        );
      })
      .sort((a, b) => a - b),
  );
}

/** The fraction of the starting balance that each has: what is left is divided among those that name none. */
export function weightsOf(mix: StrategyMix): number[] {
  const given = mix.strategies.map(({ weight }: StrategyShare) => weight);
  let sum = 0;
  let without = 0;
  for (const weight of given) {
    if (weight === undefined) without++;
    else if (weight > 0 && weight <= 1) sum += weight;
    else
      throw wrong("bad-weight", `A strategy's weight is ${weight}; expected a fraction above 0.`, { weight });
  }
  if (sum > 1 + 1e-9 || (without > 0 && sum >= 1)) {
    throw wrong(
      "bad-weight",
      `The strategies' weights add up to ${sum}${without > 0 ? ` and leave nothing to ${without} others` : ""}; ` +
        "expected at most 1 of the capital.",
      { sum, without },
    );
  }
  return given.map((weight) => weight ?? (1 - sum) / without);
}
