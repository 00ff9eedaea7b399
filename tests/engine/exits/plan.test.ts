import { describe, expect, it } from "vitest";
import type { Exits } from "#engine/exits/exits.ts";
import { exitPlan } from "#engine/exits/plan.ts";

const invalid = (exits: unknown, field: string) =>
  expect(() => exitPlan(exits as Exits), field).toThrow(
    expect.objectContaining({ code: "exits.invalid", details: expect.objectContaining({ field }) }),
  );

describe("a plan of exits", () => {
  it("asks for nothing when nothing is given", () => {
    const plan = exitPlan({});
    expect(plan.isManaged).toBe(false);
    expect(plan.atrLength).toBe(0);
    expect(plan.targets).toEqual([]);
    expect(plan.timeStopMs).toBeNaN();
  });

  it("says what it needs to know of the market", () => {
    expect(exitPlan({ stopLoss: { kind: "atr", multiple: 2 } }).atrLength).toBe(14);
    expect(exitPlan({ stopLoss: { kind: "atr", multiple: 2, length: 20 } }).atrLength).toBe(20);
    expect(exitPlan({ takeProfit: { ladder: [{ atrMultiple: 2, share: 1 }] } }).atrLength).toBe(14);
    expect(exitPlan({ stopLoss: { kind: "structure", bars: 7 } }).stopStructureBars).toBe(7);
    expect(exitPlan({ trailing: { kind: "structure", bars: 9 } }).trailStructureBars).toBe(9);
  });

  it("needs the close of each candle only for what moves with candles", () => {
    expect(exitPlan({ stopLoss: { kind: "fixed", fraction: 0.1 } }).isManaged).toBe(false);
    expect(exitPlan({ trailing: { kind: "fraction", fraction: 0.1 } }).isManaged).toBe(false);
    expect(exitPlan({ trailing: { kind: "fraction", fraction: 0.1, follows: "close" } }).isManaged).toBe(
      true,
    );
    expect(exitPlan({ roi: { 0: 0.1 } }).isManaged).toBe(true);
    expect(exitPlan({ maxBars: 3 }).isManaged).toBe(true);
  });

  it("sorts the ROI table by age", () => {
    const plan = exitPlan({ roi: { 120: 0, 0: 0.1, 30: 0.05 } });
    expect([...plan.roiAgesMs]).toEqual([0, 1_800_000, 7_200_000]);
    expect([...plan.roiFractions]).toEqual([0.1, 0.05, 0]);
  });

  it("refuses what cannot be, and names the field", () => {
    invalid({ stopLoss: { kind: "fixed", fraction: 0 } }, "stopLoss.fraction");
    invalid({ stopLoss: { kind: "fixed", fraction: 1 } }, "stopLoss.fraction");
    invalid({ stopLoss: { kind: "fixed", fraction: Number.NaN } }, "stopLoss.fraction");
    invalid({ stopLoss: { kind: "fraction", fraction: 0.1 } }, "stopLoss.kind");
    invalid({ stopLoss: { kind: "atr", multiple: 1, length: 0 } }, "stopLoss.length");
    invalid({ stopLoss: { kind: "structure", bars: 2.5 } }, "stopLoss.bars");
    invalid({ stopLoss: { kind: "structure", bars: 2, buffer: 1 } }, "stopLoss.buffer");
    invalid({ trailing: { kind: "fixed", fraction: 0.1 } }, "trailing.kind");
    invalid({ trailing: { kind: "structure", bars: 3, follows: "price" } }, "trailing.follows");
    invalid(
      { trailing: { kind: "fraction", fraction: 0.1, tighter: { fraction: 0.1 } } },
      "trailing.tighter.from",
    );
    invalid({ breakEven: { at: { fraction: 0 }, offset: Infinity } }, "breakEven.offset");
    invalid({ breakEven: {} }, "breakEven.at");
    invalid({ takeProfit: { fraction: 0 } }, "takeProfit.fraction");
    invalid({ takeProfit: { fraction: 0.1, riskMultiple: 2 } }, "takeProfit");
    invalid({ takeProfit: {} }, "takeProfit");
    invalid({ takeProfit: { ladder: [] } }, "takeProfit.ladder");
    invalid({ takeProfit: { ladder: [{ fraction: 0.1 }] } }, "takeProfit.ladder[0].share");
    invalid(
      {
        takeProfit: {
          ladder: [
            { fraction: 0.1, share: 0.6 },
            { fraction: 0.2, share: 0.5 },
          ],
        },
      },
      "takeProfit.ladder",
    );
    invalid({ roi: { soon: 0.1 } }, 'roi\'s age "soon"');
    invalid({ roi: { 0: -2 } }, "roi[0]");
    invalid({ timeStopMs: 0 }, "timeStopMs");
    invalid({ maxBars: 0.5 }, "maxBars");
    invalid({ fractionsOf: "equity" }, "fractionsOf");
    const lengths = {
      stopLoss: { kind: "atr", multiple: 1, length: 10 },
      trailing: { kind: "atr", multiple: 1 },
    };
    invalid(lengths, "trailing.length");
  });

  it("refuses a field that it does not know and names the nearest", () => {
    expect(() => exitPlan({ stoploss: 0.1 } as Exits)).toThrow(/did you mean "stopLoss"/);
    invalid(
      { trailing: { kind: "fraction", fraction: 0.1, activaton: { fraction: 0.1 } } },
      "trailing.activaton",
    );
    invalid({ takeProfit: { fraction: 0.1, share: 1 } }, "takeProfit.share");
  });

  it("takes shares of a ladder that are thirds", () => {
    const third = 1 / 3;
    const ladder = [1, 2, 3].map((riskMultiple) => ({ riskMultiple, share: third }));
    expect(exitPlan({ takeProfit: { ladder } }).targets).toHaveLength(3);
  });
});
