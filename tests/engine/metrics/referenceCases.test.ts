import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mean } from "#engine/core/stats.ts";
import { DAY_MS } from "#engine/core/timeframe.ts";
import { annualReturn, compoundReturn } from "#engine/metrics/annualReturn.ts";
import { dailyCurve } from "#engine/metrics/dailyCurve.ts";
import { maxDrawdown } from "#engine/metrics/drawdown.ts";
import { calmarRatio } from "#engine/metrics/drawdownRatios.ts";
import { drawdownTable } from "#engine/metrics/drawdownTable.ts";
import { extremes } from "#engine/metrics/extremes.ts";
import { holdingTimes } from "#engine/metrics/holdingTimes.ts";
import { kellyFraction } from "#engine/metrics/kelly.ts";
import { sharpeRatio } from "#engine/metrics/sharpe.ts";
import { systemQualityNumber } from "#engine/metrics/systemQuality.ts";
import { numbersIn } from "#engine/metrics/tradeColumns.ts";
import { profitFactor, winRate } from "#engine/metrics/tradeSummary.ts";
import { annualVolatility, downsideDeviation } from "#engine/metrics/volatility.ts";
import { candlesPath, readCandles, sharedData, WITHOUT_DATA } from "../../fixtures/sharedData.ts";

const GOOG = { exchange: "nasdaq", market: "equity", symbol: "GOOG", timeframe: "1d" };
const EURUSD = { exchange: "fx", market: "forex", symbol: "EUR-USD", timeframe: "1h" };
const CASES = "oracles/backtesting_py/cases.json";
const REAL = "oracles/metrics/real_series_small.json";
const EMPYRICAL = "oracles/empyrical/cases.json";
const isMissing = [CASES, REAL, EMPYRICAL, candlesPath(GOOG), candlesPath(EURUSD)].some(
  (path) => sharedData(path) === undefined,
);
const read = (path: string) => (isMissing ? undefined : JSON.parse(readFileSync(sharedData(path)!, "utf8")));

type Case = {
  readonly id: string;
  readonly dataset: "GOOG" | "EURUSD";
  readonly stats: Readonly<Record<string, number>> & {
    readonly "Max. Drawdown Duration": { readonly seconds: number };
    readonly "Avg. Drawdown Duration": { readonly seconds: number };
    readonly "Max. Trade Duration": { readonly seconds: number };
  };
  readonly trades: readonly {
    readonly pnl: number;
    readonly returnPct: number;
    readonly entryTime: string;
    readonly exitTime: string;
  }[];
  readonly equity: readonly number[];
};

