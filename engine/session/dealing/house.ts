import type { Broker } from "../../broker/broker.ts";
import type { RiskGuard } from "../../risk/guard.ts";
import type { Desk } from "../desk.ts";
import type { GuardAccount } from "../guardAccount.ts";
import type { RecordedRisk } from "../recorder.ts";
import type { StrategyRun } from "../strategyRun.ts";
import type { TradeBook } from "../tradeBook.ts";

/** What a dealer needs of its session. */
export interface DealerHouse {
  readonly broker: Broker;
  readonly guard: RiskGuard;
  readonly guardAccount: GuardAccount;
  readonly desks: readonly Desk[];
  readonly trades: TradeBook;
  /** Equity and free quote currency that a strategy may use. */
  usableEquity(run: StrategyRun): number;
  freeQuote(run: StrategyRun): number;
  /** Fee of one side at this market as a fraction, for plans that count it. */
  feeRate(market: number): number;
  refused(refusal: RecordedRisk): void;
}
