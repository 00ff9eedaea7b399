import { EngineError, nearestName } from "../core/errors.ts";

/** A record, not a list. */
export function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value for a message. */
export function show(value: unknown): string {
  return typeof value === "object" ? (JSON.stringify(value) ?? String(value)) : String(value);
}

/** Something that goes by no known name; the nearest one is suggested. */
export function unknown(
  what: string,
  given: string,
  known: readonly string[],
  where = "there is",
): EngineError {
  const nearest = nearestName(given, known);
  return new EngineError(
    `risk.unknown-${what}`,
    `risk: ${where} no ${what} "${given}". ` +
      (nearest === undefined ? `Expected one of ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
    { given, nearest },
  );
}

/** A setting that cannot be meant. */
export function wrong(
  rule: string,
  message: string,
  details: Readonly<Record<string, unknown>>,
): EngineError {
  return new EngineError("risk.setting", `risk: ${message}`, { rule, ...details });
}
