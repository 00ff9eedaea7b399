import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  acrossMarkets,
  crossSectionalRank,
  crossSectionalZscore,
  type MarketColumn,
} from "#engine/features/crossSection.ts";

const few = fc.array(
  fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.integer({ min: -9000, max: 9000 }).map((k) => k / 700),
    fc.constant(Number.NaN),
  ),
  {
    maxLength: 12,
  },
);

describe("cross-section", () => {
  it("ranks as pandas' rank(pct=True) does", () => {
    // pandas.Series([3, 1, 3, nan, 2]).rank(pct=True)
    expect([...crossSectionalRank([3, 1, 3, Number.NaN, 2])]).toEqual([0.875, 0.25, 0.875, Number.NaN, 0.5]);
    expect([...crossSectionalRank([7])]).toEqual([1]);
    expect(crossSectionalRank([]).length).toBe(0);
  });

  it("ranks by counting who is lower and who is equal", () => {
    fc.assert(
      fc.property(few, (values) => {
        const known = values.filter((value) => !Number.isNaN(value));
        crossSectionalRank(values).forEach((rank, i) => {
          const below = known.filter((value) => value < values[i]).length;
          const equal = known.filter((value) => value === values[i]).length;
          if (Number.isNaN(values[i])) expect(rank).toBeNaN();
          else expect(rank).toBeCloseTo((below + (equal + 1) / 2) / known.length, 14);
        });
      }),
    );
  });

  it("does not depend on the order of the markets, nor on the scale of the values", () => {
    fc.assert(
      fc.property(few, (values) => {
        expect([...crossSectionalRank([...values].reverse())].reverse()).toEqual([
          ...crossSectionalRank(values),
        ]);
        expect(crossSectionalRank(values.map((value) => 4 * value))).toEqual(crossSectionalRank(values));
      }),
    );
  });

  it("measures deviations with mean 0 and deviation 1, and none among equals", () => {
    fc.assert(
      fc.property(few, (values) => {
        const scores = [...crossSectionalZscore(values)].filter((score) => !Number.isNaN(score));
        fc.pre(scores.length > 0);
        const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
        expect(mean).toBeCloseTo(0, 9);
        expect(scores.reduce((sum, score) => sum + score * score, 0) / scores.length).toBeCloseTo(1, 9);
      }),
    );
    expect([...crossSectionalZscore([0.1, 0.1, 0.1])].every(Number.isNaN)).toBe(true);
    expect([...crossSectionalZscore([1, 3])]).toEqual([-1, 1]);
  });

  it("compares the markets that are there at each time, whatever gaps they have", () => {
    const market = fc.uniqueArray(fc.nat(30), { maxLength: 25 }).map((times): MarketColumn => {
      const timestamp = Float64Array.from(times).sort();
      return { timestamp, values: timestamp.map((time) => (time * 7919) % 5) };
    });
    fc.assert(
      fc.property(fc.array(market, { maxLength: 6 }), (markets) => {
        const ranks = acrossMarkets(markets, crossSectionalRank);
        markets.forEach(({ timestamp }, k) => {
          timestamp.forEach((time, i) => {
            const there = markets.filter((each) => each.timestamp.includes(time));
            const values = there.map((each) => each.values[each.timestamp.indexOf(time)]);
            expect(ranks[k][i]).toBe(crossSectionalRank(values)[there.indexOf(markets[k])]);
          });
        });
      }),
    );
    expect(() =>
      acrossMarkets([{ timestamp: new Float64Array(2), values: new Float64Array(1) }], crossSectionalRank),
    ).toThrowError(expect.objectContaining({ code: "features.unequal-columns" }));
  });
});
