import type { Candles } from "../candles/candles.ts";
import { closeOf } from "../candles/cut.ts";
import { EngineError, nearestName } from "../core/errors.ts";
import type { DataSpan } from "./settings.ts";

/** The series in code-unit order of their symbols, after checking that they make one universe. */
export function orderedUniverse(universe: readonly Candles[]): Candles[] {
  if (universe.length === 0 || universe.every(({ timestamp }) => timestamp.length === 0)) {
    throw new EngineError(
      "universe.empty",
      `The universe has ${universe.length === 0 ? "no symbols" : "no candles"}; expected at least one series of candles.`,
    );
  }
  const ordered = [...universe].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  for (const [i, { symbol, exchange, timeframe }] of ordered.entries()) {
    if (i > 0 && symbol === ordered[i - 1].symbol) {
      throw new EngineError(
        "universe.duplicate-symbol",
        `${symbol} is there twice; expected each symbol once.`,
        {
          symbol,
        },
      );
    }
    const first = ordered[0];
    if (exchange === first.exchange && timeframe === first.timeframe) continue;
    throw new EngineError(
      "universe.mixed",
      `${symbol} is ${exchange} ${timeframe}, ${first.symbol} is ${first.exchange} ${first.timeframe}; expected one ` +
        "exchange and one timeframe. Load all of them alike.",
      { symbol, exchange, timeframe },
    );
  }
  return ordered;
}

/** Picks symbols of a universe; one that it does not have is an error that names the nearest. */
export function selectSymbols(universe: readonly Candles[], symbols: readonly string[]): Candles[] {
  return symbols.map((symbol) => {
    const found = universe.find((candles) => candles.symbol === symbol);
    if (found !== undefined) return found;
    const known = universe.map((candles) => candles.symbol);
    const nearest = nearestName(symbol, known);
    throw new EngineError(
      "universe.unknown-symbol",
      `The universe has no symbol "${symbol}". ` +
        (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
      { symbol, known, nearest },
    );
  });
}

/** First open and last close of all the series together. */
export function spanOf(universe: readonly Candles[]): DataSpan {
  let firstMs = Infinity;
  let lastCloseMs = -Infinity;
  for (const { timestamp, timeframe } of universe) {
    if (timestamp.length === 0) continue;
    firstMs = Math.min(firstMs, timestamp[0]);
    lastCloseMs = Math.max(lastCloseMs, closeOf(timeframe)(timestamp[timestamp.length - 1]));
  }
  return { timeframe: universe[0].timeframe, firstMs, lastCloseMs };
}
