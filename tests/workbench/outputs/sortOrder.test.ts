import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CellValue, ColumnKind, TableColumn } from "#workbench/outputs/columns.ts";
import { type SortDirection, sortedOrder } from "#workbench/outputs/sortOrder.ts";

function column(kind: ColumnKind, values: readonly CellValue[]): TableColumn {
  return { name: "x", kind, at: (row) => values[row] };
}

function order(kind: ColumnKind, values: readonly CellValue[], direction: SortDirection): number[] {
  const work = sortedOrder(column(kind, values), values.length, direction);
  for (;;) {
    const step = work.next();
    if (step.done) return [...step.value];
    expect(step.value).toBeGreaterThanOrEqual(0);
    expect(step.value).toBeLessThanOrEqual(1);
  }
}

/** The same by comparison: ties by row, missing values last. */
function naive(
  values: readonly CellValue[],
  direction: SortDirection,
  compare: (a: never, b: never) => number,
): number[] {
  const isMissing = (value: CellValue): boolean => value === null || Number.isNaN(value);
  const sign = direction === "ascending" ? 1 : -1;
  return values
    .map((_, row) => row)
    .sort((a, b) => {
      const missing = Number(isMissing(values[a])) - Number(isMissing(values[b]));
      if (missing !== 0 || isMissing(values[a])) return missing || a - b;
      return sign * compare(values[a] as never, values[b] as never) || a - b;
    });
}

const directions = fc.constantFrom<SortDirection>("ascending", "descending");
const byNumber = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

describe("sorting rows", () => {
  test("numbers of any size, infinities and signed zeros, equal to a comparison sort; ties keep their order", () => {
    const value = fc.oneof(
      fc.double(),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom<number | null>(
        null,
        Number.NaN,
        0,
        -0,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
      ),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 300 }), directions, (values, direction) => {
        expect(order("number", values, direction)).toEqual(naive(values, direction, byNumber));
      }),
      { numRuns: 300 },
    );
  });

  test("texts as a reader would, numbers inside them by size", () => {
    expect(order("text", ["item 10", "item 2", null, "Item 1"], "ascending")).toEqual([3, 1, 0, 2]);
    const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "variant" });
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.string({ maxLength: 4 })), { maxLength: 200 }),
        directions,
        (values, direction) => {
          expect(order("text", values, direction)).toEqual(naive(values, direction, collator.compare));
        },
      ),
    );
  });

  test("more distinct texts than one run of the merge sort holds", () => {
    const texts = Array.from({ length: 9000 }, (_, i) => `name ${(i * 7919) % 9001}`);
    const sorted = order("text", texts, "ascending").map((row) => texts[row]);
    expect(sorted).toEqual([...texts].sort(new Intl.Collator(undefined, { numeric: true }).compare));
  });

  test("switches: false before true", () => {
    expect(order("boolean", [true, false, null, true, false], "ascending")).toEqual([1, 4, 0, 3, 2]);
  });
});
