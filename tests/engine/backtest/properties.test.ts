import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import { backtest, unhashedBacktest } from "#engine/backtest/run.ts";
import type { FeeModel } from "#engine/broker/feeModel.ts";
import type { SlippageModel } from "#engine/broker/slippage.ts";
import { takeCandles } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import type { Exits } from "#engine/exits/exits.ts";
import type { Sizing } from "#engine/sizing/sizing.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import { crossing, diceSignals, diceTargets, FIRST, MINUTE, walks } from "./randomStrategies.ts";
import { numbers, rows, texts } from "./tables.ts";

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const costs = fc.record({
  feeBps: fc.constantFrom(0, 10, 25),
  slippageBps: fc.constantFrom(0, 5),
  leverage: fc.constantFrom(1, 3),
});
const exits: fc.Arbitrary<Exits> = fc.constantFrom(
  {},
  { stopLoss: { kind: "fixed", fraction: 0.01 }, takeProfit: { fraction: 0.02 } },
  { stopLoss: { kind: "atr", multiple: 2 }, trailing: { kind: "fraction", fraction: 0.01 } },
  { stopLoss: { kind: "fixed", fraction: 0.02 }, breakEven: { at: { fraction: 0.005 } }, maxBars: 20 },
  { roi: { 0: 0.02, 10: 0.005, 30: -1 }, trailing: { kind: "atr", multiple: 3, follows: "close" } },
);
const runs = { numRuns: 25 };

function linear(given: BacktestOptions): BacktestOptions {
  return { marketType: "linear", ...given };
}

