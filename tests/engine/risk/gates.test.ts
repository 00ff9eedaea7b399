import { describe, expect, it } from "vitest";
import {
  maxAge,
  maxAtrFraction,
  maxSpreadBps,
  minQuoteVolume,
  type Refusal,
  refusalText,
  rising,
  rsiBand,
} from "#engine/risk/gates.ts";

describe("risk gates", () => {
  it.each<[string, Refusal | undefined, boolean]>([
    ["a range of exactly the cap", maxAtrFraction(5, 100, 0.05), true],
    ["a range above the cap", maxAtrFraction(5.01, 100, 0.05), false],
    ["a volume of exactly the least", minQuoteVolume(1000, 1000), true],
    ["a volume below the least", minQuoteVolume(999, 1000), false],
    ["the lower end of the band", rsiBand(40, 40, 65), true],
    ["the upper end of the band", rsiBand(65, 40, 65), true],
    ["a value above the band", rsiBand(65.1, 40, 65), false],
    ["a value below the band", rsiBand(39.9, 40, 65), false],
    ["a slope above zero", rising(1e-12), true],
    ["a flat slope", rising(0), false],
    ["a spread of exactly the cap", maxSpreadBps(99.5, 100.5, 100), true],
    ["a spread above the cap", maxSpreadBps(99, 101, 100), false],
    ["a candle of exactly the greatest age", maxAge(0, 300_000, 300_000), true],
    ["an older candle", maxAge(0, 300_001, 300_000), false],
  ])("judge %s", (_, refusal, passes) => {
    expect(refusal === undefined).toBe(passes);
  });

  it("refuse what is not yet known", () => {
    const refusals = [
      maxAtrFraction(Number.NaN, 1, 1),
      minQuoteVolume(Number.NaN, 0),
      rsiBand(Number.NaN, 0, 100),
      rising(Number.NaN),
      maxSpreadBps(Number.NaN, 1, 100),
    ];
    for (const refusal of refusals) expect(refusalText(refusal!)).toMatch(/: not yet known$/);
  });

  it("say why in words, and chain to the first refusal", () => {
    expect(refusalText(rsiBand(71.2, 40, 65)!)).toBe("rsiBand: 71.2 is above 65");
    expect(refusalText(minQuoteVolume(10, 50)!)).toBe("minQuoteVolume: 10 is below 50");
    expect(refusalText(rising(0)!)).toBe("rising: 0 is not above 0");
    expect((rising(1) ?? rsiBand(70, 40, 65) ?? minQuoteVolume(0, 1))?.gate).toBe("rsiBand");
  });
});
