import { lazyTable } from "../core/lazyTable.ts";
import { equityMetrics } from "../metrics/equityMetrics.ts";
import { tradeMetrics } from "../metrics/tradeMetrics.ts";
import type { EquitySums } from "../session/equityRows.ts";
import type { OwnPart } from "../session/ownParts.ts";
import { strategyLabels } from "../session/settings.ts";
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
  readonly sums: EquitySums;
  /** What figures are taken of, as columns: equity by row, and of each trade profit and return. */
  readonly equityColumn: Float64Array;
  readonly profits: Float64Array;
  readonly returns: Float64Array;
  /** Of the equity, where it was seen on the way. */
  readonly maxDrawdown?: number;
  /** When a row of equity was. */
  readonly timeAt: (row: number) => number;
  /** By strategy, of several; undefined where one has the whole account. */
  readonly ownParts: readonly OwnPart[] | undefined;
};

/** Puts the result together: tables as they are, the figures of the whole and of each strategy, the assumptions. */
export function unhashedResult(prepared: Prepared, outcome: Outcome): Unhashed {
  const { settings, startMs, endMs, options, timeframe } = prepared;
  const { ownParts, turnover, sums, equityColumn, profits, returns, maxDrawdown, timeAt, ...tables } =
    outcome;
  const startingBalance = Object.values(settings.broker.venues).reduce(
    (sum, venue) => sum + venue.startingBalance,
    0,
  );
  const whole = { startMs, startingBalance, turnover, sums, maxDrawdown };
  const labels = strategyLabels(settings.strategies);
  const strategies = settings.strategies.map((spec, s): StrategyResult => {
    const own = ownParts?.[s];
    const equity = own?.equity ?? equityColumn;
    const name = labels[s];
    return {
      name,
      hash: knownHash(spec.strategy),
      parameters: spec.parameters,
      weight: spec.weight,
      symbols: spec.tapes.map(({ symbol }) => symbol),
      metrics:
        own === undefined
          ? metricsOf(timeAt, equity, { profits, returns }, whole)
          : metricsOf(timeAt, equity, tradesOf(outcome, name), {
              ...{ startMs, startingBalance: spec.weight * startingBalance },
              ...{ turnover: own.turnover, sums: own.sums },
            }),
      equity: lazyTable(equity.length, { time: () => outcome.equity.columns.time, equity: () => equity }),
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
    metrics:
      strategies.length === 1 ? first.metrics : metricsOf(timeAt, equityColumn, { profits, returns }, whole),
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

type Whole = {
  readonly startMs: number;
  readonly startingBalance: number;
  readonly turnover: number;
  readonly sums: EquitySums;
  readonly maxDrawdown?: number;
};

function metricsOf(
  timeAt: (row: number) => number,
  equity: Float64Array,
  { profits, returns }: Pick<Outcome, "profits" | "returns">,
  { startMs, startingBalance, turnover, sums, maxDrawdown }: Whole,
): BacktestMetrics {
  const rows = equity.length;
  return {
    startingBalance,
    ...equityMetrics(timeAt, equity, { startMs, equity: startingBalance }, maxDrawdown),
    ...tradeMetrics(profits, returns),
    timeInMarket: sums.heldRows / rows,
    meanExposure: sums.exposureSum / rows,
    turnover: turnover / (sums.equitySum / rows),
  };
}

/** The trades of one strategy among several. */
function tradesOf(
  { trades, profits, returns }: Outcome,
  strategy: string,
): Pick<Outcome, "profits" | "returns"> {
  const { strategy: names } = trades.columns;
  if (names instanceof Float64Array) return { profits, returns };
  const code = names.values.indexOf(strategy);
  const isOwn = (_: number, row: number): boolean => names.codes[row] === code;
  return { profits: profits.filter(isOwn), returns: returns.filter(isOwn) };
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
