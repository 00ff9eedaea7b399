import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Trial } from "#engine/optimise/trial.ts";
import { chooseFromFront, requireFrontChoice } from "#engine/selection/frontChoice.ts";

const front = (losses: readonly (readonly number[])[]): Trial[] =>
  losses.map((own, index) => ({
    index,
    parameters: { at: index },
    state: "complete",
    losses: own,
    reports: [],
  }));

describe("the choice from a Pareto front", () => {
  it("takes the knee: the point nearest to the best of all objectives over the front's own range", () => {
    // Ranges of 10 and 1: distances to (0, 0) are 1, √(0.04 + 0.0625), 1.
    const points = front([
      [0, 1],
      [2, 0.25],
      [10, 0],
    ]);
    expect(chooseFromFront(points, "knee")?.index).toBe(1);
    expect(chooseFromFront(points, "first")?.index).toBe(0);
  });

  it("does not depend on an objective's unit or its origin", () => {
    const number = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 12 }), (losses) => {
        // Powers of two scale without rounding.
        const scaled = losses.map(([a, b, c]) => [a * 4, b / 8, c + 4096]);
        expect(chooseFromFront(front(scaled), "knee")?.index).toBe(
          chooseFromFront(front(losses), "knee")?.index,
        );
      }),
    );
  });

  it("takes the first among equals, passes over an objective that never differs, and nothing from nothing", () => {
    const same = front([
      [3, 5],
      [3, 4],
      [3, 4],
    ]);
    expect(chooseFromFront(same, "knee")?.index).toBe(1);
    expect(chooseFromFront(same, "first")?.index).toBe(1);
    expect(chooseFromFront([], "knee")).toBeUndefined();
  });

  it("knows its rules by name", () => {
    expect(() => requireFrontChoice("knie" as "knee")).toThrow(/no rule "knie".*Did you mean "knee"/);
  });
});
