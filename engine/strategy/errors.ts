import { EngineError } from "../core/errors.ts";

/** The one error for whatever comes out of a strategy's own code, with what it threw as its cause. */
export function strategyThrew(
  strategy: string,
  where: string,
  error: unknown,
  details: Readonly<Record<string, unknown>> = {},
): EngineError {
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new EngineError(
    "strategy.threw",
    `${strategy} ${where} threw ${cause}${/[.!?]$/.test(cause) ? "" : "."} Mend the strategy's code there.`,
    { strategy, ...details, cause, ...(error instanceof EngineError && { causeCode: error.code }) },
    { cause: error },
  );
}
