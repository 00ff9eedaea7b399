import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RiskSettings } from "#engine/risk/settings.ts";
import { account, DAY, guardOf, HOUR, MONDAY, only, order } from "./fixtures.ts";

type Mark = [hours: number, equity: number];

/** The trips on these marks, as `rule hours`. The account starts on Monday at 00:00 with 10 000. */
function trips(settings: RiskSettings, marks: readonly Mark[]): string[] {
  const { guard, events } = guardOf(only(settings));
  for (const [hours, equity] of marks) guard.onEquity(MONDAY + hours * HOUR, equity);
  return events
    .filter(({ action }) => action === "pause" || action === "closeAllAndStop")
    .map(({ rule, time }) => `${rule} ${(time - MONDAY) / HOUR}`);
}

describe("the breakers over equity", () => {
  it.each<[string, RiskSettings, Mark[], string[]]>([
    ["a day's loss below 5 %", { dailyLoss: true }, [[1, 9501]], []],
    ["a day's loss of 5 %", { dailyLoss: true }, [[1, 9500]], ["dailyLoss 1"]],
    ["a day's loss above 5 %", { dailyLoss: true }, [[1, 9400]], ["dailyLoss 1"]],
    [
      "a loss that stays, which trips once",
      { dailyLoss: true },
      [
        [1, 9500],
        [2, 9450],
        [3, 9500],
      ],
      ["dailyLoss 1"],
    ],
    [
      "twice the loss, which trips again",
      { dailyLoss: true },
      [
        [1, 9500],
        [2, 9001],
        [3, 9000],
      ],
      ["dailyLoss 1", "dailyLoss 3"],
    ],
    [
      "a fall through two levels at once",
      { dailyLoss: true },
      [
        [1, 8900],
        [2, 8501],
        [3, 8500],
      ],
      ["dailyLoss 1", "dailyLoss 3"],
    ],
    // The close at 24:00 is the day's own; the next day starts from it.
    ["a loss at the last mark of the day", { dailyLoss: true }, [[24, 9500]], ["dailyLoss 24"]],
    [
      "a loss that begins anew at midnight",
      { dailyLoss: true },
      [
        [24, 9600],
        [25, 9130],
      ],
      [],
    ],
    [
      "5 % from midnight on",
      { dailyLoss: true },
      [
        [24, 9600],
        [25, 9120],
      ],
      ["dailyLoss 25"],
    ],
    [
      "a day without marks in between",
      { dailyLoss: true },
      [
        [20, 9600],
        [80, 9120],
      ],
      ["dailyLoss 80"],
    ],
    [
      "a day's gain given back, which is no loss",
      { dailyLoss: true },
      [
        [1, 12_000],
        [2, 9501],
      ],
      [],
    ],
    [
      "a drawdown below 10 %",
      { drawdown: true },
      [
        [1, 12_000],
        [30, 10_801],
      ],
      [],
    ],
    [
      "a drawdown of 10 % over days",
      { drawdown: true },
      [
        [1, 12_000],
        [30, 10_800],
      ],
      ["drawdown 30"],
    ],
    [
      "a drawdown that stays, which trips once",
      { drawdown: true },
      [
        [1, 9000],
        [50, 8500],
        [90, 9999],
      ],
      ["drawdown 1"],
    ],
    [
      "twice the drawdown",
      { drawdown: true },
      [
        [1, 9000],
        [50, 8000],
      ],
      ["drawdown 1", "drawdown 50"],
    ],
    [
      "10 % after a new peak",
      { drawdown: true },
      [
        [1, 9000],
        [50, 10_001],
        [51, 9000.9],
      ],
      ["drawdown 1", "drawdown 51"],
    ],
    ["a drawdown below 20 %", { maxDrawdown: true }, [[1, 8001]], []],
    ["a drawdown of 20 %", { maxDrawdown: true }, [[1, 8000]], ["maxDrawdown 1"]],
    [
      "nothing more after the stop",
      { preset: "standard" },
      [
        [1, 7000],
        [2, 5000],
        [99, 3000],
      ],
      ["maxDrawdown 1"],
    ],
    ["all of them at once, the heaviest alone", { preset: "standard" }, [[1, 8000]], ["maxDrawdown 1"]],
    ["two at once, the heavier first", { preset: "standard" }, [[1, 9000]], ["drawdown 1", "dailyLoss 1"]],
    [
      "an equity that is no number",
      { preset: "standard" },
      [
        [1, Number.NaN],
        [2, 9501],
      ],
      [],
    ],
  ])("judge %s", (_, settings, marks, expected) => {
    expect(trips(settings, marks)).toEqual(expected);
  });

  it.each<[RiskSettings, number]>([
    [{ dailyLoss: true }, HOUR],
    [{ dailyLoss: { pauseMs: 7 * HOUR } }, 7 * HOUR],
    [{ drawdown: true }, DAY],
  ])("%j hold back entries until the pause is over, not exits", (settings, pauseMs) => {
    const { guard, events } = guardOf(only(settings));
    const tripped = MONDAY + HOUR;
    guard.onEquity(tripped, 9000);
    const [rule] = Object.keys(settings);
    const held = account([{ amount: 5 }]);
    for (const [time, isRefused] of [
      [tripped, true],
      [tripped + pauseMs - 1, true],
      [tripped + pauseMs, false],
    ] as const) {
      expect(guard.isPaused(time, 0)).toBe(isRefused);
      expect(guard.check(order(), held, time)?.rule).toBe(isRefused ? rule : undefined);
      expect(guard.check(order({ side: "sell", amount: 5 }), held, time)).toBeUndefined();
    }
    guard.onEquity(tripped + pauseMs, 9000);
    expect(events.at(-1)).toMatchObject({ rule, action: "resume", time: tripped + pauseMs });
    expect(guard.takeActions()).toEqual([
      { kind: "pause", rule, scope: { kind: "account" }, untilMs: tripped + pauseMs, cancelsResting: true },
    ]);
  });

  it("stop for good at 20 %, until trading is resumed and drawdown is measured anew", () => {
    const { guard, events } = guardOf(only({ maxDrawdown: true }));
    guard.onEquity(MONDAY + HOUR, 8000);
    expect(guard.takeActions()).toEqual([{ kind: "closeAllAndStop", rule: "maxDrawdown" }]);
    expect(guard.isStopped).toBe(true);
    const later = MONDAY + 400 * DAY;
    expect(guard.isPaused(later, 2)).toBe(true);
    expect(guard.check(order(), account(), later)?.rule).toBe("maxDrawdown");
    expect(guard.check(order({ side: "sell" }), account([{ amount: 1 }]), later)).toBeUndefined();
    guard.resume(later, "looked into");
    expect(guard.check(order(), account(), later)).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ rule: "maxDrawdown", action: "resume" });
    guard.onEquity(later, 6401);
    expect(guard.isStopped).toBe(false);
    guard.onEquity(later, 6400);
    expect(guard.isStopped).toBe(true);
  });

  it("say what was lost, since when, and until when they pause", () => {
    const { guard, events } = guardOf(only({ dailyLoss: true, drawdown: true }));
    guard.onEquity(MONDAY + HOUR, 8950);
    expect(events.map(({ message }) => message)).toEqual([
      "drawdown: equity 8950 is 10.5 % below its peak 10000; allowed are less than 10 %. " +
        "No position is opened until 2024-01-02 01:00 UTC.",
      "dailyLoss: equity 8950 is 10.5 % below 10000, where the UTC day began; allowed are less than 5 %. " +
        "No position is opened until 2024-01-01 02:00 UTC.",
    ]);
    expect(events[1]).toMatchObject({ limit: 0.05, untilMs: MONDAY + 2 * HOUR, market: "" });
    expect(events[1].value).toBeCloseTo(0.105, 12);
  });

  it("agree with a count over the whole history of equity", () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0.93, max: 1.06, noNaN: true })),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(steps, (path) => {
        const marks: Mark[] = [];
        for (const [hours, growth] of path) {
          const [lastHour, last] = marks.at(-1) ?? [0, 10_000];
          marks.push([lastHour + hours, last * growth]);
        }
        const settings: RiskSettings = { dailyLoss: { fraction: 0.03 }, drawdown: { fraction: 0.08 } };
        expect(trips(settings, marks)).toEqual(naiveTrips(marks, 0.03, 0.08));
      }),
    );
  });
});

