import { EngineError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { mean, quantile, standardDeviation } from "../core/stats.ts";
import { isNumber } from "./dimension.ts";
import { logExpectedImprovement } from "./expectedImprovement.ts";
import { fitScales } from "./fitProcess.ts";
import { GaussianProcess, type ProcessScales } from "./gaussianProcess.ts";
import { CountingSampler, type SamplerInput } from "./sampler.ts";
import { SOBOL_DIMENSIONS, SobolSequence } from "./sobol.ts";
import type { Point } from "./space.ts";
import { compareTrials, type Told } from "./trial.ts";

export type GaussianProcessSettings = {
  /** How many points of Sobol's sequence come before the model speaks. Default 10. */
  readonly startup?: number;
  /** The most trials the model looks at, the best half and the latest half of them; its work grows with their cube. Default 300. */
  readonly memory?: number;
};

/** The most trials that the hyper-parameters are fitted to. */
const FIT = 100;
/** How many places anywhere are looked at. */
const EVERYWHERE = 128;
/** Around each of the best trials so far: how many places, how far away. */
const BEST = 4;
const AROUND = [0.1, 0.1, 0.1, 0.1, 0.03, 0.03, 0.03, 0.03, 0.01, 0.01, 0.003, 0.001];
/** The places that are climbed from, and the steps that are tried from each. */
const CLIMBERS = 2;
const STEPS = [0.1, 0.03, 0.01, 0.003];

type Known = { readonly place: Float64Array; readonly trial: Told };

/**
 * Bayesian optimisation: a Gaussian process over the cube says what is believed of the loss everywhere, and the place
 * with the largest expected improvement is suggested. For losses that are slow to compute: it asks for few of them, and
 * thinks longest of all samplers.
 *
 * - Losses are cut off above at the third quartile plus 1.5 interquartile ranges, and brought to mean 0 and variance 1:
 *   one terrible trial must not flatten all the others. A failed trial counts as the worst loss, a pruned one as the last
 *   that it reported.
 * - Hyper-parameters are fitted anew whenever the trials have grown by a tenth.
 * - Points that are being computed are believed to turn out as predicted (Ginsbourger et al. 2010), so that a batch spreads.
 */
export class GaussianProcessSampler extends CountingSampler {
  readonly #startup: number;
  readonly #memory: number;
  readonly #sequence: SobolSequence | undefined;
  readonly #isCategory: readonly boolean[];
  readonly #known: Known[] = [];
  #fit: { readonly count: number; readonly scales: ProcessScales } | undefined;

  constructor(input: SamplerInput, { startup = 10, memory = 300 }: GaussianProcessSettings = {}) {
    super("gaussianProcess", input);
    if (!(Number.isInteger(startup) && startup >= 2 && Number.isInteger(memory) && memory >= startup)) {
      throw new EngineError(
        "optimise.gaussian-process",
        `gaussianProcess: startup ${startup}, memory ${memory}; expected whole numbers from 2, the second at least the first.`,
        { startup, memory },
      );
    }
    this.#startup = startup;
    this.#memory = memory;
    const { dimensions } = this.space;
    this.#isCategory = dimensions.map((dimension) => !isNumber(dimension));
    if (dimensions.length <= SOBOL_DIMENSIONS) {
      this.#sequence = new SobolSequence(dimensions.length, this.random.stream("shift"));
    }
  }

  protected override learn(trial: Told): void {
    this.#known.push({ place: this.space.encode(trial.parameters), trial });
  }

  protected choose(index: number): Point {
    const random = this.random.stream(`${index}`);
    const anywhere = (): Point => this.space.decode(this.anywhere(random));
    if (index < this.#startup) {
      const point = this.#sequence === undefined ? anywhere() : this.space.decode(this.#sequence.at(index));
      return this.seen.has(point) ? this.seen.fresh(random, anywhere) : point;
    }
    if (!this.#known.some(({ trial }) => trial.state === "complete"))
      return this.seen.fresh(random, anywhere);
    return this.#mostPromising(random) ?? this.seen.fresh(random, anywhere);
  }

  #mostPromising(random: Random): Point | undefined {
    const known = remembered(this.#known, this.#memory);
    const targets = standardised(known.map(({ trial }) => trial));
    let process = new GaussianProcess(
      known.map(({ place }) => place),
      targets,
      this.#scales(),
      this.#isCategory,
    );
    process = this.#withPending(process);
    const best = targets.reduce((least, value) => Math.min(least, value), Infinity);
    const score = (place: Float64Array): number => logExpectedImprovement(process.posterior(place), best);

    const starts = Array.from({ length: EVERYWHERE }, () => this.anywhere(random));
    for (const { place } of [...known].sort((a, b) => compareTrials(a.trial, b.trial)).slice(0, BEST)) {
      for (const distance of AROUND) {
        starts.push(place.map((x) => Math.max(0, Math.min(1, random.normal(x, distance)))));
      }
    }
    // A candidate is what its place stands for: between two levels nothing can be suggested.
    const candidates = new Map<string, Candidate>();
    for (const start of starts) this.#consider(start, score, candidates);
    const climbers = [...candidates.values()].sort((a, b) => b.score - a.score).slice(0, CLIMBERS);
    for (const climber of climbers) this.#climb(climber, score, candidates);
    let most: Candidate | undefined;
    for (const candidate of candidates.values()) {
      if (most === undefined || candidate.score > most.score) most = candidate;
    }
    return most?.point;
  }

  /** Step by step to better neighbours along the sides, with smaller and smaller steps. */
  #climb(from: Candidate, score: (place: Float64Array) => number, candidates: Map<string, Candidate>): void {
    let at = from;
    for (const step of STEPS) {
      for (let d = 0; d < this.#isCategory.length; d++) {
        for (const sign of [-1, 1]) {
          const place = at.place.slice();
          place[d] = Math.max(0, Math.min(1, place[d] + sign * step));
          const candidate = this.#consider(place, score, candidates);
          if (candidate !== undefined && candidate.score > at.score) at = candidate;
        }
      }
    }
  }

  /** The candidate of a place, when it is a new point. */
  #consider(
    place: Float64Array,
    score: (place: Float64Array) => number,
    candidates: Map<string, Candidate>,
  ): Candidate | undefined {
    const point = this.space.decode(place);
    const key = this.space.key(point);
    if (this.seen.hasKey(key)) return undefined;
    let candidate = candidates.get(key);
    if (candidate === undefined) {
      const encoded = this.space.encode(point);
      candidate = { point, place: encoded, score: score(encoded) };
      candidates.set(key, candidate);
    }
    return candidate;
  }

  #withPending(process: GaussianProcess): GaussianProcess {
    if (this.pending.length === 0) return process;
    const places = this.pending.map((point) => this.space.encode(point));
    const believed = places.map((place) => process.posterior(place).mean);
    return new GaussianProcess(
      [...process.points, ...places],
      Float64Array.from([...process.values, ...believed]),
      process.scales,
      this.#isCategory,
    );
  }

  /** From the trials up to a count that depends on nothing but how many there are, so that a resumed study fits the same. */
  #scales(): ProcessScales {
    const count = fitCount(this.#known.length);
    if (this.#fit?.count !== count) {
      const known = remembered(this.#known.slice(0, count), FIT);
      const points = known.map(({ place }) => place);
      const values = standardised(known.map(({ trial }) => trial));
      this.#fit = { count, scales: fitScales(points, values, this.#isCategory) };
    }
    return this.#fit.scales;
  }
}

