import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import type { RiskAction, RiskEvent } from "#engine/risk/event.ts";
import { RiskGuard } from "#engine/risk/guard.ts";
import { riskRules } from "#engine/risk/riskRules.ts";
import { type RiskSettings, riskSettings } from "#engine/risk/settings.ts";
import type { RiskSnapshot } from "#engine/risk/snapshot.ts";
import {
  account,
  DAY,
  guardOf,
  HOUR,
  MARKETS,
  MINUTE,
  MONDAY,
  only,
  order,
  SECOND,
  trade,
} from "./fixtures.ts";

describe("the order of the rules", () => {
  /** Each refuses the order below; in the order in which they are asked. */
  const gates: RiskSettings = {
    solvency: { minFraction: 1 },
    whitelist: ["ETH/USDT"],
    blacklist: ["BTC/USDT"],
    closedHours: [{ from: "00:00", to: "12:00" }],
    blackouts: [{ fromMs: MONDAY, toMs: MONDAY + DAY, label: "all day" }],
    ordersPerMinute: { perMarket: 1 },
    tradesPerDay: { perMarket: 1 },
    spread: { maxBps: 1 },
    volatility: { maxAnnual: 1e-6, samples: 3, minSamples: 3 },
    priceCollar: { awayFraction: 0.001 },
    orderSize: { maxQuote: 1 },
    positionSize: { maxQuote: 1 },
    exposure: { maxGross: 1e-6 },
    categoryExposure: { maxFraction: 1e-6, categories: { "*": "all" } },
    correlation: { max: 0.1, samples: 3, minSamples: 3 },
    leverage: { max: 1 },
    marginUse: { maxFraction: 1e-6 },
    rewardToRisk: { min: 100 },
    openRisk: { maxFraction: 1e-6 },
  };

  it("is that of the settings: with the first refusal switched off, the next one shows", () => {
    const names = Object.keys(gates) as (keyof RiskSettings)[];
    const refusedBy = names.map((_, i) => {
      const off = Object.fromEntries(names.slice(0, i).map((name) => [name, false]));
      const { guard } = guardOf({ ...gates, ...off });
      for (const [hour, price] of [101, 100, 103, 100].entries())
        for (const market of [0, 1]) guard.onPrice(MONDAY + (hour - 3) * HOUR, market, price);
      guard.onQuote(0, 99, 101);
      guard.onOrder(MONDAY, 0);
      guard.onPosition(MONDAY, 0, 1);
      guard.onPosition(MONDAY, 0, 0);
      const asked = order({ price: 98, stopPrice: 97, targetPrice: 99, leverage: 2 });
      return guard.check(asked, account([{}, { amount: 1 }], 9999), MONDAY)?.rule;
    });
    expect(refusedBy).toEqual(names);
    expect(names).toEqual(riskRules.filter(({ family }) => family === "gate").map(({ name }) => name));
  });

  it("asks for a stop first, then for pauses of the account, the exchange and the market, then the gates", () => {
    const { guard } = guardOf(
      only({ blacklist: ["*"], cooldown: true, exchangeErrors: { max: 0 }, losingTrades: { count: 1 } }),
    );
    const refusedBy = (): string | undefined => guard.check(order(), account(), MONDAY)?.rule;
    const seen = [refusedBy()];
    guard.onTrade(MONDAY, trade(0));
    seen.push(refusedBy());
    guard.onExchangeError(MONDAY, "binance");
    seen.push(refusedBy());
    guard.onTrade(MONDAY, trade(-1));
    seen.push(refusedBy());
    guard.halt(MONDAY, "a person asked for it");
    seen.push(refusedBy());
    expect(seen).toEqual(["blacklist", "cooldown", "exchangeErrors", "losingTrades", "halt"]);
  });
});

