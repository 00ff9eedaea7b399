import { CountingSampler, type SamplerInput } from "./sampler.ts";
import { SobolSequence } from "./sobol.ts";
import type { Point } from "./space.ts";

export type QuasiMonteCarloSettings = {
  /** Whether the sequence is shifted by the seed; without, every seed has the same points. Default true. */
  readonly isScrambled?: boolean;
};

/** Sobol's sequence over the space: even coverage, best with a power of two of trials. */
export class QuasiMonteCarloSampler extends CountingSampler {
  readonly #sequence: SobolSequence;

  constructor(input: SamplerInput, { isScrambled = true }: QuasiMonteCarloSettings = {}) {
    super("quasiMonteCarlo", input);
    const count = this.space.dimensions.length;
    this.#sequence = new SobolSequence(count, isScrambled ? this.random.stream("shift") : undefined);
  }

  protected choose(index: number): Point {
    return this.space.decode(this.#sequence.at(index));
  }
}
