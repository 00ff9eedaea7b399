import { EngineError, nearestName } from "#engine/core/errors.ts";

/** Throws for an option that there is none of: one that is misspelt would silently do nothing. */
export function requireKnownOptions(call: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new EngineError(
      `${call}.unknown-option`,
      `${call} has no option "${name}". ` +
        (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
      { option: name, nearest },
    );
  }
}
