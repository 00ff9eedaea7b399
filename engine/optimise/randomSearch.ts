import { CountingSampler, type SamplerInput } from "./sampler.ts";
import type { Point } from "./space.ts";

/** Points drawn evenly from the space, none of them twice while there are others (Bergstra and Bengio 2012). */
export class RandomSampler extends CountingSampler {
  constructor(input: SamplerInput) {
    super("random", input);
  }

  protected choose(index: number): Point {
    const random = this.random.stream(`${index}`);
    return this.seen.fresh(random, () => this.space.decode(this.anywhere(random)));
  }
}
