import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANDLE_COLUMNS, type Candles } from "#engine/candles/candles.ts";
import { evaluateRecipes } from "#engine/catalogue/evaluate.ts";
import { candleRecipes } from "#engine/catalogue/recipe.ts";
import { change, sma } from "#engine/catalogue/vocabulary.ts";
import { EngineError } from "#engine/core/errors.ts";
import { macdRsiConfluence, momentumRank } from "#engine/strategies/index.ts";
import { defineStrategy, type Strategy } from "#engine/strategy/contract.ts";
import type { Decision } from "#engine/strategy/decision.ts";
import type { Market } from "#engine/strategy/market.ts";
import { withHash } from "#engine/strategy/module.ts";
import { int } from "#engine/strategy/parameters.ts";
import { evaluate, evaluation } from "#engine/walkforward/evaluate.ts";
import { between, candlesOf } from "./handMade.ts";
import { randomUniverse } from "./randomUniverse.ts";

const MINUTE = 60_000;
const FIRST = Date.UTC(2024, 1, 1);
const universe = (seed: number, symbols = 4) =>
  randomUniverse({ seed, symbols, rows: 400, timeframe: "5m", timeframeMs: 5 * MINUTE, firstMs: FIRST });
const rowTime = (row: number) => FIRST + row * 5 * MINUTE;
const span = { startMs: rowTime(310), endMs: rowTime(390), shiftMs: 20 * MINUTE, windowMs: 60 * MINUTE };

/** Every row from `row` on written anew, so that anything read from there would show. */
function perturbed(candles: Candles, fromMs: number): Candles {
  const changed = { ...candles };
  for (const name of CANDLE_COLUMNS.slice(1) as readonly Exclude<keyof Candles, "timestamp">[]) {
    const column = candles[name] as Float64Array;
    Object.assign(changed, {
      [name]: column.map((value, i) => (candles.timestamp[i] >= fromMs ? value * 3 + 1 : value)),
    });
  }
  return changed;
}

function strategyOf(decide: (market: Market) => unknown): Strategy {
  return defineStrategy({
    name: "test",
    timeframe: "5m",
    history: 10,
    features: ({ close }) => ({ last: close }),
    decide: ({ market }) => decide(market) as Decision<null>,
  });
}

function errorOf(work: () => unknown): EngineError {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("expected an EngineError");
}

