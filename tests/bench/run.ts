import { benchBacktest } from "./backtest.ts";
import { benchBroker } from "./broker.ts";
import { benchEvaluate } from "./evaluate.ts";
import { benchLeaks } from "./leaks.ts";
import { type Goal, printGoals } from "./measure.ts";
import { benchMonteCarlo } from "./montecarlo.ts";
import { benchOptimise } from "./optimise.ts";
import { benchParquet } from "./parquet.ts";
import { benchResample } from "./resample.ts";
import { benchSignificance } from "./significance.ts";
import { benchSteppers } from "./steppers.ts";
import { benchSweep } from "./sweep.ts";

/**
 * `npm run bench` measures every goal side by side in one run; `--short` does few rounds, to prove in the
 * tests that every benchmark still runs and still computes the right thing. A missed goal is printed, and is
 * no failure: a busy machine must not turn a test red. `--no-browser` leaves the app out. Measured alone, since they
 * take minutes: `--clone`, `npm start` in a fresh clone; `--planted`, the default workflow on noise and on planted edges.
 */
const short = process.argv.includes("--short");
const rounds = short ? 3 : 11;
const goals: Goal[] = [];
if (process.argv.includes("--clone")) {
  const { benchClone } = await import("./clone.ts");
  goals.push(...(await benchClone()));
} else if (process.argv.includes("--planted")) {
  const { benchPlanted } = await import("./planted.ts");
  goals.push(...(await benchPlanted({ isShort: short })));
} else {
  for (const benchmark of [
    benchSteppers,
    benchResample,
    benchParquet,
    benchEvaluate,
    benchBroker,
    benchBacktest,
    benchSweep,
    benchSignificance,
    benchMonteCarlo,
    benchOptimise,
    benchLeaks,
  ]) {
    goals.push(...(await benchmark(rounds)));
  }
  if (!process.argv.includes("--no-browser")) {
    const { benchApp } = await import("./app.ts");
    goals.push(...(await benchApp(short ? 1 : 5)));
  }
}
printGoals(goals);
