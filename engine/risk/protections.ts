import type { RiskTrade } from "./account.ts";
import type { RiskLog, Trip } from "./riskLog.ts";
import type { RiskRules } from "./rules.ts";
import { duration, fallsShort, percent } from "./words.ts";

const ACCOUNT = { kind: "account" } as const;

/** A closed trade with what the protections remember of it. */
type ClosedTrade = RiskTrade & {
  readonly time: number;
  /** The account's equity at the last mark before it closed. */
  readonly equityBefore: number;
};

/**
 * What rests after closed trades: the breaker `losingTrades`, and protections after freqtrade's CooldownPeriod,
 * StoplossGuard, MaxDrawdown and LowProfitPairs. They are judged when a trade closes, over the trades that closed after
 * `time − lookbackMs`, and pause from that close on; unlike freqtrade's, to the millisecond and not to the next candle.
 */
export class Protections {
  #trades: ClosedTrade[] = [];
  /** Trades lost one after another since the last one won or the breaker tripped. */
  #losses = 0;
  readonly #longestMs: number;

  constructor(
    readonly rules: RiskRules,
    readonly log: RiskLog,
  ) {
    const { stopLossGuard, drawdownGuard, lowProfitPairs } = rules;
    this.#longestMs = Math.max(
      0,
      ...[stopLossGuard, drawdownGuard, lowProfitPairs].map((rule) => (rule === false ? 0 : rule.lookbackMs)),
    );
  }

  onTrade(time: number, trade: RiskTrade, equityBefore: number): void {
    if (this.#longestMs > 0) {
      this.#trades.push({ ...trade, time, equityBefore });
      this.#trades = this.#trades.filter((one) => one.time > time - this.#longestMs);
    }
    this.#losingTrades(time, trade.profit);
    this.#cooldown(time, trade.market);
    this.#stopLossGuard(time, trade);
    this.#drawdownGuard(time, trade);
    this.#lowProfitPairs(time, trade.market);
  }

  snapshot(): ProtectionsSnapshot {
    return { losses: this.#losses, trades: [...this.#trades] };
  }

  restore({ losses, trades }: ProtectionsSnapshot): void {
    this.#losses = losses;
    this.#trades = [...trades];
  }

  #losingTrades(time: number, profit: number): void {
    const rule = this.rules.losingTrades;
    if (rule === false) return;
    // Break-even ends no row and adds nothing to it.
    if (profit > 0) this.#losses = 0;
    else if (profit < 0) this.#losses++;
    if (this.#losses < rule.count) return;
    this.#losses = 0;
    this.log.pause(time, "losingTrades", ACCOUNT, rule.pauseMs, {
      value: rule.count,
      limit: rule.count,
      detail: `${rule.count} trades in a row have lost; allowed are fewer`,
    });
  }

  #cooldown(time: number, market: number): void {
    const rule = this.rules.cooldown;
    if (rule === false) return;
    this.log.pause(time, "cooldown", { kind: "market", market }, rule.pauseMs, {
      value: Number.NaN,
      limit: Number.NaN,
      detail: `a trade has closed; the market rests for ${duration(rule.pauseMs)}`,
    });
  }

  #stopLossGuard(time: number, trade: RiskTrade): void {
    const rule = this.rules.stopLossGuard;
    // Judged at a losing stop only: a trade that closed otherwise adds nothing, and would prolong the pause.
    if (rule === false || !isLosingStop(trade)) return;
    const { market } = trade;
    const stops = this.#since(time - rule.lookbackMs).filter(
      (one) => isLosingStop(one) && (!rule.perMarket || one.market === market),
    ).length;
    if (stops < rule.trades) return;
    const trip: Trip = {
      value: stops,
      limit: rule.trades,
      detail: `${stops} losing exits by a stop within ${duration(rule.lookbackMs)}; allowed are fewer than ${rule.trades}`,
    };
    this.log.pause(
      time,
      "stopLossGuard",
      rule.perMarket ? { kind: "market", market } : ACCOUNT,
      rule.pauseMs,
      trip,
    );
  }

  #drawdownGuard(time: number, trade: RiskTrade): void {
    const rule = this.rules.drawdownGuard;
    // Judged at a loss only: an older drawdown would prolong the pause with every trade.
    if (rule === false || trade.profit >= 0) return;
    const trades = this.#since(time - rule.lookbackMs);
    if (trades.length < rule.minTrades) return;
    const drawdown = profitDrawdown(trades);
    if (!(drawdown > rule.fraction)) return;
    this.log.pause(time, "drawdownGuard", ACCOUNT, rule.pauseMs, {
      value: drawdown,
      limit: rule.fraction,
      detail:
        `the trades that closed within ${duration(rule.lookbackMs)} lost ${percent(drawdown)} from their best; ` +
        `allowed are ${percent(rule.fraction)}`,
    });
  }

  #lowProfitPairs(time: number, market: number): void {
    const rule = this.rules.lowProfitPairs;
    if (rule === false) return;
    const trades = this.#since(time - rule.lookbackMs).filter((one) => one.market === market);
    if (trades.length < rule.minTrades) return;
    const total = trades.reduce((sum, one) => sum + one.returnFraction, 0);
    if (!fallsShort(total, rule.minReturn)) return;
    this.log.pause(time, "lowProfitPairs", { kind: "market", market }, rule.pauseMs, {
      value: total,
      limit: rule.minReturn,
      detail:
        `${trades.length} trades within ${duration(rule.lookbackMs)} returned ${percent(total)} together; ` +
        `expected at least ${percent(rule.minReturn)}`,
    });
  }

  #since(after: number): readonly ClosedTrade[] {
    return this.#trades.filter((one) => one.time > after);
  }
}

export type ProtectionsSnapshot = { readonly losses: number; readonly trades: readonly ClosedTrade[] };

function isLosingStop({ isStopped, profit }: RiskTrade): boolean {
  return isStopped && profit < 0;
}

/** The deepest fall of the added-up profits from their peak, by the equity at that peak. */
function profitDrawdown(trades: readonly ClosedTrade[]): number {
  const base = trades[0].equityBefore;
  let [profit, peak, deepest] = [0, 0, 0];
  for (const trade of trades) {
    profit += trade.profit;
    peak = Math.max(peak, profit);
    deepest = Math.max(deepest, (peak - profit) / (base + peak));
  }
  return deepest;
}
