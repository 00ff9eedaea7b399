import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { crossAbove, crossBelow, sma } from "#engine/catalogue/vocabulary.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { int, type ParameterValues } from "#engine/strategy/parameters.ts";
import { type SweepPoint, sweep } from "#engine/sweep/sweep.ts";
import { walkCandles } from "./candles.ts";
import { type Goal, median, printGroup, sideBySide } from "./measure.ts";

const BARS = 100_000;
const WORKERS = 2;
const COSTS = { feeBps: 10 };

const averages = defineStrategy({
  name: "averages",
  timeframe: "1m",
  history: 200,
  parameters: { fast: int(5, 2, 200), slow: int(20, 2, 200) },
  features: ({ close, parameters }) => ({
    fast: sma(close, parameters.fast),
    slow: sma(close, parameters.slow),
  }),
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }),
});

/** 1,000 pairs of a shorter and a longer average. */
function pairs(): ParameterValues[] {
  const points: ParameterValues[] = [];
  for (let fast = 5; points.length < 1000; fast += 2) {
    for (let slow = fast + 2; slow <= 200 && points.length < 1000; slow += 4) points.push({ fast, slow });
  }
  return points;
}

/**
 * A sweep of 1,000 pairs of averages over 100,000 bars with final equity, drawdown, trades and Sharpe ratio: on one
 * thread, and by two that have the candles already and each do every other point.
 */
export async function benchSweep(rounds: number): Promise<Goal[]> {
  const universe = [walkCandles(BARS)];
  const points = pairs();
  check(sweep(averages, universe, points.slice(0, 20), COSTS));
  const workers = await Promise.all(Array.from({ length: WORKERS }, (_, k) => startWorker(k)));
  try {
    const times = await sideBySide(
      {
        "one thread": () => sweep(averages, universe, points, COSTS),
        "two workers": () => Promise.all(workers.map(ask)),
      },
      rounds,
    );
    printGroup(`sweep of ${points.length} pairs of averages over ${BARS} bars`, times);
    if (availableParallelism() < WORKERS) console.log("  (this machine has one core: two workers share it)");
    return [
      { name: "sweep, 1,000 pairs × 100,000 bars", measured: times["one thread"], limit: 550, unit: "ms" },
      { name: "the same on two workers", measured: times["two workers"], limit: 330, unit: "ms" },
    ];
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  function check(swept: readonly SweepPoint[]): void {
    const off = swept.filter(({ parameters, figures }) => {
      const { metrics } = unhashedBacktest(averages, universe, { ...COSTS, parameters, path: "event" });
      return metrics.finalEquity !== figures.finalEquity || metrics.sharpe !== figures.sharpe;
    });
    if (off.length > 0)
      throw new Error(`${off.length} points of the sweep are not what their single runs are`);
  }
}

async function startWorker(share: number): Promise<Worker> {
  const worker = new Worker(new URL("./sweepWorker.mjs", import.meta.url), {
    workerData: share,
    execArgv: [],
  });
  await once(worker);
  return worker;
}

async function ask(worker: Worker): Promise<void> {
  const answer = once(worker);
  worker.postMessage("go");
  await answer;
}

function once(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** Sweeps every so manieth point; for the workers. */
export function sweepShare(share: number): number {
  universe ??= [walkCandles(BARS)];
  const points = pairs().filter((_, k) => k % WORKERS === share);
  return median(sweep(averages, universe, points, COSTS).map(({ figures }) => figures.finalEquity));
}

let universe: Candles[] | undefined;
