import { describe, expect, it } from "vitest";
import { ema } from "#engine/indicators/ema.ts";
import { sma } from "#engine/indicators/sma.ts";
import { atCloses, type Subject } from "#engine/leaks/subject.ts";
import { warmUpAnalysis } from "#engine/leaks/warmUp.ts";
import { columnOf, inputOf, walk } from "./subjects.ts";

const input = inputOf(walk(1200));

describe("the warm-up analysis", () => {
  it("settles a simple average at its length, and knows nothing before", () => {
    const { columns } = warmUpAnalysis(
      columnOf("sma", ({ close }) => sma(close, 20)),
      input,
      { startups: [10, 19, 20, 40, 80] },
    );
    const [{ differences, settledBy }] = columns;
    expect([...differences.subarray(0, 2)]).toEqual([NaN, NaN]);
    for (const difference of differences.subarray(2)) expect(difference).toBeLessThan(1e-12);
    expect(settledBy).toBe(20);
  });

  it("finds that an exponential average forgets by 1 − α a candle", () => {
    const startups = [20, 40, 60, 80, 100, 120];
    const { columns } = warmUpAnalysis(
      columnOf("ema", ({ close }) => ema(close, 10)),
      input,
      { startups },
    );
    const [{ differences }] = columns;
    // The difference of two averages of the same values shrinks by exactly 1 − α with each: 20 candles by 0.818^20.
    const forgets = (1 - 2 / 11) ** 20;
    for (let s = 1; s < startups.length - 1; s++) {
      // Which row differs most may change with the history that comes in; the order of size may not.
      expect(differences[s + 1] / differences[s]).toBeGreaterThan(forgets / 20);
      expect(differences[s + 1] / differences[s]).toBeLessThan(forgets * 20);
    }
    expect(columns[0].settledBy).toBeGreaterThan(40);
  });

  it("never settles a sum that begins where the data do", () => {
    const subject: Subject = ({ candles: [c] }) => {
      let sum = 0;
      return atCloses(c, { sum: c.volume.map((v) => (sum += v)) });
    };
    const { columns, startups, times } = warmUpAnalysis(subject, input);
    expect(startups).toEqual([25, 50, 100, 200, 400]);
    expect(times).toHaveLength(8);
    expect(columns[0].settledBy).toBeNaN();
    expect(columns[0].differences[4]).toBeGreaterThan(0.3);
  });

  it("refuses startups that are longer than the data, or do not rise", () => {
    const subject = columnOf("close", ({ close }) => close);
    for (const startups of [[], [5, 5], [0], [1200], [2.5]])
      expect(() => warmUpAnalysis(subject, input, { startups })).toThrow(/rising whole numbers/);
  });
});
