import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { simulateTrades, simulatingTrades, type TradePathOptions } from "#engine/montecarlo/tradePaths.ts";

function trades(count: number, seed: string, mean = 0.002): Float64Array {
  const random = Random.seeded(seed).stream("trades");
  return Float64Array.from({ length: count }, () => random.normal(mean, 0.02));
}

const average = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: Float64Array): number => {
  const centre = average(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
};

describe("shuffled trades", () => {
  it("all end where the original does, and differ in how deep they fell", () => {
    const own = trades(200, "shuffle");
    const found = simulateTrades(own, { order: "shuffled", paths: 400 });
    for (const value of found.finalEquity) expect(value).toBeCloseTo(found.original.finalEquity, 10);
    expect(new Set(found.maxDrawdown).size).toBeGreaterThan(390);
  });

  it("come in every order equally often", () => {
    // Of the six orders two begin with the loss, one loses right after the smaller gain, three never fall below 1.
    const found = simulateTrades([0.1, 0.2, -0.1], { order: "shuffled", paths: 6000 });
    for (const [lowest, share] of [
      [0.9, 2 / 6],
      [0.99, 1 / 6],
      [1, 3 / 6],
    ]) {
      const seen = found.lowestEquity.filter((value) => Math.abs(value - lowest) < 1e-9).length / 6000;
      expect(Math.abs(seen - share)).toBeLessThan(0.02);
    }
  });
});

describe("resampled trades", () => {
  it("have the mean and the spread of sums of independent draws, on a fixed stake", () => {
    const own = trades(150, "resample");
    const found = simulateTrades(own, { paths: 6000, stake: "fixed" });
    const spread = Math.sqrt(own.reduce((sum, value) => sum + (value - average(own)) ** 2, 0));
    expect(average(found.finalEquity)).toBeCloseTo(1 + 150 * average(own), 1);
    expect(deviation(found.finalEquity) / spread).toBeGreaterThan(0.96);
    expect(deviation(found.finalEquity) / spread).toBeLessThan(1.04);
  });

  it("have bands that hold their share of the paths", () => {
    const found = simulateTrades(trades(80, "bands"), { paths: 1000, quantiles: [0.1, 0.5, 0.9] });
    const last = found.steps.length - 1;
    for (const [k, fraction] of [0.1, 0.5, 0.9].entries()) {
      const below = found.finalEquity.filter((value) => value < found.bands[k][last]).length;
      expect(below / 1000).toBeCloseTo(fraction, 2);
    }
  });

  it("in runs keep streaks together: a long losing run of the original comes back whole", () => {
    const own = Float64Array.from({ length: 200 }, (_, i) => (i % 100 < 50 ? 0.01 : -0.0099));
    const alone = simulateTrades(own, { paths: 500 });
    const runs = simulateTrades(own, { paths: 500, runLength: 40 });
    expect(average(runs.maxDrawdown)).toBeGreaterThan(1.3 * average(alone.maxDrawdown));
  });

  it("ruin as many paths as the gambler's formula says", () => {
    // Win or lose 5 % of the start with p = 0.52: from 1 down to ½ is 10 steps; (q/p)¹⁰ = 0.449 for an endless game,
    // and after 4,000 bets nearly all that will ever be ruined are.
    const own = Float64Array.from({ length: 4000 }, (_, i) => (i % 25 < 13 ? 0.05 : -0.05));
    const found = simulateTrades(own, { paths: 2000, stake: "fixed", ruinLevel: 0.5 + 1e-9 });
    const exact = (0.48 / 0.52) ** 10;
    expect(found.ruinProbability).toBeGreaterThan(exact - 0.035);
    expect(found.ruinProbability).toBeLessThan(exact + 0.035);
    expect(found.ruinedPaths).toBe(found.ruinProbability * 2000);
  });
});

describe("trades as they were", () => {
  it("are the original, path for path, where nothing is random", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1.5, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom("compounded" as const, "fixed" as const),
        (own, stake) => {
          const found = simulateTrades(own, { order: "kept", stake, paths: 3, quantiles: [0, 1] });
          for (const band of found.bands) expect(band).toEqual(found.original.equity);
          expect(found.maxDrawdown[2]).toBe(found.original.maxDrawdown);
          expect(found.finalEquity[1]).toBe(found.original.finalEquity);
        },
      ),
    );
  });

  it("are missed with the probability that was asked for", () => {
    const own = new Float64Array(100).fill(0.01);
    const found = simulateTrades(own, { order: "kept", skip: 0.2, paths: 2000, stake: "fixed" });
    expect(average(found.finalEquity)).toBeCloseTo(1.8, 2);
    // 100 draws of 0.2: deviation √(100 × 0.2 × 0.8) = 4 trades of 0.01.
    expect(deviation(found.finalEquity)).toBeCloseTo(0.04, 2);
  });

  it("pay between nothing and the most of what they turn over", () => {
    const own = new Float64Array(50);
    const turnover = Float64Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? 2 : 0));
    const options: TradePathOptions = {
      order: "kept",
      maxExtraBps: 20,
      turnover,
      paths: 3000,
      stake: "fixed",
    };
    const { finalEquity } = simulateTrades(own, options);
    // 25 trades × 2 × 20 bps × ½ on average.
    expect(average(finalEquity)).toBeCloseTo(1 - 25 * 2 * 0.002 * 0.5, 3);
    expect(Math.max(...finalEquity)).toBeLessThan(1);
    expect(Math.min(...finalEquity)).toBeGreaterThan(1 - 25 * 2 * 0.002);
    const spread = Math.sqrt(25) * 2 * 0.002 * Math.sqrt(1 / 12);
    expect(Math.abs(deviation(finalEquity) / spread - 1)).toBeLessThan(0.04);
  });

  it("pay for their own turnover wherever they come", () => {
    const turnover = [0, 0, 0, 0, 10];
    const found = simulateTrades([0, 0, 0, 0, 0.5], {
      order: "shuffled",
      maxExtraBps: 100,
      turnover,
      paths: 500,
      stake: "fixed",
    });
    for (const value of found.finalEquity) {
      expect(value).toBeLessThanOrEqual(1.5);
      expect(value).toBeGreaterThan(1.4 - 1e-9);
    }
  });

  it("come late by delays that are all as likely, and with what that made of them", () => {
    const delayed = [
      [0.03, 0, 0],
      [0.02, 0, 0],
      [0.01, 0, 0],
    ];
    const { finalEquity } = simulateTrades(delayed[0], {
      order: "kept",
      delayed,
      paths: 3000,
      stake: "fixed",
    });
    for (const expected of [1.03, 1.02, 1.01]) {
      const share = finalEquity.filter((value) => Math.abs(value - expected) < 1e-12).length / 3000;
      expect(share).toBeGreaterThan(0.31);
      expect(share).toBeLessThan(0.36);
    }
  });
});

