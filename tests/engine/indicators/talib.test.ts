import { describe, expect, it } from "vitest";
import type { Candles } from "#engine/candles/candles.ts";
import {
  atr,
  bollinger,
  change,
  ema,
  log,
  macd,
  returns,
  rollingMax,
  rollingMin,
  rollingStd,
  rsi,
  slope,
  sma,
  wma,
  zscore,
} from "#engine/catalogue/vocabulary.ts";
import {
  candlesPath,
  readCandles,
  readColumns,
  sharedData,
  WITHOUT_DATA,
} from "../../fixtures/sharedData.ts";

type Compared = Record<string, (candles: Candles) => Float64Array>;

/** TA-Lib's functions with their default parameters, by the names under which their outputs are kept. */
const TALIB: Compared = {
  "SMA.outReal": ({ close }) => sma(close, 30),
  "EMA.outReal": ({ close }) => ema(close, 30),
  "WMA.outReal": ({ close }) => wma(close, 30),
  "RSI.outReal": ({ close }) => rsi(close, 14),
  "MACD.outMACD": ({ close }) => macd(close).macd,
  "MACD.outMACDSignal": ({ close }) => macd(close).signal,
  "MACD.outMACDHist": ({ close }) => macd(close).histogram,
  "ATR.outReal": (candles) => atr(candles, 14),
  "BBANDS.outRealUpperBand": ({ close }) => bollinger(close, 5, 2).upper,
  "BBANDS.outRealMiddleBand": ({ close }) => bollinger(close, 5, 2).middle,
  "BBANDS.outRealLowerBand": ({ close }) => bollinger(close, 5, 2).lower,
  "STDDEV.outReal": ({ close }) => rollingStd(close, 5),
  "MAX.outReal": ({ close }) => rollingMax(close, 30),
  "MIN.outReal": ({ close }) => rollingMin(close, 30),
  "LINEARREG_SLOPE.outReal": ({ close }) => slope(close, 14),
  "MOM.outReal": ({ close }) => change(close, 10),
  "ROCP.outReal": ({ close }) => returns(close, 10),
  "LN.outReal": ({ close }) => log(close),
};

const SERIES = [
  {
    name: "GOOG daily",
    series: { exchange: "nasdaq", market: "equity", symbol: "GOOG", timeframe: "1d" },
    values: "oracles/talib/goog_daily.default.parquet",
    least: 18,
  },
  {
    name: "502 daily candles",
    series: { exchange: "nyse", market: "equity", symbol: "SKENDER-DEFAULT", timeframe: "1d" },
    values: "oracles/talib/skender_default_subset.parquet",
    least: 14,
  },
];

for (const { name, series, values, least } of SERIES) {
  const isAbsent = sharedData(values) === undefined || sharedData(candlesPath(series)) === undefined;
  describe.skipIf(isAbsent)(`TA-Lib on ${name}${isAbsent ? ` (${WITHOUT_DATA})` : ""}`, () => {
    it("gives the same values from the same row on", async () => {
      const candles = (await readCandles(series))!;
      const reference = await readColumns(sharedData(values)!);
      const compared = Object.keys(TALIB).filter((output) => output in reference);
      expect(compared.length).toBeGreaterThanOrEqual(least);
      for (const output of compared) expectColumn(output, TALIB[output](candles), reference[output], 1e-8);
    });
  });
}

const folder = sharedData("oracles/skender");
const SKENDER_SERIES = SERIES[1].series;

describe.skipIf(folder === undefined)(
  `Stock Indicators on 502 daily candles${folder === undefined ? ` (${WITHOUT_DATA})` : ""}`,
  () => {
    const read = async (file: string): Promise<[Candles, Record<string, Float64Array>]> => [
      (await readCandles(SKENDER_SERIES))!,
      await readColumns(sharedData(`oracles/skender/${file}`)!),
    ];

    it("gives the same averages, bands, index and deviation", async () => {
      const [candles, smaValues] = await read("full/sma.parquet");
      const { close } = candles;
      expectColumn("sma", sma(close, 20), smaValues.sma, 1e-9);
      expectColumn("ema", ema(close, 20), (await read("full/ema.parquet"))[1].ema, 1e-9);
      expectColumn("wma", wma(close, 14), (await read("full/wma.parquet"))[1].wma, 1e-9);
      expectColumn("rsi", rsi(close, 14), (await read("full/rsi.parquet"))[1].rsi, 1e-9);
      expectColumn("atr", atr(candles, 14), (await read("full/atr.parquet"))[1].atr, 1e-9);
      const bands = (await read("full/bb.parquet"))[1];
      expectColumn("upper", bollinger(close, 20, 2).upper, bands.upperBand, 1e-9);
      expectColumn("lower", bollinger(close, 20, 2).lower, bands.lowerBand, 1e-9);
      expectColumn("zscore", zscore(close, 20), bands.zScore, 1e-8);
      expectColumn("slope", slope(close, 14), (await read("more/full/slope.parquet"))[1].slope, 1e-8);
      const deviations = (await read("more/full/stdev.parquet"))[1];
      expectColumn("rollingStd", rollingStd(close, 14), deviations.stdDev, 1e-9);
    });

    it("comes to the same MACD once its other beginning has faded: it seeds the fast average at its own period", async () => {
      const [{ close }, values] = await read("full/macd.parquet");
      const ours = macd(close);
      const from = 250;
      expectColumn("macd", ours.macd.subarray(from), values.macd.subarray(from), 1e-9);
      expectColumn("signal", ours.signal.subarray(from), values.signal.subarray(from), 1e-9);
    });
  },
);

function expectColumn(name: string, ours: Float64Array, reference: Float64Array, tolerance: number): void {
  expect(ours.length).toBe(reference.length);
  let known = 0;
  for (let i = 0; i < ours.length; i++) {
    if (Number.isNaN(reference[i])) {
      if (!Number.isNaN(ours[i])) expect.fail(`${name} row ${i}: got ${ours[i]}, the reference has none`);
      continue;
    }
    known++;
    const isClose = Math.abs(ours[i] - reference[i]) <= tolerance * Math.max(1, Math.abs(reference[i]));
    if (!isClose) expect.fail(`${name} row ${i}: got ${ours[i]}, the reference has ${reference[i]}`);
  }
  expect(known).toBeGreaterThan(200);
}