describe("a person's stop", () => {
  it("refuses entries until trading is resumed, which lifts pauses too", () => {
    const { guard, events } = guardOf("standard");
    guard.onEquity(MONDAY + HOUR, 8900);
    guard.halt(MONDAY + HOUR, "stop pressed");
    expect([guard.isStopped, guard.isPaused(MONDAY + 9 * DAY, 0)]).toEqual([true, true]);
    expect(guard.check(order(), account(), MONDAY + 9 * DAY)?.rule).toBe("halt");
    guard.resume(MONDAY + 2 * HOUR, "go on pressed");
    expect([guard.isStopped, guard.isPaused(MONDAY + 2 * HOUR, 0)]).toEqual([false, false]);
    expect(guard.check(order(), account(), MONDAY + 2 * HOUR)).toBeUndefined();
    expect(
      events.filter(({ rule }) => rule === "halt").map(({ action, message }) => [action, message]),
    ).toEqual([
      ["halt", "halt: stop pressed; no position is opened until trading is resumed."],
      ["refuse", "halt: BTC/USDT: no position is opened until trading is resumed."],
      ["resume", "halt: go on pressed; positions may be opened again."],
    ]);
  });

  it("keeps breakers quiet, and the day's loss in view", () => {
    const { guard, events } = guardOf(only({ dailyLoss: true, maxDrawdown: true, drawdownSize: true }));
    guard.halt(MONDAY, "stop pressed");
    guard.onEquity(MONDAY + HOUR, 5000);
    guard.onEquity(MONDAY + DAY, 5000);
    expect(events.map(({ rule }) => rule)).toEqual(["halt"]);
    guard.resume(MONDAY + DAY + HOUR, "go on pressed");
    guard.onEquity(MONDAY + DAY + 2 * HOUR, 4751);
    expect(events.map(({ rule }) => rule)).toEqual(["halt", "halt"]);
    guard.onEquity(MONDAY + DAY + 3 * HOUR, 4750);
    expect(events.at(-1)?.rule).toBe("dailyLoss");
  });
});

/** Something that a session tells its guard; all times are minutes after the one before. */
type Step =
  | { kind: "equity"; wait: number; equity: number }
  | { kind: "candle"; wait: number; market: number; high: number; low: number }
  | { kind: "quote"; wait: number; market: number; bid: number }
  | { kind: "order"; wait: number; market: number; isRejected: boolean }
  | { kind: "position"; wait: number; market: number; amount: number }
  | { kind: "trade"; wait: number; market: number; profit: number; isStopped: boolean }
  | { kind: "error"; wait: number; exchange: string }
  | { kind: "check"; wait: number; market: number; side: "buy" | "sell"; amount: number; stop: number }
  | { kind: "halt"; wait: number }
  | { kind: "resume"; wait: number };

const market = fc.nat(2);
const wait = fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 90 }));
const CHECK = fc.record({
  kind: fc.constant("check" as const),
  wait,
  market,
  side: fc.constantFrom("buy" as const, "sell" as const),
  amount: fc.integer({ min: 1, max: 30 }),
  stop: fc.constantFrom(Number.NaN, 90, 110),
});
const CANDLE = fc.record({
  kind: fc.constant("candle" as const),
  wait,
  market,
  high: fc.integer({ min: 100, max: 108 }),
  low: fc.integer({ min: 95, max: 100 }),
});
const POSITION = fc.record({
  kind: fc.constant("position" as const),
  wait,
  market,
  amount: fc.integer({ min: -2, max: 2 }),
});
const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("equity" as const), wait, equity: fc.integer({ min: 7500, max: 11_000 }) }),
  fc.record({ kind: fc.constant("equity" as const), wait, equity: fc.integer({ min: 9000, max: 10_100 }) }),
  CANDLE,
  fc.record({
    kind: fc.constant("quote" as const),
    wait,
    market,
    bid: fc.oneof(fc.integer({ min: 95, max: 100 }), fc.constant(Number.NaN)),
  }),
  fc.record({ kind: fc.constant("order" as const), wait, market, isRejected: fc.boolean() }),
  POSITION,
  fc.record({
    kind: fc.constant("trade" as const),
    wait,
    market,
    profit: fc.integer({ min: -300, max: 200 }),
    isStopped: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("error" as const), wait, exchange: fc.constantFrom("binance", "kraken") }),
  CHECK,
  CHECK,
  CHECK,
  fc.record({ kind: fc.constant("halt" as const), wait }),
  ...Array.from({ length: 3 }, () => fc.record({ kind: fc.constant("resume" as const), wait })),
);

/** Mostly prices, for what looks at many of them. */
const PRICE_STEP: fc.Arbitrary<Step> = fc.oneof(CANDLE, CANDLE, CANDLE, POSITION, CHECK);

