import { DailyLoss, type DailyLossSnapshot } from "./dailyLoss.ts";
import { type LevelsSnapshot, LossLevels } from "./lossLevels.ts";
import type { RiskLog } from "./riskLog.ts";
import type { RiskRules } from "./rules.ts";
import { percent, rounded } from "./words.ts";

const ACCOUNT = { kind: "account" } as const;

/** Breakers over the account's equity: `maxDrawdown`, `drawdown` and `dailyLoss`; the heaviest first. */
export class EquityBreakers {
  readonly #daily: DailyLoss | undefined;
  readonly #levels: LossLevels | undefined;
  readonly #stopFraction: number;
  #peak = Number.NaN;
  /** Equity that ends it all. */
  #stopAt = -Infinity;

  constructor(
    readonly rules: RiskRules,
    time: number,
    equity: number,
    readonly log: RiskLog,
  ) {
    const { dailyLoss, drawdown, maxDrawdown } = rules;
    this.#daily = dailyLoss === false ? undefined : new DailyLoss(dailyLoss.fraction, time, equity);
    this.#levels = drawdown === false ? undefined : new LossLevels(drawdown.fraction);
    this.#stopFraction = maxDrawdown === false ? Number.NaN : maxDrawdown.fraction;
    this.restart(equity);
  }

  get peak(): number {
    return this.#peak;
  }

  /** Measures drawdown from this equity on. */
  restart(equity: number): void {
    this.#peak = equity;
    // One part in 10⁹ for rounding, as in the levels; NaN, where the rule is off, is never reached.
    this.#stopAt = equity * (1 - this.#stopFraction + 1e-9);
    this.#levels?.restart(equity);
  }

  /** Takes in an equity and trips what it reaches; true where it ends trading. Without trips while it is stopped. */
  update(time: number, equity: number, isStopped: boolean): boolean {
    if (equity > this.#peak) this.restart(equity);
    const losesDay = this.#daily?.update(time, equity) ?? false;
    if (isStopped) return false;
    if (equity <= this.#stopAt) {
      this.#stop(time, equity);
      return true;
    }
    if (this.#levels?.hasTripped(equity)) this.#tripDrawdown(time, equity, this.#levels);
    if (losesDay) this.#tripDailyLoss(time, equity);
    return false;
  }

  snapshot(): EquityBreakersSnapshot {
    return {
      peak: this.#peak,
      drawdown: this.#levels?.snapshot() ?? null,
      dailyLoss: this.#daily?.snapshot() ?? null,
    };
  }

  restore({ peak, drawdown, dailyLoss }: EquityBreakersSnapshot): void {
    this.restart(peak);
    if (drawdown !== null) this.#levels?.restore(drawdown);
    if (dailyLoss !== null) this.#daily?.restore(dailyLoss);
  }

  #stop(time: number, equity: number): void {
    const limit = this.#stopFraction;
    this.log.act({ kind: "closeAllAndStop", rule: "maxDrawdown" });
    this.log.tell(
      time,
      "maxDrawdown",
      { action: "closeAllAndStop", value: 1 - equity / this.#peak, limit },
      `${belowPeak(equity, this.#peak)}; allowed are less than ${percent(limit)}. ` +
        "Everything is closed, and no position is opened until trading is resumed",
    );
  }

  #tripDrawdown(time: number, equity: number, levels: LossLevels): void {
    const { limit } = levels;
    levels.goOn(equity);
    this.log.pause(time, "drawdown", ACCOUNT, (this.rules.drawdown || { pauseMs: 0 }).pauseMs, {
      value: levels.loss(equity),
      limit,
      detail: `${belowPeak(equity, this.#peak)}; allowed are less than ${percent(limit)}`,
    });
  }

  #tripDailyLoss(time: number, equity: number): void {
    const { levels } = this.#daily!;
    const { limit, reference } = levels;
    const value = levels.loss(equity);
    levels.goOn(equity);
    this.log.pause(time, "dailyLoss", ACCOUNT, (this.rules.dailyLoss || { pauseMs: 0 }).pauseMs, {
      value,
      limit,
      detail:
        `equity ${rounded(equity)} is ${percent(value)} below ${rounded(reference)}, where the UTC day began; ` +
        `allowed are less than ${percent(limit)}`,
    });
  }
}

export type EquityBreakersSnapshot = {
  readonly peak: number;
  readonly drawdown: LevelsSnapshot | null;
  readonly dailyLoss: DailyLossSnapshot | null;
};

/** `"equity 9000 is 10 % below its peak 10000"`. */
export function belowPeak(equity: number, peak: number): string {
  return `equity ${rounded(equity)} is ${percent(1 - equity / peak)} below its peak ${rounded(peak)}`;
}
