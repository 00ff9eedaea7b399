import { EngineError } from "../core/errors.ts";
import { type LossReport, lossPassing, type Trial } from "./trial.ts";

export type HyperbandSettings = {
  /** The step of a complete trial: what the objective reports last. */
  readonly maximumSteps: number;
  /** The first step at which a trial may be given up. Default 1. */
  readonly minimumSteps?: number;
  /** η: of so many trials that reach a rung, one goes on. Default 3. */
  readonly reduction?: number;
};

export function requireHyperband({ maximumSteps, minimumSteps = 1, reduction = 3 }: HyperbandSettings): void {
  const isFine = minimumSteps > 0 && maximumSteps >= minimumSteps && maximumSteps < Infinity;
  if (isFine && Number.isInteger(reduction) && reduction >= 2) return;
  throw new EngineError(
    "optimise.pruner",
    `hyperband: steps from ${minimumSteps} to ${maximumSteps}, reduction ${reduction}; ` +
      "expected a first step above 0, a last one not before it, and a whole number from 2.",
    { minimumSteps, maximumSteps, reduction },
  );
}

/** One of Hyperband's ways to spend a budget: how many trials, and the steps at which most of them end. */
export type Bracket = { readonly trials: number; readonly rungs: readonly number[] };

/**
 * Hyperband's brackets (Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar 2017), from the one that tries most points and
 * ends most of them early to the one that ends none: bracket s has ⌈(s_max + 1)/(s + 1) ηˢ⌉ trials and its rungs at R η⁻ˢ,
 * R η⁻ˢ⁺¹, … R/η.
 */
export function hyperbandBrackets({
  maximumSteps,
  minimumSteps = 1,
  reduction = 3,
}: HyperbandSettings): Bracket[] {
  let most = 0;
  // Rounding must not lose the bracket whose first rung is the minimum itself.
  for (let steps = maximumSteps / reduction; steps >= minimumSteps * (1 - 1e-9); steps /= reduction) most++;
  return Array.from({ length: most + 1 }, (_, k) => {
    const s = most - k;
    const rungs: number[] = [];
    let powerOfS = 1;
    for (let i = 0; i < s; i++) powerOfS *= reduction;
    for (let divisor = powerOfS; divisor > 1; divisor /= reduction) rungs.push(maximumSteps / divisor);
    return { trials: Math.ceil(((most + 1) / (s + 1)) * powerOfS), rungs };
  });
}

/**
 * Successive halving within the brackets, trial by trial (ASHA; Li et al. 2020): at a rung a trial goes on when it is among
 * the best one in η of those of its bracket that have come so far, itself included. The first ones go on.
 */
export function hyperbandLimits(
  settings: HyperbandSettings,
  index: number,
  finished: readonly Trial[],
): LossReport[] {
  const brackets = hyperbandBrackets(settings);
  const { reduction = 3 } = settings;
  const own = bracketOf(brackets, index);
  const rivals = finished.filter((trial) => bracketOf(brackets, trial.index) === own);
  return brackets[own].rungs.map((step) => {
    const losses = rivals
      .map(({ reports }) => lossPassing(reports, step))
      .filter((loss) => !Number.isNaN(loss));
    losses.sort((a, b) => a - b);
    const going = Math.max(1, Math.floor((losses.length + 1) / reduction));
    return { step, loss: going <= losses.length ? losses[going - 1] : Infinity };
  });
}

/** The rungs at which the trial of an index may be given up, ascending; none for one of the bracket that ends none. */
export function hyperbandRungs(settings: HyperbandSettings, index: number): readonly number[] {
  const brackets = hyperbandBrackets(settings);
  return brackets[bracketOf(brackets, index)].rungs;
}

/** One bracket after the other, and again from the first. */
function bracketOf(brackets: readonly Bracket[], index: number): number {
  const total = brackets.reduce((sum, { trials }) => sum + trials, 0);
  let rest = index % total;
  let k = 0;
  while (rest >= brackets[k].trials) rest -= brackets[k++].trials;
  return k;
}
