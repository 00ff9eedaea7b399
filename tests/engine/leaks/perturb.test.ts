import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANDLE_COLUMNS } from "#engine/candles/candles.ts";
import { validateCandles } from "#engine/candles/validate.ts";
import { Random } from "#engine/core/random.ts";
import { type Cut, TimedInput } from "#engine/leaks/known.ts";
import { Noise, PERTURBATIONS, perturbed } from "#engine/leaks/perturb.ts";
import { closeTimes } from "#engine/leaks/subject.ts";
import { FIVE_MINUTES, inputOf, walk } from "./subjects.ts";

const first = walk(120);
const second = walk(90, "ETH/USDT", 2);
const table = {
  name: "figures",
  availableAt: Float64Array.from([10, 40, 70], (row) => first.timestamp[row]),
  values: { value: Float64Array.from([1, 2, 3]) },
};
const timed = new TimedInput({ candles: [first, second], information: [table] });

const cuts = fc.record({
  row: fc.integer({ min: 0, max: 118 }),
  kind: fc.constantFrom(...PERTURBATIONS),
  knows: fc.constantFrom("closes", "begins", "opens"),
  rows: fc.constantFrom(1, 5, Infinity),
  seed: fc.integer(),
});

function cutAt(row: number, knows: Cut["knows"]): Cut {
  return { time: closeTimes(first)[row], knows };
}

describe("a changed future", () => {
  it("leaves everything that had closed, begun or been published by the cut as it is, to the bit", () => {
    fc.assert(
      fc.property(cuts, ({ row, kind, knows, rows, seed }) => {
        const cut = cutAt(row, knows);
        const random = Random.seeded(seed);
        const until = cut.time + rows * FIVE_MINUTES;
        const changed = perturbed(timed, cut, kind, until, random, new Noise(random.stream("noise")));
        for (const [k, candles] of changed.candles.entries()) {
          const base = timed.input.candles[k];
          const closes = closeTimes(base);
          base.timestamp.forEach((open, i) => {
            if (closes[i] <= cut.time)
              for (const name of CANDLE_COLUMNS) expect(candles[name][i]).toBe(base[name][i]);
            if (open <= cut.time && knows !== "closes") expect(candles.timestamp[i]).toBe(open);
            if (open <= cut.time && knows === "opens") expect(candles.open[i]).toBe(base.open[i]);
          });
        }
        const [figures] = changed.information;
        table.availableAt.forEach((at, i) => {
          if (at <= cut.time) expect(figures.values.value[i]).toBe(table.values.value[i]);
        });
      }),
    );
  });

  it("changes something after the cut, and keeps candles sound but where it takes their numbers away", () => {
    fc.assert(
      fc.property(cuts, ({ row, kind, knows, seed }) => {
        const cut = cutAt(Math.min(row, 80), knows);
        const random = Random.seeded(seed);
        const noise = new Noise(random.stream("noise"));
        const changed = perturbed(timed, cut, kind, Infinity, random, noise);
        const isSame = changed.candles.every((candles, k) =>
          CANDLE_COLUMNS.every((name) => {
            const base = timed.input.candles[k][name];
            return (
              candles[name].length === base.length && candles[name].every((value, i) => value === base[i])
            );
          }),
        );
        expect(isSame).toBe(false);
        if (kind === "blank") return;
        for (const candles of changed.candles) {
          const faults = validateCandles(candles).filter(({ kind: fault }) => fault !== "gap");
          expect(faults).toEqual([]);
        }
      }),
    );
  });
});

describe("a future that is taken away", () => {
  it("leaves what had closed, and of a candle that has begun what its cut knows of it", () => {
    const row = 30;
    const time = first.timestamp[row];
    const closes = timed.truncated({ time, knows: "closes" });
    const begins = timed.truncated({ time, knows: "begins" });
    const opens = timed.truncated({ time, knows: "opens" });
    expect(closes.candles[0].close).toEqual(first.close.slice(0, row));
    expect(begins.candles[0].timestamp).toEqual(first.timestamp.slice(0, row + 1));
    expect(stub(begins.candles[0], row)).toEqual(Array(4).fill(first.close[row - 1]));
    expect(stub(opens.candles[0], row)).toEqual(Array(4).fill(first.open[row]));
    expect(opens.candles[0].volume[row]).toBe(0);
    expect(closes.information[0].values.value).toEqual(Float64Array.from([1]));
    expect(inputOf(first).candles[0].close).toHaveLength(120);
  });
});

function stub(candles: (typeof timed.input.candles)[number], row: number): number[] {
  return (["open", "high", "low", "close"] as const).map((name) => candles[name][row]);
}
