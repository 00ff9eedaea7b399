import { exp, ln, normalCdf } from "../core/maths.ts";
import type { Random } from "../core/random.ts";
import { cell, type Dimension, isNumber, levelCount } from "./dimension.ts";

/** Half the logarithm of 2π. */
const LOG_ROOT_2PI = 0.9189385332046727;
const ROOT_HALF = Math.sqrt(0.5);
/** Where a cell's probability is lost to rounding, it counts as this much. */
const LEAST_MASS = 1e-18;
/** Where levels are narrower than this part of a kernel, the density at their middle stands for their mass, to 0.4%. */
const NARROW = 0.3;

/** A point as a mixture sees it. */
export type Observation = {
  /** The place on each side of the cube; NaN where the parameter is not active. */
  readonly units: Float64Array;
  /** The level of each parameter; −1 where it has none. */
  readonly levels: Int32Array;
};

/**
 * A density over some sides of the cube, as a mixture with one component for each observation, a product of kernels along
 * the sides, and one flat component, the prior: the Parzen estimator of Bergstra et al. 2011, as refined by Optuna.
 *
 * Kernels of numbers are normal, cut off at the ends of the range and, for levels, summed over each level's part of it.
 * Over several sides their width follows Scott's rule, 0.2 n^(−1/(d + 4)); along a single one it is the distance to the
 * farther neighbour. It is never narrower than 1/(n + 2), or 1/100 ("magic clip").
 */
export class ParzenEstimator {
  readonly #columns: KernelColumn[];
  readonly #weights: Float64Array;
  readonly #logWeights: Float64Array;
  readonly #terms: Float64Array;

  /** Over the dimensions at these places; the observations are of all dimensions, active in these. */
  constructor(
    dimensions: readonly Dimension[],
    readonly places: readonly number[],
    observations: readonly Observation[],
  ) {
    const count = observations.length;
    const weights = recencyWeights(count);
    let total = 0;
    for (const weight of weights) total += weight;
    this.#weights = weights.map((weight) => weight / total);
    this.#logWeights = this.#weights.map((weight) => ln(weight));
    this.#terms = new Float64Array(count + 1);
    this.#columns = places.map((k) => {
      const dimension = dimensions[k];
      const levels = new Int32Array(count + 1).fill(-1);
      for (let j = 0; j < count; j++) levels[j] = observations[j].levels[k];
      if (!isNumber(dimension)) return new CategoryKernels(dimension.values.length, levels);
      const centres = new Float64Array(count + 1).fill(0.5);
      for (let j = 0; j < count; j++) centres[j] = observations[j].units[k];
      const widths = places.length === 1 ? neighbourWidths(centres) : scottWidths(count, places.length);
      return widestCell(dimension) > NARROW * narrowest(widths)
        ? new CellKernels(dimension, centres, levels, widths)
        : new NormalKernels(dimension, centres, widths);
    });
  }

  /** A random place, a number for each dimension. */
  sample(random: Random): Float64Array {
    let rest = random.uniform();
    let component = 0;
    for (; component < this.#weights.length - 1; component++) {
      rest -= this.#weights[component];
      if (rest < 0) break;
    }
    return Float64Array.from(this.#columns, (column) => column.sample(component, random));
  }

  /** The logarithm of the density at a place; for levels, of their probability. */
  logDensity({ units, levels }: Observation): number {
    const terms = this.#terms;
    terms.set(this.#logWeights);
    for (const [d, k] of this.places.entries()) this.#columns[d].add(units[k], levels[k], terms);
    let largest = -Infinity;
    for (let j = 0; j < terms.length; j++) if (terms[j] > largest) largest = terms[j];
    let sum = 0;
    // What is below e⁻²³ of the largest is left out: a thousand of them are a part in ten million.
    for (let j = 0; j < terms.length; j++) if (terms[j] > largest - 23) sum += exp(terms[j] - largest);
    return largest + ln(sum);
  }
}

/**
 * How much each observation counts, from the oldest to the newest, and at last the prior: the newest 25 fully, those
 * before on a line down to 1/n (hyperopt's linear forgetting).
 */
function recencyWeights(count: number): Float64Array {
  const weights = new Float64Array(count + 1).fill(1);
  const old = count - 25;
  for (let j = 0; j < old; j++)
    weights[j] = old === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * j) / (old - 1);
  return weights;
}

function scottWidths(count: number, dimensions: number): Float64Array {
  const width = 0.2 * exp(-ln(Math.max(1, count)) / (dimensions + 4));
  const widths = new Float64Array(count + 1).fill(clipWidth(width, count));
  widths[count] = 1;
  return widths;
}

/** The prior's centre is one of the neighbours, and so are the ends of the range, but not to the outermost two. */
function neighbourWidths(centres: Float64Array): Float64Array {
  const count = centres.length - 1;
  const order = Array.from(centres, (_, j) => j).sort((i, j) => centres[i] - centres[j] || i - j);
  const widths = new Float64Array(count + 1);
  for (const [place, j] of order.entries()) {
    const below = place === 0 ? 0 : centres[order[place - 1]];
    const above = place === count ? 1 : centres[order[place + 1]];
    const isFirst = place === 0 && count > 0;
    const isLast = place === count && count > 0;
    const width = Math.max(isFirst ? 0 : centres[j] - below, isLast ? 0 : above - centres[j]);
    widths[j] = clipWidth(width, count);
  }
  widths[count] = 1;
  return widths;
}

/** The widest part of the side that stands for one level; 0 where there are none. The first is, on any scale. */
function widestCell(dimension: Dimension): number {
  return levelCount(dimension) === Infinity ? 0 : cellWidth(dimension, 0);
}

