import { describe, expect, it } from "vitest";
import { catalogue, catalogueEntry } from "#engine/catalogue/catalogue.ts";
import { completeParameters, type IndicatorParameters } from "#engine/catalogue/entry.ts";
import * as vocabulary from "#engine/catalogue/vocabulary.ts";
import { testIndicator } from "../../contracts/indicator.ts";
import { naive } from "../indicators/naive.ts";

const tried: Readonly<Record<string, IndicatorParameters[]>> = {
  sma: [{ length: 7 }],
  ema: [{ length: 7 }],
  wma: [{ length: 7 }],
  rsi: [{ length: 7 }],
  macd: [
    { fast: 3, slow: 10, signal: 16 },
    { fast: 1, slow: 2, signal: 3 },
  ],
  atr: [{ length: 7 }],
  bollinger: [{ length: 5, deviations: 1.5 }],
  zscore: [{ length: 5 }],
  slope: [{ length: 5 }],
  rollingMax: [{ length: 7 }, { length: 8 }],
  rollingMin: [{ length: 7 }, { length: 8 }],
  rollingStd: [{ length: 5, ddof: 1 }],
  percentileRank: [{ length: 7 }],
  shift: [{ bars: 5 }],
  change: [{ bars: 5 }],
  returns: [{ bars: 5 }],
};

for (const entry of catalogue.values()) {
  testIndicator(entry, {
    naive: naive[entry.name],
    parameters: tried[entry.name],
    skip: entry.name === "shift" ? { "NaN at its own row": "it shows an unknown value bars later" } : {},
  });
}

describe("catalogue", () => {
  it("has a function of the same name in the library for every entry", () => {
    for (const name of catalogue.keys()) expect(vocabulary).toHaveProperty(name);
  });

  it("suggests the nearest name for one that it does not know", () => {
    expect(() => catalogueEntry("bolinger")).toThrowError(/Did you mean bollinger\?/);
    expect(() => completeParameters(catalogueEntry("rsi"), { lenght: 9 })).toThrowError(
      /Did you mean length\?/,
    );
  });

  it("refuses a fast average that is not faster than the slow one", () => {
    expect(() => vocabulary.macd(new Float64Array(9), 26, 12)).toThrowError(
      expect.objectContaining({ code: "indicator.parameter-out-of-range" }),
    );
  });
});
