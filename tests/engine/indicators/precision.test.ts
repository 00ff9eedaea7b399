import { describe, expect, it } from "vitest";
import { catalogue } from "#engine/catalogue/catalogue.ts";
import { completeParameters } from "#engine/catalogue/entry.ts";
import {
  bollinger,
  ema,
  macd,
  percentileRank,
  rollingMax,
  rollingMin,
  rollingStd,
  rsi,
  slope,
  sma,
  wma,
  zscore,
} from "#engine/catalogue/vocabulary.ts";
import { Random } from "#engine/core/random.ts";
import { Bollinger } from "#engine/indicators/bollinger.ts";
import { Ema } from "#engine/indicators/ema.ts";
import { Macd } from "#engine/indicators/macd.ts";
import { RollingStd } from "#engine/indicators/rollingStd.ts";
import { Slope } from "#engine/indicators/slope.ts";
import { Sma } from "#engine/indicators/sma.ts";
import { Wma } from "#engine/indicators/wma.ts";
import { naive } from "./naive.ts";

const nothing = Number.NaN;

describe("indicators at the edges of arithmetic", () => {
  it("keeps its digits after an outlier a million times as large has left the window", () => {
    const random = Random.seeded(1);
    const values = Float64Array.from({ length: 400 }, (_, i) => (i === 150 ? 1e6 : random.normal()));
    const [expected] = naive.rollingStd([values], { length: 20, ddof: 0 });
    const ours = rollingStd(values, 20);
    for (let i = 170; i < 400; i++) expect(Math.abs(ours[i] / expected[i] - 1)).toBeLessThan(1e-8);
  });

  it("keeps its digits over a million values", () => {
    const random = Random.seeded(2);
    let price = 50_000;
    const values = Float64Array.from({ length: 1_000_000 }, () => (price *= 1 + 0.0005 * random.normal()));
    const last = values.slice(-100);
    const at = (column: Float64Array): number => column[column.length - 1];
    for (const [ours, twin] of [
      [at(sma(values, 30)), at(naive.sma([last], { length: 30 })[0])],
      [at(wma(values, 30)), at(naive.wma([last], { length: 30 })[0])],
      [at(rollingStd(values, 30)), at(naive.rollingStd([last], { length: 30, ddof: 0 })[0])],
      [at(zscore(values, 30)), at(naive.zscore([last], { length: 30 })[0])],
      [at(slope(values, 30)), at(naive.slope([last], { length: 30 })[0])],
    ]) {
      expect(Math.abs(ours / twin - 1)).toBeLessThan(1e-9);
    }
  });

  it("has exactly no deviation in a window of equal values, and so no z-score", () => {
    // 0.1 is no finite binary fraction: 20 of them divided by 20 are not 0.1 again.
    const values = new Float64Array(60).fill(0.1);
    values.fill(0.3, 0, 20);
    expect(rollingStd(values, 20)[59]).toBe(0);
    expect(bollinger(values, 20, 2).upper[59]).toBe(0.1);
    expect(zscore(values, 20)[59]).toBeNaN();
    expect(zscore(values, 20)[39]).toBeNaN();
    expect(zscore(values, 20)[38]).not.toBeNaN();
    expect(slope(values, 20)[59]).toBe(0);
    expect(percentileRank(values, 20)[59]).toBe(21 / 40);
  });

  it("has no RSI while nothing has moved, and 100 or 0 when all moves went one way", () => {
    expect(rsi(new Float64Array(30).fill(5), 14).every(Number.isNaN)).toBe(true);
    expect(
      rsi(
        Float64Array.from({ length: 30 }, (_, i) => i),
        14,
      )[29],
    ).toBe(100);
    expect(
      rsi(
        Float64Array.from({ length: 30 }, (_, i) => -i),
        14,
      )[29],
    ).toBe(0);
  });

  it("moves bands, line and index with their input as their definitions say", () => {
    const random = Random.seeded(3);
    const values = Float64Array.from({ length: 300 }, () => random.normal());
    const raised = values.map((value) => value + 64);
    const near = (ours: Float64Array, theirs: Float64Array, shift: number): void => {
      ours.forEach((value, i) => {
        if (!Number.isNaN(value)) expect(theirs[i]).toBeCloseTo(value + shift, 9);
      });
    };
    near(sma(values, 9), sma(raised, 9), 64);
    near(ema(values, 9), ema(raised, 9), 64);
    near(wma(values, 9), wma(raised, 9), 64);
    near(bollinger(values, 9).lower, bollinger(raised, 9).lower, 64);
    near(macd(values).histogram, macd(raised).histogram, 0);
    near(rsi(values), rsi(raised), 0);
    near(slope(values), slope(raised), 0);
    near(rollingStd(values, 9), rollingStd(raised, 9), 0);
    near(
      rollingMax(values, 9),
      rollingMin(
        values.map((value) => -value),
        9,
      ).map((value) => -value),
      0,
    );
  });

  it("gives the same bits in one batch as step by step over thousands of values, flat stretches and outliers", () => {
    const random = Random.seeded(5);
    let price = 100;
    const values = Float64Array.from({ length: 6000 }, (_, i) => {
      if (i % 1000 > 940) return price;
      if (random.uniform() < 0.002) return random.uniform() < 0.5 ? nothing : price * 1e6;
      return (price += random.normal());
    });
    for (const entry of catalogue.values()) {
      const parameters = completeParameters(entry, {});
      const inputs = entry.inputs.map((input) => values.map((value) => value + (input === "high" ? 1 : 0)));
      const whole = entry.batch(inputs, parameters);
      const step = entry.stepper(parameters);
      const row = new Float64Array(entry.outputs.length);
      const stepped = whole.map(() => new Float64Array(values.length));
      for (let i = 0; i < values.length; i++) {
        step(
          inputs.map((input) => input[i]),
          row,
        );
        stepped.forEach((column, k) => {
          column[i] = row[k];
        });
      }
      expect([entry.name, ...stepped]).toEqual([entry.name, ...whole]);
    }
  });

  it("goes on step by step where a batch has ended", () => {
    const random = Random.seeded(6);
    const values = Float64Array.from({ length: 900 }, () => random.between(1, 9));
    const [first, rest] = [values.subarray(0, 613), values.subarray(613)];
    const single = [
      () => new Sma(20),
      () => new Ema(20),
      () => new Wma(20),
      () => new Slope(20),
      () => new RollingStd(20),
    ];
    for (const create of single) {
      const step = create();
      const out = new Float64Array(900);
      step.run(first, out);
      rest.forEach((value, i) => {
        out[613 + i] = step.update(value);
      });
      const whole = new Float64Array(900);
      create().run(values, whole);
      expect(out).toEqual(whole);
    }
    const lines = macd(values);
    const step = new Macd(12, 26, 9);
    step.run(first, {
      macd: new Float64Array(613),
      signal: new Float64Array(613),
      histogram: new Float64Array(613),
    });
    expect(step.histogram).toBe(lines.histogram[612]);
    for (const value of rest) step.update(value);
    expect(step.histogram).toBe(lines.histogram[899]);
    const channel = new Bollinger(20, 2);
    channel.run(first, {
      upper: new Float64Array(613),
      middle: new Float64Array(613),
      lower: new Float64Array(613),
    });
    for (const value of rest) channel.update(value);
    expect(channel.upper).toBe(bollinger(values).upper[899]);
  });

  it("fits a straight line exactly", () => {
    const line = Float64Array.from({ length: 1000 }, (_, i) => 100_000 + 0.25 * i);
    slope(line, 10).forEach((value, i) => {
      if (i < 9) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(0.25, 12);
    });
  });

  it("seeds an average of an indicator where that indicator begins", () => {
    const random = Random.seeded(4);
    const values = Float64Array.from({ length: 100 }, () => random.uniform());
    const index = rsi(values, 14);
    const smoothed = ema(index, 9);
    expect(smoothed.findIndex((value) => !Number.isNaN(value))).toBe(14 + 8);
    expect(smoothed.subarray(14)).toEqual(ema(index.slice(14), 9));
  });

  it("passes over a value that is not known without losing what it has learnt", () => {
    const values = Float64Array.of(1, 2, 3, nothing, 4, 5);
    expect(ema(values, 3)).toEqual(Float64Array.of(nothing, nothing, 2, nothing, 3, 4));
    expect(sma(values, 2)).toEqual(Float64Array.of(nothing, 1.5, 2.5, nothing, nothing, 4.5));
  });

  it("fills the columns that it is given", () => {
    const values = Float64Array.of(1, 2, 3);
    const out = new Float64Array(3).fill(7);
    expect(sma(values, 2, out)).toBe(out);
    expect(out).toEqual(Float64Array.of(nothing, 1.5, 2.5));
    const bands = { upper: new Float64Array(3), middle: out, lower: new Float64Array(3) };
    expect(bollinger(values, 3, 2, bands)).toBe(bands);
    expect(out).toEqual(Float64Array.of(nothing, nothing, 2));
  });
});
