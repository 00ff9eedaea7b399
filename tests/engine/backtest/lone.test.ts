import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import { backtest } from "#engine/backtest/run.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { rsi } from "#engine/catalogue/vocabulary.ts";
import type { Exits } from "#engine/exits/exits.ts";
import type { OrderRequest } from "#engine/orders/order.ts";
import type { Sizing } from "#engine/sizing/sizing.ts";
import { defineStrategy, type Strategy } from "#engine/strategy/contract.ts";
import type { Signal } from "#engine/strategy/signal.ts";
import { crossing, FIRST, MINUTE, walks } from "./randomStrategies.ts";
import { rows, texts } from "./tables.ts";

const TABLES = ["orders", "fills", "trades", "positions", "equity", "riskEvents"] as const;

/** What each decision saw of its account; kept outside, so that two runs can be compared. */
let seen: unknown[] = [];

const BASE = {
  timeframe: "1m",
  history: 6,
  features: ({ close }: { close: Parameters<typeof rsi>[0] }) => ({ rsi: rsi(close, 5) }),
} as const;

/** Plain signals by dice, told with and without tags and confidence; `odd` adds what only the session knows. */
const signalling = (isShort: boolean, odd = 0): Strategy =>
  defineStrategy({
    ...BASE,
    name: "signalling",
    decide: ({ market, portfolio, random }) => {
      seen.push([
        market.time,
        portfolio.equity,
        portfolio.equityQuote,
        portfolio.freeQuote,
        portfolio.positions,
        portfolio.holdings,
        portfolio.orders,
        { ...market.rows[0]?.features },
        { ...market.rows[0]?.candle },
      ]);
      const [row] = market.rows;
      if (row === undefined || random.uniform() < 0.6) return { signals: [] };
      const drawn = random.uniform();
      const direction = drawn < 0.45 ? "long" : drawn < 0.7 && isShort ? "short" : "flat";
      const signal: Signal = {
        symbol: row.symbol,
        direction,
        ...(random.uniform() < 0.5 && { tag: `t${random.integer(0, 3)}` }),
        ...(random.uniform() < 0.5 && { confidence: random.uniform() }),
        ...(random.uniform() < 0.3 && { size: { kind: "fixedFraction", fraction: 0.9 * random.uniform() } }),
        ...(random.uniform() < odd && { price: row.candle.close }),
      };
      return { signals: [signal] };
    },
  });

/** Stops and targets that stay where they are, some of them within a candle's reach. */
const brackets: fc.Arbitrary<Exits> = fc.constantFrom<Exits>(
  { stopLoss: { kind: "fixed", fraction: 0.004 }, takeProfit: { fraction: 0.006 } },
  { stopLoss: { kind: "fixed", fraction: 0.02 } },
  { takeProfit: { fraction: 0.003 } },
  { stopLoss: { kind: "atr", multiple: 1.5, length: 5 }, takeProfit: { riskMultiple: 2 } },
  { stopLoss: { kind: "structure", bars: 4 }, takeProfit: { fraction: 0.004 } },
);

