import type { RiskMarket } from "./account.ts";
import { directionOf, type Entry, positionLeft, shareLeft } from "./entry.ts";
import type { Finding, On } from "./gate.ts";
import { matchesMarket } from "./symbols.ts";
import { exceeds, fallsShort, percent, rounded } from "./words.ts";

/** Notional of one order. */
export function orderSize(rule: On<"orderSize">, entry: Entry): Finding | undefined {
  return notionalCap("the order's notional", entry.notional, rule, entry.equity);
}

/** Notional of one market's position, all of its orders filled. */
export function positionSize(rule: On<"positionSize">, entry: Entry): Finding | undefined {
  return notionalCap("the position's notional with its orders", entry.notionalAfter(), rule, entry.equity);
}

/** Notional of the whole account: sizes added up, and longs less shorts. */
export function exposure(rule: On<"exposure">, entry: Entry): Finding | undefined {
  if (rule.maxGross !== undefined) {
    let gross = 0;
    for (let market = 0; market < entry.markets.length; market++) gross += entry.grossAfter(market);
    const found = shareCap("gross exposure with its orders", gross, rule.maxGross, entry.equity);
    if (found !== undefined) return found;
  }
  if (rule.maxNet === undefined) return undefined;
  // Orders that wait on the other side may never fill: they are not set off against this one.
  let net = 0;
  for (let market = 0; market < entry.markets.length; market++) {
    const held =
      entry.sign * positionLeft(entry.account, market) +
      entry.account.openOrderAmount(market, entry.order.side);
    if (market === entry.market) net += entry.notionalAfter();
    else if (held !== 0) net += held * entry.account.price(market);
  }
  return shareCap(
    `net ${entry.sign > 0 ? "long" : "short"} exposure with its orders`,
    net,
    rule.maxNet,
    entry.equity,
  );
}

/** Notional of one category of markets; `categoryOf` has the category of each market, or undefined. */
export function categoryExposure(
  rule: On<"categoryExposure">,
  categoryOf: readonly (string | undefined)[],
  entry: Entry,
): Finding | undefined {
  const category = categoryOf[entry.market];
  if (category === undefined) return undefined;
  let gross = 0;
  for (let market = 0; market < entry.markets.length; market++)
    if (categoryOf[market] === category) gross += entry.grossAfter(market);
  const cap = Object.hasOwn(rule.limits, category) ? rule.limits[category] : rule.maxFraction;
  return shareCap(`exposure to ${category} with its orders`, gross, cap, entry.equity);
}

/** The category of each market, by the first pattern that fits it. */
export function categoriesOf(
  rule: On<"categoryExposure">,
  markets: readonly RiskMarket[],
): readonly (string | undefined)[] {
  const categories = Object.entries(rule.categories);
  return markets.map((market) => categories.find(([pattern]) => matchesMarket([pattern], market))?.[1]);
}

export function leverage(rule: On<"leverage">, entry: Entry): Finding | undefined {
  const { leverage } = entry.order;
  if (!exceeds(leverage, rule.max)) return undefined;
  return {
    value: leverage,
    limit: rule.max,
    detail: `leverage is ${rounded(leverage)}; allowed are ${rounded(rule.max)}`,
  };
}

/** Margin in use, with what this order takes. */
export function marginUse(rule: On<"marginUse">, entry: Entry): Finding | undefined {
  if (entry.markets[entry.market].type === "spot") return undefined;
  let used = entry.notional / entry.order.leverage;
  for (let market = 0; market < entry.markets.length; market++)
    used += entry.account.marginUsed(market) * shareLeft(entry.account, market);
  return shareCap("margin in use with this order", used, rule.maxFraction, entry.equity);
}

/** Distance to the target by distance to the stop, both from the expected entry. */
export function rewardToRisk(rule: On<"rewardToRisk">, entry: Entry): Finding | undefined {
  const { stopPrice, targetPrice } = entry.order;
  if (Number.isNaN(stopPrice) || Number.isNaN(targetPrice)) return undefined;
  const reward = entry.sign * (targetPrice - entry.price);
  const risk = entry.sign * (entry.price - stopPrice);
  const ratio = reward / risk;
  // A stop on the wrong side makes a risk below zero, and two wrong signs would look like a good trade.
  if (risk > 0 && !fallsShort(ratio, rule.min)) return undefined;
  return {
    value: ratio,
    limit: rule.min,
    detail:
      `from the expected entry ${rounded(entry.price)} the target ${rounded(targetPrice)} wins ${rounded(reward)} and ` +
      `the stop ${rounded(stopPrice)} loses ${rounded(risk)}; expected at least ${rounded(rule.min)} of reward for 1 of risk`,
  };
}

/** What all stops together lose. */
export function openRisk(rule: On<"openRisk">, entry: Entry): Finding | undefined {
  const { account, order, sign } = entry;
  let risk = 0;
  for (let market = 0; market < entry.markets.length; market++) {
    const hasAny = directionOf(account, market) !== 0;
    if (!hasAny) continue;
    const own = account.openRisk(market) * shareLeft(account, market);
    if (!Number.isNaN(own)) risk += own;
    else if (rule.withoutStop === "whole")
      risk += Math.abs(positionLeft(account, market)) * account.price(market);
    else if (rule.withoutStop === "refuse")
      return noStop(`${entry.markets[market].id} is held without a stop`, rule);
  }
  if (!Number.isNaN(order.stopPrice))
    risk += Math.max(0, sign * (entry.price - order.stopPrice)) * entry.openingAmount;
  else if (rule.withoutStop === "whole") risk += entry.notional;
  else if (rule.withoutStop === "refuse") return noStop("the order has no stop", rule);
  else return undefined;
  return shareCap("the loss at all stops together", risk, rule.maxFraction, entry.equity);
}

function noStop(what: string, rule: On<"openRisk">): Finding {
  return {
    value: Number.NaN,
    limit: rule.maxFraction,
    detail: `${what}, so what it risks is not known; give it one, or set openRisk.withoutStop to "ignore" or "whole"`,
  };
}

function notionalCap(
  what: string,
  notional: number,
  rule: { readonly maxFraction?: number; readonly maxQuote?: number },
  equity: number,
): Finding | undefined {
  if (rule.maxQuote !== undefined && exceeds(notional, rule.maxQuote)) {
    return {
      value: notional,
      limit: rule.maxQuote,
      detail: `${what} is ${rounded(notional)}; allowed are ${rounded(rule.maxQuote)}`,
    };
  }
  if (rule.maxFraction === undefined) return undefined;
  return shareCap(what, notional, rule.maxFraction, equity);
}

/** A cap in shares of equity. */
function shareCap(what: string, quote: number, cap: number, equity: number): Finding | undefined {
  const share = quote / equity;
  if (!exceeds(share, cap)) return undefined;
  return {
    value: share,
    limit: cap,
    detail: `${what} is ${rounded(quote)}, ${percent(share)} of equity; allowed are ${percent(cap)}, ${rounded(cap * equity)}`,
  };
}
