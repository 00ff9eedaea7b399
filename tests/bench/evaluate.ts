import { builtInStrategies } from "#engine/strategies/index.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { walkCandles } from "./candles.ts";
import { type Goal, printGroup, sideBySide } from "./measure.ts";

const DAY_ROWS = 288;

/** The case of the Runs page: 12 symbols of 5m candles, a slice every two hours, held for four. */
export async function benchEvaluate(rounds: number): Promise<Goal[]> {
  const universe = (days: number) =>
    Array.from({ length: 12 }, (_, i) =>
      walkCandles(days * DAY_ROWS, {
        stepMs: 300_000,
        timeframe: "5m",
        symbol: `S${String(i).padStart(2, "0")}/USDT`,
      }),
    );
  const ninety = universe(90);
  const double = universe(180);
  const strategy = builtInStrategies["macd-rsi-confluence"];
  const { slices, trades } = evaluate(strategy, ninety, {});
  console.log(`\nevaluate: ${12 * 90 * DAY_ROWS} candles, ${slices.total} slices, ${trades.length} trades`);
  const times = await sideBySide(
    {
      "12 symbols × 90 days of 5m": () => evaluate(strategy, ninety, {}),
      "12 symbols × 180 days of 5m": () => evaluate(strategy, double, {}),
    },
    rounds,
  );
  printGroup("evaluate macd-rsi-confluence, one thread", times);
  const [single, twice] = Object.values(times);
  return [
    { name: "evaluate, 90 days", measured: single, limit: 250, unit: "ms" },
    { name: "evaluate, doubling the span", measured: twice / single, limit: 2.2, unit: "×" },
  ];
}