/** Whole entries and exits as market orders of the strategy's own. */
const ordering = (isShort: boolean): Strategy =>
  defineStrategy({
    ...BASE,
    name: "ordering",
    decide: ({ market, portfolio, random }) => {
      const [row] = market.rows;
      if (row === undefined || random.uniform() < 0.4) return { orders: [] };
      const { symbol, candle } = row;
      const position = portfolio.position(symbol);
      const side = position === undefined ? (isShort && random.uniform() < 0.5 ? "sell" : "buy") : undefined;
      const order: OrderRequest =
        position === undefined
          ? {
              symbol,
              side: side ?? "buy",
              type: "market",
              // On the step of the markets that have one, and paid for by the smaller of the balances.
              amount: Math.ceil((60_000 * random.uniform()) / candle.close) / 100,
            }
          : {
              symbol,
              side: position.amount > 0 ? "sell" : "buy",
              type: "market",
              amount: Math.abs(position.amount),
              ...(random.uniform() < 0.5 && { reduceOnly: true }),
            };
      return {
        orders: [{ action: "submit", order: random.uniform() < 0.3 ? { ...order, tag: "by dice" } : order }],
      };
    },
  });

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const sizing: fc.Arbitrary<Sizing> = fc.constantFrom(
  { kind: "fixedAmount", amountQuote: 900 },
  { kind: "fixedFraction", fraction: 1 },
  { kind: "fixedFraction", fraction: 0.3 },
  { kind: "volatilityTarget", targetVolatility: 0.2 },
  { kind: "atr", riskFraction: 0.01, multiple: 5, maxFraction: 0.3 },
  { kind: "kelly", fraction: 0.5, minTrades: 3, maxFraction: 0.5 },
  { kind: "confidence", minFraction: 0.05, maxFraction: 0.4 },
);
const options: fc.Arbitrary<BacktestOptions> = fc.record(
  {
    fees: fc.constantFrom(
      { kind: "flat", makerBps: 10, takerBps: 10 },
      { kind: "flat", makerBps: 2, takerBps: 5, perFillQuote: 0.5 },
    ),
    slippageBps: fc.constantFrom(0, 5),
    sizing,
    finalise: fc.constantFrom("lastClose", "lastOpen", "keepOpen"),
    startMs: fc.constantFrom(FIRST, FIRST + 50 * MINUTE),
    endMs: fc.constantFrom(FIRST + 300 * MINUTE, FIRST + 1000 * MINUTE),
    startingBalance: fc.constantFrom(1_000, 10_000),
  },
  { requiredKeys: [] },
);
const markets = fc.constantFrom<BacktestOptions>(
  {},
  { markets: { "*": { amountStep: 0.01 } } },
  { marketType: "linear", leverage: 1 },
  { marketType: "linear", leverage: 3 },
);

