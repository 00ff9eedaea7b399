import { type BaseColumn, baseColumns, compareColumn, type Difference, type RowsByCut } from "./compare.ts";
import type { Cut } from "./known.ts";
import {
  type Carrier,
  type ColumnReport,
  type Leak,
  type LeakKind,
  type LeakReport,
  type Means,
  worstVerdict,
} from "./report.ts";
import type { ProbeAnswer } from "./subject.ts";

/** What a run came to: its columns, none when it failed. */
export type Answered = { readonly columns: ProbeAnswer; readonly failed?: unknown };

/** A column that was caught, while evidence is still being gathered. */
export type Caught = {
  readonly kind: LeakKind;
  first: Difference & { readonly cutTime: number };
  /** The largest distance from a row to the cut after which a change reached it, milliseconds. */
  reachMs: number;
  reachBars: number;
  largest: number;
  vanishes: boolean;
  readonly means: Set<Means>;
  /** The cuts at which it showed. */
  readonly cuts: Set<number>;
  readonly where: Cut[];
  carriers: Carrier[];
  unfinished?: string;
  tValue?: number;
};

type Column = {
  readonly base: BaseColumn;
  caught?: Caught;
  why?: "random" | "state";
  readonly cuts: Set<number>;
  rounded: number;
  /** Cuts at which rows were only not there yet, and how many candles too late. */
  readonly pending: Cut[];
  lateBars: number;
  fills: { looked: number; known: number; first?: Difference & { readonly cutTime: number } };
};

/** All that has been seen of each column so far. */
export class Findings {
  readonly #columns = new Map<string, Column>();
  readonly #tolerance: number;
  #failures = 0;
  #firstFailure: string | undefined;

  constructor(
    base: readonly BaseColumn[],
    tolerance: number,
    /** Closes of the candles, to count how far a leak reaches. */
    readonly grid: Float64Array,
  ) {
    this.#tolerance = tolerance;
    for (const column of base) this.#add(column);
  }

  /** Columns that were caught seeing their future. */
  get caught(): [name: string, caught: Caught][] {
    return [...this.#columns].flatMap(([name, { caught }]): [string, Caught][] =>
      caught?.kind === "future" ? [[name, caught]] : [],
    );
  }

