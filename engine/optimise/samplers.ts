import { EngineError, nearestName } from "../core/errors.ts";
import { GaussianProcessSampler, type GaussianProcessSettings } from "./bayesian.ts";
import { CmaesSampler, type CmaesSettings } from "./cmaes.ts";
import type { EvolutionSettings } from "./evolution.ts";
import { GridSampler, type GridSettings } from "./gridSearch.ts";
import { Nsga2Sampler } from "./nsga2.ts";
import { Nsga3Sampler, type Nsga3Settings } from "./nsga3.ts";
import { QuasiMonteCarloSampler, type QuasiMonteCarloSettings } from "./quasiMonteCarlo.ts";
import { RandomSampler } from "./randomSearch.ts";
import type { Sampler, SamplerInput } from "./sampler.ts";
import { TpeSampler, type TpeSettings } from "./tpe.ts";

/** Which sampler, with its settings: plain data, so that it is recorded and hashed with the study. */
export type SamplerSpec =
  | ({ readonly kind: "grid" } & GridSettings)
  | { readonly kind: "random" }
  | ({ readonly kind: "quasiMonteCarlo" } & QuasiMonteCarloSettings)
  | ({ readonly kind: "tpe" } & TpeSettings)
  | ({ readonly kind: "cmaes" } & CmaesSettings)
  | ({ readonly kind: "gaussianProcess" } & GaussianProcessSettings)
  | ({ readonly kind: "nsga2" } & EvolutionSettings)
  | ({ readonly kind: "nsga3" } & Nsga3Settings);

export type SamplerKind = SamplerSpec["kind"];

/** All kinds, and whether they take several objectives. */
export const SAMPLERS: Readonly<Record<SamplerKind, { readonly takesSeveral: boolean }>> = {
  grid: { takesSeveral: true },
  random: { takesSeveral: true },
  quasiMonteCarlo: { takesSeveral: true },
  tpe: { takesSeveral: false },
  cmaes: { takesSeveral: false },
  gaussianProcess: { takesSeveral: false },
  nsga2: { takesSeveral: true },
  nsga3: { takesSeveral: true },
};

/** What is used where no sampler is named: TPE for one objective, NSGA-II for two, NSGA-III for more. */
export function defaultSampler(objectives: number): SamplerSpec {
  return { kind: objectives === 1 ? "tpe" : objectives === 2 ? "nsga2" : "nsga3" };
}

export function createSampler(spec: SamplerSpec, input: SamplerInput): Sampler {
  const kinds = Object.keys(SAMPLERS);
  if (!kinds.includes(spec.kind)) {
    const nearest = nearestName(String(spec.kind), kinds);
    throw new EngineError(
      "optimise.sampler",
      `There is no sampler "${String(spec.kind)}"; expected one of ${kinds.join(", ")}.` +
        (nearest === undefined ? "" : ` Did you mean "${nearest}"?`),
      { given: String(spec.kind), known: kinds, nearest },
    );
  }
  if (input.objectives > 1 && !SAMPLERS[spec.kind].takesSeveral) {
    const several = Object.entries(SAMPLERS).filter(([, { takesSeveral }]) => takesSeveral);
    throw new EngineError(
      "optimise.one-objective",
      `The sampler ${spec.kind} follows one objective and was given ${input.objectives}; ` +
        `expected one of ${several.map(([kind]) => kind).join(", ")}.`,
      { sampler: spec.kind, objectives: input.objectives },
    );
  }
  switch (spec.kind) {
    case "grid":
      return new GridSampler(input, spec);
    case "random":
      return new RandomSampler(input);
    case "quasiMonteCarlo":
      return new QuasiMonteCarloSampler(input, spec);
    case "tpe":
      return new TpeSampler(input, spec);
    case "cmaes":
      return new CmaesSampler(input, spec);
    case "gaussianProcess":
      return new GaussianProcessSampler(input, spec);
    case "nsga2":
      return new Nsga2Sampler(input, spec);
    case "nsga3":
      return new Nsga3Sampler(input, spec);
  }
}