describe("the short way of one strategy on one market", () => {
  it.each([
    ["columns of signals", (isShort: boolean) => crossing({ isShort })],
    ["signals that it decides on", (isShort: boolean) => signalling(isShort)],
    ["orders of its own", ordering],
  ])("is the session's to the bit, and shows a strategy the same: %s", (_, strategyOf) => {
    let short = 0;
    const runs = 120;
    fc.assert(
      fc.property(seeds, options, markets, (seed, chosen, where) => {
        const strategy = strategyOf(where.marketType === "linear");
        const universe = walks(seed, 1, 400);
        const given = { ...chosen, ...where, seed };
        if (chosen.endMs !== undefined && universe[0].timestamp[0] >= chosen.endMs) return;
        const fast = watched(() => backtest(strategy, universe, given));
        const event = watched(() => backtest(strategy, universe, { ...given, path: "event" }));
        if (fast.result.path === "fast") {
          short++;
          expect(fast.seen).toEqual(event.seen);
        }
        expectSame(fast.result, event.result);
      }),
      { numRuns: runs },
    );
    // Most of them must have gone it, or the test says nothing.
    expect(short).toBeGreaterThan(runs / 2);
  });

  it.each([
    ["columns of signals", (isShort: boolean) => crossing({ isShort })],
    ["signals that it decides on", (isShort: boolean) => signalling(isShort)],
    ["orders of its own", ordering],
  ])("is the session's with a stop and a target as well: %s", (_, strategyOf) => {
    let short = 0;
    const paths = fc.constantFrom(
      "pessimistic" as const,
      "favourableFirst" as const,
      "nearestFirst" as const,
    );
    const ticks = fc.constantFrom({}, { priceTick: 0.01 });
    fc.assert(
      fc.property(
        seeds,
        options,
        markets,
        brackets,
        paths,
        ticks,
        (seed, chosen, where, exits, pathModel, tick) => {
          const strategy = strategyOf(where.marketType === "linear");
          const universe = walks(seed, 1, 400);
          const all = { ...where.markets?.["*"], ...tick };
          const given = { ...chosen, ...where, markets: { "*": all }, seed, exits, pathModel };
          const fast = watched(() => backtest(strategy, universe, given));
          const event = watched(() => backtest(strategy, universe, { ...given, path: "event" }));
          if (fast.result.path === "fast") {
            short++;
            expect(fast.seen).toEqual(event.seen);
          }
          expectSame(fast.result, event.result);
        },
      ),
      { numRuns: 150 },
    );
    expect(short).toBeGreaterThan(50);
  });

  it.each([
    ["a limit", signalling(true, 0.2), { marketType: "linear" }],
    ["a liquidation", signalling(true), { marketType: "linear", leverage: 60 }],
    ["an amount below the market's least", signalling(false), { markets: { "*": { minAmount: 1e6 } } }],
  ] as const)("is left for the session's, from the beginning, at %s", (_, strategy, where) => {
    const universe = walks(3, 1, 400);
    const given: BacktestOptions = { ...where, seed: 4, sizing: { kind: "fixedFraction", fraction: 0.9 } };
    const chosen = backtest(strategy, universe, given);
    expect(chosen.path).toBe("event");
    expectSame(chosen, backtest(strategy, universe, { ...given, path: "event" }));
  });

  it.each([
    ["at the stop", 90, "stop"],
    ["beyond the stop", 89, "stopGapped"],
    ["at the target", 120, "takeProfit"],
    ["beyond the target", 121, "takeProfitGapped"],
  ])("fills at an open %s for the session's reason", (_, open, reason) => {
    const candles = flatAt(100, 8, { row: 5, open });
    const once = defineStrategy({
      ...BASE,
      name: "once",
      decide: ({ market, portfolio }) => ({
        signals:
          market.time === FIRST + 3 * MINUTE && portfolio.positions.length === 0
            ? [{ symbol: candles.symbol, direction: "long" as const }]
            : [],
      }),
    });
    const exits: Exits = { stopLoss: { kind: "fixed", fraction: 0.1 }, takeProfit: { fraction: 0.2 } };
    const given: BacktestOptions = { exits, startMs: FIRST + MINUTE };
    const fast = backtest(once, [candles], given);
    expect(fast.path).toBe("fast");
    expect(texts(fast.fills, "reason")).toEqual(["open", reason]);
    expectSame(fast, backtest(once, [candles], { ...given, path: "event" }));
  });

  it("leaves a position that grows to the session", () => {
    const pyramid = defineStrategy({
      ...BASE,
      name: "pyramid",
      decide: ({ market }) => ({
        orders: market.rows.map(({ symbol }) => ({
          action: "submit" as const,
          order: { symbol, side: "buy" as const, type: "market" as const, amount: 0.01 },
        })),
      }),
    });
    const result = backtest(pyramid, walks(5, 1, 60), {});
    expect(result.path).toBe("event");
    expect(result.fills.rows).toBeGreaterThan(3);
  });
});

/** Candles that stand at one price, but for one that opens elsewhere and stays there. */
function flatAt(price: number, rows: number, { row, open }: { row: number; open: number }): Candles {
  const at = (i: number): number => (i < row ? price : open);
  const column = Float64Array.from({ length: rows }, (_, i) => at(i));
  return {
    ...walks(1, 1, 40)[0],
    timestamp: Float64Array.from({ length: rows }, (_, i) => FIRST + i * MINUTE),
    ...{ open: column, high: column.slice(), low: column.slice(), close: column.slice() },
    volume: new Float64Array(rows).fill(1),
  };
}

function watched(run: () => Backtest): { result: Backtest; seen: unknown[] } {
  seen = [];
  return { result: run(), seen };
}

function expectSame(one: Backtest, other: Backtest): void {
  for (const name of TABLES) expect(rows(one[name])).toEqual(rows(other[name]));
  expect(one.metrics).toEqual(other.metrics);
  expect(one.costs).toEqual(other.costs);
  expect(one.hash).toBe(other.hash);
}
