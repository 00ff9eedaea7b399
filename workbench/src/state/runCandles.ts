import type { Backtest } from "#engine/backtest/result.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { resample } from "#engine/candles/resample.ts";
import { EngineError } from "#engine/core/errors.ts";
import { isMultiple, timeframeMs } from "#engine/core/timeframe.ts";
import type { SeriesName } from "#server/contract.ts";
import { lakeFiles } from "../data/lakeFiles.ts";
import type { CandleSource } from "../outputs/tearsheet/tradePanel.ts";
import { lake } from "./lake.svelte.ts";

/** The candles of a kept backtest's symbols, from the lake as it is now, under the timeframe that the run folded. */
export function runCandles({ universe }: Backtest): CandleSource {
  const { exchanges, timeframe } = universe;
  return async (symbol) => {
    // Where two exchanges have the symbol, its name in the result begins with the exchange.
    const exchange = exchanges.find((name) => symbol.startsWith(`${name}:`)) ?? exchanges[0];
    const own = symbol.startsWith(`${exchange}:`) ? symbol.slice(exchange.length + 1) : symbol;
    return { ...(await candlesNamed({ exchange, symbol: own, timeframe })), symbol };
  };
}

/** Candles by their name, as the lake has them now: of the coarsest series from which the timeframe can be made. */
export async function candlesNamed(
  { exchange, symbol, timeframe }: SeriesName,
  endMs = Infinity,
): Promise<Candles> {
  const [series] = lake.series
    .filter((one) => one.exchange === exchange && one.symbol === symbol)
    .filter((one) => one.timeframe === timeframe || isMultiple(timeframe, one.timeframe))
    .sort((a, b) => timeframeMs(b.timeframe) - timeframeMs(a.timeframe));
  if (series === undefined) {
    throw new EngineError(
      "lake.unknown-series",
      `the lake has no candles of ${symbol} on ${exchange} from which ${timeframe} can be made. Import them under Data.`,
      { symbol, exchange, timeframe },
    );
  }
  const columns = await lakeFiles.candles(series, undefined, endMs);
  const candles = { symbol, exchange, timeframe: series.timeframe, ...columns };
  return series.timeframe === timeframe ? candles : resample(candles, timeframe);
}
