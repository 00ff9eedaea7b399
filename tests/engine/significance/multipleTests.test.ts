import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adjustPValues } from "#engine/significance/multipleTests.ts";

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });

describe("p-values of many tests", () => {
  // The example of Harvey and Liu 2015, "Backtesting": six strategies.
  const six = [0.005, 0.009, 0.0128, 0.0135, 0.045, 0.06];

  it("are those of Harvey and Liu's example", () => {
    expect([...adjustPValues(six, "bonferroni")].map((p) => p.toFixed(4))).toEqual([
      "0.0300",
      "0.0540",
      "0.0768",
      "0.0810",
      "0.2700",
      "0.3600",
    ]);
    expect([...adjustPValues(six, "holm")].map((p) => p.toFixed(4))).toEqual([
      "0.0300",
      "0.0450",
      "0.0512",
      "0.0512",
      "0.0900",
      "0.0900",
    ]);
    // The paper leaves the largest as it is, 0.06; R's p.adjust(…, "BY") gives these.
    expect([...adjustPValues(six, "bhy")].map((p) => p.toFixed(4))).toEqual([
      "0.0496",
      "0.0496",
      "0.0496",
      "0.0496",
      "0.1323",
      "0.1470",
    ]);
  });

  it("keep their order, are never below what they were, and belong to the tests they came from", () => {
    fc.assert(
      fc.property(pValues, fc.constantFrom("bonferroni", "holm", "bhy" as const), (values, method) => {
        const adjusted = adjustPValues(values, method);
        const reversed = adjustPValues([...values].reverse(), method);
        for (let i = 0; i < values.length; i++) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(values[i]);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          expect(reversed[values.length - 1 - i]).toBe(adjusted[i]);
          for (let j = 0; j < values.length; j++) {
            if (values[i] < values[j]) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]);
          }
        }
      }),
    );
  });

  it("reject by Holm just what his step-down procedure rejects", () => {
    fc.assert(
      fc.property(pValues, fc.double({ min: 0.01, max: 0.3, noNaN: true }), (values, level) => {
        const sorted = [...values].sort((a, b) => a - b);
        let rejected = 0;
        while (rejected < sorted.length && (sorted.length - rejected) * sorted[rejected] <= level) rejected++;
        expect(adjustPValues(values, "holm").filter((p) => p <= level)).toHaveLength(rejected);
      }),
    );
  });

  it("of one test stay as they are", () => {
    for (const method of ["bonferroni", "holm", "bhy"] as const) {
      expect([...adjustPValues([0.03], method)]).toEqual([0.03]);
    }
  });

  it.each([-0.1, 1.1, Number.NaN])("cannot be %d", (value) => {
    expect(() => adjustPValues([0.5, value], "holm")).toThrowError(
      expect.objectContaining({ code: "significance.p-value" }),
    );
  });
});
