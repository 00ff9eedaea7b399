import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf } from "#engine/core/maths.ts";
import { studentTwoSided, studentTwoSidedQuantile } from "#engine/significance/studentT.ts";

describe("Student's t", () => {
  // 2 * scipy.stats.t.sf(abs(t), degrees) of SciPy 1.17.
  it.each([
    [0, 5, 1],
    [0.5, 1, 0.7048327646991335],
    [1, 2, 0.4226497308103742],
    [2, 3, 0.13932596855884305],
    [2.5, 10, 0.03144684423660882],
    [3.354, 239, 0.0009261310430295538],
    [10, 1249, 1.0595590005151846e-22],
    [0.01, 1249, 0.992022884337331],
    [25, 50, 6.426665413887115e-30],
    [-1.3, 7, 0.23476783539237725],
  ])(
    "is beyond %d on either side with %d degrees of freedom with SciPy's probability",
    (t, degrees, expected) => {
      expect(studentTwoSided(t, degrees) / expected).toBeCloseTo(1, 11);
    },
  );

  // scipy.stats.t.isf(p / 2, degrees).
  it.each([
    [0.05, 1, 12.706204736174705],
    [0.05, 2, 4.302652729749464],
    [0.15, 239, 1.4441727867656786],
    [1e-12, 1249, 7.205159581927787],
    [0.999, 10, 0.0012849894064565813],
  ])("is exceeded in size with the probability %d at SciPy's value", (probability, degrees, expected) => {
    expect(studentTwoSidedQuantile(probability, degrees) / expected).toBeCloseTo(1, 9);
  });

  it("has the closed forms of one and two degrees of freedom", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 100, noNaN: true }), (t) => {
        expect(studentTwoSided(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 11);
        expect(studentTwoSided(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 11);
      }),
    );
  });

  it("goes over into the normal distribution", () => {
    for (const t of [0.3, 1, 2, 3]) {
      expect(studentTwoSided(t, 1_000_000)).toBeCloseTo(2 * normalCdf(-t), 5);
    }
  });

  it("is undone by its quantile", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-10, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 400 }),
        (probability, degrees) => {
          const t = studentTwoSidedQuantile(probability, degrees);
          expect(studentTwoSided(t, degrees) / probability).toBeCloseTo(1, 8);
        },
      ),
    );
  });

  it("has its ends, and is NaN of what is none", () => {
    expect(studentTwoSidedQuantile(0, 10)).toBe(Infinity);
    expect(studentTwoSidedQuantile(1, 10)).toBe(0);
    expect(studentTwoSidedQuantile(2, 10)).toBeNaN();
    expect(studentTwoSided(Number.NaN, 10)).toBeNaN();
  });
});
