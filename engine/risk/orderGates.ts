import { blackouts, closedHours, listed, orderRate, solvency, tradesPerDay } from "./accessGates.ts";
import type { RiskMarket } from "./account.ts";
import { EventCalendar, WeeklyCalendar } from "./calendar.ts";
import type { Gate } from "./gate.ts";
import type { Holdings } from "./holdings.ts";
import { correlation, priceCollar, spread, volatility } from "./marketGates.ts";
import { ReturnSamples, type SamplesSnapshot } from "./returnSamples.ts";
import type { RiskRules } from "./rules.ts";
import {
  categoriesOf,
  categoryExposure,
  exposure,
  leverage,
  marginUse,
  openRisk,
  orderSize,
  positionSize,
  rewardToRisk,
} from "./sizeGates.ts";
import { SlidingCount } from "./slidingCount.ts";
import { matchesMarket } from "./symbols.ts";

const MINUTE_MS = 60_000;

/** The gates that are on, in the order in which the first refusal counts, with what they have to remember. */
export class OrderGates {
  readonly gates: readonly Gate[];
  /** Orders of the last minute, by market and of all; undefined where nobody counts them. */
  readonly #sent: readonly SlidingCount[] | undefined;
  readonly #sentByAll: SlidingCount | undefined;
  readonly #volatility: ReturnSamples | undefined;
  readonly #correlation: ReturnSamples | undefined;
  readonly #bids: Float64Array;
  readonly #asks: Float64Array;

  constructor(rules: RiskRules, markets: readonly RiskMarket[], holdings: Holdings, startEquity: number) {
    const gates: Gate[] = [];
    const add = (rule: Gate["rule"], find: Gate["find"]): void => void gates.push({ rule, find });
    this.#bids = new Float64Array(markets.length).fill(Number.NaN);
    this.#asks = new Float64Array(markets.length).fill(Number.NaN);

    const on = rules;
    if (on.solvency) {
      const rule = on.solvency;
      add("solvency", (entry) => solvency(rule, startEquity, entry));
    }
    if (on.whitelist) {
      const { whitelist } = on;
      const isAllowed = markets.map((market) => matchesMarket(whitelist, market));
      add("whitelist", (entry) => listed(isAllowed, "whitelist", entry));
    }
    if (on.blacklist) {
      const { blacklist } = on;
      const isAllowed = markets.map((market) => !matchesMarket(blacklist, market));
      add("blacklist", (entry) => listed(isAllowed, "blacklist", entry));
    }
    if (on.closedHours) {
      const calendar = new WeeklyCalendar(on.closedHours, markets);
      add("closedHours", (entry) => closedHours(calendar, entry));
    }
    if (on.blackouts) {
      const calendar = new EventCalendar(on.blackouts, markets);
      add("blackouts", (entry) => blackouts(calendar, entry));
    }
    if (on.ordersPerMinute) {
      const { perMarket, perAccount } = on.ordersPerMinute;
      if (perMarket !== undefined) {
        const sent = markets.map(() => new SlidingCount(perMarket, MINUTE_MS));
        this.#sent = sent;
        add("ordersPerMinute", (entry) => orderRate(sent[entry.market], "market", entry));
      }
      if (perAccount !== undefined) {
        const sent = new SlidingCount(perAccount, MINUTE_MS);
        this.#sentByAll = sent;
        add("ordersPerMinute", (entry) => orderRate(sent, "account", entry));
      }
    }
    if (on.tradesPerDay) {
      const rule = on.tradesPerDay;
      add("tradesPerDay", (entry) => tradesPerDay(rule, holdings, entry));
    }
    if (on.spread) {
      const rule = on.spread;
      add("spread", (entry) => spread(rule, this.#bids, this.#asks, entry));
    }
    if (on.volatility) {
      const rule = on.volatility;
      const samples = new ReturnSamples(markets.length, rule.sampleMs, rule.samples);
      this.#volatility = samples;
      add("volatility", (entry) => volatility(rule, samples, entry));
    }
    if (on.priceCollar) {
      const rule = on.priceCollar;
      add("priceCollar", (entry) => priceCollar(rule, entry));
    }
    if (on.orderSize) {
      const rule = on.orderSize;
      add("orderSize", (entry) => orderSize(rule, entry));
    }
    if (on.positionSize) {
      const rule = on.positionSize;
      add("positionSize", (entry) => positionSize(rule, entry));
    }
    if (on.exposure) {
      const rule = on.exposure;
      add("exposure", (entry) => exposure(rule, entry));
    }
    if (on.categoryExposure) {
      const rule = on.categoryExposure;
      const categoryOf = categoriesOf(rule, markets);
      add("categoryExposure", (entry) => categoryExposure(rule, categoryOf, entry));
    }
    if (on.correlation) {
      const rule = on.correlation;
      const samples = new ReturnSamples(markets.length, rule.sampleMs, rule.samples);
      this.#correlation = samples;
      add("correlation", (entry) => correlation(rule, samples, entry));
    }
    if (on.leverage) {
      const rule = on.leverage;
      add("leverage", (entry) => leverage(rule, entry));
    }
    if (on.marginUse) {
      const rule = on.marginUse;
      add("marginUse", (entry) => marginUse(rule, entry));
    }
    if (on.rewardToRisk) {
      const rule = on.rewardToRisk;
      add("rewardToRisk", (entry) => rewardToRisk(rule, entry));
    }
    if (on.openRisk) {
      const rule = on.openRisk;
      add("openRisk", (entry) => openRisk(rule, entry));
    }
    this.gates = gates;
  }

  /** Whether any gate looks at prices. */
  get readsPrices(): boolean {
    return this.#volatility !== undefined || this.#correlation !== undefined;
  }

  onPrice(time: number, market: number, price: number): void {
    this.#volatility?.add(time, market, price);
    this.#correlation?.add(time, market, price);
  }

  onQuote(market: number, bid: number, ask: number): void {
    this.#bids[market] = bid;
    this.#asks[market] = ask;
  }

  onOrder(time: number, market: number): void {
    this.#sent?.[market].add(time);
    this.#sentByAll?.add(time);
  }

  snapshot(): GatesSnapshot {
    const quotes = Array.from(this.#bids.keys())
      .filter((market) => !Number.isNaN(this.#bids[market]) || !Number.isNaN(this.#asks[market]))
      .map((market) => [market, orNull(this.#bids[market]), orNull(this.#asks[market])] as const);
    return {
      sent: this.#sent?.map((one) => one.times()) ?? [],
      sentByAll: this.#sentByAll?.times() ?? [],
      volatility: this.#volatility?.snapshot() ?? [],
      correlation: this.#correlation?.snapshot() ?? [],
      quotes,
    };
  }

  restore({ sent, sentByAll, volatility, correlation, quotes }: GatesSnapshot): void {
    sent.forEach((times, market) => {
      this.#sent?.[market].restore(times);
    });
    this.#sentByAll?.restore(sentByAll);
    this.#volatility?.restore(volatility);
    this.#correlation?.restore(correlation);
    for (const [market, bid, ask] of quotes) this.onQuote(market, bid ?? Number.NaN, ask ?? Number.NaN);
  }
}

/** JSON has no NaN: a side of the book without an offer. */
function orNull(price: number): number | null {
  return Number.isNaN(price) ? null : price;
}

export type GatesSnapshot = {
  readonly sent: readonly (readonly number[])[];
  readonly sentByAll: readonly number[];
  readonly volatility: SamplesSnapshot;
  readonly correlation: SamplesSnapshot;
  /** Market, bid, ask. */
  readonly quotes: readonly (readonly [number, number | null, number | null])[];
};
