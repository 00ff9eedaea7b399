import { directionOf, type Entry } from "./entry.ts";
import type { Finding, On } from "./gate.ts";
import { maxSpreadBps } from "./gates.ts";
import type { ReturnSamples } from "./returnSamples.ts";
import { exceeds, percent, rounded } from "./words.ts";

/** Spread of the last quote. */
export function spread(
  rule: On<"spread">,
  bids: Float64Array,
  asks: Float64Array,
  entry: Entry,
): Finding | undefined {
  const [bid, ask] = [bids[entry.market], asks[entry.market]];
  if (Number.isNaN(bid) && Number.isNaN(ask)) return undefined;
  const refusal = maxSpreadBps(bid, ask, rule.maxBps);
  if (refusal === undefined) return undefined;
  return {
    value: refusal.value,
    limit: rule.maxBps,
    detail:
      `the spread from ${rounded(bid)} to ${rounded(ask)} is ${rounded(refusal.value)} hundredths of a percent; ` +
      `allowed are ${rounded(rule.maxBps)}`,
  };
}

export function volatility(
  rule: On<"volatility">,
  samples: ReturnSamples,
  entry: Entry,
): Finding | undefined {
  const annual = samples.annualVolatility(entry.time, entry.market, rule.minSamples);
  if (Number.isNaN(annual) || !exceeds(annual, rule.maxAnnual)) return undefined;
  return {
    value: annual,
    limit: rule.maxAnnual,
    detail: `its volatility is ${percent(annual)} a year; allowed are ${percent(rule.maxAnnual)}`,
  };
}

/** How far the order's price lies from the last one, through the market or away from it. */
export function priceCollar(rule: On<"priceCollar">, entry: Entry): Finding | undefined {
  if (Number.isNaN(entry.order.price)) return undefined;
  // A limit costs where it is through the market, a stop where its trigger lies beyond: there it only waits.
  const through = (entry.sign * (entry.price - entry.lastPrice)) / entry.lastPrice;
  const isThrough = through > 0 && !entry.order.isStop;
  const [value, limit] = isThrough ? [through, rule.throughFraction] : [Math.abs(through), rule.awayFraction];
  if (!exceeds(value, limit)) return undefined;
  if (Number.isNaN(value))
    return { value, limit, detail: "the market has no price yet to compare the order's with" };
  return {
    value,
    limit,
    detail:
      `the price ${rounded(entry.price)} lies ${percent(value)} ${isThrough ? "through" : "away from"} the last price ` +
      `${rounded(entry.lastPrice)}; allowed are ${percent(limit)}`,
  };
}

/** Positions that are held already and move with the one to be opened. */
export function correlation(
  rule: On<"correlation">,
  samples: ReturnSamples,
  entry: Entry,
): Finding | undefined {
  const { account, market, sign, time } = entry;
  if (directionOf(account, market) === sign) return undefined;
  let [count, highest] = [0, 0];
  const names: string[] = [];
  for (let other = 0; other < entry.markets.length; other++) {
    const direction = other === market ? 0 : directionOf(account, other);
    if (direction === 0) continue;
    const together = sign * direction * samples.correlation(time, market, other, rule.minSamples);
    if (Number.isNaN(together) || !exceeds(together, rule.max)) continue;
    count++;
    highest = Math.max(highest, together);
    names.push(`${entry.markets[other].id} (${rounded(together)})`);
  }
  if (count <= rule.maxCorrelated) return undefined;
  return {
    value: highest,
    limit: rule.max,
    detail:
      `it moves with ${names.join(", ")}; allowed are ${rule.maxCorrelated} positions with a correlation above ` +
      `${rounded(rule.max)}`,
  };
}
