import { Random } from "#engine/core/random.ts";
import { simulateTrades } from "#engine/montecarlo/tradePaths.ts";
import { type Goal, printGroup, requireClose, sideBySide } from "./measure.ts";

const PATHS = 1000;
const TRADES = 1000;

/** A thousand paths of a thousand trades, with bands at a hundred steps, drawdowns and the probability of ruin. */
export async function benchMonteCarlo(rounds: number): Promise<Goal[]> {
  const random = Random.seeded("bench").stream("trades");
  const returns = Float64Array.from({ length: TRADES }, () => random.normal(0.001, 0.02));
  requireSame(returns);
  const times = await sideBySide(
    {
      "trades drawn again": () => simulateTrades(returns, { order: "resampled", paths: PATHS }),
      "trades shuffled": () => simulateTrades(returns, { order: "shuffled", paths: PATHS }),
      "trades drawn again in runs of 5, one of ten missed": () =>
        simulateTrades(returns, { order: "resampled", runLength: 5, skip: 0.1, paths: PATHS }),
    },
    Math.max(rounds, 11),
  );
  printGroup(`${PATHS} paths of ${TRADES} trades`, times);
  return [
    {
      name: "Monte Carlo, 1,000 paths of 1,000 trades",
      measured: times["trades drawn again"],
      limit: 13,
      unit: "ms",
    },
  ];
}

/** A shuffle keeps the end of every path, and the original's curve is the plain product of its trades. */
function requireSame(returns: Float64Array): void {
  const found = simulateTrades(returns, { order: "shuffled", paths: PATHS });
  let equity = 1;
  const curve = [1];
  for (const value of returns) curve.push((equity *= 1 + value));
  const { original, steps, finalEquity } = found;
  requireClose(
    "original equity",
    original.equity,
    Float64Array.from(steps, (step) => curve[step]),
  );
  requireClose("ends of shuffled paths", finalEquity, new Float64Array(PATHS).fill(equity));
}