  /** Another run on the very same input. */
  again(why: "random" | "state", answered: Answered, rows: RowsByCut): void {
    if (this.#hasFailed(answered)) return;
    const others = byName(answered.columns);
    for (const [name, column] of this.#columns) {
      const { first } = compareColumn(column.base, others.get(name), rows, this.#tolerance);
      if (first !== undefined) column.why ??= why;
    }
  }

  /**
   * A run on an input with the same past: what differs up to the cut has seen the future. Rows that are merely not
   * there count only where the input `isWhole`, that is, has as many candles as before.
   */
  compare(answered: Answered, rows: RowsByCut, means: Means, isWhole = false): void {
    if (this.#hasFailed(answered)) return;
    const others = byName(answered.columns);
    for (const { name, knows, kind } of answered.columns) {
      // A column that is there on another future only: which columns there are has been decided by the future.
      if (!this.#columns.has(name)) this.#add(emptyColumn(name, knows, kind));
    }
    for (const [name, column] of this.#columns) {
      if (column.why !== undefined) continue;
      const other = others.get(name);
      const { first, isSure, compared, rounded } = compareColumn(column.base, other, rows, this.#tolerance);
      if (compared > 0) column.cuts.add(rows.cut.time);
      column.rounded += rounded;
      if (first === undefined) continue;
      if (isSure || isWhole || column.caught !== undefined) this.#catch(column, first, rows.cut, means);
      else {
        column.pending.push(rows.cut);
        const late = placeOf(this.grid, rows.cut.time) - placeOf(this.grid, first.time) + 1;
        column.lateBars = Math.max(column.lateBars, late);
      }
    }
  }

  /** Cuts at which rows of columns that were not caught were not there: a few, for each column its earliest. */
  pendingCuts(most: number): Cut[] {
    const open = [...this.#columns.values()].filter(({ caught, pending }) => !caught && pending.length > 0);
    const cuts = new Map<number, Cut>();
    for (let k = 0; k < most; k++) {
      for (const { pending } of open) {
        const sorted = [...pending].sort((a, b) => a.time - b.time);
        const cut = sorted[Math.floor((k * sorted.length) / most)];
        if (cuts.size < most) cuts.set(cut.time, cut);
      }
    }
    return [...cuts.values()];
  }

  /** Columns of which nothing bad is known yet. */
  get unsuspected(): BaseColumn[] {
    return [...this.#columns.values()].flatMap(({ base, caught, why }) =>
      caught === undefined && why === undefined ? [base] : [],
    );
  }

  /** Whether these columns are as they were up to the cut, by name. */
  changed(names: readonly string[], answered: Answered, rows: RowsByCut): string[] {
    if (this.#hasFailed(answered)) return [];
    const others = byName(answered.columns);
    return names.filter((name) => {
      const column = this.#columns.get(name);
      if (column === undefined) return false;
      return compareColumn(column.base, others.get(name), rows, this.#tolerance).first !== undefined;
    });
  }

  /** What became of the fills of a time when all prices after it were others. */
  fillsAt(time: number, answered: Answered): void {
    if (this.#hasFailed(answered)) return;
    const others = byName(answered.columns);
    for (const [name, { base, fills }] of this.#columns) {
      if (base.kind !== "fill") continue;
      const [row, price] = valueAt(base, time);
      if (row < 0) continue;
      fills.looked++;
      const other = others.get(name);
      const [, given] = other === undefined ? [-1, Number.NaN] : valueAt(other, time);
      if (!(Math.abs(given - price) <= this.#tolerance * Math.abs(price))) continue;
      fills.known++;
      fills.first ??= { ...at(row, time), expected: price, given, cutTime: time };
    }
  }

  /** Columns of which enough fills did not move have filled at prices that were known. */
  judgeFills(share: number): void {
    for (const column of this.#columns.values()) {
      const { looked, known, first } = column.fills;
      if (first === undefined || column.why !== undefined || column.caught !== undefined) continue;
      if (known < 3 || known < share * looked) continue;
      column.caught = caughtAt("knownPrice", first);
    }
  }

  /** A column that earned where there was nothing to earn. */
  earns(name: string, tValue: number): void {
    const column = this.#columns.get(name);
    if (column === undefined || column.why !== undefined || column.caught !== undefined) return;
    const time = column.base.time[0] ?? Number.NaN;
    const first = { ...at(0, time), expected: Number.NaN, given: Number.NaN, cutTime: time };
    column.caught = { ...caughtAt("earnsOnNoise", first), tValue };
  }

  report(): Pick<LeakReport, "verdict" | "columns" | "failures" | "firstFailure"> {
    const columns = [...this.#columns].map(([name, column]): ColumnReport => {
      const { caught, why, cuts, rounded, lateBars } = column;
      const seen = { name, cuts: cuts.size, rounded };
      if (why !== undefined) return { ...seen, verdict: "unstable", why };
      if (caught !== undefined) return { ...seen, verdict: "leaks", leak: leakOf(caught) };
      const late = lateBars > 0 ? { lateBars } : {};
      return { ...seen, ...late, verdict: cuts.size === 0 ? "untested" : "clean" };
    });
    return {
      verdict: worstVerdict(columns.map(({ verdict }) => verdict)),
      columns,
      failures: this.#failures,
      ...(this.#firstFailure !== undefined && { firstFailure: this.#firstFailure }),
    };
  }

  #add(base: BaseColumn): void {
    this.#columns.set(base.name, {
      ...{ base, cuts: new Set(), rounded: 0, pending: [], lateBars: 0 },
      fills: { looked: 0, known: 0 },
    });
  }

  #catch(column: Column, difference: Difference, cut: Cut, means: Means): void {
    const first = { ...difference, cutTime: cut.time };
    const caught = (column.caught ??= caughtAt("future", first));
    if (difference.time < caught.first.time) caught.first = first;
    caught.largest = Math.max(caught.largest, difference.largest);
    caught.vanishes ||= difference.vanishes;
    caught.means.add(means);
    if (!caught.cuts.has(cut.time)) caught.where.push(cut);
    caught.cuts.add(cut.time);
    // It depends on something after the cut, so on the next candle's close at the nearest.
    const from = placeOf(this.grid, difference.time);
    const to = placeOf(this.grid, cut.time);
    const next = this.grid[to] ?? cut.time;
    caught.reachMs = Math.max(caught.reachMs, next - difference.time);
    caught.reachBars = Math.max(caught.reachBars, to - from + 1);
  }

  #hasFailed({ failed }: Answered): boolean {
    if (failed === undefined) return false;
    this.#failures++;
    this.#firstFailure ??= failed instanceof Error ? failed.message : String(failed);
    return true;
  }
}

function at(row: number, time: number): Omit<Difference, "expected" | "given"> {
  return { row, time, isRow: true, largest: 0, vanishes: false };
}

function caughtAt(kind: LeakKind, first: Caught["first"]): Caught {
  return {
    ...{ kind, first, reachMs: 0, reachBars: 0, largest: 0, vanishes: false, carriers: [], where: [] },
    means: new Set(),
    cuts: new Set(),
  };
}

function leakOf(caught: Caught): Leak {
  const { kind, first, means, cuts, largest, vanishes, reachMs, reachBars } = caught;
  const { carriers, unfinished, tValue } = caught;
  return {
    kind,
    firstRow: first.row,
    firstTime: first.time,
    expected: first.expected,
    given: first.given,
    isRow: first.isRow,
    cutTime: first.cutTime,
    means: [...means],
    cuts: cuts.size,
    largest,
    vanishes,
    reachMs,
    reachBars,
    carriers,
    ...(unfinished !== undefined && { unfinished }),
    ...(tValue !== undefined && { tValue }),
  };
}

function emptyColumn(name: string, knows: BaseColumn["knows"], kind: BaseColumn["kind"]): BaseColumn {
  const none = { name, time: new Float64Array(0), values: new Float64Array(0), knows, kind };
  return baseColumns([none])[0];
}

function byName(columns: ProbeAnswer): Map<string, ProbeAnswer[number]> {
  return new Map(columns.map((column) => [column.name, column]));
}

/** The first row of a time and its value; −1 where there is none. */
function valueAt({ time, values }: ProbeAnswer[number], at: number): [row: number, value: number] {
  const row = time.indexOf(at);
  return [row, row < 0 ? Number.NaN : values[row]];
}

/** How many of the closes are at or before a time. */
function placeOf(grid: Float64Array, time: number): number {
  let low = 0;
  let high = grid.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (grid[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
