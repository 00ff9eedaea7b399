import type { Candles } from "#engine/candles/candles.ts";
import { wilsonInterval } from "#engine/metrics/wilson.ts";
import { VERDICT_LEVEL } from "#engine/selection/verdict.ts";
import { probabilisticSharpe } from "#engine/significance/probabilisticSharpe.ts";
import { sharpeEstimate } from "#engine/significance/sharpeEstimate.ts";
import { sweep } from "#engine/sweep/sweep.ts";
import { plantedMarket } from "../planted/market.ts";
import { COSTS, defaultWorkflow, driftFor, follower } from "../planted/workflow.ts";
import type { Goal } from "./measure.ts";

const YEARS = 3;
const HOURS = YEARS * 365 * 24;

type Claims = { readonly markets: number; readonly workflow: number; readonly naive: number };

/**
 * Planted truth: how often the default workflow (200 points, walk-forward, verdict) claims an edge on markets that are
 * noise, and on markets whose true rule has a net Sharpe ratio that was solved for; beside it what is claimed by who
 * takes the best Sharpe ratio of the same 200 points over the whole history as if it were the only one.
 */
export async function benchPlanted({ isShort }: { isShort: boolean }): Promise<Goal[]> {
  const [noiseMarkets, edgeMarkets] = isShort ? [4, 2] : [500, 100];
  console.log(`\nPlanted truth: ${YEARS} years of hours, 200 points, four anchored folds`);
  const noise = claimsOf("pure noise", noiseMarkets, 0);
  const power = new Map<number, Claims>();
  for (const sharpe of [1, 2, 3, 4]) {
    const drift = driftFor(sharpe, isShort ? 4 : 40);
    power.set(sharpe, claimsOf(`true net Sharpe ratio ${sharpe}`, edgeMarkets, drift));
  }
  const missed = (sharpe: number): number => {
    const { workflow, markets } = power.get(sharpe)!;
    return 100 * (1 - workflow / markets);
  };
  return [
    {
      name: "planted: false positives, upper end of 95 %",
      measured: 100 * wilsonInterval(noise.workflow, noise.markets).high,
      limit: 5,
      unit: "%",
    },
    { name: "planted: edges of Sharpe 3 missed", measured: missed(3), limit: 20, unit: "%" },
    { name: "planted: edges of Sharpe 4 missed", measured: missed(4), limit: 5, unit: "%" },
  ];
}

function claimsOf(title: string, markets: number, drift: number): Claims {
  let workflow = 0;
  let naive = 0;
  for (let seed = 1; seed <= markets; seed++) {
    const candles = plantedMarket({ seed, hours: HOURS, drift });
    if (defaultWorkflow(candles).verdict.claimsEdge) workflow++;
    if (naiveClaim(candles)) naive++;
  }
  const share = (claims: number): string => {
    const { low, high } = wilsonInterval(claims, markets);
    const percent = (value: number): string => (100 * value).toFixed(1);
    return `${percent(claims / markets).padStart(5)} % (${percent(low)} to ${percent(high)})`;
  };
  console.log(
    `  ${title.padEnd(24)} ${String(markets).padStart(4)} markets: an edge is claimed in ${share(workflow)}; ` +
      `by the best Sharpe ratio in sample in ${share(naive)}`,
  );
  return { markets, workflow, naive };
}

/** The best of the points over the whole history, judged as if nothing else had been tried. */
function naiveClaim(candles: Candles): boolean {
  const points = Array.from({ length: 200 }, (_, k) => ({
    length: 6 + 2 * Math.floor(k / 5),
    band: 3 * (k % 5),
  }));
  const best = sweep(follower, [candles], points, COSTS).reduce((most, one) =>
    one.figures.sharpe > most.figures.sharpe ? one : most,
  );
  return probabilisticSharpe(sharpeEstimate(best.dailyReturns)) >= VERDICT_LEVEL;
}
