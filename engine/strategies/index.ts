import { EngineError, nearestName } from "../core/errors.ts";
import type { Strategy } from "../strategy/contract.ts";
import { macdRsiConfluence } from "./macdRsiConfluence.ts";
import { momentumRank } from "./momentumRank.ts";

export { macdRsiConfluence, momentumRank };

/** The strategies that ship with the engine, by name. */
export const builtInStrategies = Object.freeze({
  "macd-rsi-confluence": macdRsiConfluence,
  "momentum-rank": momentumRank,
});

/** The strategy of this name; an unknown one is an error that names the nearest. */
export function builtInStrategy(name: string): Strategy {
  const known: Readonly<Record<string, Strategy>> = builtInStrategies;
  if (Object.hasOwn(known, name)) return known[name];
  const nearest = nearestName(name, Object.keys(known));
  throw new EngineError(
    "strategy.unknown",
    `There is no strategy "${name}". ` +
      (nearest === undefined ? `There are: ${Object.keys(known).join(", ")}.` : `Did you mean "${nearest}"?`),
    { name, known: Object.keys(known), nearest },
  );
}