describe("simulated trades", () => {
  it("are the same from the same seed and others from another", () => {
    const own = trades(60, "seed");
    const options = { paths: 50, skip: 0.1 };
    expect(simulateTrades(own, { ...options, seed: 4 })).toEqual(
      simulateTrades(own, { ...options, seed: 4 }),
    );
    expect(simulateTrades(own, { ...options, seed: 5 }).finalEquity).not.toEqual(
      simulateTrades(own, { ...options, seed: 4 }).finalEquity,
    );
  });

  it("keep their order and their delays when something else becomes random besides", () => {
    const own = trades(40, "streams");
    const plain = simulateTrades(own, { paths: 30, runLength: 3 });
    const none = { turnover: new Float64Array(40), maxExtraBps: 10, delayed: [own, own] };
    expect(simulateTrades(own, { paths: 30, runLength: 3, ...none }).finalEquity).toEqual(plain.finalEquity);
  });

  it("tell how far they are", () => {
    const steps = simulatingTrades(trades(1000, "progress"), { paths: 1000 });
    const told: number[] = [];
    let step = steps.next();
    for (; !step.done; step = steps.next()) {
      expect(step.value.total).toBe(1000);
      told.push(step.value.done);
    }
    expect(told).toEqual([200, 400, 600, 800, 1000]);
    expect(step.value).toEqual(simulateTrades(trades(1000, "progress"), { paths: 1000 }));
  });

  it("never go below 0, whatever a trade lost", () => {
    const found = simulateTrades([-3, 0.5, 0.5], { paths: 200 });
    expect(Math.min(...found.finalEquity)).toBe(0);
    expect(Math.max(...found.maxDrawdown)).toBe(1);
  });

  it.each([
    ["no trades", [], {}, "montecarlo.no-trades"],
    ["a return that is not known", [0.1, Number.NaN], {}, "montecarlo.not-finite"],
    ["no paths", [0.1], { paths: 0 }, "montecarlo.setting"],
    ["an order that there is none of", [0.1], { order: "shuffle" as "shuffled" }, "montecarlo.setting"],
    ["a stake that there is none of", [0.1], { stake: "kelly" as "fixed" }, "montecarlo.setting"],
    ["a skip of all", [0.1], { skip: 1 }, "montecarlo.setting"],
    ["costs without what is turned over", [0.1], { maxExtraBps: 5 }, "montecarlo.lengths"],
    ["a run shorter than a trade", [0.1], { runLength: 0.5 }, "montecarlo.setting"],
    ["delays of other trades", [0.1], { delayed: [[0.1, 0.2]] }, "montecarlo.lengths"],
    ["quantiles that do not ascend", [0.1], { quantiles: [0.5, 0.2] }, "montecarlo.setting"],
    ["ruin at the start", [0.1], { ruinLevel: 1 }, "montecarlo.setting"],
    ["no steps", [0.1], { mostSteps: 0 }, "montecarlo.setting"],
  ])("are refused: %s", (_, own, options, code) => {
    expect(() => simulateTrades(own, options)).toThrowError(expect.objectContaining({ code }));
  });
});
