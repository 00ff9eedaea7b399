import { EngineError, nearestName } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { HOUR_MS, isMultiple, timeframeMs } from "../core/timeframe.ts";
import type { Strategy } from "../strategy/contract.ts";
import type { EvaluationSettings } from "./result.ts";

/** How to evaluate a strategy over walk-forward slices. */
export type EvaluateOptions = {
  /** Values of the strategy's parameters by name; each one left out has its default. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Evaluates on another timeframe than the strategy's own. Finer candles are resampled to it. */
  readonly timeframe?: string;
  /**
   * The first slice, UTC milliseconds. Default: the first candle of the universe plus the strategy's history,
   * rounded up to a multiple of `shiftMs` since the epoch.
   */
  readonly startMs?: number;
  /** Nothing at or after it is read. Default: the close of the universe's last candle. */
  readonly endMs?: number;
  /** How long each slice holds its positions. Default: 4 hours. */
  readonly windowMs?: number;
  /** From one slice to the next; below `windowMs` the slices overlap. Default: 2 hours. */
  readonly shiftMs?: number;
  /** Fee of one side of a trade in hundredths of a percent. Default: 10. */
  readonly feeBps?: number;
  /** Slippage of one side of a trade in hundredths of a percent. Default: 0. */
  readonly slippageBps?: number;
  /** Where a strategy's random numbers start. Default: 1. */
  readonly seed?: number;
  /** Labels the result; it changes no number. Default: true for candles of the exchange `"simulated"`. */
  readonly simulated?: boolean;
};

/** The span of the candles that came in. */
export type DataSpan = {
  readonly timeframe: string;
  /** Open time of the first candle and close time of the last one, UTC milliseconds. */
  readonly firstMs: number;
  readonly lastCloseMs: number;
};

/** More slices than this are a slip of the pen (a shift in seconds where milliseconds are meant). */
export const MAX_SLICES = 1_000_000;

const OPTIONS: readonly (keyof EvaluateOptions)[] = [
  "parameters",
  "timeframe",
  "startMs",
  "endMs",
  "windowMs",
  "shiftMs",
  "feeBps",
  "slippageBps",
  "seed",
  "simulated",
];

/** Fills in every default and refuses settings that cannot be meant, before any work is done. */
export function resolveSettings(
  strategy: Strategy,
  data: DataSpan,
  options: EvaluateOptions,
): EvaluationSettings {
  for (const name of Object.keys(options))
    if (!OPTIONS.some((known) => known === name)) throw unknownOption(name);
  const {
    timeframe = strategy.timeframe,
    windowMs = 4 * HOUR_MS,
    shiftMs = 2 * HOUR_MS,
    feeBps = 10,
    slippageBps = 0,
    seed = 1,
  } = options;
  requireTimeframe(strategy, timeframe, data.timeframe);
  requireWhole("shiftMs", shiftMs);
  if (shiftMs <= 0) {
    throw wrong(
      "shift-not-positive",
      `shiftMs is ${shiftMs}; expected the milliseconds to the next slice, above 0.`,
      {
        shiftMs,
      },
    );
  }
  requireWhole("windowMs", windowMs);
  if (windowMs < timeframeMs(timeframe)) {
    throw wrong(
      "window-shorter-than-timeframe",
      `windowMs is ${windowMs}, shorter than one ${timeframe} candle (${timeframeMs(timeframe)} ms). ` +
        "Hold for at least one candle, or evaluate on a finer timeframe.",
      { windowMs, timeframe },
    );
  }
  requireCosts(feeBps, slippageBps);
  if (!Number.isFinite(seed))
    throw wrong("seed-not-finite", `seed is ${seed}; expected a finite number.`, { seed });
  const historyMs = strategy.history * timeframeMs(timeframe);
  const startMs = options.startMs ?? Math.ceil((data.firstMs + historyMs) / shiftMs) * shiftMs;
  const endMs = options.endMs ?? data.lastCloseMs;
  requireWhole("startMs", startMs);
  requireWhole("endMs", endMs);
  if (endMs <= startMs) throw emptySpan(strategy, data, options, startMs, endMs);
  if ((endMs - startMs) / shiftMs > MAX_SLICES) {
    throw wrong(
      "too-many-slices",
      `A slice each ${shiftMs} ms makes ${Math.ceil((endMs - startMs) / shiftMs)} slices; expected at most ` +
        `${MAX_SLICES}. shiftMs is in milliseconds: two hours are ${2 * HOUR_MS}.`,
      { shiftMs, startMs, endMs },
    );
  }
  return { timeframe, startMs, endMs, windowMs, shiftMs, feeBps, slippageBps, seed };
}

function requireTimeframe(strategy: Strategy, timeframe: string, given: string): void {
  if (timeframe !== given && !isMultiple(timeframe, given)) {
    throw wrong(
      "timeframe-finer-than-data",
      `The candles are ${given} and cannot make ${timeframe}; expected candles of ${timeframe}, or finer ones ` +
        `that divide it. Load finer candles, or evaluate with timeframe: "${given}".`,
      { timeframe, given },
    );
  }
  for (const higher of strategy.informative) {
    if (higher !== timeframe && isMultiple(higher, timeframe)) continue;
    throw wrong(
      "informative-not-higher",
      `${strategy.name} also reads ${higher}, which is not a higher multiple of ${timeframe}. ` +
        `Evaluate on ${strategy.timeframe}, its own timeframe, or on one that divides ${higher}.`,
      { timeframe, informative: higher },
    );
  }
}

function requireCosts(feeBps: number, slippageBps: number): void {
  for (const [name, value] of Object.entries({ feeBps, slippageBps })) {
    if (Number.isFinite(value) && value >= 0 && feeBps + slippageBps < 10_000) continue;
    throw wrong(
      "cost-out-of-range",
      `${name} is ${value}; expected hundredths of a percent from 0, fee and slippage together below 10000.`,
      { feeBps, slippageBps },
    );
  }
}

function requireWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value)) return;
  throw wrong("not-milliseconds", `${name} is ${String(value)}; expected whole milliseconds.`, {
    option: name,
    given: String(value),
  });
}

function emptySpan(
  strategy: Strategy,
  data: DataSpan,
  options: EvaluateOptions,
  startMs: number,
  endMs: number,
): EngineError {
  if (options.startMs !== undefined && endMs <= options.startMs) {
    return wrong(
      "end-before-start",
      `endMs, ${isoTime(endMs)}, is not after startMs, ${isoTime(startMs)}. ` +
        `The candles reach from ${isoTime(data.firstMs)} to ${isoTime(data.lastCloseMs)}.`,
      { startMs, endMs, firstMs: data.firstMs, lastCloseMs: data.lastCloseMs },
    );
  }
  return wrong(
    "too-little-history",
    `${strategy.name} needs ${strategy.history} candles before its first decision, which makes ${isoTime(startMs)} ` +
      `the first slice, and that is not before the end, ${isoTime(endMs)}. Load more candles.`,
    { startMs, endMs, history: strategy.history },
  );
}

function unknownOption(name: string): EngineError {
  const nearest = nearestName(name, OPTIONS);
  return wrong(
    "unknown-option",
    `evaluate has no option "${name}". ${nearest === undefined ? `It has: ${OPTIONS.join(", ")}.` : `Did you mean "${nearest}"?`}`,
    { option: name, nearest },
  );
}

function wrong(code: string, message: string, details: Record<string, unknown>): EngineError {
  return new EngineError(`walkforward.${code}`, message, details);
}
