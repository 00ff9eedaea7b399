import type { Table, TableColumn } from "#engine/core/table.ts";
import { stringifyWire } from "#engine/core/wireJson.ts";
import { metricsOf } from "#engine/metrics/accountMetrics.ts";
import type { BacktestRequest } from "../contract.ts";
import { homeFolder } from "../root.ts";
import { backtestJob } from "../runs/backtestJob.ts";
import type { WorseFigures } from "../runs/backtestTask.ts";
import { unpackBacktest } from "../runs/packedRun.ts";
import { openServices } from "../services.ts";
import type { BacktestCliOptions } from "./backtest.ts";
import { backtestText } from "./backtestText.ts";
import { runJob } from "./runJob.ts";
import { chosenStrategy, ensureSamples } from "./strategyChoice.ts";

type Done = { runId: string | null; body: Uint8Array; worse: readonly WorseFigures[] };

export async function backtestAction(
  strategy: string | undefined,
  options: BacktestCliOptions,
): Promise<void> {
  const { request, moduleText } = await requested(strategy, options);
  const services = await openServices({ home: homeFolder() });
  try {
    const lakeRoot = services.lake.root;
    await ensureSamples(services, request.exchange);
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
    if (options.json) {
      const metrics = plainTables(metricsOf(backtest));
      console.log(stringifyWire({ runId, backtest: plainTables(backtest), metrics, worse }));
    } else
      console.log(`${backtestText(backtest, worse, options)}${runId === null ? "" : `\nrun   ${runId}`}`);
  } finally {
    await services.close();
  }
}

/** What was asked for; every parameter is checked before a worker is started. */
async function requested(
  name: string | undefined,
  options: BacktestCliOptions,
): Promise<{ request: BacktestRequest; moduleText?: string }> {
  const { symbols, exchange, market, timeframe, feeBps, slippageBps, seed, risk } = options;
  const { strategy, parameters, moduleText } = await chosenStrategy(
    name,
    options,
    "walkforward backtest momentum-rank",
  );
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

/** A record with its tables as lists that any program can read; texts are spelled out. */
function plainTables(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
  // Strategies each have a table of their own.
  if (Array.isArray(value)) return value.map((one) => (isRecord(one) ? plainTables(one) : one));
  return isTable(value) ? plainTable(value) : value;
}

function plainTable(table: Table): unknown {
  return {
    rows: table.rows,
    columns: Object.fromEntries(
      Object.entries<TableColumn>(table.columns).map(([name, column]) => [
        name,
        column instanceof Float64Array
          ? [...column]
          : Array.from(column.codes, (code) => column.values[code] ?? null),
      ]),
    ),
  };
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isTable(value: unknown): value is Table {
  return isRecord(value) && "rows" in value && "columns" in value;
}
