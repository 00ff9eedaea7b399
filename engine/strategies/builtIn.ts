import { hashText } from "../core/hash.ts";
import type { Strategy } from "../strategy/contract.ts";
import { withHash } from "../strategy/module.ts";

/**
 * A strategy that ships with the engine. It has no module text that is the same everywhere, since builds rewrite it,
 * so its identity is its name and a version that is raised with every change of what it does.
 */
export function builtIn(version: string, strategy: Strategy): Strategy {
  return withHash(strategy, hashText(`builtin:${strategy.name}@${version}`));
}