describe.skipIf(isMissing)(isMissing ? `reference figures (${WITHOUT_DATA})` : "reference figures", () => {
  const cases: readonly Case[] = read(CASES)?.cases ?? [];

  describe.each([
    "goog_smacross_plain",
    "goog_smacross_commission",
    "goog_donchian_stop_plain",
    "eurusd_fx_plain",
  ])("of backtesting.py's %s", (id) => {
    const load = () => {
      const { stats, trades, equity, dataset } = cases.find((one) => one.id === id)!;
      const column = (of: (trade: Case["trades"][number]) => number): Float64Array =>
        Float64Array.from(trades, of);
      const profit = column(({ pnl }) => pnl);
      const returns = column(({ returnPct }) => returnPct);
      const candles = readCandles(dataset === "GOOG" ? GOOG : EURUSD);
      return { stats, values: Float64Array.from(equity), column, profit, returns, candles };
    };

    it("drawdowns are as deep and as long", async () => {
      const { stats, values, candles } = load();
      const { timestamp } = (await candles)!;
      const table = drawdownTable(timestamp, values, { startMs: timestamp[0], equity: values[0] });
      const [depth, length] = [numbersIn(table, "depth"), numbersIn(table, "lengthMs")];
      expect(maxDrawdown(values)).toBeCloseTo(-stats["Max. Drawdown [%]"] / 100, 12);
      expect(depth[0]).toBe(maxDrawdown(values));
      expect(mean(depth)).toBeCloseTo(-stats["Avg. Drawdown [%]"] / 100, 12);
      expect(extremes(length).best).toBe(1000 * stats["Max. Drawdown Duration"].seconds);
      // It rounds the mean up to whole days, or to the bars it has.
      const average = 1000 * stats["Avg. Drawdown Duration"].seconds;
      expect(Math.abs(mean(length) - average)).toBeLessThanOrEqual(DAY_MS);
    });

    it("growth is the same by years of 365.25 days", () => {
      const { stats, values } = load();
      const total = values[values.length - 1] / values[0] - 1;
      expect(total).toBeCloseTo(stats["Return [%]"] / 100, 12);
      // Duration in whole days and the rest of one.
      const days = (stats.Duration as unknown as { seconds: number }).seconds / 86_400;
      const years = days / 365.25;
      expect(annualReturn(total, years)).toBeCloseTo(stats["CAGR [%]"] / 100, 10);
    });

    it("the Calmar ratio is the same, with a year of 252 days that have a return", async () => {
      const { stats, values, candles } = load();
      const { timestamp } = (await candles)!;
      const days = new Set([...timestamp].map((at) => Math.floor(at / DAY_MS))).size;
      const annual = annualReturn(values[values.length - 1] / values[0] - 1, (days - 1) / 252);
      expect(annual).toBeCloseTo(stats["Return (Ann.) [%]"] / 100, 10);
      expect(calmarRatio(annual, maxDrawdown(values))).toBeCloseTo(stats["Calmar Ratio"], 10);
    });

    it("the downside deviation is what its Sortino ratio divides by", async () => {
      const { stats, values, candles } = load();
      const { timestamp } = (await candles)!;
      // Its days are named by their date: a value at midnight belongs to the day that begins.
      const daily = dailyCurve(
        timestamp.map((at) => at + 1),
        values,
        values[0],
      );
      const downside = downsideDeviation(daily.returns.subarray(1)) * Math.sqrt(252);
      const implied = stats["Return (Ann.) [%]"] / 100 / stats["Sortino Ratio"];
      expect(downside / implied).toBeCloseTo(1, 9);
    });

    it("trades have the same figures", () => {
      const { stats, column, profit, returns } = load();
      expect(profit).toHaveLength(stats["# Trades"]);
      expect(100 * winRate(profit).value).toBeCloseTo(stats["Win Rate [%]"], 10);
      expect(profitFactor(returns)).toBeCloseTo(stats["Profit Factor"], 10);
      expect(systemQualityNumber(profit)).toBeCloseTo(stats.SQN, 10);
      expect(kellyFraction(profit)).toBeCloseTo(stats["Kelly Criterion"], 10);
      expect(100 * mean(returns)).toBeCloseTo(stats["Expectancy [%]"], 10);
      const { best, worst } = extremes(returns);
      expect(100 * best).toBeCloseTo(stats["Best Trade [%]"], 10);
      expect(100 * worst).toBeCloseTo(stats["Worst Trade [%]"], 10);
      const geometric = (1 + compoundReturn(returns)) ** (1 / returns.length) - 1;
      expect(100 * geometric).toBeCloseTo(stats["Avg. Trade [%]"], 9);
      const { longestMs } = holdingTimes(
        column(({ entryTime }) => Date.parse(`${entryTime}Z`)),
        column(({ exitTime }) => Date.parse(`${exitTime}Z`)),
        profit,
      );
      const longest = 1000 * stats["Max. Trade Duration"].seconds;
      expect(Math.abs(longestMs - longest)).toBeLessThanOrEqual(DAY_MS);
    });
  });

  it("of GOOG's closes are those of empyrical, 252 days a year", async () => {
    const { close } = (await readCandles(GOOG))!;
    const returns = close.subarray(1).map((price, i) => price / close[i] - 1);
    const { empyrical } = read(REAL).results.GOOG_daily;
    expect(returns).toHaveLength(2147);
    expect(compoundReturn(returns)).toBeCloseTo(empyrical.cum_returns_final, 9);
    expect(annualReturn(compoundReturn(returns), 2147 / 252)).toBeCloseTo(empyrical.annual_return, 10);
    expect(annualVolatility(returns, 252)).toBeCloseTo(empyrical.annual_volatility, 12);
    expect(sharpeRatio(returns, 252)).toBeCloseTo(empyrical.sharpe_ratio, 12);
    expect(maxDrawdown(close)).toBeCloseTo(-empyrical.max_drawdown, 12);
  });

  it("of empyrical's own tests are what it returned", () => {
    const { inputs, cases: all } = read(EMPYRICAL) as {
      inputs: Record<string, { series: readonly (number | null)[] }>;
      cases: readonly {
        id: string;
        fn: string;
        args: readonly ({ ref: string } | number)[];
        kwargs: { risk_free?: number | { ref: string }; period?: string };
        returned: number | string;
      }[];
    };
    const seriesOf = ({ ref }: { ref: string }): readonly (number | null)[] => inputs[ref].series;
    for (const { id, fn, args, kwargs, returned } of all) {
      const given = seriesOf(args[0] as { ref: string });
      const free = kwargs.risk_free ?? (typeof args[1] === "number" ? args[1] : 0);
      // Its gaps are left out; for CAGR they count as periods.
      const returns = given.flatMap((one, i) => {
        const off = typeof free === "number" ? free : seriesOf(free)[i];
        return one === null || off === null ? [] : [one - off];
      });
      const year = kwargs.period === "yearly" ? 1 : 252;
      const figures: Readonly<Record<string, () => number>> = {
        cagr: () => annualReturn(compoundReturn(returns), given.length / year),
        max_drawdown: () => (returns.length === 0 ? Number.NaN : -maxDrawdown([1, ...grown(returns)])),
        sharpe_ratio: () => sharpeRatio(returns, year),
      };
      const ours = figures[fn]();
      // A deviation of nothing gives it infinity, or what rounding leaves.
      const expected = returned === "nan" || returned === "inf" ? Number.NaN : Number(returned);
      if (Number.isNaN(expected)) expect({ id, ours }).toEqual({ id, ours: Number.NaN });
      else expect({ id, off: Math.abs(ours - expected) < 1e-8 }).toEqual({ id, off: true });
    }
    expect(all).toHaveLength(22);
  });
});

function grown(returns: readonly number[]): number[] {
  let value = 1;
  return returns.map((change) => (value *= 1 + change));
}
