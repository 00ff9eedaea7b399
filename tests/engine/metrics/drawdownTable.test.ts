import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS } from "#engine/core/timeframe.ts";
import { maxDrawdown } from "#engine/metrics/drawdown.ts";
import { drawdownTable } from "#engine/metrics/drawdownTable.ts";
import { numbersIn } from "#engine/metrics/tradeColumns.ts";
import { wanderings } from "./wanderings.ts";

const day = (n: number): number => Date.UTC(2020, 0, 1) + n * DAY_MS;
const curve = (values: readonly number[]) => ({
  time: Float64Array.from(values, (_, i) => day(i + 1)),
  equity: Float64Array.from(values),
});
const rowsOf = (table: ReturnType<typeof drawdownTable>): Record<string, number>[] =>
  Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(
      (
        ["startTime", "troughTime", "recoveryTime", "depth", "lengthMs", "declineMs", "recoveryMs"] as const
      ).map((name) => [name, numbersIn(table, name)[row]]),
    ),
  );

describe("drawdownTable", () => {
  it("has freqtrade's worked case: the first trade's half lost and won back, and a tenth at the end", () => {
    // test_calculate_max_drawdown_abs: 1000, then 1000, 500, 1000, 11000, 10000.
    const { time, equity } = curve([1000, 500, 1000, 11000, 10000]);
    const rows = rowsOf(drawdownTable(time, equity, { startMs: day(0), equity: 1000 }));
    expect(rows).toEqual([
      {
        startTime: day(1),
        troughTime: day(2),
        recoveryTime: day(3),
        depth: 0.5,
        lengthMs: 2 * DAY_MS,
        declineMs: DAY_MS,
        recoveryMs: DAY_MS,
      },
      {
        startTime: day(4),
        troughTime: day(5),
        recoveryTime: Number.NaN,
        depth: 1000 / 11000,
        lengthMs: DAY_MS,
        declineMs: DAY_MS,
        recoveryMs: Number.NaN,
      },
    ]);
  });

  it("has freqtrade's deepest of twenty-eight profits on a balance of 0.2", () => {
    // test_calculate_max_drawdown2.
    const profits = [
      0.01158, 0.010048, 0.01134, 0.012161, 0.010416, 0.010009, 0.020024, -0.024662, -0.02235, 0.020496,
      -0.029859, -0.030511, 0.010041, 0.010872, -0.025782, 0.0104, 0.012374, 0.012467, 0.114741, 0.010303,
      0.010088, -0.033961, 0.01068, 0.010886, -0.029274, 0.011178, 0.010693, 0.010711,
    ];
    let balance = 0.2;
    const { time, equity } = curve(profits.map((profit) => (balance += profit)));
    const [deepest] = rowsOf(drawdownTable(time, equity, { startMs: day(0), equity: 0.2 }));
    expect(deepest.depth).toBeCloseTo(0.32129575, 7);
    const peak = equity[(deepest.startTime - day(1)) / DAY_MS];
    expect(peak - equity[(deepest.troughTime - day(1)) / DAY_MS]).toBeCloseTo(0.091755, 12);
  });

  it("counts the beginning as the first peak", () => {
    const { time, equity } = curve([90, 100]);
    const [only] = rowsOf(drawdownTable(time, equity, { startMs: day(0), equity: 100 }));
    expect(only).toMatchObject({ startTime: day(0), troughTime: day(1), recoveryTime: day(2), depth: 0.1 });
  });

  it("begins at the last time at the peak, and is deepest at the first of equal lows", () => {
    const { time, equity } = curve([100, 100, 80, 90, 80, 100, 100]);
    expect(rowsOf(drawdownTable(time, equity, { startMs: day(0), equity: 100 }))).toMatchObject([
      { startTime: day(2), troughTime: day(3), recoveryTime: day(6) },
    ]);
  });

  it("has the episodes that a walk over every row finds, none of them overlapping", () => {
    fc.assert(
      fc.property(wanderings, ({ time, equity }) => {
        const begin = { startMs: time[0] - DAY_MS, equity: 1000 };
        const rows = rowsOf(drawdownTable(time, equity, begin));
        const peakAt = (i: number): number => Math.max(1000, ...equity.subarray(0, i + 1));
        // Each row below the peak before it belongs to exactly one episode.
        for (let i = 0; i < time.length; i++) {
          const depth = 1 - equity[i] / peakAt(i);
          const holding = rows.filter(
            ({ startTime: start, recoveryTime: recovery, lengthMs }) =>
              time[i] > start && (Number.isNaN(recovery) ? time[i] <= start + lengthMs : time[i] < recovery),
          );
          expect(holding).toHaveLength(depth > 0 ? 1 : 0);
          if (depth > 0) expect(holding[0].depth).toBeGreaterThanOrEqual(depth - 1e-12);
        }
        expect(rows[0]?.depth ?? 0).toBe(maxDrawdown([1000, ...equity]));
        expect(rows.map(({ depth }) => depth)).toEqual(rows.map(({ depth }) => depth).sort((a, b) => b - a));
        for (const { declineMs, recoveryMs, lengthMs, ...times } of rows) {
          const { startTime: start, troughTime: trough, recoveryTime: recovery } = times;
          expect(declineMs).toBe(trough - start);
          expect(recoveryMs).toBe(recovery - trough);
          if (!Number.isNaN(recovery)) expect(lengthMs).toBe(recovery - start);
          else expect(start + lengthMs).toBe(time[time.length - 1]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is empty of a curve that never falls, and of none", () => {
    const { time, equity } = curve([100, 110, 110]);
    expect(drawdownTable(time, equity, { startMs: day(0), equity: 100 }).rows).toBe(0);
    const nothing = new Float64Array(0);
    expect(drawdownTable(nothing, nothing, { startMs: day(0), equity: 100 }).rows).toBe(0);
  });
});