/** Looks at each mark with the whole past before it. */
function naiveTrips(marks: readonly Mark[], daily: number, drawdown: number): string[] {
  const found: string[] = [];
  marks.forEach(([hours, equity], i) => {
    const past: Mark[] = [[0, 10_000], ...marks.slice(0, i)];
    const all: Mark[] = [...past, [hours, equity]];
    // Levels reached since the peak, now and by any mark before.
    const peak = Math.max(...all.map(([, one]) => one));
    const peakAt = all.findIndex(([, one]) => one === peak);
    const level = (one: number, from: number, step: number): number =>
      Math.floor((1 - one / from) / step + 1e-9);
    const before = all.slice(peakAt, -1).map(([, one]) => level(one, peak, drawdown));
    if (level(equity, peak, drawdown) > Math.max(0, ...before)) found.push(`drawdown ${hours}`);
    // The day's marks are those in (00:00, 24:00]; it starts from the last one before.
    const day = Math.ceil(hours / 24);
    const start = past.filter(([at]) => at <= (day - 1) * 24).at(-1)![1];
    const today = past.filter(([at]) => at > (day - 1) * 24).map(([, one]) => level(one, start, daily));
    if (level(equity, start, daily) > Math.max(0, ...today)) found.push(`dailyLoss ${hours}`);
  });
  return found;
}