type Candidate = { readonly point: Point; readonly place: Float64Array; readonly score: number };

/** The best half and the latest half of so many trials, in their order. */
function remembered(known: readonly Known[], most: number): readonly Known[] {
  if (known.length <= most) return known;
  const latest = Math.floor(most / 2);
  const older = known.slice(0, known.length - latest);
  const best = new Set([...older].sort((a, b) => compareTrials(a.trial, b.trial)).slice(0, most - latest));
  return [...older.filter((one) => best.has(one)), ...known.slice(known.length - latest)];
}

/** The largest of 1, 2, 3, … 11, 13, 15, …, each about a tenth above the one before, that is not above the count. */
function fitCount(count: number): number {
  let at = 1;
  for (;;) {
    const next = at + 1 + Math.floor(at / 10);
    if (next > count) return at;
    at = next;
  }
}

/** The trials' losses with mean 0 and variance 1, the worst of them cut off. */
function standardised(trials: readonly Told[]): Float64Array {
  const complete = trials.filter(({ state }) => state === "complete").map(({ losses }) => losses[0]);
  const upper = quantile(complete, 0.75);
  const most = upper + 1.5 * (upper - quantile(complete, 0.25));
  const worst = Math.min(
    most,
    complete.reduce((a, b) => Math.max(a, b), -Infinity),
  );
  const losses = Float64Array.from(trials, (trial) => {
    if (trial.state === "failed") return worst;
    const loss = trial.state === "complete" ? trial.losses[0] : trial.reports[trial.reports.length - 1].loss;
    return Math.min(most, loss);
  });
  const centre = mean(losses);
  const deviation = standardDeviation(losses, { ddof: 0 });
  // Equal losses are a flat function: all zeros.
  return losses.map((loss) => (deviation > 0 ? (loss - centre) / deviation : 0));
}
