import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cos,
  erf,
  erfinv,
  exp,
  expm1,
  ln,
  log1p,
  normalCdf,
  normalQuantile,
  pow,
  sin,
  tanh,
} from "#engine/core/maths.ts";

const bits = (value: number): string => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
};

describe("portable maths", () => {
  it("agrees with the JavaScript engine's own functions to a few units in the last place", () => {
    const near = (ours: number, theirs: number): void => {
      expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(4 * 2 ** -52 * Math.abs(theirs));
    };
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (x) => {
        near(exp(x), Math.exp(x));
        near(expm1(x), Math.expm1(x));
        near(sin(x), Math.sin(x));
        near(cos(x), Math.cos(x));
        near(tanh(x), Math.tanh(x));
        near(ln(Math.abs(x) + 1e-300), Math.log(Math.abs(x) + 1e-300));
        near(log1p(Math.abs(x)), Math.log1p(Math.abs(x)));
        near(pow(Math.abs(x), 1.7), Math.abs(x) ** 1.7);
      }),
    );
  });

  it("writes the same bits today as when these were recorded", () => {
    const values = [
      exp(1.1),
      ln(3.3),
      pow(1.0001, 365),
      sin(2),
      cos(2),
      tanh(0.3),
      erf(0.5),
      log1p(1e-3),
      expm1(1e-3),
    ];
    expect(values.map(bits)).toMatchInlineSnapshot(`
      [
        "400808883244d593",
        "3ff31a4e7240c777",
        "3ff09842192db9f9",
        "3fed18f6ead1b446",
        "bfdaa22657537205",
        "3fd2a4dda7d914fa",
        "3fe0a7ef5c18edd2",
        "3f5060354f8c3ebf",
        "3f506466dfb8cf3a",
      ]
    `);
  });

  it("gives the published values of the error function and the normal distribution", () => {
    // Abramowitz and Stegun, table 7.1 and 26.1; NIST's digital library for the digits beyond.
    expect(erf(0.5)).toBeCloseTo(0.5204998778130465, 15);
    expect(erfinv(0.5204998778130465)).toBeCloseTo(0.5, 14);
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 15);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  });
});