function cellWidth(dimension: Dimension, level: number): number {
  const [low, high] = cell(dimension, level);
  return high - low;
}

function narrowest(widths: Float64Array): number {
  return widths.reduce((least, width) => Math.min(least, width), 1);
}

function clipWidth(width: number, count: number): number {
  return Math.max(1 / Math.min(100, count + 2), Math.min(1, width));
}

/** The kernels of all components along one dimension. */
interface KernelColumn {
  /** Adds to each component's term the logarithm of its density at a place. */
  add(unit: number, level: number, terms: Float64Array): void;
  /** A place on the side of the cube, drawn from a component. */
  sample(component: number, random: Random): number;
}

class NormalKernels implements KernelColumn {
  readonly #constants: Float64Array;
  /** Times these a difference is z / √2: the loop below is where a suggestion spends its time. */
  readonly #scales: Float64Array;

  constructor(
    readonly dimension: Dimension,
    readonly centres: Float64Array,
    readonly widths: Float64Array,
  ) {
    this.#scales = widths.map((width) => ROOT_HALF / width);
    this.#constants = centres.map((centre, j) => -ln(widths[j] * insideOf(centre, widths[j])) - LOG_ROOT_2PI);
  }

  add(unit: number, level: number, terms: Float64Array): void {
    const { centres } = this;
    const constants = this.#constants;
    const scales = this.#scales;
    const part = level === -1 ? 0 : ln(cellWidth(this.dimension, level));
    for (let j = 0; j < terms.length; j++) {
      const z = (unit - centres[j]) * scales[j];
      terms[j] += constants[j] + part - z * z;
    }
  }

  sample(component: number, random: Random): number {
    return cutNormal(this.centres[component], this.widths[component], random);
  }
}

class CellKernels implements KernelColumn {
  /** The kernel of each component: many observations of one level share one. */
  readonly #kernels: Int32Array;
  /** The logarithm of each kernel's probability of each level, row by row; NaN until it is asked for. */
  readonly #logMass: Float64Array;
  readonly #shapes: { readonly centre: number; readonly width: number; readonly inside: number }[] = [];
  readonly #cells: number;

  constructor(
    readonly dimension: Dimension,
    readonly centres: Float64Array,
    levels: Int32Array,
    readonly widths: Float64Array,
  ) {
    this.#cells = levelCount(dimension);
    this.#kernels = new Int32Array(centres.length);
    const ofLevel = Array.from({ length: this.#cells + 1 }, (): number[] => []);
    for (let j = 0; j < centres.length; j++) {
      const known = ofLevel[levels[j] + 1];
      let kernel = known.find((k) => this.#shapes[k].width === widths[j]);
      if (kernel === undefined) {
        const [centre, width] = [centres[j], widths[j]];
        kernel = this.#shapes.push({ centre, width, inside: insideOf(centre, width) }) - 1;
        known.push(kernel);
      }
      this.#kernels[j] = kernel;
    }
    this.#logMass = new Float64Array(this.#shapes.length * this.#cells).fill(Number.NaN);
  }

  add(_unit: number, level: number, terms: Float64Array): void {
    const kernels = this.#kernels;
    const logMass = this.#logMass;
    const cells = this.#cells;
    for (let j = 0; j < terms.length; j++) {
      const at = kernels[j] * cells + level;
      let mass = logMass[at];
      if (Number.isNaN(mass)) logMass[at] = mass = this.#compute(kernels[j], level);
      terms[j] += mass;
    }
  }

  sample(component: number, random: Random): number {
    return cutNormal(this.centres[component], this.widths[component], random);
  }

  #compute(kernel: number, level: number): number {
    const { centre, width, inside } = this.#shapes[kernel];
    const [low, high] = cell(this.dimension, level);
    const mass = normalCdf((high - centre) / width) - normalCdf((low - centre) / width);
    return ln(Math.max(LEAST_MASS, mass / inside));
  }
}

/** A component has seen its own value once, and each value a little: as much as one observation, shared by all components. */
class CategoryKernels implements KernelColumn {
  readonly #logSame: number;
  readonly #logOther: number;

  /** Of `count` values; the last of the levels is the prior's, −1. */
  constructor(
    readonly count: number,
    readonly levels: Int32Array,
  ) {
    const little = 1 / levels.length;
    this.#logOther = ln(little / (1 + count * little));
    this.#logSame = ln((1 + little) / (1 + count * little));
  }

  add(_unit: number, level: number, terms: Float64Array): void {
    const { levels } = this;
    const last = levels.length - 1;
    for (let j = 0; j < last; j++) terms[j] += levels[j] === level ? this.#logSame : this.#logOther;
    terms[last] -= ln(this.count);
  }

  sample(component: number, random: Random): number {
    const { levels, count } = this;
    const anywhere = random.integer(0, count - 1);
    const isOwn =
      component < levels.length - 1 && random.uniform() < exp(this.#logSame) - exp(this.#logOther);
    return ((isOwn ? levels[component] : anywhere) + 0.5) / count;
  }
}

/** How much of a normal distribution lies in 0 … 1. An end that is seven widths away cuts off nothing (10⁻¹²). */
function insideOf(centre: number, width: number): number {
  const below = centre > 7 * width ? 0 : normalCdf(-centre / width);
  const above = 1 - centre > 7 * width ? 0 : normalCdf((centre - 1) / width);
  return 1 - below - above;
}

/** A normal number that lies in 0 … 1; its centre does, and its width is at most 1, so few are thrown away. */
function cutNormal(centre: number, width: number, random: Random): number {
  for (;;) {
    const value = random.normal(centre, width);
    if (value >= 0 && value <= 1) return value;
  }
}
