import type { HyperbandSettings } from "../optimise/hyperband.ts";
import { type PrunerSpec, requirePruner } from "../optimise/pruning.ts";

/** A pruner as it is asked for: by name, or with settings. */
export type GivenPruner =
  | PrunerSpec["kind"]
  | Extract<PrunerSpec, { kind: "median" }>
  | ({ readonly kind: "hyperband" } & Partial<HyperbandSettings>);

/** Ninths of the training and a reduction of 3: points end after a ninth, after a third, or not before the end. */
const HYPERBAND_STEPS = 9;

/** The pruner with its defaults; none unless it is asked for. */
export function prunerSpec(given: GivenPruner | undefined): PrunerSpec | undefined {
  if (given === undefined) return undefined;
  const named = typeof given === "string" ? ({ kind: given } as Exclude<GivenPruner, string>) : given;
  const spec: PrunerSpec = named.kind === "hyperband" ? { maximumSteps: HYPERBAND_STEPS, ...named } : named;
  requirePruner(spec);
  return spec;
}
