import { ATR, BollingerBands, EMA, MACD, RSI, SMA, WMA } from "trading-signals";
import { atr } from "#engine/indicators/atr.ts";
import { bollinger } from "#engine/indicators/bollinger.ts";
import { ema } from "#engine/indicators/ema.ts";
import { macd } from "#engine/indicators/macd.ts";
import { rsi } from "#engine/indicators/rsi.ts";
import { sma } from "#engine/indicators/sma.ts";
import { wma } from "#engine/indicators/wma.ts";
import { walkCandles } from "./candles.ts";
import { atrLoop, bollingerLoop, emaLoop, macdLoop, rsiLoop, smaLoop, wmaLoop } from "./handWritten.ts";
import { type Goal, geometricMean, requireClose, sideBySide } from "./measure.ts";

type Side = () => ArrayLike<number>;

/**
 * Seven indicators over 1,000,000 candles, each by the engine's stepper in its batch form, by a hand-written
 * loop, and by trading-signals; the first two into buffers that are used again.
 */
export async function benchSteppers(rounds: number): Promise<Goal[]> {
  const candles = walkCandles(1_000_000);
  const { close, high, low } = candles;
  const rows = close.length;
  const buffer = (): Float64Array => new Float64Array(rows);
  const out = buffer();
  const bands = { upper: buffer(), middle: buffer(), lower: buffer() };
  const lines = { macd: buffer(), signal: buffer(), histogram: buffer() };
  const theirs = buffer();
  const feed = (indicator: { update(value: number, replace: boolean): number | null }): Float64Array => {
    for (let i = 0; i < rows; i++) theirs[i] = indicator.update(close[i], false) ?? Number.NaN;
    return theirs;
  };

  const indicators: Record<string, { engine: Side; loop: Side; signals: Side; from?: number }> = {
    SMA: {
      engine: () => sma(close, 20, out),
      loop: () => smaLoop(close, 20, out),
      signals: () => feed(new SMA(20)),
    },
    EMA: {
      engine: () => ema(close, 20, out),
      loop: () => emaLoop(close, 20, out),
      signals: () => feed(new EMA(20)),
      from: 1000,
    },
    WMA: {
      engine: () => wma(close, 20, out),
      loop: () => wmaLoop(close, 20, out),
      signals: () => feed(new WMA(20)),
    },
    RSI: {
      engine: () => rsi(close, 14, out),
      loop: () => rsiLoop(close, 14, out),
      signals: () => feed(new RSI(14)),
      from: 1000,
    },
    MACD: {
      engine: () => macd(close, 12, 26, 9, lines).histogram,
      loop: () => macdLoop(close, [12, 26, 9], lines).histogram,
      signals: () => {
        const indicator = new MACD(new EMA(12), new EMA(26), new EMA(9));
        for (let i = 0; i < rows; i++) theirs[i] = indicator.update(close[i], false)?.histogram ?? Number.NaN;
        return theirs;
      },
      from: 1000,
    },
    ATR: {
      engine: () => atr(candles, 14, out),
      loop: () => atrLoop(candles, 14, out),
      signals: () => {
        const indicator = new ATR(14);
        for (let i = 0; i < rows; i++) {
          theirs[i] = indicator.update({ high: high[i], low: low[i], close: close[i] }, false) ?? Number.NaN;
        }
        return theirs;
      },
      from: 1000,
    },
    BBANDS: {
      engine: () => bollinger(close, 20, 2, bands).upper,
      loop: () => bollingerLoop(close, [20, 2], bands).upper,
      signals: () => {
        const indicator = new BollingerBands(20, 2);
        for (let i = 0; i < rows; i++) theirs[i] = indicator.update(close[i], false)?.upper ?? Number.NaN;
        return theirs;
      },
    },
  };

  console.log("\nIndicators over 1,000,000 candles (ms)");
  console.log("            engine  hand-written  trading-signals");
  const againstLoop: number[] = [];
  const againstSignals: number[] = [];
  for (const [name, { engine, loop, signals, from = 0 }] of Object.entries(indicators)) {
    // Seeds differ (trading-signals starts an EMA with the first price): compared where they have died out.
    const expected = Float64Array.from(engine()).subarray(from);
    requireClose(`${name} hand-written`, Float64Array.from(loop()).subarray(from), expected, 1e-6);
    requireClose(`${name} trading-signals`, Float64Array.from(signals()).subarray(from), expected, 1e-6);
    const times = await sideBySide({ engine, loop }, rounds);
    const slow = await sideBySide({ engine, signals }, Math.max(1, Math.floor(rounds / 3)));
    againstLoop.push(times.engine / times.loop);
    againstSignals.push(slow.engine / slow.signals);
    const cell = (ms: number): string => ms.toFixed(2).padStart(12);
    console.log(`  ${name.padEnd(6)}${cell(times.engine)}${cell(times.loop)}${cell(slow.signals)}`);
  }
  const loops = geometricMean(againstLoop);
  const library = geometricMean(againstSignals);
  console.log(
    `  geometric mean: ${loops.toFixed(2)} × a hand-written loop, ${(1 / library).toFixed(1)} × faster than trading-signals`,
  );
  return [
    { name: "steppers against a hand-written loop", measured: loops, limit: 2, unit: "×" },
    { name: "steppers against trading-signals (1/8)", measured: library, limit: 0.125, unit: "×" },
  ];
}
