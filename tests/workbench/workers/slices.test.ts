import { describe, expect, test } from "vitest";
import { progressWords } from "#workbench/outputs/progress.ts";
import { candleBytes, fingerprint } from "#workbench/workers/fingerprint.ts";
import { secondsLeft } from "#workbench/workers/pace.ts";
import { poolSize } from "#workbench/workers/pool.ts";
import { inSlices } from "#workbench/workers/slices.ts";
import { wanderingUniverse } from "./universe.ts";

function* counting(to: number): Generator<number, string> {
  for (let i = 1; i <= to; i++) yield i;
  return "done";
}

/** A clock that moves one millisecond at each look. */
function tickingClock(): () => number {
  let now = 0;
  return () => now++;
}

describe("work in slices", () => {
  test("pauses when its stretch is used up, tells how far it is, and returns what the generator returns", async () => {
    const told: number[] = [];
    const result = await inSlices(counting(20), {
      budgetMs: 5,
      now: tickingClock(),
      onPause: (i) => told.push(i),
    });
    expect(result).toBe("done");
    expect(told).toEqual([5, 10, 15, 20]);
  });

  test("stops at the first pause after it was canceled", async () => {
    const signal = { aborted: false };
    const told: number[] = [];
    const work = inSlices(counting(1000), {
      budgetMs: 5,
      now: tickingClock(),
      signal,
      onPause: (i) => {
        told.push(i);
        signal.aborted = true;
      },
    });
    await expect(work).rejects.toMatchObject({ code: "canceled" });
    expect(told).toEqual([5]);
  });
});

describe("an estimate of the time left", () => {
  test("goes by the pace so far and waits until there is one", () => {
    expect(secondsLeft(25, 100, 10_000)).toBe(30);
    expect(secondsLeft(0, 100, 10_000)).toBeNull();
    expect(secondsLeft(50, 100, 100)).toBeNull();
    expect(secondsLeft(100, 100, 10_000)).toBe(0);
  });

  test("is told as coarsely as it is uncertain", () => {
    const words = (share: number, left: number | null): string =>
      progressWords(share, left).replaceAll("\u202f", " ");
    expect(words(0.41, 12.3)).toBe("41 %, 15 s left");
    expect(words(0.5, 3.2)).toBe("50 %, 4 s left");
    expect(words(0.5, 130)).toBe("50 %, 3 min left");
    expect(words(0.5, null)).toBe("50 %");
  });
});

describe("a fingerprint of candles", () => {
  const of = (candles: Parameters<typeof fingerprint>[0]): string => {
    const work = fingerprint(candles);
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
    }
  };
  const [candles, other] = wanderingUniverse(2, 400);

  test("is that of the values, whichever object holds them", () => {
    expect(of({ ...candles, close: candles.close.slice() })).toBe(of(candles));
    const within = new Float64Array(402);
    within.set(candles.close, 1);
    expect(of({ ...candles, close: within.subarray(1, 401) })).toBe(of(candles));
  });

  test("changes with any single value and with what the candles are of", () => {
    const keys = new Set([
      of(candles),
      of(other),
      of({ ...candles, symbol: "X" }),
      of({ ...candles, timeframe: "1m" }),
    ]);
    for (const name of ["timestamp", "open", "high", "low", "close", "volume"] as const) {
      for (const row of [0, 200, 399]) {
        const column = candles[name].slice();
        column[row] = column[row] === 0 ? 1 : -column[row];
        keys.add(of({ ...candles, [name]: column }));
      }
    }
    expect(keys.size).toBe(4 + 18);
    expect(candleBytes(candles)).toBe(6 * 8 * 400);
  });
});

test("a pool leaves one core to the page and has one worker at least", () => {
  expect([1, 2, 8].map(poolSize)).toEqual([1, 1, 7]);
});
