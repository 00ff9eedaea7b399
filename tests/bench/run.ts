import { benchEvaluate } from "./evaluate.ts";
import { type Goal, printGoals } from "./measure.ts";
import { benchParquet } from "./parquet.ts";
import { benchResample } from "./resample.ts";
import { benchSteppers } from "./steppers.ts";

/**
 * `npm run bench` measures every goal side by side in one run; `--short` does few rounds, to prove in the
 * tests that every benchmark still runs and still computes the right thing. A missed goal is printed, and is
 * no failure: a busy machine must not turn a test red.
 */
const short = process.argv.includes("--short");
const rounds = short ? 2 : 11;
const goals: Goal[] = [
  ...(await benchSteppers(rounds)),
  ...(await benchResample(rounds)),
  ...(await benchParquet(rounds)),
  ...(await benchEvaluate(rounds)),
];
if (!process.argv.includes("--no-browser")) {
  const { benchApp } = await import("./app.ts");
  goals.push(...(await benchApp(short ? 1 : 5)));
}
printGoals(goals);
