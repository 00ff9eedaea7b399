import { EngineError } from "../core/errors.ts";

/**
 * How far after a test training begins again: what is serially correlated leaks though no label overlaps (AFML ch. 7.4.2).
 * One of the two, or neither for no embargo.
 */
export type EmbargoOptions = {
  /** Of all samples, the share that is left out after the end of a test's labels, 0 … 1 (the book suggests 0.01). */
  readonly embargoFraction?: number;
  /** Samples that begin up to so many milliseconds after the end of a test's labels are left out. */
  readonly embargoMs?: number;
};

/** What is left out after a test: samples by count, or by time. */
export type Embargo = { readonly count: number; readonly ms: number };

export function embargoOf(call: string, options: EmbargoOptions, samples: number): Embargo {
  const { embargoFraction, embargoMs } = options;
  if (embargoFraction !== undefined && embargoMs !== undefined) {
    throw new EngineError(
      "splits.embargo",
      `${call}: embargoFraction is ${embargoFraction} and embargoMs is ${embargoMs}; expected one of them.`,
      { embargoFraction, embargoMs },
    );
  }
  if (embargoFraction !== undefined) {
    if (!(embargoFraction >= 0 && embargoFraction < 1)) {
      throw new EngineError(
        "splits.embargo",
        `${call}: embargoFraction is ${embargoFraction}; expected a share of the samples from 0, below 1.`,
        { embargoFraction: String(embargoFraction) },
      );
    }
    // 0.29 of 100 samples are 29, though the product is 28.999999999999996.
    return { count: Math.floor(embargoFraction * samples + 1e-9), ms: 0 };
  }
  if (embargoMs !== undefined && !(embargoMs >= 0 && Number.isFinite(embargoMs))) {
    throw new EngineError(
      "splits.embargo",
      `${call}: embargoMs is ${embargoMs}; expected milliseconds from 0.`,
      { embargoMs: String(embargoMs) },
    );
  }
  return { count: 0, ms: embargoMs ?? 0 };
}
