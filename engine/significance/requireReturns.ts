import { EngineError } from "../core/errors.ts";
import type { Numbers } from "../core/stats.ts";

/** Throws unless there are `least` returns and each is a finite number. */
export function requireReturns(call: string, returns: Numbers, least = 2): void {
  if (returns.length < least) {
    throw new EngineError(
      "significance.too-few-returns",
      `${call}: got ${returns.length} returns; expected ${least} or more. Take a longer span, or shorter periods.`,
      { given: returns.length, least },
    );
  }
  for (let i = 0; i < returns.length; i++) {
    if (Number.isFinite(returns[i])) continue;
    throw new EngineError(
      "significance.not-finite",
      `${call}: return ${i} is ${returns[i]}; expected finite numbers. Cut off what is not yet known.`,
      { index: i, given: String(returns[i]) },
    );
  }
}

/** Throws unless there are `least` trials, each with as many finite returns as the first, `leastReturns` or more. */
export function requireTrials(
  call: string,
  trials: readonly Numbers[],
  { least = 1, leastReturns = 2 }: { least?: number; leastReturns?: number } = {},
): void {
  if (trials.length < least) {
    throw new EngineError(
      "significance.too-few-trials",
      `${call}: got ${trials.length} trials; expected ${least} or more, each the returns of one over the same periods.`,
      { given: trials.length, least },
    );
  }
  for (const [k, trial] of trials.entries()) {
    if (trial.length !== trials[0].length) {
      throw new EngineError(
        "significance.lengths",
        `${call}: trial ${k} has ${trial.length} returns, the first has ${trials[0].length}; expected the same ` +
          "periods of every trial. Cut them to the span that all of them have.",
        { trial: k, given: trial.length, expected: trials[0].length },
      );
    }
    requireReturns(`${call}, trial ${k}`, trial, leastReturns);
  }
}

/** Throws unless a setting is a whole number of at least `least`. */
export function requireCount(call: string, name: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new EngineError(
    "significance.count",
    `${call}: ${name} is ${value}; expected a whole number from ${least}.`,
    {
      name,
      given: value,
      least,
    },
  );
}
