import { describe, expect, it } from "vitest";
import type { BacktestOptions, StrategyMix } from "#engine/backtest/options.ts";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import { type CandleRow, candlesFromRows } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { sma } from "#engine/catalogue/vocabulary.ts";
import { EngineError } from "#engine/core/errors.ts";
import { defineStrategy, type Strategy, type StrategyDefinition } from "#engine/strategy/contract.ts";
import type { Decision } from "#engine/strategy/decision.ts";
import type { Signal } from "#engine/strategy/signal.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { crossing, FIRST, MINUTE, walks } from "./randomStrategies.ts";
import { numbers, rows, texts } from "./tables.ts";

/** Candles of one minute whose prices are plain: each row open, high, low, close. */
function market(symbol: string, prices: readonly (readonly [number, number, number, number])[]): Candles {
  const all = prices.map(
    ([open, high, low, close], i): CandleRow => [FIRST + i * MINUTE, open, high, low, close, 100],
  );
  return candlesFromRows({ symbol, timeframe: "1m", exchange: "test" }, all);
}

const flat = (price: number): [number, number, number, number] => [price, price, price, price];

/** A strategy that answers with what stands at the number of its decision, from 0. */
function scripted(answers: readonly Decision[], more: Partial<StrategyDefinition> = {}): Strategy {
  return defineStrategy({
    name: "scripted",
    timeframe: "1m",
    history: 1,
    features: ({ close }) => ({ close }),
    decide: ({ market: { time } }) =>
      (answers[(time - FIRST) / MINUTE - 1] ?? { signals: [] }) as Decision<null>,
    ...(more as object),
  });
}

const signals = (...list: Signal[]): Decision => ({ signals: list });
const FREE: BacktestOptions = { feeBps: 0, marketType: "linear" };

