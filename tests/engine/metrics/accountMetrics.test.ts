import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import { crossAbove, crossBelow, sma } from "#engine/catalogue/vocabulary.ts";
import type { Table, TableColumn, TextColumn } from "#engine/core/table.ts";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import {
  type AccountMetrics,
  type AccountRecord,
  accountMetrics,
  metricsOf,
} from "#engine/metrics/accountMetrics.ts";
import { FAMILY_TITLES, METRIC_NOTES, type MetricFamily } from "#engine/metrics/glossary.ts";
import { numbersIn, type TradeFigure } from "#engine/metrics/tradeColumns.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { randomUniverse } from "../walkforward/randomUniverse.ts";

const FAMILIES = Object.keys(METRIC_NOTES) as MetricFamily[];
const FIRST = Date.UTC(2024, 0, 1);

const crossing = defineStrategy({
  name: "crossing",
  timeframe: "1h",
  history: 12,
  features: ({ close }) => ({ fast: sma(close, 4), slow: sma(close, 11) }),
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), enterShort: crossBelow(fast, slow) }),
});

function backtestOf(seed: number, rows = 2400) {
  const universe = randomUniverse({
    seed,
    symbols: 3,
    rows,
    timeframe: "1h",
    timeframeMs: HOUR_MS,
    firstMs: FIRST,
  });
  const exits = { stopLoss: { kind: "fixed", fraction: 0.02 } } as const;
  const result = unhashedBacktest(crossing, universe, {
    marketType: "linear",
    sizing: { kind: "fixedFraction", fraction: 0.3 },
    slippageBps: 2,
    exits,
  });
  return { universe, result };
}

type Rows = Partial<Record<"time" | "equity", readonly number[]>> & {
  readonly trades?: readonly Partial<Record<TradeFigure, number | string>>[];
};

/** An account by hand, without positions. */
function account({ time = [], equity = [], trades = [] }: Rows, startingBalance = 100): AccountRecord {
  const still = new Float64Array(time.length);
  const names = [
    ...(["symbol", "strategy", "direction", "entryReason", "exitReason"] as const),
    ...(["entryTime", "entryPrice", "exitTime", "exitPrice", "profit", "return"] as const),
    ...(["maxAdverseExcursion", "maxFavourableExcursion", "riskMultiple"] as const),
  ];
  const column = (name: TradeFigure, k: number): TableColumn => {
    if (k >= 5) return Float64Array.from(trades, (trade) => Number(trade[name]));
    const values = [...new Set(trades.map((trade) => trade[name]))].filter((one) => one !== undefined);
    return {
      codes: Int32Array.from(trades, (trade) => values.indexOf(trade[name] ?? "")),
      values: values.map(String),
    };
  };
  return {
    startMs: FIRST,
    startingBalance,
    equity: {
      rows: time.length,
      columns: {
        time: Float64Array.from(time),
        equity: Float64Array.from(equity),
        exposure: still,
        netExposure: still,
        openPositions: still,
      },
    },
    trades: {
      rows: trades.length,
      columns: Object.fromEntries(names.map((name, k) => [name, column(name, k)])) as Record<
        TradeFigure,
        TableColumn
      >,
    },
    costs: { fees: 0, slippage: 0, funding: 0, liquidation: 0 },
    turnover: 0,
  };
}

/** Every figure under its name, such as `"risk.skew"`. */
function figuresOf(metrics: AccountMetrics): Map<string, number> {
  return new Map(
    FAMILIES.flatMap((family) =>
      Object.entries(metrics[family] ?? {}).map(([name, value]): [string, number] => [
        `${family}.${name}`,
        value,
      ]),
    ),
  );
}

function tablesOf(metrics: AccountMetrics): [string, Table][] {
  return Object.entries(metrics).filter(
    (entry): entry is [string, Table] => typeof entry[1] === "object" && "columns" in entry[1],
  );
}