describe("a backtest", () => {
  it.each([
    ["signals drawn by dice", diceSignals],
    ["target weights drawn by dice", diceTargets],
    ["a cross of averages with exits", undefined],
  ])("has the equity that follows from its fills alone, at every row: %s", (_, strategy) => {
    fc.assert(
      fc.property(seeds, costs, exits, (seed, options, plan) => {
        const universe = walks(seed, 3, 250);
        const given = strategy ?? crossing({ isShort: true, exits: plan });
        expectLedger(unhashedBacktest(given, universe, linear({ ...options, seed, exits: plan })), universe);
      }),
      runs,
    );
  });

  it("gives the same on the fast path as on the event path, to the bit, on data with gaps", () => {
    const fees: fc.Arbitrary<FeeModel> = fc.constantFrom(
      { kind: "flat", makerBps: 10, takerBps: 10 },
      { kind: "flat", makerBps: 2, takerBps: 5, perFillQuote: 0.5 },
      {
        kind: "tiered",
        tiers: [
          { minVolumeQuote: 0, makerBps: 10, takerBps: 20 },
          { minVolumeQuote: 50_000, makerBps: 5, takerBps: 10 },
        ],
      },
    );
    const slippage: fc.Arbitrary<SlippageModel> = fc.constantFrom(
      { kind: "none" },
      { kind: "fixedBps", bps: 5 },
      { kind: "volumeShare" },
    );
    const sizing: fc.Arbitrary<Sizing> = fc.constantFrom(
      { kind: "fixedAmount", amountQuote: 900 },
      { kind: "fixedFraction", fraction: 0.3 },
      { kind: "volatilityTarget", targetVolatility: 0.2 },
      { kind: "atr", riskFraction: 0.01, multiple: 5, maxFraction: 0.3 },
    );
    const options = fc.record(
      { fees, slippage, sizing, finalise: fc.constantFrom("lastClose", "lastOpen", "keepOpen") },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        seeds,
        options,
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        (seed, chosen, isShort, symbols) => {
          const universe = walks(seed, symbols, 400);
          const funding = isShort ? universe.map(fundingOf) : [];
          const given: BacktestOptions = { ...chosen, funding };
          // On spot with steps, or in both directions on margin.
          const where: BacktestOptions = isShort
            ? linear({ leverage: 2 })
            : { markets: { "*": { amountStep: 0.01 } } };
          const strategy = crossing({ isShort });
          const fast = backtest(strategy, universe, { ...given, ...where });
          const event = backtest(strategy, universe, { ...given, ...where, path: "event" });
          expect([fast.path, event.path]).toEqual(["fast", "event"]);
          expect(fast.hash).toBe(event.hash);
          for (const name of ["orders", "fills", "trades", "positions", "equity", "riskEvents"] as const) {
            expect(rows(fast[name])).toEqual(rows(event[name]));
          }
          expect(fast.metrics).toEqual(event.metrics);
          expect(fast.costs).toEqual(event.costs);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ["a liquidation", { leverage: 40 }],
    ["an order below the market's least notional", { markets: { "*": { minNotional: 5000 } } }],
  ] as const)("takes the event path for the whole when the fast one meets %s", (_, options) => {
    const universe = walks(3, 1, 600);
    const given = linear({ ...options, sizing: { kind: "fixedFraction", fraction: 0.4 } });
    const strategy = crossing({ isShort: true });
    const chosen = backtest(strategy, universe, given);
    expect(chosen.path).toBe("event");
    expect(chosen.hash).toBe(backtest(strategy, universe, { ...given, path: "event" }).hash);
  });

  it.each([
    ["signals drawn by dice", diceSignals],
    ["target weights drawn by dice", diceTargets],
    ["a cross of averages with exits", crossing({ exits: { stopLoss: { kind: "atr", multiple: 2 } } })],
  ])("has the past that it had before more candles came: %s", (_, strategy) => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 60, max: 230 }), (seed, keep) => {
        const universe = walks(seed, 2, 250);
        const endMs = FIRST + keep * MINUTE;
        const cut = universe.map((candles) => before(candles, endMs));
        if (cut.every(({ timestamp }) => timestamp.length < 40)) return;
        const given = linear({ seed, finalise: "keepOpen", startMs: FIRST + 30 * MINUTE });
        const short = unhashedBacktest(strategy, cut, given);
        const long = unhashedBacktest(strategy, universe, given);
        const until = (table: typeof short.fills) =>
          rows(table).filter(({ time }) => Number(time) < endMs - MINUTE);
        expect(until(long.fills)).toEqual(until(short.fills));
        const equity = (result: typeof short) =>
          rows(result.equity).filter(({ time }) => Number(time) < endMs);
        expect(equity(long)).toEqual(equity(short));
      }),
      runs,
    );
  });

  it("fills inside the candle's range, less what slippage adds, and never more than was asked for", () => {
    fc.assert(
      fc.property(seeds, costs, (seed, options) => {
        const universe = walks(seed, 2, 250);
        const { fills, orders } = unhashedBacktest(diceSignals, universe, linear({ ...options, seed }));
        const all = rows(fills);
        for (const { symbol, time, price, amount, slippage, side } of all) {
          const candles = universe.find((one) => one.symbol === symbol)!;
          const row = candleAtTime(candles, Number(time));
          const own = Number(price) - ((side === "buy" ? 1 : -1) * Number(slippage)) / Number(amount);
          expect(own).toBeGreaterThanOrEqual(candles.low[row] * (1 - 1e-12));
          expect(own).toBeLessThanOrEqual(candles.high[row] * (1 + 1e-12));
        }
        for (const { orderId, amount, filled } of rows(orders)) {
          const sum = all.reduce(
            (total, fill) => total + (fill.orderId === orderId ? Number(fill.amount) : 0),
            0,
          );
          expect(sum).toBeCloseTo(Number(filled), 9);
          expect(Number(filled)).toBeLessThanOrEqual(Number(amount) * (1 + 1e-12));
        }
      }),
      runs,
    );
  });

  it("is the same in whatever order its symbols were given", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const universe = walks(seed, 3, 150);
        const one = backtest(diceTargets, universe, linear({ seed }));
        const other = backtest(diceTargets, [...universe].reverse(), linear({ seed }));
        expect(other.hash).toBe(one.hash);
      }),
      { numRuns: 8 },
    );
  });

  it("hashes what matters: another seed, fee or candle is another result", () => {
    const universe = walks(7, 1, 300);
    const strategy: Strategy = crossing();
    const base = backtest(strategy, universe);
    expect(backtest(strategy, universe).hash).toBe(base.hash);
    expect(backtest(strategy, universe, { seed: 2 }).hash).not.toBe(base.hash);
    expect(backtest(strategy, universe, { feeBps: 11 }).hash).not.toBe(base.hash);
    const close = universe[0].close.slice();
    close[200] = (universe[0].high[200] + universe[0].low[200]) / 2;
    expect(backtest(strategy, [{ ...universe[0], close }]).hash).not.toBe(base.hash);
  });
});

