import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { runningSums, StationaryBlocks } from "#engine/significance/stationaryBlocks.ts";

const rows = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i);

describe("the stationary bootstrap", () => {
  it("draws as many rows as there are, in blocks of neighbours that go on from the end at the beginning", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 1, max: 60, noNaN: true }),
        fc.integer(),
        (count, meanLength, seed) => {
          const blocks = new StationaryBlocks(count, meanLength, Random.seeded(seed));
          blocks.draw();
          const drawn = blocks.take(rows(count), new Float64Array(count));
          let at = 0;
          for (let b = 0; b < blocks.count; b++) {
            for (let i = 0; i < blocks.length[b]; i++) {
              expect(drawn[at++]).toBe((blocks.first[b] + i) % count);
            }
          }
          expect(at).toBe(count);
        },
      ),
    );
  });

  it("sums a draw without taking it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 }),
        fc.integer(),
        (values, seed) => {
          const blocks = new StationaryBlocks(values.length, 3, Random.seeded(seed));
          blocks.draw();
          const taken = blocks.take(values, new Float64Array(values.length));
          expect(blocks.sum(runningSums(values))).toBe(taken.reduce((sum, value) => sum + value, 0));
        },
      ),
    );
  });

  it("ends a block after each row with the probability 1 / mean length, and begins anywhere", () => {
    const count = 500;
    const blocks = new StationaryBlocks(count, 8, Random.seeded("blocks"));
    const begun = new Float64Array(count);
    let [whole, total, ones] = [0, 0, 0];
    for (let draw = 0; draw < 2000; draw++) {
      blocks.draw();
      // The last block of a draw is cut off; those before it are whole, and not chosen for being short but near the end.
      for (let b = 0; b < Math.min(blocks.count - 1, 20); b++) {
        whole++;
        total += blocks.length[b];
        if (blocks.length[b] === 1) ones++;
        begun[blocks.first[b]]++;
      }
    }
    expect(total / whole).toBeGreaterThan(7.8);
    expect(total / whole).toBeLessThan(8.2);
    expect(ones / whole).toBeGreaterThan(0.12);
    expect(ones / whole).toBeLessThan(0.13);
    // χ² with 499 degrees of freedom is above 578 in one case of a hundred.
    const expected = whole / count;
    expect(begun.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0)).toBeLessThan(578);
  });

  it("draws each row by itself where the mean length is 1", () => {
    const blocks = new StationaryBlocks(30, 1, Random.seeded(1));
    blocks.draw();
    expect(blocks.count).toBe(30);
    expect(new Set(blocks.length)).toEqual(new Set([1]));
  });

  it("refuses blocks shorter than a row", () => {
    expect(() => new StationaryBlocks(10, 0.5, Random.seeded(1))).toThrowError(
      expect.objectContaining({ code: "significance.block-length" }),
    );
  });
});
