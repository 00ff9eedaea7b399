import { belowPeak } from "./equityBreakers.ts";
import type { RiskLog } from "./riskLog.ts";
import type { RiskRules, RuleName } from "./rules.ts";
import { percent } from "./words.ts";

/** A drawdown that reaches its limit but for rounding has reached it. */
const TOLERANCE = 1e-9;

/** What the allowed drawdown is taken for where no rule says it. */
const USUAL_MAX_DRAWDOWN = 0.2;

/**
 * Smaller size after `count` trades lost one after another. The first trade that wins restores it; one that breaks
 * even changes nothing; a longer row reduces no further.
 */
export class LosingStreak {
  /** Trades lost since the last one won. */
  losses = 0;

  constructor(
    readonly count: number,
    readonly factor: number,
  ) {}

  get isReduced(): boolean {
    return this.losses >= this.count;
  }

  /** Whether the size has changed. */
  update(profit: number): boolean {
    const was = this.isReduced;
    if (profit > 0) this.losses = 0;
    else if (profit < 0) this.losses++;
    return this.isReduced !== was;
  }
}

/**
 * Smaller size from a drawdown of `reduceAt` on, restored once it is no more than half of that: between the two it
 * stays as it was, so that it does not change with every candle around one figure.
 */
export class DrawdownSize {
  isReduced = false;

  constructor(
    readonly reduceAt: number,
    readonly factor: number,
  ) {}

  get restoreAt(): number {
    return this.reduceAt / 2;
  }

  /** Whether the size has changed. */
  update(drawdown: number): boolean {
    if (this.isReduced ? drawdown > this.restoreAt + TOLERANCE : drawdown < this.reduceAt - TOLERANCE)
      return false;
    this.isReduced = !this.isReduced;
    return true;
  }
}

/** The share of their usual size that new positions have: the smaller of what the two rules say, not their product. */
export class SizeFactor {
  readonly #streak: LosingStreak | undefined;
  readonly #drawdown: DrawdownSize | undefined;
  /** 0 … 1. */
  value = 1;

  constructor(
    rules: RiskRules,
    readonly log: RiskLog,
  ) {
    const { losingStreak, drawdownSize, maxDrawdown, drawdown } = rules;
    if (losingStreak !== false) this.#streak = new LosingStreak(losingStreak.count, losingStreak.factor);
    if (drawdownSize !== false) {
      const allowed = (maxDrawdown || drawdown || { fraction: USUAL_MAX_DRAWDOWN }).fraction;
      this.#drawdown = new DrawdownSize(drawdownSize.share * allowed, drawdownSize.factor);
    }
  }

  onTrade(time: number, profit: number): void {
    const streak = this.#streak;
    if (streak === undefined || !streak.update(profit)) return;
    const detail = streak.isReduced
      ? `${streak.losses} trades in a row have lost; from ${streak.count} on size is reduced until one wins`
      : "a trade has won, so the losing streak is over";
    this.#resize(time, "losingStreak", streak.losses, streak.count, detail);
  }

  onEquity(time: number, equity: number, peak: number): void {
    const size = this.#drawdown;
    if (size === undefined || !size.update(1 - equity / peak)) return;
    const detail = size.isReduced
      ? `${belowPeak(equity, peak)}; from ${percent(size.reduceAt)} on size is reduced`
      : `${belowPeak(equity, peak)}; at ${percent(size.restoreAt)} size is restored`;
    const limit = size.isReduced ? size.reduceAt : size.restoreAt;
    this.#resize(time, "drawdownSize", 1 - equity / peak, limit, detail);
  }

  snapshot(): SizeFactorSnapshot {
    return { losses: this.#streak?.losses ?? 0, isReduced: this.#drawdown?.isReduced ?? false };
  }

  restore({ losses, isReduced }: SizeFactorSnapshot): void {
    if (this.#streak !== undefined) this.#streak.losses = losses;
    if (this.#drawdown !== undefined) this.#drawdown.isReduced = isReduced;
    this.value = this.#smallest();
  }

  #resize(time: number, rule: RuleName, value: number, limit: number, detail: string): void {
    this.value = this.#smallest();
    this.log.act({ kind: "resize", rule, factor: this.value });
    const told = { action: "resize", value, limit } as const;
    this.log.tell(time, rule, told, `${detail}. New positions have ${percent(this.value)} of their size`);
  }

  #smallest(): number {
    const [streak, drawdown] = [this.#streak, this.#drawdown];
    return Math.min(streak?.isReduced ? streak.factor : 1, drawdown?.isReduced ? drawdown.factor : 1);
  }
}

export type SizeFactorSnapshot = { readonly losses: number; readonly isReduced: boolean };
