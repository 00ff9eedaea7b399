import type { BacktestOptions } from "#engine/backtest/options.ts";
import { backtesting, unhashedBacktest } from "#engine/backtest/run.ts";
import type { Unhashed } from "#engine/backtest/unhashed.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { crossAbove, crossBelow, sma } from "#engine/catalogue/vocabulary.ts";
import { defineStrategy, type Strategy, type StrategyDefinition } from "#engine/strategy/contract.ts";
import type { Signal } from "#engine/strategy/signal.ts";
import { walkCandles } from "./candles.ts";
import { type Goal, printGroup, requireClose, sideBySide } from "./measure.ts";
import { rivals } from "./rivals.ts";

const BARS = 1_000_000;
const GOOG_BARS = 2148;
const SYMBOL = "BENCH/USDT";
const COSTS: BacktestOptions = { feeBps: 10 };

/**
 * SMA cross 10/30 with fees, with trades, equity and statistics made, by the signal path, by the event path with a
 * `decide`, and with a stop and a target live; an order on every bar; beside them the same cross by the session's own
 * fold and by two other libraries; a year of a dozen symbols as one portfolio. Timed is `unhashedBacktest`: the SHA-256
 * of the candles is no part of a backtest that only its figures are wanted of.
 */
export async function benchBacktest(rounds: number): Promise<Goal[]> {
  const candles = walkCandles(BARS);
  const small = walkCandles(GOOG_BARS);
  const universe = [candles];
  check(universe);

  const times = await sideBySide(
    {
      "SMA cross, signal path": () => made(unhashedBacktest(crossSignals, universe, COSTS)),
      "SMA cross, event path": () => made(unhashedBacktest(crossDecides, universe, COSTS)),
      "SMA cross, stop and target live": () => made(unhashedBacktest(crossBracket, universe, COSTS)),
      "an order on every bar": () =>
        made(unhashedBacktest(everyBar, universe, { feeBps: 0, marketType: "linear" })),
      "SMA cross, through the session": () =>
        made(unhashedBacktest(crossDecides, universe, { ...COSTS, path: "event" })),
    },
    rounds,
  );
  printGroup("backtest over 1,000,000 bars, one thread, without hashes", times);
  const [signals, event, bracket, orders] = Object.values(times);

  // By themselves: the million objects that one of them wants would slow every collection of garbage.
  const others = await sideBySide(
    {
      "SMA cross, signal path": () => made(unhashedBacktest(crossSignals, universe, COSTS)),
      ...rivals(candles),
    },
    Math.min(rounds, 3),
  );
  printGroup("the same cross by other libraries, without fees", others);

  const often = await sideBySide(
    {
      "2,148 bars": () => {
        for (let k = 0; k < 200; k++) unhashedBacktest(crossSignals, [small], COSTS);
      },
    },
    rounds,
  );
  const warm = often["2,148 bars"] / 200;
  console.log(`  2,148 bars when warm: ${warm.toFixed(3)} ms`);

  const year = rounds > 3 ? 525_600 : 52_560;
  const dozen = Array.from({ length: 12 }, (_, i) =>
    walkCandles(year, { symbol: `S${String(i).padStart(2, "0")}/USDT` }),
  );
  const columns = 12 * year * 6 * 8;
  const portfolio = await sideBySide(
    { "12 symbols × one year of 1m": () => unhashedBacktest(crossSignals, dozen, COSTS) },
    Math.min(rounds, 3),
  );
  printGroup(`backtest of ${12 * year} candles as one portfolio`, portfolio);
  const memory = peakOver(backtesting(crossSignals, dozen, COSTS)) / columns;
  console.log(`  memory with the candles: ${(1 + memory).toFixed(2)} × the columns`);

  return [
    { name: "backtest, signal path, 1M bars", measured: signals, limit: 30, unit: "ms" },
    { name: "backtest, event path, 1M bars (12 M/s)", measured: event, limit: BARS / 12_000, unit: "ms" },
    { name: "backtest, stop and target (8 M/s)", measured: bracket, limit: BARS / 8_000, unit: "ms" },
    { name: "backtest, an order on every bar", measured: orders, limit: 300, unit: "ms" },
    { name: "backtest, 2,148 bars", measured: warm, limit: 0.15, unit: "ms" },
    {
      name: "backtest, 12 symbols × a year of 1m",
      measured: (portfolio["12 symbols × one year of 1m"] * 525_600) / year,
      limit: 1500,
      unit: "ms",
    },
    { name: "backtest, memory by columns", measured: 1 + memory, limit: 3, unit: "×" },
  ];
}

