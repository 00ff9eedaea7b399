import type { Table } from "../core/table.ts";
import type { EquityMetrics } from "../metrics/equityMetrics.ts";
import type { TradeMetrics } from "../metrics/tradeMetrics.ts";
import type {
  EquityColumn,
  FillColumn,
  OrderColumn,
  PositionColumn,
  RiskEventColumn,
  TradeColumn,
} from "../session/tables.ts";
import type { ParameterValue } from "../strategy/parameters.ts";

export type { EquityColumn, FillColumn, OrderColumn, PositionColumn, RiskEventColumn, TradeColumn };

/** What the account paid, in quote currency, each above zero where it was a cost. */
export type Costs = {
  readonly fees: number;
  /** Inside the fills' prices already. */
  readonly slippage: number;
  readonly funding: number;
  readonly liquidation: number;
};

/** The figures of an equity curve and its trades; fractions, NaN where there is nothing to say. */
export type BacktestMetrics = EquityMetrics &
  TradeMetrics & {
    readonly startingBalance: number;
    /** Share of the equity rows with a position; of one strategy among several, with one of its own. */
    readonly timeInMarket: number;
    /** Mean of the gross exposure by equity; of one strategy among several, its own by its own. */
    readonly meanExposure: number;
    /** What was bought and sold in quote currency by the mean equity; of one among several, its own by its own. */
    readonly turnover: number;
  };

/** One strategy's own part of the account. */
export type StrategyResult = {
  /** As in the tables: a second strategy of one name is `"name (2)"`. */
  readonly name: string;
  readonly hash: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Fraction of the starting balance. */
  readonly weight: number;
  readonly symbols: readonly string[];
  readonly metrics: BacktestMetrics;
  readonly equity: Table<"time" | "equity">;
};

export type BacktestUniverse = {
  readonly exchanges: readonly string[];
  /** In code-unit order. */
  readonly symbols: readonly string[];
  /** Of the candles that came in. */
  readonly timeframe: string;
  /** Lower timeframes that say what happened inside a candle, by symbol. */
  readonly detail: Readonly<Record<string, string>>;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly simulated: boolean;
};

/** How the fills were made: each assumption as a record for programs and as a sentence for people. */
export type Assumptions = {
  readonly record: Readonly<Record<string, unknown>>;
  readonly sentences: readonly string[];
};

/** What a backtest answers with: plain data, the same to the bit wherever it was computed. */
export type Backtest = {
  readonly strategies: readonly StrategyResult[];
  /** Of the first strategy; each has its own in `strategies`. */
  readonly strategy: { readonly name: string; readonly hash: string };
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** How it was asked for, every default filled in. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly assumptions: Assumptions;
  readonly universe: BacktestUniverse;
  readonly orders: Table<OrderColumn>;
  readonly fills: Table<FillColumn>;
  readonly trades: Table<TradeColumn>;
  readonly positions: Table<PositionColumn>;
  readonly equity: Table<EquityColumn>;
  readonly riskEvents: Table<RiskEventColumn>;
  readonly costs: Costs;
  readonly metrics: BacktestMetrics;
  /** SHA-256 over the candle columns that were used. */
  readonly dataHash: string;
  /** SHA-256 over strategies, parameters, seed, assumptions, data, fills and trades; see `backtestHash`. */
  readonly hash: string;
  /** Which of the two ways made it; they give the same bits, so it is not in the hash. */
  readonly path: "fast" | "event";
  readonly engineVersion: string;
};
