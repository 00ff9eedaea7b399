import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WeeklyCalendar } from "#engine/risk/calendar.ts";
import type { RiskSettings } from "#engine/risk/settings.ts";
import { account, DAY, guardOf, HOUR, MARKETS, MINUTE, MONDAY, only, order, refusal } from "./fixtures.ts";

describe("closed hours", () => {
  const weekend: RiskSettings = { closedHours: [{ from: "Fri 21:00", to: "Sun 22:00" }] };
  const nights: RiskSettings = { closedHours: [{ from: "22:30", to: "01:00" }] };
  const tokyo: RiskSettings = {
    closedHours: [{ from: "Mon 06:00", to: "Mon 09:00", utcOffsetMinutes: 540 }],
  };
  const kraken: RiskSettings = { closedHours: [{ from: "00:00", to: "12:00", symbols: ["kraken:*"] }] };

  it.each<[string, RiskSettings, number, number, boolean]>([
    ["the moment before the weekend", weekend, 4 * DAY + 21 * HOUR - 1, 0, false],
    ["its first moment", weekend, 4 * DAY + 21 * HOUR, 0, true],
    ["its last", weekend, 6 * DAY + 22 * HOUR - 1, 0, true],
    ["the moment after it", weekend, 6 * DAY + 22 * HOUR, 0, false],
    ["a later weekend", weekend, 5 * DAY + 70 * 7 * DAY, 0, true],
    ["a weekend before 1970", weekend, 5 * DAY - 5000 * 7 * DAY, 0, true],
    ["an evening before the night", nights, 22 * HOUR + 30 * MINUTE - 1, 0, false],
    ["the night before midnight", nights, 22 * HOUR + 30 * MINUTE, 0, true],
    ["the night after midnight", nights, 25 * HOUR - 1, 0, true],
    ["the morning", nights, 25 * HOUR, 0, false],
    // Monday 06:00 at UTC+9 is Sunday 21:00 UTC.
    ["an offset, before", tokyo, 6 * DAY + 21 * HOUR - 1, 0, false],
    ["an offset, inside", tokyo, 6 * DAY + 21 * HOUR, 0, true],
    ["an offset, after", tokyo, 7 * DAY, 0, false],
    ["another market's hours", kraken, HOUR, 0, false],
    ["the market's own hours", kraken, HOUR, 2, true],
  ])("judge %s", (_, settings, after, market, refused) => {
    expect(refusal(settings, { market }, [], { time: MONDAY + after })).toBe(
      refused ? "closedHours" : undefined,
    );
  });

  it("say when they end, the longest of several", () => {
    const { guard } = guardOf(
      only({
        closedHours: [
          { from: "Sat 00:00", to: "Sun 24:00" },
          { from: "Fri 21:00", to: "Sat 03:00" },
        ],
      }),
    );
    expect(guard.check(order(), account(), MONDAY + 5 * DAY)).toMatchObject({
      untilMs: MONDAY + 7 * DAY,
      message: "closedHours: BTC/USDT: these are closed hours, until 2024-01-08 00:00 UTC.",
    });
  });

  it("agree with a count of minutes", () => {
    const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const minutesOfWeek = fc.integer({ min: 0, max: 7 * 1440 - 1 });
    const text = (minute: number): string => {
      const [day, rest] = [Math.floor(minute / 1440), minute % 1440];
      const two = (value: number): string => String(value).padStart(2, "0");
      return `${days[day]} ${two(Math.floor(rest / 60))}:${two(rest % 60)}`;
    };
    fc.assert(
      fc.property(minutesOfWeek, minutesOfWeek, minutesOfWeek, (from, to, now) => {
        fc.pre(from !== to);
        const calendar = new WeeklyCalendar([{ from: text(from), to: text(to) }], MARKETS);
        // Walks from the first closed minute to the last and looks whether it comes by.
        let isClosed = false;
        for (let minute = from; minute !== to; minute = (minute + 1) % (7 * 1440))
          isClosed ||= minute === now;
        const opens = MONDAY + now * MINUTE + ((to - now + 7 * 1440) % (7 * 1440)) * MINUTE;
        expect(calendar.closedUntil(0, MONDAY + now * MINUTE)).toBe(isClosed ? opens : Number.NaN);
      }),
      { numRuns: 50 },
    );
  });
});

describe("blackouts", () => {
  const fomc = { fromMs: MONDAY + 10 * HOUR, toMs: MONDAY + 12 * HOUR, label: "FOMC" };

  it.each<[string, RiskSettings["blackouts"], number, number, boolean]>([
    ["the moment before", [fomc], 10 * HOUR - 1, 0, false],
    ["the first moment", [fomc], 10 * HOUR, 0, true],
    ["the last moment", [fomc], 12 * HOUR - 1, 0, true],
    ["the moment after", [fomc], 12 * HOUR, 0, false],
    ["a market that it does not touch", [{ ...fomc, symbols: ["ETH/*"] }], 11 * HOUR, 0, false],
    ["a market that it touches", [{ ...fomc, symbols: ["ETH/*"] }], 11 * HOUR, 1, true],
  ])("judge %s", (_, list, after, market, refused) => {
    const found = refusal({ blackouts: list }, { market }, [], { time: MONDAY + after });
    expect(found).toBe(refused ? "blackouts" : undefined);
  });

  it("say the event and its end, of several the last", () => {
    const later = { fromMs: MONDAY + 11 * HOUR, toMs: MONDAY + 13 * HOUR, label: "a listing" };
    const { guard } = guardOf(only({ blackouts: [later, fomc] }));
    expect(guard.check(order(), account(), MONDAY + 11 * HOUR)).toMatchObject({
      untilMs: MONDAY + 13 * HOUR,
      message: "blackouts: BTC/USDT: no new positions around a listing, until 2024-01-01 13:00 UTC.",
    });
  });
});
