import { EngineError } from "../core/errors.ts";
import { after, type Cut } from "./known.ts";
import { KNOWS, type ProbeAnswer, type ProbeColumn } from "./subject.ts";

/** How one row came out on the input as it is and on another with the same past. */
export type Difference = {
  /** Row in the column as it is; the number of its rows where the other one has more. */
  readonly row: number;
  /** UTC milliseconds at which the row is used. */
  readonly time: number;
  /** NaN where there is no such row. */
  readonly expected: number;
  readonly given: number;
  /** False where only one of the two has the row. */
  readonly isRow: boolean;
  /** The largest difference of all compared rows, by the column's mean absolute value or the values themselves. */
  readonly largest: number;
  /** Whether some value is known on one side only. */
  readonly vanishes: boolean;
};

export type Comparison = {
  /** The first row that differs by more than the tolerance. */
  readonly first: Difference | undefined;
  /**
   * Whether some difference cannot come from the input's end alone. Where rows are merely not there yet, or the very
   * last ones are there because the input ends (a position closed at the last price), more candles would tell.
   */
  readonly isSure: boolean;
  /** Rows that were compared and known on one side at least. */
  readonly compared: number;
  /** Rows that differ in bits, but not by more than the tolerance. */
  readonly rounded: number;
};

/** A column of the answer on the input as it is, made ready to be compared with. */
export type BaseColumn = ProbeColumn & {
  /** The mean absolute value: what a difference is small or large against. */
  readonly scale: number;
};

const NOTHING = new Float64Array(0);

const NO_DIFFERENCE = { isRow: true, largest: 0, vanishes: false };

/** Checks an answer's shape, and that its names are all different. */
export function requireAnswer(answer: ProbeAnswer): ProbeAnswer {
  if (!Array.isArray(answer)) throw badAnswer(`a ${typeof answer}`, "a list of columns");
  const names = new Set<string>();
  for (const { name, time, values } of answer as ProbeAnswer) {
    if (!(time instanceof Float64Array) || !(values instanceof Float64Array) || time.length !== values.length)
      throw badAnswer(
        `${name} with ${values?.length} values at ${time?.length} times`,
        "Float64Arrays of one length",
      );
    if (names.has(name)) throw badAnswer(`two columns called ${name}`, "each name once");
    names.add(name);
  }
  return answer;
}

export function baseColumns(answer: ProbeAnswer): BaseColumn[] {
  const checked = new Set<Float64Array>();
  return answer.map((column) => {
    const { name, time, values } = column;
    if (!checked.has(time)) requireOrder(name, time);
    checked.add(time);
    let sum = 0;
    let count = 0;
    for (let i = 0; i < values.length; i++) {
      const size = Math.abs(values[i]);
      if (size < Number.POSITIVE_INFINITY) {
        sum += size;
        count++;
      }
    }
    return { ...column, scale: count === 0 ? 0 : sum / count };
  });
}

type CommonRows = { a: Float64Array; b: Float64Array; limit: number; rows: number };

/** The rows of columns that are used by a cut; columns of one time base are looked up once. */
export class RowsByCut {
  readonly #rows = new Map<Float64Array, number>();
  readonly #opens = new Map<Float64Array, number>();
  #last: CommonRows = { a: NOTHING, b: NOTHING, limit: 0, rows: 0 };

  constructor(
    readonly cut: Cut,
    /** See `TimedInput.firstUnclosed`. */
    readonly firstUnclosed: number,
    /** The open of the last candle before the cut: rows from here on may be what an end of input makes of them. */
    readonly tailFrom: number,
  ) {}

  count({ time, knows = "closes" }: ProbeColumn): number {
    if (KNOWS.indexOf(knows) <= KNOWS.indexOf(this.cut.knows)) {
      let rows = this.#rows.get(time);
      if (rows === undefined) this.#rows.set(time, (rows = after(time, this.cut.time)));
      return rows;
    }
    let rows = this.#opens.get(time);
    if (rows === undefined) {
      rows = after(time, this.cut.time);
      while (rows > 0 && time[rows - 1] >= this.firstUnclosed) rows--;
      this.#opens.set(time, rows);
    }
    return rows;
  }

