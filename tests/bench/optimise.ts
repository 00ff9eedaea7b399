import type { Sampler } from "#engine/optimise/sampler.ts";
import { createSampler, type SamplerSpec } from "#engine/optimise/samplers.ts";
import { searchSpace } from "#engine/optimise/searchSpace.ts";
import type { Point, Space } from "#engine/optimise/space.ts";
import { decimal, int } from "#engine/strategy/parameters.ts";
import { type Goal, printGroup, sideBySide } from "./measure.ts";

const TOLD = 1000;
/** A Gaussian process is for fewer: its work grows with the square of the trials. */
const TOLD_PROCESS = 200;
/** Suggested at once, as a study's batch, then told. */
const BATCH = 8;

const decimals = searchSpace(
  Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`x${i}`, decimal(0.5, 0, 1)])),
);
/** What a strategy is likely to declare. */
const mixed = searchSpace({
  fast: int(12, 3, 60),
  slow: int(26, 20, 200, { scale: "log" }),
  rsiLength: int(14, 5, 30),
  stop: decimal(0.05, 0.005, 0.2, { scale: "log" }),
  maxAtr: decimal(0.05, 0.01, 0.1),
});

function loss(space: Space, point: Point): number {
  return space.encode(point).reduce((sum, x, k) => sum + (k + 1) * (x - 0.3) * (x - 0.3), 0);
}

function tell(sampler: Sampler, space: Space, point: Point): void {
  sampler.tell({ parameters: point, state: "complete", losses: [loss(space, point)], reports: [] });
}

/** A sampler that was told of so many points, and a round of it. */
function prepared(spec: SamplerSpec, space: Space, told: number): () => number {
  const input = { space, seed: 1, objectives: 1 };
  const sampler = createSampler(spec, input);
  const random = createSampler({ kind: "random" }, { ...input, seed: 2 });
  for (let i = 0; i < told; i++) {
    const point = random.suggest();
    tell(random, space, point);
    tell(sampler, space, point);
  }
  return () => {
    let total = 0;
    const size = Math.min(BATCH, sampler.available);
    const points = Array.from({ length: size }, () => sampler.suggest());
    for (const point of points) {
      tell(sampler, space, point);
      total += loss(space, point);
    }
    return total / size;
  };
}

/** A sampler that suggests fast what is no better than chance is worthless: over chance's mean of 15 × 0.1233. */
function requireBetterThanChance(name: string, round: () => number): void {
  const mean = (round() + round()) / 2;
  if (!(mean < 0.6)) throw new Error(`${name}: a mean loss of ${mean}, which is hardly better than chance`);
}

export async function benchOptimise(rounds: number): Promise<Goal[]> {
  const sides: Record<string, () => number> = {
    "TPE, decimals": prepared({ kind: "tpe" }, decimals, TOLD),
    "TPE, whole numbers and decimals": prepared({ kind: "tpe" }, mixed, TOLD),
    "TPE, each parameter by itself": prepared({ kind: "tpe", isMultivariate: false }, mixed, TOLD),
    "CMA-ES": prepared({ kind: "cmaes" }, decimals, TOLD),
    "NSGA-II": prepared({ kind: "nsga2" }, decimals, TOLD),
    [`Gaussian process, at ${TOLD_PROCESS}`]: prepared({ kind: "gaussianProcess" }, decimals, TOLD_PROCESS),
  };
  for (const name of Object.keys(sides).filter((side) => /TPE|process/.test(side))) {
    requireBetterThanChance(name, sides[name]);
  }
  const times = await sideBySide(sides, rounds);
  const perPoint = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, ms / BATCH]));
  printGroup(`A suggestion with 5 parameters at ${TOLD} trials`, perPoint);
  return [
    {
      name: "TPE: a suggestion with 5 parameters at 1,000 trials",
      measured: perPoint["TPE, whole numbers and decimals"],
      limit: 5,
      unit: "ms",
    },
  ];
}