const BASE = {
  timeframe: "1m",
  history: 30,
  features: ({ close }) => ({ fast: sma(close, 10), slow: sma(close, 30) }),
} satisfies Partial<StrategyDefinition>;

const crossSignals: Strategy = defineStrategy({
  ...BASE,
  name: "cross-signals",
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }),
});

const LONG: { readonly signals: readonly Signal[] } = { signals: [{ symbol: SYMBOL, direction: "long" }] };
const FLAT: { readonly signals: readonly Signal[] } = { signals: [{ symbol: SYMBOL, direction: "flat" }] };
const STAY: { readonly signals: readonly Signal[] } = { signals: [] };

const crossDecides: Strategy = defineStrategy({
  ...BASE,
  name: "cross-decides",
  decide: ({ market, portfolio }) => {
    const { fast, slow } = market.rows[0].features;
    const isLong = portfolio.position(SYMBOL) !== undefined;
    if (fast > slow) return isLong ? STAY : LONG;
    return isLong ? FLAT : STAY;
  },
});

const crossBracket: Strategy = defineStrategy({
  ...BASE,
  name: "cross-bracket",
  exits: { stopLoss: { kind: "fixed", fraction: 0.02 }, takeProfit: { fraction: 0.03 } },
  decide: crossDecides.decide as never,
});

const buy = {
  action: "submit",
  order: { symbol: SYMBOL, side: "buy", type: "market", amount: 0.001 },
} as const;
const sell = {
  action: "submit",
  order: { symbol: SYMBOL, side: "sell", type: "market", amount: 0.001 },
} as const;

const everyBar: Strategy = defineStrategy({
  ...BASE,
  name: "every-bar",
  decide: ({ portfolio }) => ({ orders: [portfolio.position(SYMBOL) === undefined ? buy : sell] }),
});

/** Trades and equity are made, as the figures are: tables make the rest of their columns when they are read. */
function made({ trades, equity }: Unhashed): number {
  const { entryTime, entryPrice, exitTime, exitPrice, amount, profit } = trades.columns;
  const columns = [entryTime, entryPrice, exitTime, exitPrice, amount, profit, equity.columns.equity];
  return columns.reduce((sum, column) => sum + (column as Float64Array).length, 0);
}

/** The signal path against a loop of its own: what is fast must be right. */
function check(universe: readonly Candles[]): void {
  const { fills, equity, path } = unhashedBacktest(crossSignals, universe, COSTS);
  if (path !== "fast") throw new Error("the signal path was not taken");
  const expected = byHand(universe[0]);
  requireClose("backtest, fills", fills.columns.price as Float64Array, expected.prices);
  requireClose(
    "backtest, equity",
    (equity.columns.equity as Float64Array).subarray(-1000),
    expected.equity.subarray(-1000),
    1e-6,
  );
}

function byHand({ open, close }: Candles): { prices: Float64Array; equity: Float64Array } {
  const rows = close.length;
  const mean = (row: number, length: number): number => {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += close[row - k];
    return sum / length;
  };
  const prices: number[] = [];
  const equity = new Float64Array(rows);
  let cash = 10_000;
  let held = 0;
  let wants = 0;
  let before = Number.NaN;
  for (let i = 0; i < rows; i++) {
    if (wants > 0 && held === 0) {
      held = Math.min(wants, cash / (open[i] * 1.001));
      cash -= held * open[i] * 1.001;
      prices.push(open[i]);
    } else if (wants < 0 && held > 0) {
      cash += held * open[i] * 0.999;
      held = 0;
      prices.push(open[i]);
    }
    wants = 0;
    equity[i] = cash + held * close[i];
    const gap = i < 29 ? Number.NaN : mean(i, 10) - mean(i, 30);
    if (before <= 0 && gap > 0 && held === 0) wants = equity[i] / close[i];
    else if (before >= 0 && gap < 0 && held > 0) wants = -1;
    before = gap;
  }
  if (held > 0) {
    prices.push(close[rows - 1]);
    equity[rows - 1] = cash + held * close[rows - 1] * 0.999;
  }
  return { prices: Float64Array.from(prices), equity };
}

/** The most bytes that a run holds beside what was there before, looked at whenever it reports its progress. */
function peakOver(steps: Generator<unknown, unknown, void>): number {
  const held = (): number => {
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return arrayBuffers + heapUsed;
  };
  globalThis.gc?.();
  const before = held();
  let most = 0;
  for (let step = steps.next(); !step.done; step = steps.next()) most = Math.max(most, held() - before);
  return Math.max(most, held() - before);
}