describe("an evaluation and the future", () => {
  it.each([
    ["macd-rsi-confluence", macdRsiConfluence],
    ["momentum-rank", momentumRank],
  ])("%s: candles at or after the end change nothing, however they read", (_, strategy) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const whole = universe(seed);
        const changed = evaluate(
          strategy,
          whole.map((candles) => perturbed(candles, span.endMs)),
          span,
        );
        expect(changed).toEqual(evaluate(strategy, whole, span));
      }),
      { numRuns: 15, seed: 11 },
    );
  });

  it("an earlier end changes no decision and no trade that was over by then", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 320, max: 389 }), (seed, endRow) => {
        const endMs = rowTime(endRow);
        const [all, early]: [string[], string[]] = [[], []];
        const recording = (record: string[]) =>
          strategyOf((market) => {
            record.push(JSON.stringify([market.time, market.rows]));
            return market.rows.slice(0, 2).map(({ symbol }) => ({ symbol, weight: 0.5 }));
          });
        const long = evaluate(recording(all), universe(seed), span);
        const short = evaluate(recording(early), universe(seed), { ...span, endMs });
        expect(early.length).toBe(short.slices.total);
        expect(early).toEqual(all.slice(0, early.length));
        expect(short.trades).toEqual(long.trades.filter(({ exitTime }) => exitTime < endMs));
      }),
      { numRuns: 30, seed: 12 },
    );
  });

  it("gives of each feature's history what its recipe gives on the candles that had closed", () => {
    const candles = universe(3);
    const fromMs = span.startMs - 300 * 5 * MINUTE;
    const cut = candles.map((one) => between(one, fromMs, span.endMs));
    let asked = 0;
    const strategy = defineStrategy({
      name: "looks-back",
      timeframe: "5m",
      history: 300,
      features: ({ close }) => ({ average: sma(close, 7), slope: change(close, 2) }),
      decide: ({ market }) => {
        for (const { symbol, features } of market.rows) {
          const series = cut.find((one) => one.symbol === symbol) as Candles;
          const closed = series.timestamp.filter((time) => time + 5 * MINUTE <= market.time).length;
          const expected = evaluateRecipes(
            { average: sma(candleRecipes().close, 7), slope: change(candleRecipes().close, 2) },
            series,
          );
          for (const name of ["average", "slope"] as const) {
            expect(market.history(symbol, name, 5)).toEqual(expected[name].slice(closed - 5, closed));
            expect(market.history(symbol, name, 1)[0]).toEqual(features[name]);
            asked++;
          }
          expect(market.history(symbol, "close", 3)).toEqual(series.close.slice(closed - 3, closed));
        }
        return [];
      },
    });
    evaluate(strategy, candles, span);
    expect(asked).toBeGreaterThan(100);
  });

  it("shows a decision only candles that had closed by its time", () => {
    let latest = 0;
    const strategy = strategyOf(({ time, rows }) => {
      for (const { candle, features } of rows) {
        expect(candle.timestamp + 5 * MINUTE).toBeLessThanOrEqual(time);
        expect(features.last).toBe(candle.close);
        if (candle.timestamp + 5 * MINUTE === time) latest++;
      }
      return [];
    });
    evaluate(strategy, universe(5), { ...span, shiftMs: 5 * MINUTE });
    expect(latest).toBeGreaterThan(100);
  });

  it("what was decided at a time stays when everything after it is written anew", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 18 }), (seed, slices) => {
        const cutMs = span.startMs + slices * span.shiftMs;
        const chosen = (candles: Candles[]) =>
          evaluate(macdRsiConfluence, candles, span)
            .trades.filter(({ sliceMs }) => sliceMs <= cutMs)
            .map(({ sliceMs, symbol, rank, score, features }) => ({
              sliceMs,
              symbol,
              rank,
              score,
              features,
            }));
        const whole = universe(seed);
        // A candle that opens at the cut was not closed then; only its open is traded at.
        expect(chosen(whole.map((candles) => perturbed(candles, cutMs)))).toEqual(chosen(whole));
      }),
      { numRuns: 30, seed: 13 },
    );
  });
});

