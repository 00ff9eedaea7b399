import { missingSamples } from "#datasets/samples.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import { EngineError } from "#engine/core/errors.ts";
import type { Table, TableColumn } from "#engine/core/table.ts";
import { stringifyWire } from "#engine/core/wireJson.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { parseParameters } from "#engine/strategy/parameters.ts";
import type { BacktestRequest } from "../contract.ts";
import { DEFAULT_EXCHANGE, samplesJob } from "../lake/samples.ts";
import { homeFolder } from "../root.ts";
import { backtestJob } from "../runs/backtestJob.ts";
import type { WorseFigures } from "../runs/backtestTask.ts";
import { linkStrategy } from "../runs/linkStrategy.ts";
import { unpackBacktest } from "../runs/packedRun.ts";
import { openServices } from "../services.ts";
import type { BacktestCliOptions } from "./backtest.ts";
import { backtestText } from "./backtestText.ts";
import { runJob } from "./runJob.ts";

type Done = { runId: string | null; body: Uint8Array; worse: readonly WorseFigures[] };

export async function backtestAction(
  strategy: string | undefined,
  options: BacktestCliOptions,
): Promise<void> {
  const { request, moduleText } = await requested(strategy, options);
  const services = await openServices({ home: homeFolder() });
  try {
    const { exchange = DEFAULT_EXCHANGE } = request;
    const lakeRoot = services.lake.root;
    if (exchange === DEFAULT_EXCHANGE && (await missingSamples(services.lake)).length > 0) {
      await runJob(services.jobs, samplesJob(lakeRoot));
    }
    const job = backtestJob({
      request,
      moduleText,
      lakeRoot,
      whatIf: options.whatIf,
      keep: ({ worse, ...packed }): Done => {
        const run = options.save ? services.runs.add(packed, { source: "cli", notebook: null }) : undefined;
        return { runId: run?.id ?? null, body: packed.body, worse };
      },
    });
    const { runId, body, worse } = (await runJob(services.jobs, job)) as Done;
    const backtest = unpackBacktest(body);
    if (options.json) console.log(stringifyWire({ runId, backtest: readable(backtest), worse }));
    else console.log(`${backtestText(backtest, worse, options)}${runId === null ? "" : `\nrun   ${runId}`}`);
  } finally {
    await services.close();
  }
}

/** What was asked for; every parameter is checked before a worker is started. */
async function requested(
  name: string | undefined,
  options: BacktestCliOptions,
): Promise<{ request: BacktestRequest; moduleText?: string }> {
  const { strategyFile, symbols, exchange, market, timeframe, feeBps, slippageBps, seed, risk } = options;
  if ((name === undefined) === (strategyFile === undefined)) {
    throw new EngineError(
      "usage.strategy",
      "Name one strategy: a built-in one, such as `walkforward backtest momentum-rank`, or --strategy-file FILE.",
    );
  }
  const moduleText = strategyFile === undefined ? undefined : await textOf(strategyFile);
  const strategy = moduleText === undefined ? builtInStrategy(name ?? "") : linkStrategy(moduleText);
  const parameters = parseParameters(strategy.parameters, options.param);
  const { marketType, leverage, fillModel, delayBars } = options;
  const request: BacktestRequest = {
    strategy: strategy.name,
    parameters,
    ...{ exchange, market, symbols, timeframe, feeBps, slippageBps, seed, risk },
    ...{ startMs: options.from, endMs: options.to, startingBalance: options.balance },
    ...{ marketType, leverage, fillModel, delayBars, maxOpenPositions: options.maxPositions },
  };
  return { request, ...(moduleText === undefined ? {} : { moduleText }) };
}

/** The TypeScript compiler is loaded by those who bring a file, not by everyone. */
async function textOf(file: string): Promise<string> {
  const { readStrategyFile } = await import("./strategyFile.ts");
  return readStrategyFile(file);
}

/** The result with its tables as lists that any program can read; texts are spelled out. */
function readable(result: Backtest): Record<string, unknown> {
  const plain = (table: Table): unknown => ({
    rows: table.rows,
    columns: Object.fromEntries(
      Object.entries<TableColumn>(table.columns).map(([name, column]) => [
        name,
        column instanceof Float64Array
          ? [...column]
          : Array.from(column.codes, (code) => column.values[code] ?? null),
      ]),
    ),
  });
  const { orders, fills, trades, positions, equity, riskEvents, strategies, ...others } = result;
  return {
    ...others,
    strategies: strategies.map((one) => ({ ...one, equity: plain(one.equity) })),
    orders: plain(orders),
    fills: plain(fills),
    trades: plain(trades),
    positions: plain(positions),
    equity: plain(equity),
    riskEvents: plain(riskEvents),
  };
}
