import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { SOBOL_DIMENSIONS, SobolSequence } from "#engine/optimise/sobol.ts";
import { SOBOL_NUMBERS } from "#engine/optimise/sobolNumbers.ts";
import { codeOf } from "./spaces.ts";

describe("Sobol's sequence", () => {
  it("has Joe and Kuo's points", () => {
    // Printed at https://web.maths.unsw.edu.au/~fkuo/sobol/ for ten points in three dimensions.
    const published = [
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
      [0.1875, 0.3125, 0.9375],
      [0.6875, 0.8125, 0.4375],
    ];
    const sequence = new SobolSequence(3);
    expect(published.map((_, i) => [...sequence.at(i)])).toEqual(published);
    // The last of 123 points in 27 dimensions, as their program writes it.
    expect([...new SobolSequence(27).at(122)]).toEqual([
      0.8828125, 0.2890625, 0.6796875, 0.7578125, 0.6015625, 0.9609375, 0.8671875, 0.4453125, 0.0390625,
      0.6640625, 0.9921875, 0.4609375, 0.0078125, 0.3828125, 0.4765625, 0.1484375, 0.0859375, 0.3359375,
      0.8046875, 0.4296875, 0.1640625, 0.8671875, 0.5390625, 0.7109375, 0.3671875, 0.1015625, 0.4140625,
    ]);
  });

  it("is made from primitive polynomials, each once, and from odd numbers below their powers of two", () => {
    const seen = new Set<string>();
    for (const [degree, coefficients, ...m] of SOBOL_NUMBERS) {
      expect(m).toHaveLength(degree);
      for (const [k, number] of m.entries()) {
        expect(number % 2).toBe(1);
        expect(number).toBeLessThan(2 ** (k + 1));
      }
      // x has the order 2ˢ − 1 modulo the polynomial exactly when it is primitive.
      const polynomial = (1 << degree) | (coefficients << 1) | 1;
      let power = 1;
      let order = 0;
      do {
        power <<= 1;
        if (power >> degree) power ^= polynomial;
        order++;
      } while (power !== 1 && order <= 2 ** degree);
      expect(degree === 1 ? 1 : order).toBe(2 ** degree - 1);
      seen.add(`${polynomial}`);
    }
    expect(seen.size).toBe(SOBOL_NUMBERS.length);
  });

  it.each([undefined, Random.seeded(5)])(
    "has one point of each block of 2ᵏ in each of 2ᵏ parts of a side",
    (random) => {
      const sequence = new SobolSequence(SOBOL_DIMENSIONS, random);
      for (const start of [0, 256, 3 * 256]) {
        const rows = Array.from({ length: 256 }, (_, i) => sequence.at(start + i));
        for (let d = 0; d < SOBOL_DIMENSIONS; d++) {
          expect(new Set(rows.map((row) => Math.floor(row[d] * 256))).size).toBe(256);
        }
      }
    },
  );

  it("has one point of each block of 2ᵈ in each half, quarter, … of the cube (Sobol's property A)", () => {
    for (const d of [2, 5, 10, 14]) {
      const sequence = new SobolSequence(d);
      for (const start of [0, 2 ** d]) {
        const parts = new Set<number>();
        for (let i = 0; i < 2 ** d; i++) {
          parts.add(sequence.at(start + i).reduce((part, x) => 2 * part + (x >= 0.5 ? 1 : 0), 0));
        }
        expect(parts.size).toBe(2 ** d);
      }
    }
  });

  it("integrates a smooth function closer than random points do", () => {
    const exact = 1;
    const f = (x: Float64Array): number => x.reduce((product, value) => product * 2 * value, 1);
    const error = (points: Float64Array[]): number =>
      Math.abs(points.reduce((sum, point) => sum + f(point), 0) / points.length - exact);
    const count = 4096;
    const sequence = new SobolSequence(5, Random.seeded(1));
    const random = Random.seeded(2);
    const sobol = error(Array.from({ length: count }, (_, i) => sequence.at(i)));
    const plain = Array.from({ length: 20 }, () =>
      error(Array.from({ length: count }, () => Float64Array.from({ length: 5 }, () => random.uniform()))),
    );
    expect(sobol).toBeLessThan(plain.reduce((sum, x) => sum + x, 0) / 20 / 5);
  });

  it("refuses more dimensions than there are numbers for", () => {
    expect(codeOf(() => new SobolSequence(SOBOL_DIMENSIONS + 1))).toBe("optimise.sobol");
    expect(codeOf(() => new SobolSequence(0))).toBe("optimise.sobol");
  });
});