/** What trips, with limits that such steps reach, and what each is to be seen doing. */
const BREAKERS: RiskSettings = {
  preset: "standard",
  losingTrades: { count: 2, pauseMs: HOUR },
  errorRate: { orders: 3 },
  exchangeErrors: { max: 1, windowMs: HOUR },
  positionAge: { maxMs: 2 * HOUR },
  cooldown: { pauseMs: 10 * MINUTE },
  stopLossGuard: { trades: 2, pauseMs: 30 * MINUTE },
  drawdownGuard: { fraction: 0.02, minTrades: 2, pauseMs: 20 * MINUTE },
  lowProfitPairs: { pauseMs: 15 * MINUTE },
};
const TRIPS = [
  ..."dailyLoss drawdown losingTrades errorRate exchangeErrors cooldown stopLossGuard drawdownGuard lowProfitPairs"
    .split(" ")
    .map((rule) => `${rule} pause`),
  "maxDrawdown closeAllAndStop",
  "priceSpike cancelResting",
  "positionAge closePosition",
  "losingStreak resize",
  "drawdownSize resize",
];

/** Gates that remember something, and what they are to be seen refusing. */
const GATES: RiskSettings = {
  closedHours: [{ from: "03:00", to: "04:00" }],
  ordersPerMinute: { perMarket: 1, perAccount: 2 },
  tradesPerDay: { perAccount: 3, perMarket: 2 },
  spread: { maxBps: 300 },
  positionSize: { maxFraction: 0.28 },
};
const REFUSALS = Object.keys(GATES).map((rule) => `${rule} refuse`);

/** Plays the steps; what the guard says, does and answers. With `cut` it is written down and read again there. */
function play(settings: RiskSettings, steps: readonly Step[], cut: number): unknown[] {
  const said: unknown[] = [];
  const listener = (event: RiskEvent): void => void said.push(event);
  const rules = riskSettings(settings);
  let guard = new RiskGuard(rules, MARKETS, { time: MONDAY, equity: 10_000 }, listener);
  const amounts = [0, 0, 0];
  let time = MONDAY;
  steps.forEach((step, i) => {
    if (i === cut) {
      const text = JSON.stringify(guard.snapshot());
      // What JSON would turn into null without a word.
      expect(guard.snapshot()).toEqual(JSON.parse(text));
      guard = RiskGuard.restore(rules, MARKETS, JSON.parse(text) as RiskSnapshot, listener);
    }
    time += step.wait * MINUTE;
    tell(guard, step, time, amounts, said);
    said.push(guard.sizeFactor, guard.isStopped, ...MARKETS.map((_, one) => guard.isPaused(time, one)));
    // Actions sometimes wait over a cut.
    if (i % 3 === 0) said.push(...guard.takeActions());
  });
  said.push(guard.takeActions());
  return said;
}

function tell(guard: RiskGuard, step: Step, time: number, amounts: number[], said: unknown[]): void {
  if (step.kind === "equity") guard.onEquity(time, step.equity);
  else if (step.kind === "candle")
    guard.onCandle(time, step.market, time - MINUTE, step.high, step.low, (step.high + step.low) / 2);
  else if (step.kind === "quote") guard.onQuote(step.market, step.bid, 100);
  else if (step.kind === "order") {
    guard.onOrder(time, step.market);
    if (step.isRejected) guard.onRejection(time);
  } else if (step.kind === "position") {
    amounts[step.market] = step.amount;
    guard.onPosition(time, step.market, step.amount);
  } else if (step.kind === "trade") guard.onTrade(time, trade(step.profit, step));
  else if (step.kind === "error") guard.onExchangeError(time, step.exchange);
  else if (step.kind === "halt") guard.halt(time, "asked for");
  else if (step.kind === "resume") guard.resume(time, "asked for");
  else {
    const { side, amount, stop } = step;
    const asked = order({ market: step.market, side, amount, stopPrice: stop });
    said.push(guard.check(asked, account(amounts.map((one) => ({ amount: one }))), time));
  }
}

