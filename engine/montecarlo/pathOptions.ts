import { EngineError } from "../core/errors.ts";

/** What every kind of simulated paths has in common. */
export type PathOptions = {
  /** Default: 1000. */
  readonly paths?: number;
  /** Default: 1. */
  readonly seed?: number | string;
  /** The bands, ascending fractions of 0 … 1. Default: 0.05, 0.25, 0.5, 0.75, 0.95. */
  readonly quantiles?: readonly number[];
  /** Fraction of the starting capital at which an account counts as ruined. Default: 0.5. */
  readonly ruinLevel?: number;
  /** At how many steps the bands are taken, at most. Default: 100. */
  readonly mostSteps?: number;
};

/** The options with what is left out filled in; throws for what no simulation can mean. */
export function requirePathOptions(call: string, options: PathOptions): Required<PathOptions> {
  const { paths = 1000, seed = 1, quantiles = [0.05, 0.25, 0.5, 0.75, 0.95], ruinLevel = 0.5 } = options;
  const { mostSteps = 100 } = options;
  const wrong = (name: string, given: unknown, expected: string): EngineError =>
    new EngineError("montecarlo.setting", `${call}: ${name} is ${String(given)}; expected ${expected}.`, {
      name,
      given: String(given),
    });
  if (!(Number.isSafeInteger(paths) && paths >= 1)) throw wrong("paths", paths, "a whole number from 1");
  if (!(Number.isSafeInteger(mostSteps) && mostSteps >= 1)) {
    throw wrong("mostSteps", mostSteps, "a whole number from 1");
  }
  if (!(ruinLevel >= 0 && ruinLevel < 1)) {
    throw wrong("ruinLevel", ruinLevel, "a fraction of the starting capital from 0, below 1");
  }
  const ascends = quantiles.every(
    (value, k) => value >= 0 && value <= 1 && (k === 0 || value > quantiles[k - 1]),
  );
  if (quantiles.length === 0 || !ascends) {
    throw wrong("quantiles", `[${quantiles.join(", ")}]`, "ascending fractions of 0 … 1");
  }
  return { paths, seed, quantiles, ruinLevel, mostSteps };
}
