import type { Candles } from "../candles/candles.ts";
import { Random } from "../core/random.ts";
import { CandleBootstrap } from "./candleBootstrap.ts";
import { noisyCandles } from "./noisyCandles.ts";

/** How candles are changed; see `CandleBootstrap` and `noisyCandles`. */
export type CandlePerturbation =
  | {
      readonly kind: "bootstrap";
      /** Mean length of the blocks. Default: what the size of the steps asks for. */
      readonly blockBars?: number;
    }
  | {
      readonly kind: "noise";
      /** Standard deviation of the noise, as a fraction of each candle's true range. Default: 0.1. */
      readonly noise?: number;
    };

/**
 * Makes changed copies of a universe, the k-th the same whichever are asked for before it: each path has a stream of its
 * own, so that a thousand paths can be made in any order and on any number of workers.
 */
export function candlePerturber(
  universe: readonly Candles[],
  perturbation: CandlePerturbation,
  seed: number | string = 1,
): (path: number) => Candles[] {
  const stream = Random.seeded(seed).stream(perturbation.kind);
  if (perturbation.kind === "bootstrap") {
    const bootstrap = new CandleBootstrap(universe, perturbation);
    return (path) => bootstrap.draw(stream.stream(`${path}`));
  }
  const { noise } = perturbation;
  return (path) => {
    const random = stream.stream(`${path}`);
    return universe.map((candles, k) => noisyCandles(candles, { random: random.stream(`${k}`), noise }));
  };
}

/** One changed copy of a universe: its candles drawn again in blocks, or with noise on their prices. */
export function perturbCandles(
  universe: readonly Candles[],
  perturbation: CandlePerturbation,
  { seed = 1, path = 0 }: { readonly seed?: number | string; readonly path?: number } = {},
): Candles[] {
  return candlePerturber(universe, perturbation, seed)(path);
}
