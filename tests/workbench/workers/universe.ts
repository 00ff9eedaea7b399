import type { Candles } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";

const STEP_MS = 300_000;

/** A seeded universe of wandering prices for tests of what happens around an evaluation, not of its numbers. */
export function wanderingUniverse(symbols: number, rows: number): Candles[] {
  return Array.from({ length: symbols }, (_, k) => {
    const random = Random.seeded(7).stream(`symbol ${k}`);
    const columns = Array.from({ length: 6 }, () => new Float64Array(rows));
    const [timestamp, open, high, low, close, volume] = columns;
    let price = 100;
    for (let row = 0; row < rows; row++) {
      timestamp[row] = Date.UTC(2024, 0, 1) + row * STEP_MS;
      open[row] = price;
      close[row] = price * (1 + 0.01 * (random.uniform() - 0.5));
      high[row] = Math.max(open[row], close[row]) * 1.001;
      low[row] = Math.min(open[row], close[row]) * 0.999;
      volume[row] = 1000 * random.uniform();
      price = close[row];
    }
    return {
      symbol: `C${k}/USDT`,
      exchange: "test",
      timeframe: "5m",
      timestamp,
      open,
      high,
      low,
      close,
      volume,
    };
  });
}

/** A strategy module as the bundler writes it; `body` is the inside of `decide`. */
export function strategyText(body: string): string {
  return [
    'import { defineStrategy, sma } from "walkforward";',
    "export default defineStrategy({",
    '  name: "from-a-test",',
    '  timeframe: "5m",',
    "  history: 20,",
    "  features: ({ close }) => ({ average: sma(close, 10) }),",
    `  decide: ({ market, random }) => { ${body} },`,
    "});",
    "",
  ].join("\n");
}