describe("a guard that is written down and read again", () => {
  const samples = { sampleMs: 2 * HOUR, samples: 20, minSamples: 3 };
  const volatility = only({ volatility: { maxAnnual: 2, ...samples } });
  const correlation = only({ correlation: { max: 0.1, ...samples } });

  it.each<[string, RiskSettings, fc.Arbitrary<Step>, readonly string[]]>([
    ["breakers", BREAKERS, STEP, TRIPS],
    ["gates", GATES, STEP, REFUSALS],
    ["volatility", volatility, PRICE_STEP, ["volatility refuse"]],
    ["correlation", correlation, PRICE_STEP, ["correlation refuse"]],
  ])("says and does the same as one that never was: %s", (_, settings, step, wanted) => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 120, size: "max" }), fc.nat(80), (steps, cut) => {
        const whole = play(settings, steps, -1);
        for (const one of whole) if (isEvent(one)) seen.add(`${one.rule} ${one.action}`);
        expect(play(settings, steps, Math.min(cut, steps.length - 1))).toEqual(whole);
      }),
      { numRuns: 100, seed: 7 },
    );
    expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
  });

  it("is not taken for the guard of other markets", () => {
    const { guard } = guardOf("standard");
    const restore = (): unknown =>
      RiskGuard.restore(riskSettings("standard"), MARKETS.slice(0, 2), guard.snapshot(), () => {});
    expect(restore).toThrow(EngineError);
    expect(restore).toThrow("Resume with the session's own markets");
  });

  it("goes on under other rules, which begin where nothing was remembered", () => {
    const { guard } = guardOf(only({ cooldown: { pauseMs: HOUR } }));
    guard.onTrade(MONDAY, trade(-1));
    const events: RiskEvent[] = [];
    const next = RiskGuard.restore(riskSettings("standard"), MARKETS, guard.snapshot(), (event) =>
      events.push(event),
    );
    expect(next.isPaused(MONDAY, 0)).toBe(true);
    next.onEquity(MONDAY + 30 * MINUTE, 9500);
    expect(events.map(({ rule }) => rule)).toEqual(["dailyLoss"]);
  });
});

describe("rules that are off", () => {
  const off = only({});

  it("change nothing, whatever happens", () => {
    fc.assert(
      fc.property(fc.array(STEP, { maxLength: 60 }), (steps) => {
        const events: RiskEvent[] = [];
        const actions: RiskAction[] = [];
        const guard = new RiskGuard(riskSettings(off), MARKETS, { time: MONDAY, equity: 10_000 }, (event) =>
          events.push(event),
        );
        const amounts = [0, 0, 0];
        let time = MONDAY;
        for (const step of steps) {
          if (step.kind === "halt" || step.kind === "resume") continue;
          time += step.wait * MINUTE;
          tell(guard, step, time, amounts, []);
          actions.push(...guard.takeActions());
          expect([guard.sizeFactor, guard.isStopped, guard.isPaused(time, 0)]).toEqual([1, false, false]);
        }
        expect([events, actions]).toEqual([[], []]);
      }),
    );
  });

  it("leave a plain backtest alone: research refuses only what cannot be meant", () => {
    const { guard, events } = guardOf("research");
    guard.onEquity(MONDAY, 1000);
    for (let i = 0; i < 999; i++) guard.onOrder(MONDAY, 0);
    expect(
      guard.check(
        order({ amount: 1e6, leverage: 100, price: 1, stopPrice: 0.99, targetPrice: 1.001 }),
        account(),
        MONDAY,
      ),
    ).toBeUndefined();
    guard.onOrder(MONDAY, 0);
    expect(guard.check(order(), account(), MONDAY)?.rule).toBe("ordersPerMinute");
    expect(guard.check(order({ market: 1 }), account([], 0), MONDAY)?.rule).toBe("solvency");
    expect(events).toHaveLength(2);
  });
});

describe("a guard", () => {
  it.each([0, -5, Number.NaN, Infinity])("does not start from an equity of %s", (equity) => {
    expect(() => guardOf("standard", { start: { time: MONDAY, equity } })).toThrow("an equity above 0");
  });

  it("hands out each action once", () => {
    const { guard } = guardOf(only({ priceSpike: true }));
    guard.onPrice(MONDAY, 0, 100);
    guard.onPrice(MONDAY + SECOND, 0, 200);
    expect(guard.hasActions).toBe(true);
    expect(guard.takeActions()).toHaveLength(1);
    expect([guard.hasActions, guard.takeActions()]).toEqual([false, []]);
  });
});

function isEvent(one: unknown): one is RiskEvent {
  return typeof one === "object" && one !== null && "rule" in one && "message" in one;
}
