import { EngineError, nearestName } from "../core/errors.ts";
import type { Trial } from "../optimise/trial.ts";

/**
 * Which point of a Pareto front is deployed. `knee`: the one nearest to the best of all objectives at once, each measured
 * over the front's own range (the compromise solution of Yu 1973 and Zeleny 1973). `first`: the one with the smallest
 * first objective, the others only deciding between equals.
 */
export type FrontChoice = "knee" | "first";

const CHOICES: readonly FrontChoice[] = ["knee", "first"];

export function requireFrontChoice(choice: FrontChoice): void {
  if (CHOICES.includes(choice)) return;
  const nearest = nearestName(String(choice), CHOICES);
  throw new EngineError(
    "optimise.choose",
    `There is no rule "${String(choice)}" to choose from a Pareto front; expected ${CHOICES.join(" or ")}.` +
      (nearest === undefined ? "" : ` Did you mean "${nearest}"?`),
    { given: String(choice), nearest },
  );
}

/** The point of a front by a rule, the first among equals; none of an empty front. */
export function chooseFromFront(front: readonly Trial[], choice: FrontChoice): Trial | undefined {
  let chosen: Trial | undefined;
  if (choice === "first") {
    for (const trial of front) if (chosen === undefined || isBefore(trial, chosen)) chosen = trial;
    return chosen;
  }
  const [lows, ranges] = extents(front);
  let least = Infinity;
  for (const trial of front) {
    const distance = trial.losses.reduce((sum, loss, m) => {
      // An objective that is the same everywhere tells no point from another.
      const place = ranges[m] > 0 ? (loss - lows[m]) / ranges[m] : 0;
      return sum + place * place;
    }, 0);
    if (distance < least) [chosen, least] = [trial, distance];
  }
  return chosen;
}

function isBefore({ losses: a }: Trial, { losses: b }: Trial): boolean {
  const m = a.findIndex((loss, k) => loss !== b[k]);
  return m >= 0 && a[m] < b[m];
}

function extents(front: readonly Trial[]): [lows: number[], ranges: number[]] {
  const lows: number[] = [];
  const ranges: number[] = [];
  for (let m = 0; m < (front[0]?.losses.length ?? 0); m++) {
    const losses = front.map((trial) => trial.losses[m]);
    lows.push(losses.reduce((least, loss) => Math.min(least, loss), Infinity));
    ranges.push(losses.reduce((most, loss) => Math.max(most, loss), -Infinity) - lows[m]);
  }
  return [lows, ranges];
}