describe("the result of an evaluation", () => {
  it("does not depend on the order in which the symbols are given", () => {
    const whole = universe(7, 5);
    const turned = [...whole].reverse();
    expect(evaluate(macdRsiConfluence, turned, span)).toEqual(evaluate(macdRsiConfluence, whole, span));
  });

  it("is the same to the bit when run again, and survives a structured clone", () => {
    const [one, other] = [1, 2].map(() => evaluate(macdRsiConfluence, universe(8), span));
    expect(other).toEqual(one);
    expect(structuredClone(one)).toEqual(one);
    expect(one.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("has another hash when anything that went in is another", () => {
    const whole = universe(9);
    const base = evaluate(momentumRank, whole, span);
    const withFirst = (change: Partial<Candles>) => [{ ...whole[0], ...change }, ...whole.slice(1)];
    const bumped = (column: Float64Array, row: number) =>
      column.map((value, i) => (i === row ? value * 1.001 : value));
    const results = [
      base,
      evaluate(withHash(momentumRank, "another"), whole, span),
      evaluate(momentumRank, whole, { ...span, parameters: { lookback: 143 } }),
      evaluate(momentumRank, whole, { ...span, shiftMs: span.shiftMs + 1 }),
      evaluate(momentumRank, whole, { ...span, windowMs: span.windowMs + 1 }),
      evaluate(momentumRank, whole, { ...span, startMs: span.startMs - 1 }),
      evaluate(momentumRank, whole, { ...span, endMs: span.endMs - 1 }),
      evaluate(momentumRank, whole, { ...span, feeBps: 11 }),
      evaluate(momentumRank, whole, { ...span, slippageBps: 1 }),
      evaluate(momentumRank, whole, { ...span, seed: 2 }),
      evaluate(momentumRank, withFirst({ symbol: "OTHER/USDT" }), span),
      evaluate(
        momentumRank,
        whole.map((candles) => ({ ...candles, exchange: "other" })),
        span,
      ),
      evaluate(momentumRank, withFirst({ volume: bumped(whole[0].volume, 50) }), span),
      evaluate(momentumRank, withFirst({ high: bumped(whole[0].high, 51) }), span),
      evaluate(momentumRank, whole.slice(0, 3), span),
    ];
    expect(new Set(results.map(({ hash }) => hash)).size).toBe(results.length);
    expect(evaluate(momentumRank, whole, { ...span, simulated: true }).hash).toBe(base.hash);
  });

  it("labels simulated data, and says which candles it used", () => {
    const whole = universe(10).map((candles) => ({ ...candles, exchange: "simulated" }));
    const { universe: used, engineVersion } = evaluate(momentumRank, whole, span);
    expect(used).toMatchObject({ exchange: "simulated", simulated: true, timeframe: "5m" });
    expect(used.symbols).toEqual(["S0/USDT", "S1/USDT", "S2/USDT", "S3/USDT"]);
    expect(used.firstMs).toBeGreaterThanOrEqual(span.startMs - 300 * 5 * MINUTE);
    expect(used.lastMs).toBeLessThan(span.endMs);
    expect(engineVersion).toMatch(/^\d+\.\d+\.\d+$/);
    expect(evaluate(momentumRank, universe(10), span).universe.simulated).toBe(false);
  });
});

describe("walk-forward slices", () => {
  /** Opens 100, 101, 102 …; each candle reaches one above and two below its open and closes at the next one's. */
  const rising = candlesOf(
    "A",
    Array.from({ length: 40 }, (_, i) => [100 + i, 101 + i, 98 + i, 101 + i, 10]),
  );
  const hold = strategyOf(() => [{ symbol: "A", weight: 1, score: 7 }]);
  const at = (row: number) => rising.timestamp[row];
  const timing = { startMs: at(10), endMs: at(30), windowMs: 15 * MINUTE, shiftMs: 10 * MINUTE };

  it("enter and leave at opens, after costs on both sides", () => {
    const { trades } = evaluate(hold, [rising], timing);
    expect(trades[0]).toEqual({
      sliceMs: at(10),
      symbol: "A",
      direction: "long",
      rank: 1,
      weight: 1,
      score: 7,
      entryTime: at(10),
      entryPrice: 110,
      exitTime: at(13),
      exitPrice: 113,
      return: (113 * 0.999) / (110 * 1.001) - 1,
      maxAdverseExcursion: 2 / 110,
      maxFavourableExcursion: 3 / 110,
      drawdown: 3 / 111,
      features: { last: 110 },
    });
  });

  it("drop and count the late ones that have no exit, and never look past the end for one", () => {
    const { trades, slices } = evaluate(hold, [rising], timing);
    // Slices at rows 10, 12 … 28; those from 28 on would leave at row 31, past the end.
    expect(slices).toEqual({ total: 10, traded: 9, empty: 0, dropped: 1, droppedEntry: 0, droppedExit: 1 });
    expect(trades.map(({ sliceMs }) => sliceMs)).toEqual(Array.from({ length: 9 }, (_, i) => at(10 + 2 * i)));
  });

  it("enter and leave one timeframe late at most", () => {
    const without = (...rows: number[]) => ({
      ...candlesOf(
        "A",
        [...rising.timestamp.keys()].map((i) => [100 + i, 101 + i, 98 + i, 101 + i, 10]),
        rows,
      ),
    });
    const once = { ...timing, endMs: at(30), shiftMs: at(30) - at(10) };
    const one = (...rows: number[]) => evaluate(hold, [without(...rows)], once);
    expect(one(10).trades[0]).toMatchObject({ entryTime: at(11), exitTime: at(13) });
    expect(one(13).trades[0]).toMatchObject({ entryTime: at(10), exitTime: at(14) });
    expect(one(10, 11).slices).toMatchObject({ dropped: 1, droppedEntry: 1, droppedExit: 0 });
    expect(one(13, 14).slices).toMatchObject({ dropped: 1, droppedEntry: 0, droppedExit: 1 });
  });

  it("are in view from the first closed candle on, and not before", () => {
    const views: number[] = [];
    const watching = strategyOf(({ rows }) => {
      views.push(rows.length);
      return [];
    });
    evaluate(watching, [rising], { ...timing, startMs: at(0), endMs: at(3), shiftMs: 5 * MINUTE });
    expect(views).toEqual([0, 1, 1]);
  });

  it("begin by default one history after the first candle, at a multiple of the shift, and end with the data", () => {
    const { settings } = evaluate(hold, [rising], { shiftMs: 10 * MINUTE, windowMs: 5 * MINUTE });
    expect(settings).toMatchObject({
      startMs: at(10),
      endMs: at(39) + 5 * MINUTE,
      feeBps: 10,
      slippageBps: 0,
      seed: 1,
    });
    const uneven = evaluate(hold, [rising], { shiftMs: 7 * MINUTE, windowMs: 5 * MINUTE }).settings.startMs;
    expect(uneven % (7 * MINUTE)).toBe(0);
    expect(uneven).toBeGreaterThanOrEqual(at(10));
    expect(uneven - at(10)).toBeLessThan(7 * MINUTE);
  });

  it("yield their progress, rising to the total, and stop when nobody asks for more", () => {
    const steps = evaluation(momentumRank, universe(3), { ...span, shiftMs: MINUTE });
    const seen: number[] = [];
    for (let step = steps.next(); !step.done; step = steps.next()) {
      expect(step.value.total).toBe(3 * 400);
      seen.push(step.value.done);
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(3 * 400);
    expect(seen.length).toBeGreaterThan(30);
    const stopped = evaluation(momentumRank, universe(3), span);
    stopped.next();
    expect(stopped.return?.(undefined as never)).toMatchObject({ done: true });
  });
});

describe("a strategy's memory and dice", () => {
  it("hands the state of one slice to the next, frozen, in order of time", () => {
    const seen: unknown[] = [];
    const counting = defineStrategy({
      name: "counting",
      timeframe: "5m",
      history: 10,
      state: { slices: 0 },
      features: () => ({}),
      decide: ({ state, market }) => {
        expect(Object.isFrozen(state)).toBe(true);
        seen.push(state.slices);
        const isEven = ((market.time - span.startMs) / span.shiftMs) % 2 === 0;
        return isEven ? { targets: [], state: { slices: state.slices + 1 } } : [];
      },
    });
    evaluate(counting, universe(3), { ...span, endMs: span.startMs + 6 * span.shiftMs });
    // Every second slice answers without a state, which leaves the memory as it was.
    expect(seen).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it("draws from a stream of the slice's own, by the seed", () => {
    const draws = (seed: number, shiftMs: number) => {
      const drawn = new Map<number, number>();
      const rolling = defineStrategy({
        name: "rolling",
        timeframe: "5m",
        history: 10,
        features: () => ({}),
        decide: ({ market, random }) => {
          drawn.set(market.time, random.uniform());
          return [];
        },
      });
      evaluate(rolling, universe(3), { ...span, shiftMs, seed });
      return drawn;
    };
    const [fine, coarse, other] = [
      draws(1, span.shiftMs),
      draws(1, 2 * span.shiftMs),
      draws(2, span.shiftMs),
    ];
    expect(new Set(fine.values()).size).toBe(fine.size);
    for (const [time, value] of coarse) expect(fine.get(time)).toBe(value);
    for (const [time, value] of other) expect(fine.get(time)).not.toBe(value);
  });

  it("writing into what it was shown changes neither the trades nor what comes later", () => {
    const spoiling = strategyOf((market) => {
      const targets = market.rows.map(({ symbol }) => ({ symbol, weight: 0.25 }));
      for (const row of market.rows) {
        Object.assign(row.features, { last: -1 });
        Object.assign(row.candle, { close: -1, timestamp: 0 });
      }
      (market.rows as unknown[]).length = 0;
      return targets;
    });
    const honest = strategyOf(({ rows }) => rows.map(({ symbol }) => ({ symbol, weight: 0.25 })));
    expect(evaluate(spoiling, universe(4), span).trades).toEqual(evaluate(honest, universe(4), span).trades);
  });
});

describe("a strategy at fault", () => {
  it.each<[string, string, (market: Market) => unknown]>([
    [
      "strategy.threw",
      "throws",
      () => {
        throw new TypeError("x is undefined");
      },
    ],
    ["strategy.weight-not-finite", "returns a NaN weight", () => ({ "S0/USDT": Number.NaN })],
    ["strategy.unknown-symbol", "returns an unknown symbol", () => ({ "S9/USDT": 1 })],
    ["strategy.no-decision", "returns nothing", () => undefined],
    [
      "strategy.state-not-plain",
      "returns a state that is not plain",
      () => ({ targets: [], state: new Map() }),
    ],
  ])("is answered with %s when it %s, and the time", (code, _, decide) => {
    const error = errorOf(() => evaluate(strategyOf(decide), universe(1), span));
    expect(error.code).toBe(code);
    expect(error.message).toContain("2024-02-02 01:50 UTC");
    expect(error.message).toContain("test");
  });

  it("keeps what was thrown as the cause", () => {
    const thrown = new TypeError("x is undefined");
    const error = errorOf(() =>
      evaluate(
        strategyOf(() => {
          throw thrown;
        }),
        universe(1),
        span,
      ),
    );
    expect(error.cause).toBe(thrown);
    expect(error.message).toContain("TypeError: x is undefined");
    expect(error.details).toMatchObject({ strategy: "test", time: span.startMs });
  });

  it.each<[string, string, () => unknown]>([
    ["strategy.not-a-recipe", "a number", () => ({ a: 1 })],
    ["strategy.not-a-recipe", "a record of recipes for one", () => ({ a: { b: 1 } })],
    ["strategy.not-a-recipe", "nothing", () => undefined],
    [
      "strategy.threw",
      "an exception",
      () => {
        throw new Error("no");
      },
    ],
  ])("is answered with %s when features answer with %s", (code, _, features) => {
    const strategy = defineStrategy({
      name: "test",
      timeframe: "5m",
      history: 10,
      features: features as () => Record<string, never>,
      decide: () => [],
    });
    expect(errorOf(() => evaluate(strategy, universe(1), span)).code).toBe(code);
  });

  it("is told which timeframe it did not declare", () => {
    const strategy = defineStrategy({
      name: "test",
      timeframe: "5m",
      history: 10,
      features: ({ on }) => ({ hour: on("1h").close }),
      decide: () => [],
    });
    const error = errorOf(() => evaluate(strategy, universe(1), span));
    expect(error.code).toBe("strategy.not-informative");
    expect(error.message).toContain('Add informative: ["1h"]');
  });

  it("is refused a parameter out of range before any work", () => {
    let asked = 0;
    const strategy = defineStrategy({
      name: "test",
      timeframe: "5m",
      history: 10,
      parameters: { length: int(5, 1, 9) },
      features: () => {
        asked++;
        return {};
      },
      decide: () => [],
    });
    const run = (parameters: Record<string, unknown>) => () =>
      evaluate(strategy, universe(1), { ...span, parameters });
    expect(errorOf(run({ length: 10 })).code).toBe("strategy.parameter-out-of-range");
    expect(errorOf(run({ lenght: 5 })).code).toBe("strategy.unknown-parameter");
    expect(asked).toBe(0);
  });
});
