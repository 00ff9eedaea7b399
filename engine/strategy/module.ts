import { EngineError } from "../core/errors.ts";
import { hashText } from "../core/hash.ts";
import type { Strategy } from "./contract.ts";

/**
 * A strategy as it travels: the text of one module and the hash of that text. The bundler makes the text, every
 * place (worker, Node, sandbox) links it, and the hash is taken before linking, so it is the same everywhere.
 */
export type StrategyModule = { readonly text: string; readonly hash: string };

/** Names a module's text by its SHA-256. */
export function strategyModule(text: string): StrategyModule {
  return Object.freeze({ text, hash: hashText(text) });
}

/** The strategy under a module's identity. */
export function withHash(strategy: Strategy, hash: string): Strategy {
  return Object.freeze({ ...strategy, hash });
}

/**
 * The identity that a result carries: the hash of the module's text. A live strategy that came from no module is
 * identified by its definition and the text of its functions; values that those close over are not in it, so
 * whatever is kept or deployed goes through a module.
 */
export function strategyHash(strategy: Strategy): string {
  if (strategy.hash !== undefined) return strategy.hash;
  const { features, decide, signals, sizing, exits, onFill, onOrder, ...definition } = strategy;
  const texts = [features, decide, signals, onFill, onOrder].filter((part) => part !== undefined).map(String);
  const plain = [sizing, exits].map((part) => (typeof part === "function" ? String(part) : part));
  const rest = plain.every((part) => part === undefined) ? [] : [plain];
  return hashText(JSON.stringify([definition, ...texts, ...rest]));
}

/**
 * The strategy of a linked module, checked and under the module's identity. `evaluateModule` runs the linked text and
 * answers with its default export; anything but the answer of `defineStrategy` is an error.
 *
 * The module is evaluated twice, and `decide` comes from another evaluation than `features`. A step that the author
 * wrote runs over the whole history before the first decision; were both of one evaluation, a variable that the step
 * writes would show `decide` the future.
 */
export function linkedStrategy(evaluateModule: () => unknown, module: StrategyModule): Strategy {
  const forFeatures = requireStrategy(evaluateModule(), module);
  const forDecisions = requireStrategy(evaluateModule(), module);
  // Parts that make recipes come from the one evaluation, all that is called while time passes from the other.
  return withHash(
    {
      ...forDecisions,
      features: forFeatures.features,
      ...(forFeatures.signals && { signals: forFeatures.signals }),
    },
    module.hash,
  );
}

function requireStrategy(value: unknown, module: StrategyModule): Strategy {
  if (isStrategy(value)) return value;
  throw new EngineError(
    "strategy.not-a-strategy",
    "The module's default export is no strategy; expected `export default defineStrategy({ … })`.",
    { hash: module.hash },
  );
}

function isStrategy(value: unknown): value is Strategy {
  if (typeof value !== "object" || value === null || !Object.isFrozen(value)) return false;
  const parts = ["name", "timeframe", "informative", "history", "parameters", "features"];
  return parts.every((part) => part in value);
}
