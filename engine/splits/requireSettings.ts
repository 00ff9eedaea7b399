import { EngineError, nearestName } from "../core/errors.ts";

/** Throws unless each option's name is known: a slip of the pen must not fall back to a default in silence. */
export function requireKnownOptions(call: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new EngineError(
      "splits.unknown-option",
      `${call}: there is no option ${name}${nearest === undefined ? "" : `; did you mean ${nearest}?`} ` +
        `Known: ${known.join(", ")}.`,
      { name, nearest, known },
    );
  }
}

/** Throws unless the setting is a whole number of at least `least`. */
export function requireWhole(call: string, name: string, value: unknown, least: number): void {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return;
  throw new EngineError(
    "splits.setting",
    `${call}: ${name} is ${String(value)}; expected a whole number from ${least}.`,
    { name, given: String(value), least },
  );
}
