import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalWeight } from "#engine/allocation/equalWeight.ts";

const symbols = ["A", "B", "C", "D", "E", "F"];
const candidates = fc
  .uniqueArray(fc.constantFrom(...symbols), { maxLength: 6 })
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((symbol) =>
        fc.record({ symbol: fc.constant(symbol), score: fc.constantFrom(-1, 0, 1, 2) }),
      ),
    ),
  );

describe("equalWeight", () => {
  it("gives the best candidates the whole capital in equal parts", () => {
    const answer = equalWeight([
      { symbol: "A", score: 1 },
      { symbol: "B", score: 3 },
      { symbol: "C", score: 2 },
      { symbol: "D", score: 0 },
    ]);
    expect(answer).toEqual([
      { symbol: "B", score: 3, weight: 1 / 3 },
      { symbol: "C", score: 2, weight: 1 / 3 },
      { symbol: "A", score: 1, weight: 1 / 3 },
    ]);
    expect(equalWeight([{ symbol: "A", score: 1 }])).toEqual([{ symbol: "A", score: 1, weight: 1 }]);
    expect(equalWeight([])).toEqual([]);
  });

  it("never takes more than it may, and nobody left out beats anyone taken", () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 1, max: 4 }), (list, maxPositions) => {
        const taken = equalWeight(list, { maxPositions });
        expect(taken).toHaveLength(Math.min(maxPositions, list.length));
        const left = list.filter(({ symbol }) => !taken.some((other) => other.symbol === symbol));
        for (const out of left) {
          for (const held of taken) {
            expect(held.score > out.score || (held.score === out.score && held.symbol < out.symbol)).toBe(
              true,
            );
          }
        }
      }),
    );
  });

  it("does not depend on the order of the candidates", () => {
    fc.assert(
      fc.property(candidates, (list) => {
        expect(equalWeight([...list].reverse())).toEqual(equalWeight(list));
      }),
    );
  });

  it("leaves out a candidate without a score, and refuses a limit that is no count", () => {
    expect(equalWeight([{ symbol: "A", score: Number.NaN }])).toEqual([]);
    for (const maxPositions of [0, 1.5, -1, Number.NaN]) {
      expect(() => equalWeight([], { maxPositions })).toThrow(
        expect.objectContaining({ code: "allocation.max-positions" }),
      );
    }
  });
});