describe("metrics of a backtest", () => {
  const { universe, result } = backtestOf(7);
  const [candles] = universe;
  const regimes = { time: Float64Array.of(FIRST, FIRST + 40 * DAY_MS), label: ["early", "late"] };
  const metrics = metricsOf(result, { benchmark: candles, regimes });

  it("are those of its headline, to the bit", () => {
    expect(result.trades.rows).toBeGreaterThan(50);
    const { returns, ratios, risk, trades, activity } = metrics;
    const headline = result.metrics;
    expect({
      totalReturn: returns.totalReturn,
      annualReturn: returns.annualReturn,
      annualVolatility: risk.annualVolatility,
      sharpe: ratios.sharpe,
      sortino: ratios.sortino,
      calmar: ratios.calmar,
      maxDrawdown: risk.maxDrawdown,
      tradeCount: trades.tradeCount,
      winRate: trades.winRate,
      profitFactor: trades.profitFactor,
      meanTradeReturn: trades.meanReturn,
      medianTradeReturn: trades.medianReturn,
      timeInMarket: activity.timeInMarket,
      meanExposure: activity.meanExposure,
      turnover: activity.turnover,
      finalEquity: headline.finalEquity,
      startingBalance: headline.startingBalance,
      expectancy: headline.expectancy,
    }).toEqual(headline);
    expect(trades.expectancy).toBeCloseTo(headline.expectancy, 10);
  });

  it("hang together: money adds up, groups add up, the deepest drawdown stands first", () => {
    const { trades, activity, drawdowns, risk } = metrics;
    const profit = result.metrics.finalEquity - result.metrics.startingBalance;
    expect(trades.netProfit).toBeCloseTo(profit, 6);
    expect(trades.grossProfit - trades.grossLoss).toBeCloseTo(trades.netProfit, 6);
    expect(activity.totalCosts).toBe(result.costs.fees + result.costs.slippage);
    const gross = profit + activity.totalCosts;
    expect(activity.costsOfGross).toEqual(gross > 0 ? activity.totalCosts / gross : Number.NaN);
    // A fee of 10 bps and a slippage of 2, of each side.
    expect(activity.costsBps).toBeGreaterThan(11.9);
    expect(activity.costsBps).toBeLessThan(12.1);
    expect(numbersIn(drawdowns, "depth")[0]).toBe(risk.maxDrawdown);
    const groups = tablesOf(metrics).filter(([name]) => name.startsWith("by"));
    expect(groups.map(([name]) => name)).toHaveLength(9);
    for (const [, table] of groups) {
      const total = (name: string): number => numbersIn(table, name).reduce((sum, one) => sum + one, 0);
      expect(total("trades")).toBe(trades.tradeCount);
      expect(total("profit")).toBeCloseTo(trades.netProfit, 6);
    }
    expect((metrics.byRegime!.columns.group as TextColumn).values).toEqual(["early", "late"]);
    expect((metrics.byDirection.columns.group as TextColumn).values).toEqual(["long", "short"]);
  });

  it("do not depend on the currency: money grows with it, and all else stays", () => {
    const factor = 1024;
    const scaled = (table: Table, names: readonly string[]): Table => ({
      rows: table.rows,
      columns: Object.fromEntries(
        Object.entries(table.columns).map(([name, column]) => [
          name,
          names.includes(name) && column instanceof Float64Array ? column.map((one) => factor * one) : column,
        ]),
      ),
    });
    const { costs, settings } = result;
    const larger = metricsOf(
      {
        settings,
        equity: scaled(result.equity, ["equity"]) as typeof result.equity,
        trades: scaled(result.trades, ["profit", "fees"]) as typeof result.trades,
        costs: {
          fees: factor * costs.fees,
          slippage: factor * costs.slippage,
          funding: factor * costs.funding,
          liquidation: factor * costs.liquidation,
        },
        metrics: {
          startingBalance: factor * result.metrics.startingBalance,
          turnover: result.metrics.turnover,
        },
      },
      { benchmark: candles, regimes },
    );
    const before = figuresOf(metrics);
    for (const [name, value] of figuresOf(larger)) {
      const [family, figure] = name.split(".");
      const { unit } = (METRIC_NOTES[family as MetricFamily] as Record<string, { unit: string }>)[figure];
      const expected = (before.get(name) ?? Number.NaN) * (unit === "money" ? factor : 1);
      expect({ name, value }).toEqual({ name, value: expected });
    }
  });

  it("do not depend on the year: 28 years on, weekdays, months and leap years fall the same", () => {
    const shiftMs = Date.UTC(2052, 0, 1) - FIRST;
    const shifted = (table: Table, names: readonly string[]): Table => ({
      rows: table.rows,
      columns: Object.fromEntries(
        Object.entries(table.columns).map(([name, column]) => [
          name,
          names.includes(name) && column instanceof Float64Array
            ? column.map((one) => one + shiftMs)
            : column,
        ]),
      ),
    });
    const later = metricsOf({
      ...result,
      settings: { ...result.settings, startMs: Number(result.settings.startMs) + shiftMs },
      equity: shifted(result.equity, ["time"]) as typeof result.equity,
      trades: shifted(result.trades, ["entryTime", "exitTime"]) as typeof result.trades,
    });
    const alone = metricsOf(result);
    expect([...figuresOf(later)]).toEqual([...figuresOf(alone)]);
    for (const name of ["byWeekday", "byHour", "bySymbol"] as const) expect(later[name]).toEqual(alone[name]);
    expect(numbersIn(later.months, "return")).toEqual(numbersIn(alone.months, "return"));
  });

  it("are plain data that survives the wire, made without touching the result", () => {
    const before = stringifyWire(result.equity);
    const again = metricsOf(result, { benchmark: candles, regimes });
    expect(stringifyWire(result.equity)).toBe(before);
    expect(parseWire(stringifyWire(again))).toEqual(again);
    expect(structuredClone(again)).toEqual(metrics);
  });

  it("have a benchmark only where one is given, and its regimes", () => {
    const alone = metricsOf(result);
    expect(alone.benchmark).toBeUndefined();
    expect(alone.byRegime).toBeUndefined();
    expect(metrics.benchmark?.days).toBe(metrics.returns.days);
  });

  it("take another count of days a year for what is made annual by its root alone", () => {
    const stocks = metricsOf(result, { daysPerYear: 252 });
    const factor = Math.sqrt(252 / 365);
    expect(stocks.ratios.sharpe).toBeCloseTo(metrics.ratios.sharpe * factor, 12);
    expect(stocks.risk.annualVolatility).toBeCloseTo(metrics.risk.annualVolatility * factor, 12);
    expect(stocks.returns.annualReturn).toBe(metrics.returns.annualReturn);
  });

  it("have a note for each figure, and no note without one", () => {
    for (const family of FAMILIES) {
      expect(Object.keys(METRIC_NOTES[family]).sort()).toEqual(Object.keys(metrics[family] ?? {}).sort());
      expect(FAMILY_TITLES[family]).not.toBe("");
    }
    const titles = FAMILIES.flatMap((family) =>
      Object.values(METRIC_NOTES[family]).map(({ title }) => title),
    );
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe("metrics of accounts by hand", () => {
  it("are plain on four days and three trades", () => {
    const at = (day: number): number => FIRST + day * DAY_MS;
    const common = { symbol: "A", strategy: "s", maxAdverseExcursion: 0.01, maxFavourableExcursion: 0.02 };
    const trade = (day: number, profit: number, more: object = {}) => ({
      ...common,
      ...{ direction: "long", entryReason: "cross", exitReason: "target", riskMultiple: profit / 5 },
      ...{ entryTime: at(day), exitTime: at(day) + HOUR_MS, entryPrice: 100, exitPrice: 100 + profit },
      ...{ profit, return: profit / 100 },
      ...more,
    });
    const metrics = accountMetrics(
      account({
        time: [at(1), at(2), at(3), at(4)],
        equity: [110, 99, 99, 108.9],
        trades: [trade(0, 10), trade(1, -11, { exitReason: "stop" }), trade(3, 9.9, { symbol: "B" })],
      }),
    );
    expect(metrics.returns).toMatchObject({ days: 4, winningDays: 0.5, longestWinningDays: 1 });
    expect(metrics.returns.totalReturn).toBeCloseTo(0.089, 14);
    expect(metrics.returns.bestDay).toBeCloseTo(0.1, 14);
    expect(metrics.returns.worstDay).toBeCloseTo(-0.1, 14);
    expect(metrics.returns.years).toBeCloseTo(4 / 365, 14);
    expect(metrics.risk.maxDrawdown).toBeCloseTo(0.1, 14);
    expect(metrics.risk).toMatchObject({
      drawdownCount: 1,
      longestDrawdownMs: 3 * DAY_MS,
      timeUnderWater: 0.75,
    });
    expect(metrics.ratios.omega).toBeCloseTo(2, 12);
    expect(metrics.ratios.recoveryFactor).toBeCloseTo(0.89, 12);
    expect(metrics.trades).toMatchObject({ tradeCount: 3, winCount: 2, lossCount: 1, longestWinStreak: 1 });
    expect(metrics.trades.payoffRatio).toBeCloseTo(9.95 / 11, 14);
    expect(metrics.riskMultiples.mean).toBeCloseTo((2 - 2.2 + 1.98) / 3, 14);
    expect(metrics.holding.averageMs).toBe(HOUR_MS);
    expect((metrics.byExitReason.columns.group as TextColumn).values).toEqual(["stop", "target"]);
    expect([...numbersIn(metrics.byExitReason, "trades")]).toEqual([1, 2]);
    expect([...numbersIn(metrics.bySymbol, "profit")].map((one) => Math.round(10 * one))).toEqual([-10, 99]);
  });

  it("are undefined, never 0, where there is nothing to say", () => {
    const flat = accountMetrics(
      account({ time: [1, 2, 3].map((d) => FIRST + d * DAY_MS), equity: [100, 100, 100] }),
    );
    const undefinedOfFlat = [...figuresOf(flat)]
      .filter(([, value]) => Number.isNaN(value))
      .map(([name]) => name);
    // What a flat account without a trade does have.
    const said = [...figuresOf(flat)].filter(([, value]) => !Number.isNaN(value)).map(([name]) => name);
    expect(said.sort()).toEqual(
      [
        ...["returns.annualReturn", "returns.bestDay", "returns.bestMonth", "returns.days"],
        ...["returns.geometricDay", "returns.geometricMonth", "returns.longestLosingDays"],
        ...["returns.longestWinningDays", "returns.meanDay", "returns.totalReturn", "returns.winningDays"],
        ...["returns.winningMonths", "returns.worstDay", "returns.worstMonth", "returns.years"],
        ...["risk.annualVolatility", "risk.conditionalDrawdown", "risk.downsideDeviation"],
        ...["risk.drawdownCount", "risk.expectedShortfall", "risk.maxDrawdown", "risk.painIndex"],
        ...["risk.timeUnderWater", "risk.ulcerIndex", "risk.valueAtRisk"],
        ...["trades.currentStreak", "trades.grossLoss", "trades.grossProfit", "trades.longestLossStreak"],
        ...["trades.longestWinStreak", "trades.lossCount", "trades.netProfit", "trades.tradeCount"],
        ...["trades.tradesPerYear", "trades.winCount", "trades.winRateHigh", "trades.winRateLow"],
        ...["activity.annualTurnover", "activity.costsOfStart", "activity.maxExposure"],
        ...["activity.maxOpenPositions", "activity.meanExposure", "activity.meanNetExposure"],
        ...["activity.timeInMarket", "activity.totalCosts", "activity.turnover", "riskMultiples.count"],
      ].sort(),
    );
    for (const name of undefinedOfFlat) {
      const [family, figure] = name.split(".");
      const note = (METRIC_NOTES[family as MetricFamily] as Record<string, { undefinedWhen?: string }>)[
        figure
      ];
      expect({ name, reason: note.undefinedWhen }).toEqual({ name, reason: expect.any(String) });
    }
  });

  it("say when a figure is undefined wherever one can be: of nothing, one day, gains alone, losses alone", () => {
    const days = (...equity: number[]) => ({ time: equity.map((_, i) => FIRST + (i + 1) * DAY_MS), equity });
    const candidates = [days(), days(100), days(110), days(110, 121, 130), days(90, 80, 70), days(0, 0)];
    for (const rows of candidates) {
      for (const [name, value] of figuresOf(accountMetrics(account(rows)))) {
        if (!Number.isNaN(value)) continue;
        const [family, figure] = name.split(".");
        const note = (METRIC_NOTES[family as MetricFamily] as Record<string, { undefinedWhen?: string }>)[
          figure
        ];
        expect({ name, rows, reason: note.undefinedWhen }).toEqual({
          name,
          rows,
          reason: expect.any(String),
        });
      }
    }
  });

  it("do not fail on an account without a row", () => {
    const metrics = accountMetrics(account({}));
    expect(metrics.returns).toMatchObject({ days: 0, totalReturn: 0, years: 0, annualReturn: Number.NaN });
    expect(tablesOf(metrics).every(([, { rows }]) => rows === 0)).toBe(true);
  });

  it("are what the account's days alone give: a curve of one value a day has the same figures", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 900, max: 1100 }), { minLength: 3, maxLength: 40 }),
        (factors) => {
          let value = 100;
          const equity = factors.map((factor) => (value *= factor / 1000));
          const time = equity.map((_, i) => FIRST + (i + 1) * DAY_MS);
          const daily = figuresOf(accountMetrics(account({ time, equity })));
          // The same closes, and before each close the same value once more, at noon.
          const noon = figuresOf(
            accountMetrics(
              account({
                time: time.flatMap((at) => [at - DAY_MS / 2, at]),
                equity: equity.flatMap((one) => [one, one]),
              }),
            ),
          );
          for (const name of [
            "ratios.sharpe",
            "ratios.sortino",
            "risk.skew",
            "risk.valueAtRisk",
            "risk.ulcerIndex",
          ]) {
            expect(noon.get(name)).toEqual(daily.get(name));
          }
        },
      ),
    );
  });
});
