import { hashText } from "#engine/core/hash.ts";
import { Random } from "#engine/core/random.ts";
import { DAY_MS } from "#engine/core/timeframe.ts";
import { packReturns, returnFigures } from "#engine/trials/returns.ts";
import type { Trial } from "#engine/trials/trial.ts";

export const FIRST_DAY = Date.UTC(2024, 0, 1) / DAY_MS;

/** A trial whose returns from day to day are these, everything else following from its name. */
export function madeTrial(name: string, returns: ArrayLike<number>, more: Partial<Trial> = {}): Trial {
  const equity = new Float64Array(returns.length);
  for (let i = 0; i < returns.length; i++) equity[i] = (i === 0 ? 1 : equity[i - 1]) * (1 + returns[i]);
  const closes = { day: Float64Array.from(equity, (_, i) => FIRST_DAY + i), equity };
  return {
    kind: "backtest",
    name,
    strategy: hashText(name),
    parameters: { length: 14, isLong: true, mode: "fast" },
    data: hashText("data"),
    startMs: FIRST_DAY * DAY_MS,
    endMs: (FIRST_DAY + returns.length) * DAY_MS,
    settings: { timeframe: "1h", seed: 1, startingBalance: 10_000 },
    assumptions: hashText("fills"),
    simulated: true,
    result: hashText(`${name} result`),
    trades: returns.length,
    return: (equity[equity.length - 1] ?? 1) - 1,
    drawdown: 0.1,
    ...returnFigures(closes, { before: 1 }),
    returns: packReturns(closes, { before: 1 }),
    ...more,
  };
}

/** Seeded daily returns with a mean and a deviation of their own. */
export function madeReturns(seed: number | string, days = 60, mean = 0.001, deviation = 0.01): Float64Array {
  const random = Random.seeded(seed);
  return Float64Array.from({ length: days }, () => mean + deviation * random.normal());
}

/** As many different trials. */
export function madeTrials(count: number, days = 30): Trial[] {
  return Array.from({ length: count }, (_, i) => madeTrial(`trial ${i}`, madeReturns(i + 1, days)));
}
