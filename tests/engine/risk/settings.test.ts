import { describe, expect, expectTypeOf, it } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { RULE_DEFAULTS } from "#engine/risk/presets.ts";
import { type RiskSettings, riskSettings } from "#engine/risk/settings.ts";

const HOUR = 3_600_000;

/** The rules that are on. */
function on(given: Parameters<typeof riskSettings>[0], fallback?: "research" | "standard"): string[] {
  return Object.entries(riskSettings(given, fallback)).flatMap(([name, rule]) =>
    rule === false ? [] : [name],
  );
}

const STANDARD = [
  "solvency",
  "ordersPerMinute",
  "spread",
  "priceCollar",
  "leverage",
  "rewardToRisk",
  "openRisk",
  "dailyLoss",
  "drawdown",
  "maxDrawdown",
  "errorRate",
  "priceSpike",
  "exchangeErrors",
  "losingStreak",
  "drawdownSize",
];

describe("risk settings", () => {
  it("leave a backtest alone but for what cannot be meant", () => {
    expect(on(undefined)).toEqual(["solvency", "ordersPerMinute"]);
    expect(riskSettings(undefined).ordersPerMinute).toEqual({ perMarket: 1000 });
    expect(on({ dailyLoss: true })).toEqual(["solvency", "ordersPerMinute", "dailyLoss"]);
  });

  it("have the stated limits in the standard preset", () => {
    expect(on("standard")).toEqual(STANDARD);
    expect(on(undefined, "standard")).toEqual(STANDARD);
    expect(on({}, "standard")).toEqual(STANDARD);
    expect(riskSettings("standard")).toMatchObject({
      dailyLoss: { fraction: 0.05, pauseMs: HOUR },
      drawdown: { fraction: 0.1, pauseMs: 24 * HOUR },
      maxDrawdown: { fraction: 0.2 },
      priceSpike: { fraction: 0.1, windowMs: 60_000 },
      rewardToRisk: { min: 2 },
      openRisk: { maxFraction: 0.06 },
      losingStreak: { count: 3, factor: 0.5 },
      drawdownSize: { share: 0.5, factor: 0.5 },
      exchangeErrors: { max: 10, windowMs: 60_000, pauseMs: 300_000 },
    });
  });

  it("take a preset and what differs from it", () => {
    const rules = riskSettings({
      preset: "standard",
      dailyLoss: false,
      drawdown: { fraction: 0.3 },
      cooldown: true,
    });
    expect(rules.dailyLoss).toBe(false);
    expect(rules.drawdown).toEqual({ fraction: 0.3, pauseMs: 24 * HOUR });
    expect(rules.cooldown).toEqual(RULE_DEFAULTS.cooldown);
    expect(on({ preset: "research", leverage: true }, "standard")).toEqual([
      "solvency",
      "ordersPerMinute",
      "leverage",
    ]);
  });

  it("fill what is left out from the preset where it has the rule on, with true from the defaults", () => {
    expect(riskSettings({ ordersPerMinute: {} }).ordersPerMinute).toEqual({ perMarket: 1000 });
    expect(riskSettings({ ordersPerMinute: true }).ordersPerMinute).toEqual({ perMarket: 60 });
    expect(riskSettings({ dailyLoss: { pauseMs: 5, fraction: undefined } }).dailyLoss).toEqual({
      fraction: 0.05,
      pauseMs: 5,
    });
  });

  it("let no default in beside a limit that was given in another unit", () => {
    expect(riskSettings({ orderSize: { maxQuote: 500 } }).orderSize).toEqual({ maxQuote: 500 });
    expect(riskSettings({ exposure: { maxNet: 0.5 } }).exposure).toEqual({ maxNet: 0.5 });
    expect(riskSettings({ exposure: { maxNet: 0.5, maxGross: 2 } }).exposure).toEqual({
      maxNet: 0.5,
      maxGross: 2,
    });
    expect(riskSettings({ tradesPerDay: { perMarket: 3 } }).tradesPerDay).toEqual({ perMarket: 3 });
  });

  it("are frozen copies in plain JSON", () => {
    const whitelist = ["BTC/USDT"];
    const rules = riskSettings({
      preset: "standard",
      whitelist,
      blackouts: [{ fromMs: 0, toMs: 1, label: "x", symbols: undefined }],
    });
    whitelist.push("ETH/USDT");
    expect(rules.whitelist).toEqual(["BTC/USDT"]);
    expect(JSON.parse(JSON.stringify(rules))).toEqual(rules);
    expect(
      Object.isFrozen(rules) && Object.isFrozen(rules.dailyLoss) && Object.isFrozen(rules.whitelist),
    ).toBe(true);
    expect(riskSettings(rules as RiskSettings)).toEqual(rules);
  });

  it.each<[string, unknown, string, string]>([
    ["a rule that is not there", { dailyLos: true }, "risk.unknown-setting", 'Did you mean "dailyLoss"?'],
    ["a name far from any", { zzzzzzzzzz: true }, "risk.unknown-setting", "Expected one of preset, solvency"],
    ["a preset that is not there", "standrad", "risk.unknown-preset", 'Did you mean "standard"?'],
    [
      "a preset in a record",
      { preset: "strict" },
      "risk.unknown-preset",
      "Expected one of research, standard",
    ],
    [
      "a parameter that is not there",
      { drawdown: { percent: 10 } },
      "risk.unknown-parameter",
      "drawdown has no parameter",
    ],
    [
      "percent for a fraction",
      { dailyLoss: { fraction: 5 } },
      "risk.setting",
      "dailyLoss.fraction is 5; expected a number above 0 up to 1 (a fraction",
    ],
    ["a loss of nothing", { maxDrawdown: { fraction: 0 } }, "risk.setting", "maxDrawdown.fraction is 0"],
    [
      "a number that is none",
      { drawdown: { fraction: Number.NaN } },
      "risk.setting",
      "drawdown.fraction is NaN",
    ],
    ["a text for a number", { drawdown: { pauseMs: "1h" } }, "risk.setting", "an hour is 3600000"],
    [
      "half a trade",
      { losingTrades: { count: 2.5 } },
      "risk.setting",
      "losingTrades.count is 2.5; expected a whole number",
    ],
    ["leverage below 1", { leverage: { max: 0.5 } }, "risk.setting", "leverage.max is 0.5"],
    [
      "a number for a rule",
      { dailyLoss: 0.05 },
      "risk.setting",
      "dailyLoss is 0.05; expected true, false or a record with fraction, pauseMs",
    ],
    ["null for a rule", { dailyLoss: null }, "risk.setting", "dailyLoss is null"],
    ["a list for a rule with parameters", { dailyLoss: [] }, "risk.setting", "dailyLoss is []"],
    [
      "a choice that is none",
      { openRisk: { withoutStop: "ignor" } },
      "risk.setting",
      "expected one of ignore, whole, refuse",
    ],
    ["a flag that is none", { stopLossGuard: { perMarket: 1 } }, "risk.setting", "expected true or false"],
    [
      "more samples at least than at most",
      { correlation: { samples: 10 } },
      "risk.setting",
      "correlation.minSamples is 24; expected at most its samples, 10",
    ],
    ["categories left out", { categoryExposure: true }, "risk.setting", "has no categories"],
    [
      "a category without a name",
      { categoryExposure: { categories: { "*": "" } } },
      "risk.setting",
      "a record of names",
    ],
    [
      "a limit of nothing",
      { categoryExposure: { categories: { "*": "a" }, limits: { a: 0 } } },
      "risk.setting",
      "fractions of equity",
    ],
    [
      "a limit for a category that is not there",
      { categoryExposure: { categories: { "*": "meme" }, limits: { mem: 1 } } },
      "risk.unknown-category",
      'Did you mean "meme"?',
    ],
    [
      "a list switched on with true",
      { whitelist: true },
      "risk.setting",
      "whitelist is true; expected a list of symbols",
    ],
    ["an empty list", { blacklist: [] }, "risk.setting", "blacklist is []"],
    ["a list of numbers", { blacklist: ["BTC/USDT", 5] }, "risk.setting", "blacklist[1] is 5"],
    [
      "an hour that is none",
      { closedHours: [{ from: "25:00", to: "01:00" }] },
      "risk.closed-hours",
      '"22:00" to "23:30"',
    ],
    [
      "a day that is none",
      { closedHours: [{ from: "Fre 20:00", to: "Sun 20:00" }] },
      "risk.closed-hours",
      "Fre 20:00",
    ],
    [
      "a day at one end only",
      { closedHours: [{ from: "Fri 20:00", to: "22:00" }] },
      "risk.closed-hours",
      "both without",
    ],
    [
      "hours that are empty",
      { closedHours: [{ from: "20:00", to: "20:00" }] },
      "risk.closed-hours",
      "is empty",
    ],
    [
      "an offset in hours and more",
      { closedHours: [{ from: "20:00", to: "21:00", utcOffsetMinutes: 5000 }] },
      "risk.closed-hours",
      "120 for UTC+2",
    ],
    [
      "a time zone",
      { closedHours: [{ from: "20:00", to: "21:00", timeZone: "Europe/Berlin" }] },
      "risk.setting",
      'closedHours[0] has a "timeZone"',
    ],
    [
      "a span that ends before it begins",
      { blackouts: [{ fromMs: 5, toMs: 5, label: "x" }] },
      "risk.setting",
      "blackouts[0] is from 5 to 5, which is no span",
    ],
    [
      "an event without a label",
      { blackouts: [{ fromMs: 5, toMs: 6 }] },
      "risk.setting",
      "has the label undefined",
    ],
    [
      "an event for no symbols",
      { blackouts: [{ fromMs: 5, toMs: 6, label: "x", symbols: [] }] },
      "risk.setting",
      "has symbols []",
    ],
    ["a list of rules", [], "risk.setting", "is no risk setting"],
    ["a number", 3, "risk.setting", "is no risk setting"],
  ])("refuse %s", (_, given, code, text) => {
    let caught: unknown;
    try {
      riskSettings(given as RiskSettings);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(EngineError);
    expect((caught as EngineError).code).toBe(code);
    expect((caught as EngineError).message).toContain(text);
  });

  it("do not compile where a list is switched on, or a name is wrong", () => {
    expectTypeOf<{ dailyLoss: { fraction: number } }>().toExtend<RiskSettings>();
    expectTypeOf<{ whitelist: true }>().not.toExtend<RiskSettings>();
    // @ts-expect-error a rule that is not there
    expect(() => riskSettings({ dailyLos: true })).toThrow();
  });
});
