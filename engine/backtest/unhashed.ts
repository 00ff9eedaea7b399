import type { Table, TableColumn } from "../core/table.ts";
import { equityMetrics } from "../metrics/equityMetrics.ts";
import { tradeMetrics } from "../metrics/tradeMetrics.ts";
import { strategyLabels } from "../session/settings.ts";
import type { EquityColumn, TradeColumn } from "../session/tables.ts";
import type { Strategy } from "../strategy/contract.ts";
import { strategyHash } from "../strategy/module.ts";
import { assumptionsOf } from "./assumptions.ts";
import type { Prepared } from "./prepare.ts";
import type { Backtest, BacktestMetrics, BacktestUniverse, Costs, StrategyResult } from "./result.ts";

/** A result without its hashes. */
export type Unhashed = Omit<Backtest, "dataHash" | "hash" | "engineVersion">;

/** What a run left behind, however it was run. */
export type Outcome = Pick<
  Backtest,
  "orders" | "fills" | "trades" | "positions" | "equity" | "riskEvents" | "path"
> & {
  readonly costs: Costs;
  /** Sum of price × amount over all fills, in quote currency. */
  readonly turnover: number;
  /** By strategy: equity of its own part at each row of the equity; undefined for the whole account's. */
  readonly ownEquity: readonly (Float64Array | undefined)[];
};

/** Puts the result together: tables as they are, the figures of the whole and of each strategy, the assumptions. */
export function unhashedResult(prepared: Prepared, outcome: Outcome): Unhashed {
  const { settings, startMs, endMs, options, timeframe } = prepared;
  const { ownEquity, turnover, ...tables } = outcome;
  const startingBalance = Object.values(settings.broker.venues).reduce(
    (sum, venue) => sum + venue.startingBalance,
    0,
  );
  const whole = { startMs, startingBalance, turnover };
  const labels = strategyLabels(settings.strategies);
  const strategies = settings.strategies.map((spec, s): StrategyResult => {
    const own = ownEquity[s];
    const time = numbers(outcome.equity.columns.time);
    const equity = own ?? numbers(outcome.equity.columns.equity);
    const start = own === undefined ? startingBalance : spec.weight * startingBalance;
    const name = labels[s];
    const isAlone = settings.strategies.length === 1;
    return {
      name,
      hash: knownHash(spec.strategy),
      parameters: spec.parameters,
      weight: spec.weight,
      symbols: spec.tapes.map(({ symbol }) => symbol),
      metrics: isAlone
        ? metricsOf(outcome.equity, outcome.trades, whole)
        : metricsOf(partOf(time, equity), tradesOf(outcome.trades, name), {
            startMs,
            startingBalance: start,
            turnover: Number.NaN,
          }),
      equity: { rows: time.length, columns: { time, equity } },
    };
  });
  const [first] = strategies;
  return {
    strategies,
    strategy: { name: first.name, hash: first.hash },
    parameters: first.parameters,
    settings: {
      timeframe,
      startMs,
      endMs,
      seed: settings.seed,
      startingBalance,
      quote: options.quote ?? quoteOf(settings.markets[0].symbol),
    },
    assumptions: assumptionsOf(prepared),
    universe: describeUniverse(prepared),
    ...tables,
    metrics: strategies.length === 1 ? first.metrics : metricsOf(outcome.equity, outcome.trades, whole),
  };
}

/** Hashes of strategies that cannot change: a sweep asks for the same one thousands of times. */
const hashes = new WeakMap<Strategy, string>();

function knownHash(strategy: Strategy): string {
  if (!Object.isFrozen(strategy)) return strategyHash(strategy);
  let hash = hashes.get(strategy);
  if (hash === undefined) hashes.set(strategy, (hash = strategyHash(strategy)));
  return hash;
}

type Whole = { readonly startMs: number; readonly startingBalance: number; readonly turnover: number };

function metricsOf(
  equity: Table<EquityColumn>,
  trades: Table<TradeColumn>,
  { startMs, startingBalance, turnover }: Whole,
): BacktestMetrics {
  const time = numbers(equity.columns.time);
  const values = numbers(equity.columns.equity);
  const open = numbers(equity.columns.openPositions);
  const exposure = numbers(equity.columns.exposure);
  let held = 0;
  let exposed = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    // Not known of one strategy among several: its NaN makes the share NaN, never 0.
    held += Number.isNaN(open[i]) ? Number.NaN : open[i] > 0 ? 1 : 0;
    exposed += exposure[i];
    total += values[i];
  }
  return {
    startingBalance,
    ...equityMetrics(time, values, { startMs, equity: startingBalance }),
    ...tradeMetrics(numbers(trades.columns.profit), numbers(trades.columns.return)),
    timeInMarket: held / values.length,
    meanExposure: exposed / values.length,
    turnover: turnover / (total / values.length),
  };
}

/** One strategy's own curve as a table of equity; what belongs to the whole account is not known of it. */
function partOf(time: Float64Array, equity: Float64Array): Table<EquityColumn> {
  const unknown = new Float64Array(time.length).fill(Number.NaN);
  return {
    rows: time.length,
    columns: {
      time,
      equity,
      cash: unknown,
      exposure: unknown,
      netExposure: unknown,
      drawdown: unknown,
      openPositions: unknown,
      marginUsed: unknown,
    },
  };
}

/** The trades of one strategy. */
function tradesOf(trades: Table<TradeColumn>, strategy: string): Table<TradeColumn> {
  const { strategy: names } = trades.columns;
  if (names instanceof Float64Array) return trades;
  const code = names.values.indexOf(strategy);
  const rows: number[] = [];
  for (let i = 0; i < trades.rows; i++) if (names.codes[i] === code) rows.push(i);
  const columns = Object.fromEntries(
    Object.entries(trades.columns).map(([name, column]) => [name, take(column, rows)]),
  );
  return { rows: rows.length, columns: columns as Table<TradeColumn>["columns"] };
}

function take(column: TableColumn, rows: readonly number[]): TableColumn {
  if (column instanceof Float64Array) return Float64Array.from(rows, (row) => column[row]);
  return { codes: Int32Array.from(rows, (row) => column.codes[row]), values: column.values };
}

function numbers(column: TableColumn): Float64Array {
  return column instanceof Float64Array ? column : Float64Array.from(column.codes);
}

function quoteOf(symbol: string): string {
  return /\/([^:]+)/.exec(symbol)?.[1] ?? "";
}

function describeUniverse({ markets, executions, used, options }: Prepared): BacktestUniverse {
  const exchanges = [...new Set(markets.map(({ candles }) => candles.exchange))].sort();
  let firstMs = Infinity;
  let lastMs = -Infinity;
  for (const { timestamp } of used.slice(0, markets.length)) {
    if (timestamp.length === 0) continue;
    firstMs = Math.min(firstMs, timestamp[0]);
    lastMs = Math.max(lastMs, timestamp[timestamp.length - 1]);
  }
  return {
    exchanges,
    symbols: markets.map(({ id }) => id),
    timeframe: markets[0].candles.timeframe,
    detail: Object.fromEntries(
      executions.flatMap(({ detail }, m) => (detail === undefined ? [] : [[markets[m].id, detail]])),
    ),
    firstMs,
    lastMs,
    simulated: options.simulated ?? exchanges.every((exchange) => exchange === "simulated"),
  };
}