/** starting balance + realised + unrealised − fees − funding, by average cost, from fills and closes alone. */
function expectLedger(result: ReturnType<typeof unhashedBacktest>, universe: readonly Candles[]): void {
  const fills = rows(result.fills);
  const time = numbers(result.equity, "time");
  const equity = numbers(result.equity, "equity");
  const held = new Map<string, { amount: number; cost: number }>();
  let cash = result.metrics.startingBalance;
  let next = 0;
  for (let row = 0; row < time.length; row++) {
    // The last row stands for what is left once all has been closed at its time.
    const isLast = row === time.length - 1;
    for (; next < fills.length && (isLast || Number(fills[next].time) < time[row]); next++) {
      const { symbol, side, price, amount, fee } = fills[next];
      const signed = (side === "buy" ? 1 : -1) * Number(amount);
      const position = held.get(String(symbol)) ?? { amount: 0, cost: 0 };
      cash -= Number(fee);
      if (position.amount * signed >= 0) {
        held.set(String(symbol), {
          amount: position.amount + signed,
          cost: position.cost + signed * Number(price),
        });
        continue;
      }
      const closing = Math.min(Math.abs(signed), Math.abs(position.amount)) * Math.sign(signed);
      const cost = (position.cost * -closing) / position.amount;
      cash += -closing * Number(price) - cost;
      const amountLeft = position.amount + closing;
      const opened = signed - closing;
      held.set(String(symbol), {
        amount: Math.abs(amountLeft) < 1e-12 * Math.abs(position.amount) ? opened : amountLeft,
        cost:
          (Math.abs(amountLeft) < 1e-12 * Math.abs(position.amount) ? 0 : position.cost - cost) +
          opened * Number(price),
      });
    }
    let value = cash;
    for (const [symbol, { amount, cost }] of held) {
      if (amount !== 0) value += amount * lastClose(universe, symbol, time[row]) - cost;
    }
    const scale = Math.max(1, Math.abs(value));
    expect(Math.abs(equity[row] - value) / scale, `equity at row ${row}`).toBeLessThan(1e-9);
  }
  expect(texts(result.fills, "symbol")).toHaveLength(fills.length);
}

function lastClose(universe: readonly Candles[], symbol: string, time: number): number {
  const { timestamp, close } = universe.find((candles) => candles.symbol === symbol)!;
  let last = NaN;
  for (let i = 0; i < timestamp.length && timestamp[i] + MINUTE <= time; i++) last = close[i];
  return last;
}

function before(candles: Candles, endMs: number): Candles {
  const kept = [...candles.timestamp.keys()].filter((row) => candles.timestamp[row] + MINUTE <= endMs);
  return takeCandles(candles, kept);
}

/** The candle that a fill was in; what closes a position at the end is at the last close. */
function candleAtTime({ timestamp }: Candles, time: number): number {
  let row = -1;
  while (row + 1 < timestamp.length && timestamp[row + 1] <= time) row++;
  return row;
}

function fundingOf({ symbol, timestamp }: Candles) {
  const due = timestamp.filter((_, i) => i % 50 === 49);
  return { symbol, timestamp: due, rate: due.map((_, i) => (i % 2 === 0 ? 0.0001 : -0.0002)) };
}
