import { lowerBound, newColumns, sliceCandles } from "../candles/build.ts";
import { CANDLE_COLUMNS, type Candles } from "../candles/candles.ts";
import { closeOf, cutCandles } from "../candles/cut.ts";
import { nearestName } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { isMultiple } from "../core/timeframe.ts";
import { type BacktestOptions, wrong } from "./options.ts";

/** One market of a backtest: its candles, and its name in the session. */
export type UniverseMarket = { readonly id: string; readonly candles: Candles };

/** The markets in code-unit order of their ids: the symbol, or `"exchange:symbol"` where two exchanges have it. */
export function universeMarkets(universe: readonly Candles[]): UniverseMarket[] {
  if (universe.length === 0 || universe.every(({ timestamp }) => timestamp.length === 0)) {
    throw wrong(
      "empty-universe",
      `The universe has ${universe.length === 0 ? "no symbols" : "no candles"}; expected at least one series of candles.`,
      {},
    );
  }
  const exchanges = new Map<string, Set<string>>();
  for (const { symbol, exchange } of universe) {
    const known = exchanges.get(symbol) ?? new Set();
    if (known.has(exchange)) {
      throw wrong("duplicate-symbol", `${symbol} of ${exchange} is there twice; expected each market once.`, {
        symbol,
        exchange,
      });
    }
    exchanges.set(symbol, known.add(exchange));
  }
  const { timeframe } = universe[0];
  const markets = universe.map((candles) => {
    const { symbol, exchange } = candles;
    if (candles.timeframe !== timeframe) {
      throw wrong(
        "mixed-timeframes",
        `${symbol} is ${candles.timeframe}, ${universe[0].symbol} is ${timeframe}; expected one timeframe. ` +
          "Finer candles of some of them belong into detail.",
        { symbol, timeframe: candles.timeframe },
      );
    }
    const id = exchanges.get(symbol)!.size > 1 ? `${exchange}:${symbol}` : symbol;
    // Inside a session a market goes by its id alone.
    return { id, candles: { ...candles, symbol: id } };
  });
  return markets.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** First open and last close of all markets together. */
export function universeSpan(markets: readonly UniverseMarket[]): { firstMs: number; lastCloseMs: number } {
  let firstMs = Infinity;
  let lastCloseMs = -Infinity;
  for (const { candles } of markets) {
    const { timestamp, timeframe } = candles;
    if (timestamp.length === 0) continue;
    firstMs = Math.min(firstMs, timestamp[0]);
    lastCloseMs = Math.max(lastCloseMs, closeOf(timeframe)(timestamp[timestamp.length - 1]));
  }
  return { firstMs, lastCloseMs };
}

/** The candles that open from `fromMs` on and close by `endMs`. */
export function cutMarket(candles: Candles, fromMs: number, endMs: number): Candles {
  const cut = cutCandles(candles, fromMs, endMs);
  const close = closeOf(cut.timeframe);
  let rows = cut.timestamp.length;
  while (rows > 0 && close(cut.timestamp[rows - 1]) > endMs) rows--;
  return rows === cut.timestamp.length ? cut : sliceCandles(cut, 0, rows);
}

/** What is folded for one market: its candles, or those of a lower timeframe that lie inside them. */
export type Execution = {
  readonly candles: Candles;
  readonly closes?: Float64Array;
  readonly detail?: string;
};

/** The candles to fold by market. Detail must reach into every candle, unless the path model may stand in. */
export function executions(
  markets: readonly UniverseMarket[],
  cuts: readonly Candles[],
  { detail = [], detailFallback = "error" }: BacktestOptions,
): Execution[] {
  const detailOf = new Map<string, Candles>();
  for (const candles of detail) {
    const market = markets.find(
      ({ id, candles: { exchange } }) =>
        id === candles.symbol ||
        (id === `${candles.exchange}:${candles.symbol}` && exchange === candles.exchange),
    );
    if (market === undefined) {
      const known = markets.map(({ id }) => id);
      const nearest = nearestName(candles.symbol, known);
      throw wrong(
        "detail-of-unknown-symbol",
        `detail has candles of ${candles.symbol}, which is not in the universe. ` +
          (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
        { symbol: candles.symbol, nearest },
      );
    }
    detailOf.set(market.id, candles);
  }
  return markets.map(({ id }, m) => {
    const own = detailOf.get(id);
    return own === undefined ? { candles: cuts[m] } : withDetail(id, cuts[m], own, detailFallback);
  });
}

function withDetail(id: string, candles: Candles, detail: Candles, fallback: "error" | "path"): Execution {
  if (detail.timeframe === candles.timeframe || !isMultiple(candles.timeframe, detail.timeframe)) {
    throw wrong(
      "detail-not-lower",
      `${id}: its detail is ${detail.timeframe}, its candles are ${candles.timeframe}; expected a lower timeframe ` +
        "that divides it.",
      { symbol: id, timeframe: candles.timeframe, detail: detail.timeframe },
    );
  }
  const { timestamp } = candles;
  const close = closeOf(candles.timeframe);
  if (timestamp.length === 0) return { candles };
  const fine = cutMarket(detail, timestamp[0], close(timestamp[timestamp.length - 1]));
  const missing: number[] = [];
  for (let i = 0, row = 0; i < timestamp.length; i++) {
    while (row < fine.timestamp.length && fine.timestamp[row] < timestamp[i]) row++;
    const isThere = row < fine.timestamp.length && fine.timestamp[row] < close(timestamp[i]);
    if (!isThere) missing.push(i);
  }
  if (missing.length > 0 && fallback === "error") {
    const at = timestamp[missing[0]];
    throw wrong(
      "missing-detail",
      `${id} at ${isoTime(at)}: the ${candles.timeframe} candle has no ${detail.timeframe} candle inside it` +
        (missing.length > 1 ? `, nor have ${missing.length - 1} others` : "") +
        '. Load the detail for the whole span, or say detailFallback: "path" to let the path model stand in.',
      { symbol: id, timestamp: at, count: missing.length },
    );
  }
  const label = { ...fine, symbol: candles.symbol, exchange: candles.exchange };
  if (missing.length === 0) return { candles: label, detail: detail.timeframe };
  return { ...interleave(label, candles, missing), detail: detail.timeframe };
}

/** Detail with whole candles where it has none, and when each of the rows closes. */
function interleave(
  fine: Candles,
  coarse: Candles,
  missing: readonly number[],
): { candles: Candles; closes: Float64Array } {
  const rows = fine.timestamp.length + missing.length;
  const columns = newColumns(rows);
  const closes = new Float64Array(rows);
  const [fineClose, coarseClose] = [closeOf(fine.timeframe), closeOf(coarse.timeframe)];
  let row = 0;
  let from = 0;
  const copy = (candles: Candles, i: number, close: number): void => {
    for (const name of CANDLE_COLUMNS) columns[name][row] = candles[name][i];
    closes[row++] = close;
  };
  for (const i of [...missing, -1]) {
    const until = i < 0 ? fine.timestamp.length : lowerBound(fine.timestamp, coarse.timestamp[i]);
    for (; from < until; from++) copy(fine, from, fineClose(fine.timestamp[from]));
    if (i >= 0) copy(coarse, i, coarseClose(coarse.timestamp[i]));
  }
  return { candles: { ...fine, ...columns }, closes };
}
