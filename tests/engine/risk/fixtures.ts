import type { AccountView, RiskMarket, RiskOrder, RiskTrade } from "#engine/risk/account.ts";
import type { RiskEvent } from "#engine/risk/event.ts";
import { RiskGuard, type RiskStart } from "#engine/risk/guard.ts";
import type { RuleName } from "#engine/risk/rules.ts";
import { type RiskSettings, riskSettings } from "#engine/risk/settings.ts";

/** Monday, 1 January 2024, 00:00 UTC. */
export const MONDAY = Date.UTC(2024, 0, 1);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const MARKETS: readonly RiskMarket[] = [
  { id: "BTC/USDT", symbol: "BTC/USDT", exchange: "binance", type: "linear" },
  { id: "ETH/USDT", symbol: "ETH/USDT", exchange: "binance", type: "linear" },
  { id: "kraken:BTC/USDT", symbol: "BTC/USDT", exchange: "kraken", type: "spot" },
];

/** Only the rules that are given, sanity off too. */
export function only(settings: RiskSettings): RiskSettings {
  return { solvency: false, ordersPerMinute: false, ...settings };
}

/** A guard that starts on Monday with 10 000, and the events it has told. */
export function guardOf(
  settings: RiskSettings | "standard" | "research",
  {
    markets = MARKETS,
    start = { time: MONDAY, equity: 10_000 },
  }: { markets?: readonly RiskMarket[]; start?: RiskStart } = {},
): { guard: RiskGuard; events: RiskEvent[] } {
  const events: RiskEvent[] = [];
  const guard = new RiskGuard(riskSettings(settings), markets, start, (event) => events.push(event));
  return { guard, events };
}

/** A buy of 1 at the market; NaN for what is not said. */
export function order(given: Partial<RiskOrder> = {}): RiskOrder {
  return {
    market: 0,
    side: "buy",
    amount: 1,
    price: Number.NaN,
    waiting: 0,
    isStop: false,
    reduceOnly: false,
    stopPrice: Number.NaN,
    targetPrice: Number.NaN,
    leverage: 1,
    ...given,
  };
}

/** One market's part of an account. */
export type Holding = {
  readonly amount?: number;
  readonly price?: number;
  readonly buys?: number;
  readonly sells?: number;
  readonly leaving?: number;
  readonly openRisk?: number;
  readonly margin?: number;
};

/** An account with 10 000 of equity and every price 100, where the holdings say nothing else. */
export function account(holdings: readonly Holding[] = [], equity = 10_000): AccountView {
  const of = (market: number): Holding => holdings[market] ?? {};
  return {
    equity,
    marginUsed: (market) => of(market).margin ?? 0,
    price: (market) => of(market).price ?? 100,
    positionAmount: (market) => of(market).amount ?? 0,
    openOrderAmount: (market, side) => (side === "buy" ? of(market).buys : of(market).sells) ?? 0,
    leavingAmount: (market) => of(market).leaving ?? 0,
    openRisk: (market) => of(market).openRisk ?? 0,
  };
}

export function trade(profit: number, given: Partial<RiskTrade> = {}): RiskTrade {
  return { market: 0, profit, returnFraction: profit / 1000, isStopped: false, ...given };
}

/** The rule that refuses an order, or undefined where it may be sent. */
export function refusal(
  settings: RiskSettings,
  asked: Partial<RiskOrder>,
  holdings: readonly Holding[] = [],
  {
    equity = 10_000,
    time = MONDAY,
    prepare,
  }: { equity?: number; time?: number; prepare?: (guard: RiskGuard) => void } = {},
): RuleName | "halt" | undefined {
  const { guard } = guardOf(only(settings));
  prepare?.(guard);
  return guard.check(order(asked), account(holdings, equity), time)?.rule;
}
