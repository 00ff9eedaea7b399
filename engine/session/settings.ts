import type { BrokerSettings, MarketSpec } from "../broker/settings.ts";
import type { ExitPlan } from "../exits/plan.ts";
import type { RiskRules } from "../risk/rules.ts";
import type { Sizing } from "../sizing/sizing.ts";
import type { Strategy } from "../strategy/contract.ts";
import type { Target } from "../strategy/decision.ts";
import type { ParameterValues } from "../strategy/parameters.ts";
import type { Tape } from "./tape.ts";

/** When weights are brought back to what they should be. */
export type Rebalancing = {
  /**
   * Only at the first decision of each of these periods (`"1d"`, `"1w"`, `"1M"`); NaN-free calendar of its own.
   * Undefined: at every decision.
   */
  readonly every: string | undefined;
  /** A position is left alone while its weight is no further than this from its target, a fraction of the equity. */
  readonly threshold: number;
  /** No trade below this, in quote currency; a position that is to end is always closed. */
  readonly minTradeQuote: number;
};

/** Something for each of the four things that a signal can say. */
export type Signals<T> = {
  readonly enterLong: T;
  readonly exitLong: T;
  readonly enterShort: T;
  readonly exitShort: T;
};

/** Columns that say when to enter and to leave, on the rows of one market's tape; absent where the strategy has none. */
export type SignalColumns = Signals<Float64Array | undefined>;

/** A signal as the rows at which it is set. */
export interface SignalRows {
  isSetAt(row: number): boolean;
  /** The first row from `from` to before `to` that is set, else `to`. */
  next(from: number, to: number): number;
}

/** The signals of one market: as columns, and as the rows at which they are set; each is made when it is asked for. */
export interface SignalSource {
  readonly columns: SignalColumns;
  scans(): Signals<SignalRows>;
}

/** Columns that sizing and exits read, on the rows of one market's tape; empty where nothing needs them. */
export type PlanColumns = {
  readonly sizingAtr: Float64Array;
  readonly annualVolatility: Float64Array;
  readonly exitAtr: Float64Array;
  /** Lowest low and highest high of the last candles, of the stop and of the trail. */
  readonly stopLow: Float64Array;
  readonly stopHigh: Float64Array;
  readonly trailLow: Float64Array;
  readonly trailHigh: Float64Array;
};

/** Turns what a strategy chose into the weights to hold, from what is closed at `time`. */
export type Construct = (targets: readonly Required<Target>[], time: number) => readonly Required<Target>[];

/** Which of a strategy's markets may be entered at a time, from what was known then. */
export type Membership = (time: number) => ReadonlySet<string>;

/** One strategy of a session, everything filled in. */
export type SessionStrategy = {
  readonly strategy: Strategy;
  readonly parameters: ParameterValues;
  /** Fraction of the starting balance. */
  readonly weight: number;
  /** Indices of the markets that it trades, rising, and what it knows of each. */
  readonly markets: readonly number[];
  readonly tapes: readonly Tape[];
  readonly signals: readonly SignalSource[] | undefined;
  readonly plans: readonly PlanColumns[];
  readonly sizing: Sizing;
  readonly exits: ExitPlan;
  /** Whether the exits ask for anything at all. */
  readonly hasExits: boolean;
  /** Whether positions come of signals or targets, so that the session tends them; orders are their author's. */
  readonly isDealt: boolean;
  readonly rebalancing: Rebalancing;
  readonly construct: Construct | undefined;
  readonly membership: Membership | undefined;
  readonly maxOpenPositions: number;
  readonly entryTimeoutMs: number;
  readonly exitTimeoutMs: number;
};

/** Divides the account among the strategies at the first close of each period. */
export type DivideCapital = {
  /** `"1d"`, `"1w"`, `"1M"` … */
  readonly every: string;
  /** Identifies the rule in results. */
  readonly hash: string;
  /** Fractions of the account's equity, one for each strategy, from what was known at `time`. */
  readonly weights: (time: number, strategyEquity: readonly number[]) => readonly number[];
};

/** A session, everything filled in. */
export type SessionSettings = {
  readonly markets: readonly MarketSpec[];
  readonly broker: BrokerSettings;
  readonly strategies: readonly SessionStrategy[];
  /** Undefined: fixed weights, each strategy compounding its own part. */
  readonly capital: DivideCapital | undefined;
  readonly risk: RiskRules;
  readonly seed: number;
  /** No decision before, UTC milliseconds. */
  readonly startMs: number;
  /** How many rows of equity to make room for. */
  readonly equityRows: number;
};

/** What the strategies are called in tables: their names, a second one of a name as `"name (2)"`. */
export function strategyLabels(strategies: readonly SessionStrategy[]): string[] {
  const counts = new Map<string, number>();
  return strategies.map(({ strategy: { name } }) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