  /** The first rows of both that are of the same times. */
  common(a: Float64Array, b: Float64Array, limit: number): number {
    if (this.#last.a === a && this.#last.b === b && this.#last.limit === limit) return this.#last.rows;
    let rows = 0;
    if (a === b) rows = limit;
    else while (rows < limit && a[rows] === b[rows]) rows++;
    this.#last = { a, b, limit, rows };
    return rows;
  }
}

/**
 * Compares what a column says of everything up to a cut with what it said on another future. Values are equal when
 * they have the same bits, any NaN being like any other, or when they differ by at most `tolerance` times the larger of
 * the two or the column's mean absolute value, whichever is largest: what is left of arithmetic in another order.
 */
export function compareColumn(
  base: BaseColumn,
  other: ProbeColumn | undefined,
  rows: RowsByCut,
  tolerance: number,
): Comparison {
  const n = rows.count(base);
  const a = base.values;
  const b = other?.values ?? NOTHING;
  const m = other === undefined ? 0 : rows.count(other);
  const times = other?.time ?? NOTHING;
  const common = rows.common(base.time, times, Math.min(n, m));
  let first: Difference | undefined;
  let largest = 0;
  let vanishes = false;
  let isSure = false;
  let compared = 0;
  let rounded = 0;
  for (let i = 0; i < common; i++) {
    const x = a[i];
    const y = b[i];
    if (x === y) {
      compared++;
      continue;
    }
    const isUnknown = Number.isNaN(x);
    if (isUnknown && Number.isNaN(y)) continue;
    compared++;
    const scale = Math.max(Math.abs(x), Math.abs(y), base.scale);
    const isKnown = !isUnknown && !Number.isNaN(y);
    const difference = isKnown ? Math.abs(x - y) / scale : 0;
    if (isKnown && difference <= tolerance) {
      rounded++;
      continue;
    }
    first ??= { ...NO_DIFFERENCE, row: i, time: base.time[i], expected: x, given: y };
    if (isKnown) {
      isSure = true;
      if (difference > largest) largest = difference;
    } else {
      vanishes = true;
      if (isUnknown && base.time[i] < rows.tailFrom) isSure = true;
    }
  }
  if (common < n || common < m) {
    const known = hasValue(a, common, n) || hasValue(b, common, m);
    // Rows without a number on either side say nothing, whether they are there or not.
    if (known) {
      compared++;
      vanishes = true;
      if (hasValue(b, common, after(times.subarray(0, m), rows.tailFrom - 1))) isSure = true;
      first ??= {
        ...NO_DIFFERENCE,
        row: common,
        time: Math.min(common < n ? base.time[common] : Infinity, common < m ? times[common] : Infinity),
        expected: common < n ? a[common] : Number.NaN,
        given: common < m ? b[common] : Number.NaN,
        isRow: false,
      };
    }
  }
  return { first: first && { ...first, largest, vanishes }, isSure, compared, rounded };
}

function hasValue(values: Float64Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!Number.isNaN(values[i])) return true;
  return false;
}

function requireOrder(name: string, time: Float64Array): void {
  for (let i = 1; i < time.length; i++) {
    if (time[i] >= time[i - 1]) continue;
    throw new EngineError(
      "leaks.times-not-ascending",
      `leakProbe: column ${name} is used at ${time[i]} in row ${i}, before the row above it at ${time[i - 1]}; expected ` +
        "times that never descend. Sort the rows by the time at which they are used.",
      { column: name, row: i, given: time[i], previous: time[i - 1] },
    );
  }
}

function badAnswer(given: string, expected: string): EngineError {
  return new EngineError(
    "leaks.bad-answer",
    `leakProbe: the subject answered with ${given}; expected ${expected}.`,
    { given, expected },
  );
}
