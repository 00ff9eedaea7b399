import { EngineError, nearestName } from "../core/errors.ts";
import { hashText } from "../core/hash.ts";
import { timeframeMs } from "../core/timeframe.ts";
import type { StrategyModule } from "../strategy/module.ts";
import type { CapitalRule } from "./options.ts";

const FIELDS = ["every", "symbol", "features", "weights"] as const satisfies readonly (keyof CapitalRule)[];

/**
 * A rule that divides the account among strategies, checked and frozen; as a strategy it is code, and what is run
 * elsewhere is the text of its module: `export default defineCapital({ every, features, weights })`.
 */
export function defineCapital(rule: CapitalRule): CapitalRule {
  if (typeof rule !== "object" || rule === null) {
    throw invalid(`is ${rule === null ? "null" : `a ${typeof rule}`}; expected { every, weights }`);
  }
  for (const name of Object.keys(rule)) {
    if ((FIELDS as readonly string[]).includes(name)) continue;
    const nearest = nearestName(name, FIELDS);
    throw invalid(
      `has a field "${name}", which there is not. ` +
        (nearest === undefined ? `There are ${FIELDS.join(", ")}` : `Did you mean ${nearest}?`),
    );
  }
  const { every, symbol, features, weights } = rule;
  if (typeof every !== "string") throw invalid('says nothing of every; expected a period such as "1d"');
  timeframeMs(every);
  if (symbol !== undefined && typeof symbol !== "string") throw invalid("names a symbol that is no text");
  if (features !== undefined && typeof features !== "function") {
    throw invalid("has features that are no function; expected ({ close }) => ({ … })");
  }
  if (typeof weights !== "function") {
    throw invalid("has no weights; expected ({ features }) => [0.5, 0.5], a fraction for each strategy");
  }
  return Object.freeze({ ...rule });
}

/**
 * The rule of a linked module, under the module's identity. As of a strategy's module, the features come from another
 * evaluation of the text than the weights: a step of its own runs over the whole history before the first division.
 */
export function linkedCapital(evaluateModule: () => unknown, module: StrategyModule): CapitalRule {
  const [forFeatures, forWeights] = [evaluateModule(), evaluateModule()].map((one) =>
    defineCapital(one as CapitalRule),
  );
  const { features } = forFeatures;
  return Object.freeze({ ...forWeights, ...(features && { features }), hash: module.hash });
}

/** What a result says of the rule: the hash of its module, or of its own text where it came from none. */
export function capitalHash({ hash, every, symbol, features, weights }: CapitalRule): string {
  return hash ?? hashText(JSON.stringify([every, symbol ?? null, String(features), String(weights)]));
}

function invalid(problem: string): EngineError {
  return new EngineError("backtest.bad-capital-rule", `The rule that divides the capital ${problem}.`, {});
}
