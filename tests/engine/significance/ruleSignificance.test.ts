import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { ruleSignificance } from "#engine/significance/ruleSignificance.ts";
import { uniformDistance } from "./uniformity.ts";

/** Prices whose log return from i + 1 to i + 2 is `returns[i]`. */
function pricesOf(returns: readonly number[]): Float64Array {
  const prices = new Float64Array(returns.length + 2).fill(100);
  for (let i = 0; i < returns.length; i++) prices[i + 2] = prices[i + 1] * Math.exp(returns[i]);
  return prices;
}

const padded = (positions: readonly number[]): number[] => [...positions, Number.NaN, Number.NaN];

describe("the significance of a rule", () => {
  it("is the share of all orders that gain as much, on a sample small enough to try them all", () => {
    const positions = [1, -1, 1, 0, 1, -1];
    const returns = [0.02, -0.01, 0.015, 0.03, -0.002, 0.001];
    const drift = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const orders = (items: readonly number[]): number[][] =>
      items.length === 0
        ? [[]]
        : items.flatMap((item, i) =>
            orders([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
          );
    const gain = (order: readonly number[]): number =>
      order.reduce((sum, value, i) => sum + positions[i] * (value - drift), 0) / order.length;
    const all = orders(returns).map(gain);
    const exact = all.filter((value) => value >= gain(returns) - 1e-12).length / all.length;
    const found = ruleSignificance(padded(positions), pricesOf(returns), { permutations: 20_000 });
    expect(found.gain).toBeCloseTo(gain(returns), 12);
    expect(found.pValue).toBeCloseTo(exact, 1);
    expect(Math.abs(found.pValue - exact)).toBeLessThan(0.012);
    expect(found.bias).toBeCloseTo(1 / 6, 12);
    expect(found.observations).toBe(6);
  });

  it.each(["permutation", "rotation"] as const)(
    "has uniform p-values where the rule knows nothing, by %s",
    (by) => {
      const random = Random.seeded("null").stream(by);
      const values = Array.from({ length: 300 }, (_, seed) => {
        const returns = Array.from({ length: 150 }, () => random.normal(0.001, 0.02));
        const positions = returns.map(() => (random.uniform() < 0.5 ? -1 : 1));
        return ruleSignificance(padded(positions), pricesOf(returns), { by, permutations: 199, seed }).pValue;
      });
      expect(uniformDistance(values)).toBeLessThan(1.63);
    },
  );

  it("does not praise a rule for being long while the market rises", () => {
    const random = Random.seeded("drift").stream("market");
    const values = Array.from({ length: 200 }, (_, seed) => {
      const returns = Array.from({ length: 150 }, () => random.normal(0.01, 0.02));
      const positions = returns.map(() => (random.uniform() < 0.9 ? 1 : 0));
      return ruleSignificance(padded(positions), pricesOf(returns), { permutations: 199, seed }).pValue;
    });
    expect(uniformDistance(values)).toBeLessThan(1.63);
  });

  it("keeps its level by rotation where positions last long and returns have a memory", () => {
    const random = Random.seeded("memory").stream("market");
    let [rotated, permuted] = [0, 0];
    for (let round = 0; round < 200; round++) {
      const returns: number[] = [];
      const positions: number[] = [];
      for (let i = 0; i < 400; i++) {
        returns.push(0.8 * (returns[i - 1] ?? 0) + random.normal(0, 0.01));
        positions.push(i > 0 && random.uniform() < 0.9 ? positions[i - 1] : random.uniform() < 0.5 ? 1 : -1);
      }
      const prices = pricesOf(returns);
      const options = { permutations: 199, seed: round };
      if (ruleSignificance(padded(positions), prices, { ...options, by: "rotation" }).pValue <= 0.05)
        rotated++;
      if (ruleSignificance(padded(positions), prices, options).pValue <= 0.05) permuted++;
    }
    expect(rotated / 200).toBeLessThan(0.09);
    expect(permuted / 200).toBeGreaterThan(0.15);
  });

  it("finds a rule that knows a little of the next move, and not one that knows the last one", () => {
    const random = Random.seeded("edge").stream("market");
    let [early, late] = [0, 0];
    for (let round = 0; round < 40; round++) {
      const returns = Array.from({ length: 400 }, () => random.normal(0, 0.02));
      const knows = returns.map((value) => (value + random.normal(0, 0.08) > 0 ? 1 : -1));
      const knew = [0, ...knows.slice(0, -1)];
      const prices = pricesOf(returns);
      const options = { permutations: 199, seed: round };
      if (ruleSignificance(padded(knows), prices, options).pValue <= 0.05) early++;
      if (ruleSignificance(padded(knew), prices, options).pValue <= 0.05) late++;
    }
    expect(early).toBeGreaterThan(35);
    expect(late).toBeLessThan(6);
  });

  it("earns the move from the next price to the one after, never one that it was decided on", () => {
    // The rule is long exactly before the one jump, which lies between prices 3 and 4: it must have decided at bar 2.
    const prices = [100, 100, 100, 100, 200, 200, 200, 200];
    const at = (bar: number): number[] => prices.map((_, i) => (i === bar ? 1 : 0));
    expect(ruleSignificance(at(2), prices).gain).toBeGreaterThan(0);
    expect(ruleSignificance(at(3), prices).gain).toBeLessThan(0);
    expect(ruleSignificance(at(1), prices).gain).toBeLessThan(0);
  });

  it.each([
    ["positions and prices of different lengths", [1, 0], [1, 2, 3], "significance.lengths"],
    ["a position that never changes", [1, 1, 1, 1, 1, 1], [1, 2, 3, 2, 1, 2], "significance.nothing-to-test"],
    ["prices that never move", [1, 0, 1, 0, 1, 0], [5, 5, 5, 5, 5, 5], "significance.nothing-to-test"],
    ["too few bars", [1, 0, 1], [1, 2, 3], "significance.nothing-to-test"],
  ])("refuses %s", (_, positions, prices, code) => {
    expect(() => ruleSignificance(positions, prices)).toThrowError(expect.objectContaining({ code }));
  });
});
