import type { Candles } from "#engine/candles/candles.ts";
import { closeTimes, type ProbeColumn } from "#engine/leaks/subject.ts";
import { isStrategy } from "../frame/resultKinds.ts";
import type { Replayed } from "./replay.ts";

/** Whose rows a column has: a series of the work, by its place, or candles that a cell made, by their path. */
type Base = { readonly series: number } | { readonly path: string };

/** Columns that one value may be made of; a notebook that shows more than this shows too much. */
const MOST = 2000;

/**
 * Reads the values of cells as columns of a probe: columns and lists of numbers, candles, feature matrices, and records
 * and lists of these. Whose rows a column has is found out once, on the whole data, by its length: those of the candles
 * that have as many. A single number is a column too, of one row at the beginning: if it changes with the future, it was
 * made of it.
 */
export class ColumnReader {
  /** By path, the likeliest first: markets without gaps have rows alike. */
  readonly #bases = new Map<string, readonly Base[]>();
  /** Which series a value may have been made of, by the name that its path begins with. */
  readonly #seriesOf: (name: string) => readonly number[];
  #isFirst = true;
  /** Paths of single numbers. */
  readonly numbers = new Set<string>();

  constructor(seriesOf: (name: string) => readonly number[]) {
    this.#seriesOf = seriesOf;
  }

  /** The columns of all values, named by their paths: `z`, `features.rsi`, `pairs[0].spread`. */
  read(values: Replayed, series: readonly Candles[]): ProbeColumn[] {
    const leaves: [path: string, leaf: Leaf][] = [];
    const candles = new Map<string, Candles>();
    for (const [name, value] of values) collect(name, value, leaves, candles, 0);
    if (this.#isFirst) this.#find(leaves, candles, series);
    this.#isFirst = false;
    const times = new Map<Candles, Float64Array>();
    const timesOf = (of: Candles): Float64Array => {
      let known = times.get(of);
      if (known === undefined) times.set(of, (known = closeTimes(of)));
      return known;
    };
    const beginning = Math.min(...series.map((each) => timesOf(each)[0] ?? Number.POSITIVE_INFINITY));
    return leaves.flatMap(([name, leaf]): ProbeColumn[] => {
      if (typeof leaf === "number")
        return [{ name, time: Float64Array.of(beginning), values: Float64Array.of(leaf) }];
      const bases = this.#bases.get(name)?.map((base) => candlesOf(base, series, candles));
      if (bases === undefined) return [];
      const of = bases.find((each) => each?.timestamp.length === leaf.length);
      // Other rows than any of them has: there is no telling which.
      const time = of === undefined ? new Float64Array(0) : timesOf(of);
      return [{ name, time, values: Float64Array.from(of === undefined ? [] : leaf) }];
    });
  }

  #find(
    leaves: readonly (readonly [string, Leaf])[],
    candles: ReadonlyMap<string, Candles>,
    series: readonly Candles[],
  ): void {
    for (const [name, leaf] of leaves) {
      if (typeof leaf === "number") {
        this.numbers.add(name);
        continue;
      }
      const own = name.slice(0, Math.max(0, name.lastIndexOf(".")));
      const place = Number(/\[(\d+)\]/.exec(name)?.[1] ?? -1);
      const ofSeries = this.#seriesOf(rootOf(name));
      const rank = (k: number): number =>
        name.includes(series[k].symbol) ? 2 : ofSeries[place] === k ? 1 : 0;
      const fitting = ofSeries
        .filter((k) => series[k].timestamp.length === leaf.length)
        .sort((a, b) => rank(b) - rank(a));
      const made = [...candles].filter(([, { timestamp }]) => timestamp.length === leaf.length);
      const bases: Base[] = [
        ...(candles.has(own) ? [{ path: own }] : []),
        ...fitting.map((k) => ({ series: k })),
        ...made.map(([path]) => ({ path })),
      ];
      if (bases.length > 0) this.#bases.set(name, bases);
    }
  }
}

function candlesOf(
  base: Base,
  series: readonly Candles[],
  made: ReadonlyMap<string, Candles>,
): Candles | undefined {
  return "series" in base ? series[base.series] : made.get(base.path);
}

type Leaf = number | ArrayLike<number>;

/** The name of the value that a column's path begins with. */
export function rootOf(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function collect(
  path: string,
  value: unknown,
  leaves: [string, Leaf][],
  candles: Map<string, Candles>,
  depth: number,
): void {
  if (leaves.length >= MOST || depth > 3) return;
  if (typeof value === "number" || typeof value === "boolean") {
    leaves.push([path, Number(value)]);
    return;
  }
  if (typeof value !== "object" || value === null || isStrategy(value)) return;
  if (ArrayBuffer.isView(value) && "length" in value) {
    leaves.push([path, value as unknown as ArrayLike<number>]);
    return;
  }
  if (Array.isArray(value)) {
    collectList(path, value, leaves, candles, depth);
    return;
  }
  if (isCandles(value)) candles.set(path, value);
  if (isMatrix(value)) {
    value.names.forEach((name, k) => {
      leaves.push([`${path}.${name}`, value.columns[k]]);
    });
    return;
  }
  // An element of the page or a value of a class has no rows; a record's fields may.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return;
  for (const [field, each] of Object.entries(value)) {
    if (field === "timestamp" && isCandles(value)) continue;
    collect(`${path}.${field}`, each, leaves, candles, depth + 1);
  }
}

/** A list of numbers is a column, one of records a table by rows, a short one of other things each by itself. */
function collectList(
  path: string,
  value: readonly unknown[],
  leaves: [string, Leaf][],
  candles: Map<string, Candles>,
  depth: number,
): void {
  const [first] = value;
  if (typeof first === "number" || typeof first === "boolean") {
    leaves.push([
      path,
      value.map((each) =>
        typeof each === "number" || typeof each === "boolean" ? Number(each) : Number.NaN,
      ),
    ]);
    return;
  }
  const isRows = value.length > 64 && typeof first === "object" && first !== null;
  if (isRows) {
    for (const [field, of] of Object.entries(first)) {
      if (typeof of !== "number" && typeof of !== "boolean") continue;
      leaves.push([
        `${path}[].${field}`,
        value.map((row) => Number((row as Record<string, unknown> | null)?.[field] ?? Number.NaN)),
      ]);
    }
    return;
  }
  if (value.length > 64) return;
  for (const [k, each] of value.entries()) collect(`${path}[${k}]`, each, leaves, candles, depth + 1);
}

function isCandles(value: object): value is Candles {
  const candidate = value as Partial<Candles>;
  return (
    candidate.timestamp instanceof Float64Array &&
    candidate.close instanceof Float64Array &&
    typeof candidate.timeframe === "string"
  );
}

function isMatrix(value: object): value is { names: readonly string[]; columns: readonly Float64Array[] } {
  const { names, columns } = value as { names?: unknown; columns?: unknown };
  return Array.isArray(names) && Array.isArray(columns) && names.length === columns.length;
}