function errorOf(run: () => unknown): EngineError {
  try {
    run();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("expected an EngineError");
}

describe("signals", () => {
  const A = "A/USDT";
  const long = { symbol: A, direction: "long" } as const;
  const short = { symbol: A, direction: "short" } as const;
  const close = { symbol: A, direction: "flat" } as const;

  it("open, keep, turn and close a position at the next open", () => {
    const candles = market(A, [flat(10), flat(11), flat(12), flat(13), flat(14), flat(15), flat(16)]);
    const { trades, fills } = unhashedBacktest(
      scripted([signals(long), signals(long), signals(short), signals(), signals(close)]),
      [candles],
      FREE,
    );
    expect(rows(trades)).toMatchObject([
      { direction: "long", entryPrice: 11, exitPrice: 13, exitReason: "signal", bars: 2 },
      { direction: "short", entryPrice: 13, exitPrice: 15, exitReason: "signal", bars: 2 },
    ]);
    expect(fills.rows).toBe(4);
    // What 10,000 were worth at the close is cut to what they buy at the open.
    expect(numbers(trades, "amount")[0]).toBeCloseTo(10_000 / 11, 9);
  });

  it("add to a position, take part of it off, and bring it to a size", () => {
    const candles = market(
      A,
      Array.from({ length: 8 }, () => flat(10)),
    );
    const sized = (fraction: number, adjust?: Signal["adjust"]): Decision =>
      signals({ ...long, adjust, size: { kind: "fixedFraction", fraction } });
    const { positions } = unhashedBacktest(
      scripted([
        sized(0.2),
        sized(0.3, "add"),
        sized(0.1, "reduce"),
        sized(0.7, "resize"),
        sized(0.5, "resize"),
      ]),
      [candles],
      { ...FREE, finalise: "keepOpen" },
    );
    expect([...numbers(positions, "amount")].map((amount) => Math.round(amount))).toEqual([
      200, 500, 400, 700, 500,
    ]);
  });

  it("protect by the true price of entry: stop and target in the candle of the entry, the stop first", () => {
    const rising = market(A, [flat(100), [110, 125, 109, 120], flat(120)]);
    const falling = market(A, [flat(100), [110, 125, 90, 120], flat(120)]);
    const exits = { stopLoss: { kind: "fixed", fraction: 0.1 }, takeProfit: { fraction: 0.1 } } as const;
    const run = (candles: Candles) =>
      rows(unhashedBacktest(scripted([signals(long)]), [candles], { ...FREE, exits }).trades);
    expect(run(rising)).toMatchObject([{ entryPrice: 110, exitReason: "takeProfit", stopPrice: 99 }]);
    expect(run(rising)[0].exitPrice).toBeCloseTo(121, 12);
    expect(run(falling)).toMatchObject([{ exitReason: "stopLoss", exitPrice: 99, riskMultiple: -1 }]);
  });

  it("prefer their own stop and targets to the plan's, and size by the stop's distance", () => {
    const candles = market(A, [flat(100), flat(100), [100, 112, 100, 110], flat(110)]);
    const signal = {
      ...long,
      stopPrice: 95,
      targets: [
        { price: 105, fraction: 0.5 },
        { price: 110, fraction: 0.5 },
      ],
    };
    const { trades } = unhashedBacktest(scripted([signals(signal)]), [candles], {
      ...FREE,
      exits: { stopLoss: { kind: "fixed", fraction: 0.3 } },
      sizing: { kind: "riskPerTrade", riskFraction: 0.01 },
    });
    // One percent of 10,000 lost over a distance of 5 is an amount of 20; out at 105 and 110 is 1.5 times the risk.
    expect(rows(trades)).toMatchObject([
      {
        amount: 20,
        exitPrice: 107.5,
        stopPrice: 95,
        targetPrice: 105,
        riskMultiple: 1.5,
        exitReason: "takeProfit",
      },
    ]);
  });

  it("give up an entry that waits too long, and leave at the market when an exit does", () => {
    const candles = market(
      A,
      Array.from({ length: 12 }, (_, i) => flat(10 + 0.1 * i)),
    );
    const { orders, trades } = unhashedBacktest(
      scripted([
        signals({ ...long, price: 9 }),
        signals(),
        signals(),
        signals(),
        signals(long),
        signals({ ...close, price: 20 }),
      ]),
      [candles],
      { ...FREE, entryTimeoutMs: 2 * MINUTE, exitTimeoutMs: 3 * MINUTE },
    );
    expect(rows(orders).map(({ type, status, reason }) => [type, status, reason])).toMatchObject([
      ["limit", "canceled", "entryTimeout"],
      ["market", "filled", "open"],
      ["limit", "canceled", "exitTimeout"],
      ["market", "filled", "open"],
    ]);
    expect(numbers(trades, "bars")[0]).toBe(4);
  });

  it("open no more positions than allowed, and say so", () => {
    const universe = ["A/USDT", "B/USDT", "C/USDT"].map((symbol) =>
      market(
        symbol,
        Array.from({ length: 5 }, () => flat(10)),
      ),
    );
    const all = universe.map(({ symbol }): Signal => ({ symbol, direction: "long" }));
    const { trades, riskEvents } = unhashedBacktest(scripted([signals(...all)]), universe, {
      ...FREE,
      maxOpenPositions: 2,
    });
    expect(texts(trades, "symbol")).toEqual(["A/USDT", "B/USDT"]);
    expect(rows(riskEvents)).toMatchObject([
      {
        rule: "maxOpenPositions",
        market: "C/USDT",
        action: "refuse",
        value: 2,
        limit: 2,
        untilMs: Number.NaN,
      },
    ]);
  });

  it("meet pauses, and refusals because of them, that say until when", () => {
    // Half of the equity is held and falls by a fifth: 10 % of a day.
    const candles = market(A, [flat(100), flat(100), flat(80), flat(80), flat(80), flat(80)]);
    const half = { sizing: { kind: "fixedFraction", fraction: 0.5 }, maxOpenPositions: 1 } as const;
    const script = [signals(long), signals(), signals(close), signals(), signals(long)];
    const { riskEvents } = unhashedBacktest(scripted(script), [candles], {
      ...{ ...FREE, ...half, finalise: "keepOpen" },
      risk: { dailyLoss: { fraction: 0.05, pauseMs: 60 * MINUTE } },
    });
    const lost = FIRST + 3 * MINUTE;
    expect(rows(riskEvents)).toMatchObject([
      { time: lost, rule: "dailyLoss", action: "pause", untilMs: lost + 60 * MINUTE },
      { time: FIRST + 5 * MINUTE, rule: "dailyLoss", action: "refuse", untilMs: lost + 60 * MINUTE },
    ]);
  });

  it("move the stop to break-even, and leave by age", () => {
    const candles = market(A, [
      flat(100),
      flat(100),
      [100, 106, 100, 105],
      [105, 105, 95, 96],
      flat(96),
      flat(96),
    ]);
    const exits = {
      stopLoss: { kind: "fixed", fraction: 0.2 },
      breakEven: { at: { fraction: 0.05 } },
    } as const;
    const run = (plan: BacktestOptions["exits"]) =>
      rows(unhashedBacktest(scripted([signals(long)]), [candles], { ...FREE, exits: plan }).trades);
    expect(run(exits)).toMatchObject([{ exitReason: "breakEven", exitPrice: 100 }]);
    expect(run({ maxBars: 2 })).toMatchObject([{ exitReason: "maxBars", exitPrice: 105, bars: 2 }]);
    expect(run({ timeStopMs: 3 * MINUTE })).toMatchObject([{ exitReason: "timeStop", exitPrice: 96 }]);
  });
});

describe("targets", () => {
  const universe = ["A/USDT", "B/USDT"].map((symbol, k) =>
    market(
      symbol,
      Array.from({ length: 10 }, (_, i) => flat(10 + (k === 0 ? i : 0))),
    ),
  );

  it("hold weights of the equity, and trade back to them past the threshold only", () => {
    const holds = scripted(Array.from({ length: 10 }, (): Decision => ({ "A/USDT": 0.5, "B/USDT": 0.5 })));
    const exact = unhashedBacktest(holds, universe, { ...FREE, rebalance: { threshold: 0 } });
    const loose = unhashedBacktest(holds, universe, { ...FREE, rebalance: { threshold: 0.2 } });
    const weekly = unhashedBacktest(holds, universe, { ...FREE, rebalance: { every: "1w" } });
    expect(exact.fills.rows).toBeGreaterThan(loose.fills.rows);
    expect(weekly.fills.rows).toBe(4);
    expect(numbers(exact.equity, "exposure")[5]).toBeCloseTo(1, 1);
  });

  it("close what is no longer chosen before they open what is", () => {
    const { fills } = unhashedBacktest(
      scripted([{ "A/USDT": 1 }, { "A/USDT": 1 }, { "B/USDT": 1 }]),
      universe,
      { ...FREE, finalise: "keepOpen" },
    );
    expect(rows(fills).map(({ symbol, side }) => `${side} ${symbol}`)).toEqual([
      "buy A/USDT",
      "sell A/USDT",
      "buy B/USDT",
    ]);
  });

  it("are divided anew by a method of construction, from candles that had closed", () => {
    const wild = walks(21, 3, 200).filter(({ timestamp }) => timestamp[0] === FIRST);
    const names = wild.map(({ symbol }) => symbol);
    const equal = scripted(
      Array.from(
        { length: 200 },
        (): Decision => Object.fromEntries(names.map((name) => [name, 1 / names.length])),
      ),
    );
    const run = (construction: BacktestOptions["construction"]) =>
      unhashedBacktest(equal, wild, { ...FREE, construction, startMs: FIRST + 100 * MINUTE });
    const inverse = run({ method: "inverseVolatility", lookbackBars: 50 });
    const plain = run(undefined);
    expect(inverse.fills.rows).toBeGreaterThan(0);
    expect([...numbers(inverse.fills, "amount")]).not.toEqual([...numbers(plain.fills, "amount")]);
  });

  it("enter only symbols that a rule has chosen by then", () => {
    const both = scripted(Array.from({ length: 10 }, (): Decision => ({ "A/USDT": 0.4, "B/USDT": 0.4 })));
    const { trades } = unhashedBacktest(both, universe, {
      ...FREE,
      universe: { rules: [{ kind: "allow", symbols: ["B/*"] }], every: "1m" },
    });
    expect(texts(trades, "symbol")).toEqual(["B/USDT"]);
  });
});

describe("orders and handlers", () => {
  const A = "A/USDT";
  const candles = market(
    A,
    Array.from({ length: 12 }, (_, i) => [10 + i, 10.5 + i, 9.5 + i, 10 + i] as const),
  );

  it("are handed in, amended and canceled; handlers answer fills with orders", () => {
    const strategy = scripted(
      [
        {
          orders: [
            {
              action: "submit",
              order: { clientOrderId: "entry", symbol: A, side: "buy", type: "market", amount: 2 },
            },
          ],
        },
      ],
      {
        onFill: ({ fill }) =>
          fill.clientOrderId === "entry"
            ? {
                orders: [
                  {
                    action: "submit",
                    order: {
                      clientOrderId: "out",
                      symbol: A,
                      side: "sell",
                      type: "limit",
                      price: 14.2,
                      amount: 2,
                      reduceOnly: true,
                    },
                  },
                ],
              }
            : undefined,
      },
    );
    const { orders, trades } = unhashedBacktest(strategy, [candles], FREE);
    expect(texts(orders, "clientOrderId")).toEqual(["entry", "out"]);
    expect(rows(trades)).toMatchObject([{ entryPrice: 11, exitPrice: 14.2 }]);
  });

  it("that cannot be are rejected with their reason, and the session goes on", () => {
    const submit = (order: object): Decision => ({
      orders: [
        { action: "submit", order: { symbol: A, side: "buy", type: "market", amount: 1, ...order } as never },
      ],
    });
    const { orders } = unhashedBacktest(
      scripted([
        submit({ amount: -1 }),
        submit({ amount: 1e9 }),
        submit({ side: "sell", reduceOnly: true }),
        submit({ type: "limit" }),
        submit({ attached: { stopLoss: { triggerPrice: 1e6 } } }),
      ]),
      [candles],
      { ...FREE, risk: { solvency: false } },
    );
    expect(texts(orders, "status")).toEqual(
      orders.rows === 5 ? Array(5).fill("rejected") : expect.anything(),
    );
    expect(texts(orders, "reason")).toEqual([
      "amountInvalid",
      "insufficientBalance",
      "reduceOnlyWithoutPosition",
      "priceMissing",
      "stopOnWrongSide",
    ]);
  });

  it("a strategy that floods is refused by the rules, or stopped where it has lost all measure", () => {
    const one = {
      action: "submit",
      order: { symbol: A, side: "buy", type: "limit", price: 1, amount: 1 },
    } as const;
    const many = (count: number) => scripted([{ orders: Array.from({ length: count }, () => one) }]);
    const { riskEvents } = unhashedBacktest(many(30), [candles], {
      ...FREE,
      risk: { ordersPerMinute: { perMarket: 10 } },
    });
    expect(texts(riskEvents, "rule").filter((rule) => rule === "ordersPerMinute")).toHaveLength(20);
    expect(errorOf(() => unhashedBacktest(many(10_001), [candles], FREE)).code).toBe(
      "session.too-many-orders",
    );
  });

  it("a handler that answers itself without end is an error", () => {
    const submit = {
      action: "submit",
      order: { symbol: A, side: "sell", type: "market", amount: 1, reduceOnly: true },
    } as const;
    const endless = scripted([{ orders: [{ ...submit, order: { ...submit.order, amount: -1 } }] }], {
      onOrder: () => ({ orders: [{ ...submit, order: { ...submit.order, amount: -1 } }] }),
    });
    expect(errorOf(() => unhashedBacktest(endless, [candles], FREE)).code).toBe("session.endless-handlers");
  });

  it("short sales on spot are rejected, and say how to have them", () => {
    const { orders } = unhashedBacktest(
      scripted([{ signals: [{ symbol: A, direction: "short" }] }]),
      [candles],
      { feeBps: 0 },
    );
    expect(rows(orders)).toMatchObject([{ status: "rejected", reason: "shortOnSpot" }]);
  });
});

describe("several strategies on one account", () => {
  const universe = walks(31, 4, 300).filter(({ timestamp }) => timestamp[0] === FIRST);
  const mix = (capital?: StrategyMix["capital"]): StrategyMix => ({
    strategies: universe.slice(0, 2).map(({ symbol }, k) => ({
      strategy: crossing({ isShort: k === 1 }),
      symbols: [symbol],
      weight: k === 0 ? 0.7 : 0.3,
    })),
    capital,
  });

  it("each have their own result, and their parts add up to the whole", () => {
    const result = unhashedBacktest(mix(), universe.slice(0, 2), FREE);
    const whole = numbers(result.equity, "equity");
    const [first, second] = result.strategies.map(({ equity }) => numbers(equity, "equity"));
    whole.forEach((value, i) => {
      expect(first[i] + second[i]).toBeCloseTo(value, 6);
    });
    expect(first[0]).toBe(7000);
    const counts = result.strategies.map(({ metrics }) => metrics.tradeCount);
    expect(counts[0] + counts[1]).toBe(result.trades.rows);
    expect(counts.every((count) => count > 0)).toBe(true);
  });

  it("are given capital by a rule from its features, at the first close of each period", () => {
    const asked: number[] = [];
    const rule: StrategyMix["capital"] = {
      every: "1h",
      features: ({ close }) => ({ mean: sma(close, 3) }),
      weights: ({ time, features }) => {
        asked.push(time);
        return features.mean > 0 ? [1, 0] : [0, 1];
      },
    };
    const result = unhashedBacktest(mix(rule), universe.slice(0, 2), {
      ...FREE,
      startMs: FIRST + 30 * MINUTE,
    });
    expect(asked.slice(1).every((time) => time % (60 * MINUTE) < 10 * MINUTE)).toBe(true);
    expect(result.strategies[1].metrics.tradeCount).toBe(0);
    expect(result.strategies[0].metrics.tradeCount).toBeGreaterThan(0);
    const wrong = { ...rule, weights: () => [0.9, 0.9] };
    expect(errorOf(() => unhashedBacktest(mix(wrong), universe.slice(0, 2), FREE)).code).toBe(
      "backtest.bad-capital-rule",
    );
  });
});

describe("lower-timeframe detail", () => {
  const A = "A/USDT";
  const coarse = candlesFromRows({ symbol: A, timeframe: "3m", exchange: "test" }, [
    [FIRST, 100, 100, 100, 100, 1],
    [FIRST + 3 * MINUTE, 100, 115, 85, 100, 1],
    [FIRST + 6 * MINUTE, 100, 100, 100, 100, 1],
  ]);
  const fine = market(A, [
    flat(100),
    flat(100),
    flat(100),
    [100, 115, 100, 114],
    [114, 114, 85, 90],
    [90, 100, 90, 100],
    flat(100),
    flat(100),
    flat(100),
  ]);
  const strategy = defineStrategy({
    name: "enters-once",
    timeframe: "3m",
    history: 1,
    features: ({ close }) => ({ close }),
    decide: ({ market: { time } }) => ({
      signals: time === FIRST + 3 * MINUTE ? [{ symbol: A, direction: "long" }] : [],
    }),
    exits: { stopLoss: { kind: "fixed", fraction: 0.1 }, takeProfit: { fraction: 0.1 } },
  });

  it("says whether stop or target came first; without it the stop does", () => {
    const reason = (options: BacktestOptions) =>
      texts(unhashedBacktest(strategy, [coarse], { ...FREE, ...options }).trades, "exitReason");
    expect(reason({})).toEqual(["stopLoss"]);
    expect(reason({ detail: [fine] })).toEqual(["takeProfit"]);
  });

  it("that is missing for a candle is an error that names it, or left to the path where that is asked for", () => {
    const holed = { ...fine };
    for (const name of ["timestamp", "open", "high", "low", "close", "volume"] as const) {
      holed[name] = Float64Array.from([...fine[name].slice(0, 3), ...fine[name].slice(6)]);
    }
    const error = errorOf(() => unhashedBacktest(strategy, [coarse], { ...FREE, detail: [holed] }));
    expect(error).toMatchObject({
      code: "backtest.missing-detail",
      details: { symbol: A, timestamp: FIRST + 3 * MINUTE, count: 1 },
    });
    const { trades } = unhashedBacktest(strategy, [coarse], {
      ...FREE,
      detail: [holed],
      detailFallback: "path",
    });
    expect(texts(trades, "exitReason")).toEqual(["stopLoss"]);
  });
});

describe("what a strategy sees", () => {
  it("is frozen, spreads like a record, and ends at the latest closed candle, whatever it keeps", () => {
    const [candles] = walks(41, 1, 80);
    const seen: { time: number; stamp: number; last: number; length: number }[] = [];
    let kept: { readonly timestamp: number } | undefined;
    const strategy = defineStrategy({
      name: "looks",
      timeframe: "1m",
      history: 5,
      features: ({ close }) => ({ mean: sma(close, 3) }),
      decide: ({ market: view, portfolio, parameters }) => {
        const [row] = view.rows;
        kept ??= row.candle;
        expect(kept.timestamp).toBe(row.candle.timestamp);
        for (const part of [view, row, row.candle, row.features, portfolio, parameters]) {
          expect(Object.isFrozen(part)).toBe(true);
        }
        expect({ ...row.candle }).toHaveProperty("close", row.candle.close);
        expect(Object.keys(row.features)).toEqual(["mean"]);
        const history = view.history(row.symbol, "close", 4);
        history[0] = 0;
        const means = view.history(row.symbol, "mean", 2);
        expect(means[means.length - 1]).toBe(row.features.mean);
        seen.push({
          time: view.time,
          stamp: row.candle.timestamp,
          last: history[history.length - 1],
          length: history.length,
        });
        return { signals: [] };
      },
    });
    unhashedBacktest(strategy, [candles], FREE);
    expect(seen.length).toBeGreaterThan(40);
    for (const { time, stamp, last, length } of seen) {
      const row = candles.timestamp.indexOf(stamp);
      expect(stamp + MINUTE).toBeLessThanOrEqual(time);
      expect(candles.timestamp[row + 1] === undefined || candles.timestamp[row + 1] + MINUTE > time).toBe(
        true,
      );
      expect(last).toBe(candles.close[row]);
      expect(length).toBe(4);
    }
  });
});

describe("a backtest refuses", () => {
  const universe = walks(51, 2, 80);
  it.each([
    ["an option it does not know", { feeBsp: 3 } as never, "backtest.unknown-option"],
    ["a negative balance", { startingBalance: -1 }, "backtest.bad-option"],
    [
      "fees given twice",
      { feeBps: 1, fees: { kind: "flat", makerBps: 1, takerBps: 1 } },
      "backtest.two-ways",
    ],
    [
      "an end before its start",
      { startMs: FIRST + 50 * MINUTE, endMs: FIRST + 20 * MINUTE },
      "backtest.empty-span",
    ],
    ["a timeframe that its candles cannot make", { timeframe: "30s" }, "backtest.timeframe-finer-than-data"],
    [
      "detail of a symbol it has not",
      { detail: [{ ...universe[0], symbol: "X/Y", timeframe: "30s" }] },
      "backtest.detail-of-unknown-symbol",
    ],
    [
      "funding of a symbol it has not",
      { funding: [{ symbol: "X/Y", timestamp: new Float64Array(0), rate: new Float64Array(0) }] },
      "backtest.funding-of-unknown-symbol",
    ],
    ["venues that no symbol is of", { venues: { elsewhere: {} } }, "backtest.unknown-venue"],
    ["an unknown fill model", { fillModel: "nextOpne" as never }, "backtest.bad-option"],
  ] satisfies [string, BacktestOptions, string][])("%s", (_, options, code) => {
    expect(errorOf(() => unhashedBacktest(crossing(), universe, options)).code).toBe(code);
  });

  it("strategies whose weights are more than the capital, or an empty list of them", () => {
    const share = { strategy: crossing(), symbols: [universe[0].symbol], weight: 0.8 };
    const other = { strategy: crossing(), symbols: [universe[1].symbol], weight: 0.8 };
    expect(errorOf(() => unhashedBacktest({ strategies: [share, other] }, universe)).code).toBe(
      "backtest.bad-weight",
    );
    expect(errorOf(() => unhashedBacktest({ strategies: [] }, universe)).code).toBe("backtest.no-strategies");
  });

  it("and walk-forward slices send strategies of signals and orders to it", () => {
    for (const strategy of [crossing(), scripted([signals()]), scripted([{ orders: [] }])]) {
      const error = errorOf(() =>
        evaluate(strategy, universe, { windowMs: 4 * MINUTE, shiftMs: 4 * MINUTE }),
      );
      expect(error.code).toBe("walkforward.needs-backtest");
      expect(error.message).toContain("backtest(");
    }
  });
});
