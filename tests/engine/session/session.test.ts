import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BacktestOptions, StrategyMix } from "#engine/backtest/options.ts";
import { type Prepared, prepare } from "#engine/backtest/prepare.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { SessionEvent } from "#engine/session/events.ts";
import { Feed } from "#engine/session/feed.ts";
import { Session, type SessionSnapshot } from "#engine/session/session.ts";
import { defineStrategy, type Strategy } from "#engine/strategy/contract.ts";
import { crossing, diceSignals, diceTargets, FIRST, MINUTE, walks } from "../backtest/randomStrategies.ts";
import { rows } from "../backtest/tables.ts";

/** Settings, feeds and tapes for a session over these candles, made afresh at each call. */
function prepared(
  strategy: Strategy | StrategyMix,
  universe: readonly Candles[],
  options: BacktestOptions = {},
): Prepared {
  const steps = prepare(strategy, universe, { marketType: "linear", ...options });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function sessionOf(given: Prepared, listener?: (event: SessionEvent) => void): Session {
  const session = new Session(given.settings, given.feeds, { marks: given.marks, listener });
  session.fund(given.fundings);
  return session;
}

/** Everything that a session has made, as data to compare. */
function outcome(session: Session): unknown {
  session.settleRecords();
  const { orders, fills, positions, equity, riskEvents } = session.recorder.tables();
  const tables = [orders, fills, positions, equity, riskEvents, session.trades.toTable()];
  return [
    tables.map((table) => rows(table)),
    session.turnover,
    session.slippageCost,
    session.ownParts(),
    [...session.account.balance],
  ];
}

function errorOf(run: () => unknown): EngineError {
  try {
    run();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("expected an EngineError");
}

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const strategies: [string, Strategy | StrategyMix, BacktestOptions][] = [
  ["signals drawn by dice", diceSignals, { entryTimeoutMs: 5 * MINUTE, leverage: 3 }],
  ["target weights drawn by dice", diceTargets, { risk: "standard" }],
  [
    "a cross of averages with exits that move",
    crossing({
      isShort: true,
      exits: {
        stopLoss: { kind: "fixed", fraction: 0.01 },
        breakEven: { at: { fraction: 0.003 } },
        roi: { 0: 0.03, 9: 0.002 },
      },
    }),
    { slippageBps: 3 },
  ],
  [
    "two strategies on one account",
    {
      strategies: [
        { strategy: diceSignals, symbols: ["S0/USDT"], weight: 0.6 },
        { strategy: diceTargets, symbols: ["S1/USDT", "S2/USDT"] },
      ],
    },
    { leverage: 2 },
  ],
];

describe("a session", () => {
  it.each(strategies)(
    "folded in two halves comes to the same as folded at once: %s",
    (_, strategy, options) => {
      fc.assert(
        fc.property(seeds, fc.integer({ min: 20, max: 190 }), (seed, minutes) => {
          const universe = walks(seed, 3, 200);
          const make = (): Prepared => prepared(strategy, universe, { ...options, seed });
          const whole = sessionOf(make());
          whole.run(Infinity);

          const first = sessionOf(make());
          first.run(FIRST + minutes * MINUTE);
          const written = stringifyWire(first.snapshot());
          const again = make();
          const second = Session.restore(again.settings, again.feeds, parseWire(written) as SessionSnapshot);
          second.run(Infinity);
          expect(outcome(second)).toEqual(outcome(whole));
        }),
        { numRuns: 20 },
      );
    },
  );

  it.each(strategies)("told one event after another comes to the same: %s", (_, strategy, options) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const universe = walks(seed, 3, 150);
        const make = (): Prepared => prepared(strategy, universe, { ...options, seed });
        const whole = sessionOf(make());
        whole.run(Infinity);

        const given = make();
        const feeds = given.feeds.map(
          ({ market, timeframe, candles: { timestamp, open, high, low, close, volume }, next }) => {
            const none = { timestamp, open, high, low, close, volume };
            for (const name of Object.keys(none) as (keyof typeof none)[])
              none[name] = none[name].slice(0, 0);
            return { feed: new Feed(market, { timeframe, ...none }), next };
          },
        );
        const told = new Session(
          given.settings,
          feeds.map(({ feed }) => feed),
          {},
        );
        const events = given.feeds.flatMap((feed, m) =>
          Array.from({ length: feed.rows - feed.next }, (_, i) => ({ feed, row: feed.next + i, m })),
        );
        events.sort((a, b) => a.feed.candles.timestamp[a.row] - b.feed.candles.timestamp[b.row] || b.m - a.m);
        for (const [k, { feed, row }] of events.entries()) {
          const { timestamp, open, high, low, close, volume } = feed.candles;
          const candle = {
            timestamp: timestamp[row],
            open: open[row],
            high: high[row],
            low: low[row],
            close: close[row],
            volume: volume[row],
          };
          told.apply({ kind: "candle", market: feed.market, ...candle });
          const isLastOfTime = events[k + 1]?.feed.candles.timestamp[events[k + 1].row] !== timestamp[row];
          if (isLastOfTime) told.apply({ kind: "clock", time: timestamp[row] + MINUTE });
        }
        expect(outcome(told)).toEqual(outcome(whole));
      }),
      { numRuns: 12 },
    );
  });

  it("folds what happens at one time in order: fills at opens by submission, then equity, then decisions by strategy", () => {
    const universe = walks(3, 4, 60).filter(({ timestamp }) => timestamp[0] === FIRST);
    const buys = (name: string): Strategy =>
      defineStrategy({
        name,
        timeframe: "1m",
        history: 2,
        features: () => ({}),
        decide: ({ market }) => ({
          orders: [...market.rows].reverse().map(({ symbol }) => ({
            action: "submit" as const,
            order: { symbol, side: "buy" as const, type: "market" as const, amount: 0.01 },
          })),
        }),
      });
    const symbols = universe.map(({ symbol }) => symbol);
    expect(symbols.length).toBeGreaterThan(1);
    const [first, ...rest] = symbols;
    const events: SessionEvent[] = [];
    const session = sessionOf(
      prepared(
        {
          strategies: [
            { strategy: buys("second-market"), symbols: rest },
            { strategy: buys("first-market"), symbols: [first] },
          ],
        },
        universe,
      ),
      (event) => events.push(event),
    );
    session.run(Infinity, 3);
    const names = events.flatMap((event) =>
      event.kind === "fill" || event.kind === "order" ? [`${event.kind} ${event.strategy}`] : [],
    );
    const fills = names.filter((name) => name.startsWith("fill"));
    // The first strategy's orders came first, though its markets come after the other's.
    expect(fills[0]).toBe("fill second-market");
    expect(fills[rest.length]).toBe("fill first-market");
    const filled = events.flatMap((event) => (event.kind === "fill" ? [event.fill.symbol] : []));
    expect(filled.slice(0, rest.length)).toEqual([...rest].reverse());
  });

  it("refuses strategies that trade one symbol, candles out of order, a clock that goes back, unknown markets", () => {
    const universe = walks(5, 2, 60);
    const [{ symbol }] = universe;
    const twice = { strategies: [{ strategy: crossing(), symbols: [symbol] }, { strategy: diceTargets }] };
    expect(errorOf(() => sessionOf(prepared(twice, universe)))).toMatchObject({
      code: "session.overlapping-symbols",
      details: { symbol },
    });
    const session = sessionOf(prepared(crossing(), universe));
    const candle = { open: 1, high: 1, low: 1, close: 1, volume: 0 };
    const late = { kind: "candle", market: symbol, timestamp: FIRST, ...candle } as const;
    expect(errorOf(() => session.apply(late)).code).toBe("session.candle-not-ascending");
    const bad = { ...late, timestamp: FIRST + 1e9, high: Number.NaN };
    expect(errorOf(() => session.apply(bad)).code).toBe("session.bad-candle");
    expect(errorOf(() => session.apply({ ...late, market: "NONE/USDT" })).code).toBe(
      "session.unknown-market",
    );
    session.apply({ kind: "clock", time: FIRST + 50 * MINUTE });
    expect(errorOf(() => session.apply({ kind: "clock", time: FIRST })).code).toBe("session.clock-backwards");
  });

  it("opens nothing while it is halted, and leaves everything when it is told to", () => {
    const universe = walks(11, 2, 120);
    const holds = defineStrategy({
      name: "holds",
      timeframe: "1m",
      history: 2,
      features: () => ({}),
      decide: ({ market }) => market.rows.map(({ symbol }) => ({ symbol, weight: 0.4 })),
    });
    const session = sessionOf(prepared(holds, universe));
    session.run(FIRST + 20 * MINUTE);
    expect(session.account.openCount).toBe(2);
    session.apply({ kind: "closeAll", time: session.time, reason: "emergency" });
    session.apply({ kind: "halt", time: session.time, reason: "emergency" });
    session.run(FIRST + 60 * MINUTE);
    expect(session.account.openCount).toBe(0);
    expect(rows(session.trades.toTable()).map(({ exitReason }) => exitReason)).toEqual([
      "emergency",
      "emergency",
    ]);
    session.apply({ kind: "resume", time: session.time });
    session.run(FIRST + 90 * MINUTE);
    expect(session.account.openCount).toBe(2);
  });
});
