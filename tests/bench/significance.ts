import { Random } from "#engine/core/random.ts";
import { backtestOverfitting } from "#engine/significance/backtestOverfitting.ts";
import { realityCheck } from "#engine/significance/realityCheck.ts";
import { superiorAbility } from "#engine/significance/superiorAbility.ts";
import { type Goal, printGroup, sideBySide } from "./measure.ts";

const TRIALS = 200;
const DAYS = 1000;
const BLOCKS = 16;

/** What a sweep of 200 points costs to be judged: the probability of overfitting over all halves of 16 blocks. */
export async function benchSignificance(rounds: number): Promise<Goal[]> {
  const random = Random.seeded("bench").stream("significance");
  const trials = Array.from({ length: TRIALS }, () =>
    Float64Array.from({ length: DAYS }, () => random.normal(0.0002, 0.01)),
  );
  requireSame(trials);
  const overfitting = "probability of backtest overfitting, 16 blocks";
  const times = await sideBySide(
    { [overfitting]: () => backtestOverfitting(trials, { blocks: BLOCKS }) },
    rounds,
  );
  // Printed beside it, without a goal, so a round is enough to see that they run.
  const beside = await sideBySide(
    {
      "reality check, 1,000 resamples": () => realityCheck(trials, { resamples: 1000 }),
      "superior ability, 1,000 resamples": () => superiorAbility(trials, { resamples: 1000 }),
    },
    rounds > 3 ? 3 : 1,
  );
  printGroup(`${TRIALS} trials of ${DAYS} days`, { ...times, ...beside });
  return [
    {
      name: "backtest overfitting, 16 blocks over 200 trials",
      measured: times[overfitting],
      limit: 250,
      unit: "ms",
    },
  ];
}

/** Some splits by the definition: join the blocks of a half, measure every trial there, look at the best on the other. */
function requireSame(trials: readonly Float64Array[]): void {
  const found = backtestOverfitting(trials, { blocks: BLOCKS });
  const length = Math.floor(DAYS / BLOCKS);
  const first = DAYS - BLOCKS * length;
  const sharpe = (trial: Float64Array, blocks: readonly number[]): number => {
    const values = blocks.flatMap((b) => [...trial.subarray(first + b * length, first + (b + 1) * length)]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    return mean / Math.sqrt(variance);
  };
  // The first split takes the first eight blocks, the last one the others.
  for (const split of [0, found.splits - 1]) {
    const halves = [0, 8].map((from) => Array.from({ length: 8 }, (_, b) => from + b));
    const [inside, outside] = split === 0 ? halves : halves.reverse();
    const ratios = trials.map((trial) => sharpe(trial, inside));
    const best = ratios.indexOf(Math.max(...ratios));
    const own = sharpe(trials[best], outside);
    const rank = trials.filter((trial) => sharpe(trial, outside) <= own).length / (TRIALS + 1);
    if (found.chosen[split] !== best || Math.abs(found.logits[split] - Math.log(rank / (1 - rank))) > 1e-9) {
      throw new Error(`backtest overfitting: split ${split} differs from its definition`);
    }
  }
}
