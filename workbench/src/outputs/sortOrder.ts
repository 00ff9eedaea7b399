import { isMissing, type TableColumn } from "./columns.ts";

/** Rows handled between two chances to pause. */
const STRETCH = 16_384;
const DIGITS = 65_536;

/** Names in the order of a reader's language, "item 2" before "item 10". */
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "variant" });

export type SortDirection = "ascending" | "descending";

/**
 * The rows of a column in sorted order, as row numbers; stable in both directions, missing values last in both.
 * A generator: it yields the fraction done every few thousand rows, so that a million rows block nobody.
 *
 * Values become 64-bit keys whose order as unsigned integers is the order of the values, and the keys are sorted by
 * four passes of counting 16 bits each (least significant digit first), which compares nothing and is stable.
 */
export function* sortedOrder(
  column: TableColumn,
  rows: number,
  direction: SortDirection,
): Generator<number, Uint32Array> {
  const high = new Uint32Array(rows);
  const low = new Uint32Array(rows);
  const { present, missing } = yield* fillKeys(column, rows, high, low);
  if (direction === "descending") {
    // The inverse of a key sorts the other way round and leaves ties in their first order.
    for (let row = 0; row < rows; row++) {
      high[row] = ~high[row];
      low[row] = ~low[row];
    }
  }
  const sorted = yield* countingPasses(present, high, low);
  const order = new Uint32Array(rows);
  order.set(sorted);
  order.set(missing, sorted.length);
  return order;
}

type Split = { present: Uint32Array; missing: Uint32Array };

function* fillKeys(
  column: TableColumn,
  rows: number,
  high: Uint32Array,
  low: Uint32Array,
): Generator<number, Split> {
  const present = new Uint32Array(rows);
  const missing = new Uint32Array(rows);
  let presentCount = 0;
  let missingCount = 0;
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer);
  const ranks = column.kind === "text" ? yield* textRanks(column, rows) : undefined;
  for (let from = 0; from < rows; from += STRETCH) {
    const to = Math.min(rows, from + STRETCH);
    for (let row = from; row < to; row++) {
      const value = column.at(row);
      if (isMissing(value)) {
        missing[missingCount++] = row;
        continue;
      }
      present[presentCount++] = row;
      if (ranks !== undefined) {
        low[row] = ranks.get(String(value)) ?? 0;
        continue;
      }
      // Adding 0 makes −0 and 0 one key.
      double[0] = Number(value) + 0;
      // Little-endian words: index 1 has the sign. Negative doubles run backwards, so all their bits are turned.
      const isNegative = words[1] >= 0x80000000;
      high[row] = isNegative ? ~words[1] : words[1] | 0x80000000;
      low[row] = isNegative ? ~words[0] : words[0];
    }
    yield 0.3 * (to / rows);
  }
  return { present: present.slice(0, presentCount), missing: missing.slice(0, missingCount) };
}

function* textRanks(column: TableColumn, rows: number): Generator<number, Map<string, number>> {
  const distinct = new Set<string>();
  for (let from = 0; from < rows; from += STRETCH) {
    for (let row = from; row < Math.min(rows, from + STRETCH); row++) {
      const value = column.at(row);
      if (!isMissing(value)) distinct.add(String(value));
    }
    yield 0.1 * (from / rows);
  }
  const sorted = yield* mergeSorted([...distinct]);
  const ranks = new Map<string, number>();
  let rank = 0;
  for (let i = 0; i < sorted.length; i++) {
    // Spellings that the language puts in one place are one rank, so that their rows keep their order.
    if (i > 0 && collator.compare(sorted[i - 1], sorted[i]) !== 0) rank++;
    ranks.set(sorted[i], rank);
    if (i % STRETCH === 0) yield 0.2;
  }
  return ranks;
}

/** Bottom-up merge sort: short runs by the built-in sort, then merges with pauses. */
function* mergeSorted(texts: string[]): Generator<number, string[]> {
  const RUN = 2048;
  for (let from = 0; from < texts.length; from += RUN) {
    const run = texts.slice(from, from + RUN).sort(collator.compare);
    for (let i = 0; i < run.length; i++) texts[from + i] = run[i];
    yield 0.1;
  }
  let source = texts;
  let target = new Array<string>(texts.length);
  for (let width = RUN; width < texts.length; width *= 2) {
    for (let from = 0; from < texts.length; from += 2 * width) {
      const middle = Math.min(from + width, texts.length);
      const end = Math.min(from + 2 * width, texts.length);
      let left = from;
      let right = middle;
      for (let i = from; i < end; i++) {
        const takesLeft =
          left < middle && (right >= end || collator.compare(source[left], source[right]) <= 0);
        target[i] = source[takesLeft ? left++ : right++];
        if (i % RUN === 0) yield 0.15;
      }
    }
    [source, target] = [target, source];
  }
  return source;
}

function* countingPasses(
  rowNumbers: Uint32Array,
  high: Uint32Array,
  low: Uint32Array,
): Generator<number, Uint32Array> {
  const count = rowNumbers.length;
  let source: Uint32Array = rowNumbers;
  let target: Uint32Array = new Uint32Array(count);
  const starts = new Uint32Array(DIGITS);
  for (let pass = 0; pass < 4; pass++) {
    const keys = pass < 2 ? low : high;
    const shift = pass % 2 === 0 ? 0 : 16;
    starts.fill(0);
    for (let from = 0; from < count; from += STRETCH) {
      const to = Math.min(count, from + STRETCH);
      for (let i = from; i < to; i++) starts[(keys[source[i]] >>> shift) & 0xffff]++;
      yield 0.3 + (0.7 * (pass + 0.3 * (to / count))) / 4;
    }
    // All keys share this digit (the rule for ranks and small integers): the pass would move nothing.
    if (count === 0 || starts[(keys[source[0]] >>> shift) & 0xffff] === count) continue;
    let next = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const size = starts[digit];
      starts[digit] = next;
      next += size;
    }
    for (let from = 0; from < count; from += STRETCH) {
      const to = Math.min(count, from + STRETCH);
      for (let i = from; i < to; i++) {
        const row = source[i];
        target[starts[(keys[row] >>> shift) & 0xffff]++] = row;
      }
      yield 0.3 + (0.7 * (pass + 0.3 + 0.7 * (to / count))) / 4;
    }
    [source, target] = [target, source];
  }
  return source;
}
