import type { Candles } from "#engine/candles/candles.ts";
import { crossAbove, crossBelow, rsi, sma } from "#engine/catalogue/vocabulary.ts";
import type { Exits } from "#engine/exits/exits.ts";
import { defineStrategy, type Strategy } from "#engine/strategy/contract.ts";
import type { Signal } from "#engine/strategy/signal.ts";
import { randomUniverse } from "../walkforward/randomUniverse.ts";

export const MINUTE = 60_000;
export const FIRST = Date.UTC(2024, 0, 1);

/** Random walks of one minute with gaps, late starts and early ends. */
export function walks(seed: number, symbols = 1, rows = 400): Candles[] {
  return randomUniverse({ seed, symbols, rows, timeframe: "1m", timeframeMs: MINUTE, firstMs: FIRST });
}

/** A cross of averages as columns of signals, long only or both ways. */
export function crossing({ isShort = false, exits }: { isShort?: boolean; exits?: Exits } = {}): Strategy {
  return defineStrategy({
    name: "crossing",
    timeframe: "1m",
    history: 12,
    features: ({ close }) => ({ fast: sma(close, 4), slow: sma(close, 11) }),
    signals: ({ fast, slow }) => ({
      enterLong: crossAbove(fast, slow),
      exitLong: crossBelow(fast, slow),
      ...(isShort && { enterShort: crossBelow(fast, slow), exitShort: crossAbove(fast, slow) }),
    }),
    ...(exits && { exits }),
  });
}

/** Signals of all kinds, drawn by dice: entries with and without stops and limits, adjustments, turns and exits. */
export const diceSignals = defineStrategy({
  name: "dice-signals",
  timeframe: "1m",
  history: 6,
  features: ({ close }) => ({ rsi: rsi(close, 5) }),
  decide: ({ market, random }) => {
    const signals: Signal[] = [];
    for (const { symbol, candle } of market.rows) {
      if (random.uniform() < 0.6) continue;
      const direction = random.uniform() < 0.4 ? "long" : random.uniform() < 0.6 ? "short" : "flat";
      const sign = direction === "long" ? 1 : -1;
      const isLimit = random.uniform() < 0.3;
      signals.push({
        symbol,
        direction,
        ...(random.uniform() < 0.3 && {
          adjust: (["add", "reduce", "resize"] as const)[random.integer(0, 2)],
        }),
        ...(isLimit && { price: candle.close * (1 - sign * 0.002 * random.uniform()) }),
        ...(direction !== "flat" &&
          random.uniform() < 0.5 && { stopPrice: candle.close * (1 - sign * 0.01) }),
        ...(direction !== "flat" &&
          random.uniform() < 0.5 && { targetPrice: candle.close * (1 + sign * 0.015) }),
        size: { kind: "fixedFraction", fraction: 0.1 + 0.5 * random.uniform() },
      });
    }
    return { signals };
  },
});

/** Target weights drawn by dice. */
export const diceTargets = defineStrategy({
  name: "dice-targets",
  timeframe: "1m",
  history: 6,
  features: ({ close }) => ({ rsi: rsi(close, 5) }),
  decide: ({ market, random, state }) => {
    const weights: Record<string, number> = {};
    for (const { symbol } of market.rows) weights[symbol] = (random.uniform() - 0.5) / market.rows.length;
    return { targets: weights, state: { decisions: state.decisions + 1 } };
  },
  state: { decisions: 0 },
});
