import { quantilesInPlace } from "./quantiles.ts";

/** What became of many paths that could have been, as multiples of the starting capital. */
export type PathSummary = {
  readonly paths: number;
  /** Where the bands are: steps done, 0 first. */
  readonly steps: Float64Array;
  readonly quantiles: readonly number[];
  /** By quantile: the equity below which that share of the paths is after each of `steps`. */
  readonly bands: readonly Float64Array[];
  /** By path. */
  readonly finalEquity: Float64Array;
  /** By path: the deepest fall from the running peak, a positive fraction of it; the starting capital is the first peak. */
  readonly maxDrawdown: Float64Array;
  /** By path: the lowest equity. */
  readonly lowestEquity: Float64Array;
  /** Share of the paths that came down to `ruinLevel`, and how many they are. */
  readonly ruinProbability: number;
  readonly ruinedPaths: number;
  /** Fraction of the starting capital at which an account counts as ruined. */
  readonly ruinLevel: number;
};

/** Collects paths as they come, so that only what is shown of them is kept. */
export class PathLog {
  readonly steps: Float64Array;
  readonly finalEquity: Float64Array;
  readonly maxDrawdown: Float64Array;
  readonly lowestEquity: Float64Array;
  /** By step: the equity of each path. */
  readonly #columns: readonly Float64Array[];

  /** `steps` ascend from 0 to the length of a path. */
  constructor(paths: number, steps: Float64Array) {
    this.steps = steps;
    this.finalEquity = new Float64Array(paths);
    this.maxDrawdown = new Float64Array(paths);
    this.lowestEquity = new Float64Array(paths);
    this.#columns = Array.from(steps, () => new Float64Array(paths));
  }

  /** A path by the return of each of its steps, from −1, each on what the steps before left. */
  addCompounded(path: number, returns: Float64Array): void {
    const { steps } = this;
    const columns = this.#columns;
    let equity = 1;
    let peak = 1;
    let lowest = 1;
    let deepest = 0;
    // Equity below which the drawdown is deeper than any before. A new low of all is always one of those.
    let floor = 1;
    let i = 0;
    for (let s = 0; s < steps.length; s++) {
      const end = steps[s];
      for (; i < end; i++) {
        equity *= 1 + returns[i];
        if (equity > peak) {
          peak = equity;
          floor = peak * (1 - deepest);
        } else if (equity < floor) {
          deepest = (peak - equity) / peak;
          floor = equity;
          if (equity < lowest) lowest = equity;
        }
      }
      columns[s][path] = equity;
    }
    this.#end(path, equity, deepest, lowest);
  }

  /** The same with every step's return on the starting capital; an account that is at 0 stays there. */
  addFixed(path: number, returns: Float64Array): void {
    const { steps } = this;
    const columns = this.#columns;
    let equity = 1;
    let peak = 1;
    let lowest = 1;
    let deepest = 0;
    let floor = 1;
    let i = 0;
    for (let s = 0; s < steps.length; s++) {
      const end = steps[s];
      for (; i < end; i++) {
        equity = equity > 0 ? Math.max(0, equity + returns[i]) : 0;
        if (equity > peak) {
          peak = equity;
          floor = peak * (1 - deepest);
        } else if (equity < floor) {
          deepest = (peak - equity) / peak;
          floor = equity;
          if (equity < lowest) lowest = equity;
        }
      }
      columns[s][path] = equity;
    }
    this.#end(path, equity, deepest, lowest);
  }

  /** A path whose equity at each of the steps is known, and its extremes from elsewhere. */
  addCurve(
    path: number,
    equity: Float64Array,
    { maxDrawdown, lowest }: { readonly maxDrawdown: number; readonly lowest: number },
  ): void {
    for (let s = 0; s < this.steps.length; s++) this.#columns[s][path] = equity[s];
    this.#end(path, equity[equity.length - 1], maxDrawdown, lowest);
  }

  /** What became of all paths. */
  summary({
    quantiles,
    ruinLevel,
  }: {
    readonly quantiles: readonly number[];
    readonly ruinLevel: number;
  }): PathSummary {
    const paths = this.finalEquity.length;
    const bands = quantiles.map(() => new Float64Array(this.steps.length));
    const scratch = new Float64Array(paths);
    for (const [s, column] of this.#columns.entries()) {
      scratch.set(column);
      for (const [q, value] of quantilesInPlace(scratch, quantiles).entries()) bands[q][s] = value;
    }
    let ruinedPaths = 0;
    for (let path = 0; path < paths; path++) if (this.lowestEquity[path] <= ruinLevel) ruinedPaths++;
    return {
      paths,
      steps: this.steps,
      quantiles,
      bands,
      finalEquity: this.finalEquity,
      maxDrawdown: this.maxDrawdown,
      lowestEquity: this.lowestEquity,
      ruinProbability: ruinedPaths / paths,
      ruinedPaths,
      ruinLevel,
    };
  }

  #end(path: number, equity: number, deepest: number, lowest: number): void {
    this.finalEquity[path] = equity;
    this.maxDrawdown[path] = deepest;
    this.lowestEquity[path] = lowest;
  }
}

/** Whole steps from 0 to `length`, evenly spread, `most` + 1 of them at most. */
export function bandSteps(length: number, most: number): Float64Array {
  const parts = Math.min(length, most);
  return Float64Array.from({ length: parts + 1 }, (_, k) =>
    parts === 0 ? 0 : Math.round((k * length) / parts),
  );
}
