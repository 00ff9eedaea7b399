import * as walkforward from "#engine";
import { EngineError } from "#engine/core/errors.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import { linkStrategyText, sealedNames } from "#engine/strategy/link.ts";
import { linkedStrategy, strategyModule } from "#engine/strategy/module.ts";

/**
 * Names of Node that a strategy must not reach: what they give differs from run to run or reaches outside. This
 * keeps an honest strategy reproducible; it is no prison for a hostile one, whose file is not to be run at all.
 */
const OUT_OF_REACH = [
  ...[
    "process",
    "require",
    "module",
    "exports",
    "global",
    "globalThis",
    "self",
    "Buffer",
    "console",
    "navigator",
  ],
  ...[
    "fetch",
    "WebSocket",
    "EventSource",
    "XMLHttpRequest",
    "Worker",
    "performance",
    "crypto",
    "queueMicrotask",
  ],
  ...["setTimeout", "setInterval", "setImmediate", "structuredClone", "Function"],
];

/** Node's linker: the module's text with the engine's names, under the identity of that text. */
export function linkStrategy(text: string): Strategy {
  const module = strategyModule(text);
  const body = linkStrategyText(text, Object.keys(walkforward));
  const values = { Date: refused("Date"), Math: mathsWithoutChance() };
  const names = [...Object.keys(values), ...OUT_OF_REACH];
  let link: (...given: unknown[]) => unknown;
  try {
    link = new Function("walkforward", ...names, body) as typeof link;
  } catch (cause) {
    throw failed("strategy.not-linkable", "The strategy's text is not valid JavaScript", cause);
  }
  const evaluateModule = (): unknown => {
    try {
      return link(sealedNames(walkforward), ...Object.values(values));
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      throw failed("strategy.threw", "The strategy's module threw while it was loaded", cause);
    }
  };
  return linkedStrategy(evaluateModule, module);
}

function mathsWithoutChance(): Math {
  const maths = Object.create(null, Object.getOwnPropertyDescriptors(Math)) as Math;
  Object.defineProperty(maths, "random", { value: refused("Math.random") });
  return Object.freeze(maths);
}

/** Stands where chance or the clock would: touching it says what to use instead. */
function refused(name: string): () => never {
  const refuse = (): never => {
    const instead = name === "Date" ? "market.time" : "the random stream that decide is given";
    throw new EngineError("strategy.impure", `A strategy cannot use ${name}; use ${instead}.`, { name });
  };
  return new Proxy(refuse, { get: refuse, construct: refuse });
}

function failed(code: string, what: string, cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(code, `${what}: ${reason}.`, {}, { cause });
}
