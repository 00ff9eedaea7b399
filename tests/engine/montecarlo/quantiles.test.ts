import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantile } from "#engine/core/stats.ts";
import { quantilesInPlace } from "#engine/montecarlo/quantiles.ts";

describe("quantiles found in place", () => {
  it("are those of a full sort, to the bit, with ties and infinities", () => {
    const value = fc.oneof(
      fc.double({ noNaN: true }),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(Infinity, -Infinity, 0),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
        (values, given) => {
          const fractions = [...given].sort((a, b) => a - b);
          const found = quantilesInPlace(Float64Array.from(values), fractions);
          for (const [k, fraction] of fractions.entries()) {
            expect(found[k]).toBe(quantile(values, fraction));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("keep all values, in whatever order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 100 }), (values) => {
        const column = Float64Array.from(values);
        quantilesInPlace(column, [0.05, 0.5, 0.95]);
        expect([...column].sort((a, b) => a - b)).toEqual([...values].sort((a, b) => a - b));
      }),
    );
  });

  it("are NaN of nothing", () => {
    expect(quantilesInPlace(new Float64Array(0), [0.1, 0.5])).toEqual([Number.NaN, Number.NaN]);
  });
});
