import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CatalogueEntry,
  completeParameters,
  type IndicatorParameters,
} from "#engine/catalogue/entry.ts";
import { Random } from "#engine/core/random.ts";

/** The indicator's definition, written for clarity and not for speed, sharing no code with it. */
export type NaiveIndicator = (
  inputs: readonly Float64Array[],
  parameters: IndicatorParameters,
) => Float64Array[];

export type IndicatorContract = {
  naive: NaiveIndicator;
  /** Parameter values that are tried; defaults and the shortest allowed ones are always tried too. */
  parameters?: readonly IndicatorParameters[];
  /** Cases that this indicator cannot keep, each with its reason. */
  skip?: Partial<Record<"NaN at its own row", string>>;
};

/** The rules that every indicator of the catalogue keeps. */
export function testIndicator(
  entry: CatalogueEntry,
  { naive, parameters = [], skip = {} }: IndicatorContract,
): void {
  const shortest: Record<string, number> = {};
  for (const parameter of entry.parameters) {
    shortest[parameter.name] = parameter.min;
  }
  const tried = [{}, shortest, ...parameters].map((given) => completeParameters(entry, given));

  describe(entry.name, () => {
    for (const values of tried) {
      describe(JSON.stringify(values), () => {
        contractCases(entry, values, naive, skip);
      });
    }

    it("refuses a parameter out of its range and tells the range", () => {
      for (const parameter of entry.parameters) {
        const wrong = [
          parameter.min - 1,
          parameter.max + 1,
          Number.NaN,
          ...(parameter.isInteger ? [parameter.min + 0.5] : []),
        ];
        for (const value of wrong) {
          expect(() => completeParameters(entry, { [parameter.name]: value })).toThrowError(
            expect.objectContaining({
              code: "indicator.parameter-out-of-range",
              message: expect.stringContaining(`${parameter.min} … ${parameter.max}`),
            }),
          );
        }
      }
    });

    it("is described: title, reading, source, and each parameter and output", () => {
      const texts = [entry.title, entry.reading, entry.source];
      texts.push(
        ...entry.parameters.map((each) => each.description),
        ...entry.outputs.map((each) => each.description),
      );
      for (const text of texts) expect(text.trim().length).toBeGreaterThan(3);
    });
  });
}

function contractCases(
  entry: CatalogueEntry,
  values: IndicatorParameters,
  naive: NaiveIndicator,
  skip: NonNullable<IndicatorContract["skip"]>,
): void {
  const warmUp = entry.warmUp(values);
  const rows = 3 * warmUp + 40;
  const batch = (inputs: readonly Float64Array[]): readonly Float64Array[] => entry.batch(inputs, values);

  it("agrees with its naive twin, unknown values and ties included", () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), fc.boolean(), (seed, withTies, withUnknown) => {
        const inputs = randomInputs(entry, rows, seed, { withTies, withUnknown });
        const ours = batch(inputs);
        const theirs = naive(inputs, values);
        expect(ours.length).toBe(entry.outputs.length);
        ours.forEach((column, k) => {
          expectClose(column, theirs[k]);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("is NaN while it warms up and known right after", () => {
    for (const column of batch(randomInputs(entry, rows, 1))) {
      expect(column.findIndex((value) => !Number.isNaN(value))).toBe(warmUp);
      expect(column.subarray(warmUp).every(Number.isFinite)).toBe(true);
    }
  });

  it("gives the same bits for a prefix as for the whole: it does not see the future", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(rows), (seed, length) => {
        const inputs = randomInputs(entry, rows, seed, { withTies: true, withUnknown: true });
        const whole = batch(inputs);
        const prefix = batch(inputs.map((input) => input.slice(0, length)));
        prefix.forEach((column, k) => {
          expect(column).toEqual(whole[k].subarray(0, length));
        });
      }),
      { numRuns: 30 },
    );
  });

  it("gives the same bits step by step as in one batch", () => {
    const inputs = randomInputs(entry, rows, 2, { withTies: true, withUnknown: true });
    const whole = batch(inputs);
    const step = entry.stepper(values);
    const row = new Float64Array(entry.outputs.length);
    for (let i = 0; i < rows; i++) {
      step(
        inputs.map((input) => input[i]),
        row,
      );
      expect([...row]).toEqual(whole.map((column) => column[i]));
    }
  });

  it("passes over NaNs at the beginning", () => {
    const inputs = randomInputs(entry, rows, 3);
    const late = inputs.map((input) => Float64Array.of(Number.NaN, Number.NaN, Number.NaN, ...input));
    batch(late).forEach((column, k) => {
      expect(column.subarray(0, 3).every(Number.isNaN)).toBe(true);
      expect(column.subarray(3)).toEqual(batch(inputs)[k]);
    });
  });

  it.skipIf(skip["NaN at its own row"] !== undefined)(
    "is NaN at the row of an unknown value, and recovers",
    () => {
      for (const unknown of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const inputs = randomInputs(entry, rows, 4);
        inputs[inputs.length - 1][warmUp + 2] = unknown;
        for (const column of batch(inputs)) {
          expect(column[warmUp + 2]).toBeNaN();
          expect(column[rows - 1]).not.toBeNaN();
        }
      }
    },
  );

  it("scales with its input exactly as its units say", () => {
    // A power of two changes no digit, so even the rounding must be the same.
    const inputs = randomInputs(entry, rows, 5, { withTies: true });
    const scaled = batch(inputs.map((input) => input.map((value) => value * 8)));
    batch(inputs).forEach((column, k) => {
      const scales = ["input", "price", "inputPerBar"].includes(entry.outputs[k].unit);
      expect(scaled[k]).toEqual(scales ? column.map((value) => value * 8) : column);
    });
  });

  it("takes an empty column and a column of one value", () => {
    for (const length of [0, 1]) {
      for (const column of batch(randomInputs(entry, length, 6))) expect(column.length).toBe(length);
    }
  });
}

/** A random walk of prices, as many columns as the entry has inputs; high, low and close hang together. */
function randomInputs(
  entry: CatalogueEntry,
  rows: number,
  seed: number,
  { withTies = false, withUnknown = false }: { withTies?: boolean; withUnknown?: boolean } = {},
): Float64Array[] {
  const random = Random.seeded(seed);
  const columns = entry.inputs.map(() => new Float64Array(rows));
  let price = 100;
  for (let i = 0; i < rows; i++) {
    price = Math.max(1, price + random.normal());
    // Ties: whole numbers, and now and then a stretch without any move.
    if (withTies && random.uniform() < 0.5) price = Math.round(price);
    const span = random.uniform();
    entry.inputs.forEach((input, k) => {
      columns[k][i] = input === "high" ? price + span : input === "low" ? price - span : price;
    });
    if (withUnknown && random.uniform() < 0.02) {
      columns[random.integer(0, columns.length - 1)][i] =
        random.uniform() < 0.5 ? Number.NaN : Number.POSITIVE_INFINITY;
    }
  }
  return columns;
}

function expectClose(ours: Float64Array, theirs: Float64Array): void {
  expect(ours.length).toBe(theirs.length);
  for (let i = 0; i < ours.length; i++) {
    const isClose = Number.isNaN(theirs[i])
      ? Number.isNaN(ours[i])
      : ours[i] === theirs[i] || Math.abs(ours[i] - theirs[i]) <= 1e-9 * Math.max(1, Math.abs(theirs[i]));
    if (!isClose) expect.fail(`row ${i}: got ${ours[i]}, the naive twin has ${theirs[i]}`);
  }
}
