import { EngineError, nearestName } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";

export function clockBackwards(given: number, time: number): EngineError {
  return new EngineError(
    "session.clock-backwards",
    `The clock was told ${isoTime(given)} after ${isoTime(time)}; expected times that do not go back.`,
    { given, time },
  );
}

export function candleTooLate(market: string, timestamp: number, time: number): EngineError {
  return new EngineError(
    "session.candle-too-late",
    `${market}: the candle of ${isoTime(timestamp)} was told after the clock had passed its close, at ${isoTime(time)}. ` +
      "Tell the candles of a time before its clock; leave out one that came later, as a gap.",
    { market, timestamp, time },
  );
}

export function endlessHandlers(strategy: string, time: number, rounds: number): EngineError {
  return new EngineError(
    "session.endless-handlers",
    `${strategy} at ${isoTime(time)}: its handlers answered one another ${rounds} times without an end. ` +
      "Let onOrder leave alone what its own orders brought about.",
    { strategy, time, rounds },
  );
}

export function overlappingSymbols(symbol: string, strategies: readonly [string, string]): EngineError {
  const [first, second] = strategies;
  return new EngineError(
    "session.overlapping-symbols",
    `${first} and ${second} both trade ${symbol}: on one account their positions would be one. Give each strategy ` +
      "symbols of its own, or run them on accounts of their own.",
    { symbol, strategies: [first, second] },
  );
}

export function unknownMarket(id: string, known: readonly string[]): EngineError {
  const nearest = nearestName(id, known);
  return new EngineError(
    "session.unknown-market",
    `The session has no market "${id}". ` +
      (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
    { market: id, nearest },
  );
}

type Size = { readonly markets: number; readonly strategies: number };

export function otherSession(given: Size, own: Size): EngineError {
  return new EngineError(
    "session.other-session",
    `The snapshot is of ${given.markets} markets and ${given.strategies} strategies; this session has ` +
      `${own.markets} and ${own.strategies}. Restore it with the settings that it was taken with.`,
  );
}
