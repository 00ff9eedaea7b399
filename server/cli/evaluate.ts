import type { Command } from "commander";
import { missingSamples } from "#datasets/samples.ts";
import { EngineError } from "#engine/core/errors.ts";
import { stringifyWire } from "#engine/core/wireJson.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { parseParameters } from "#engine/strategy/parameters.ts";
import type { EvaluateRequest } from "../contract.ts";
import { samplesJob } from "../lake/samples.ts";
import { homeFolder } from "../root.ts";
import { evaluateJob } from "../runs/evaluateJob.ts";
import { linkStrategy } from "../runs/linkStrategy.ts";
import { unpackRun } from "../runs/packedRun.ts";
import { DEFAULT_EXCHANGE } from "../runs/readUniverse.ts";
import { openServices } from "../services.ts";
import { EXIT_HELP } from "./exit.ts";
import { durationMs, finiteNumber, list, nameAndValue, timeMs, wholeNumber } from "./options.ts";
import { reportText } from "./report.ts";
import { runJob } from "./runJob.ts";
import { readStrategyFile } from "./strategyFile.ts";

type Options = {
  exchange?: string;
  market?: string;
  symbols?: string[];
  timeframe?: string;
  from?: number;
  to?: number;
  window?: number;
  shift?: number;
  feeBps?: number;
  slippageBps?: number;
  seed?: number;
  param: Record<string, string>;
  strategyFile?: string;
  trades: number;
  save: boolean;
  json: boolean;
};

export function evaluateCommand(program: Command): void {
  program
    .command("evaluate")
    .description(
      "Evaluate a strategy over walk-forward slices of the lake and print what came out, with its hash.",
    )
    .argument("[strategy]", "name of a built-in strategy; none with --strategy-file")
    .option("--strategy-file <file>", "a strategy of your own, .ts or .js")
    .option("--exchange <name>", `whose candles (default: ${DEFAULT_EXCHANGE})`)
    .option("--market <name>", "spot, perp, equity, index (default: the exchange's only one, else spot)")
    .option("--symbols <list>", "symbols, separated by commas (default: all)", list)
    .option("--timeframe <name>", "timeframe to evaluate on (default: the strategy's)")
    .option("--from <time>", "first slice, UTC (default: as early as history allows)", timeMs)
    .option("--to <time>", "end, UTC; nothing from then on is read (default: the last close)", timeMs)
    .option("--window <duration>", "how long each slice holds (default: 4h)", durationMs)
    .option("--shift <duration>", "from one slice to the next (default: 2h)", durationMs)
    .option("--fee-bps <number>", "fee of one side in hundredths of a percent (default: 10)", finiteNumber)
    .option("--slippage-bps <number>", "slippage of one side (default: 0)", finiteNumber)
    .option("--seed <number>", "where random numbers start (default: 1)", finiteNumber)
    .option("--param <name=value>", "a parameter of the strategy; may be given often", nameAndValue, {})
    .option("--trades <number>", "how many trades to print", wholeNumber, 10)
    .option("--no-save", "do not keep the result as a run")
    .option("--json", "print the whole evaluation as JSON", false)
    .addHelpText(
      "after",
      `\nExamples:\n  walkforward evaluate macd-rsi-confluence` +
        `\n  walkforward evaluate momentum-rank --exchange binance --symbols BTC/USDT,ETH/USDT --timeframe 1h \\` +
        `\n    --from 2024-01-01 --to 2024-07-01 --window 8h --shift 4h --param lookback=48\n` +
        `\nJSON writes NaN and infinities as {"$number":"NaN"}.\n${EXIT_HELP}`,
    )
    .action(evaluate);
}

async function evaluate(strategy: string | undefined, options: Options): Promise<void> {
  const { request, moduleText } = await requested(strategy, options);
  const services = await openServices({ home: homeFolder() });
  try {
    const { exchange = DEFAULT_EXCHANGE } = request;
    const lakeRoot = services.lake.root;
    if (exchange === DEFAULT_EXCHANGE && (await missingSamples(services.lake)).length > 0) {
      await runJob(services.jobs, samplesJob(lakeRoot));
    }
    const job = evaluateJob({
      request,
      moduleText,
      lakeRoot,
      keep: (packed) => {
        const run = options.save ? services.runs.add(packed, { source: "cli", notebook: null }) : undefined;
        return { runId: run?.id ?? null, body: packed.body };
      },
    });
    const { runId, body } = (await runJob(services.jobs, job)) as { runId: string | null; body: Uint8Array };
    const evaluation = unpackRun(body);
    if (options.json) console.log(stringifyWire({ runId, evaluation }));
    else console.log(`${reportText(evaluation, options)}${runId === null ? "" : `\nrun   ${runId}`}`);
  } finally {
    await services.close();
  }
}

/** What was asked for; every parameter is checked before a worker is started. */
async function requested(
  name: string | undefined,
  options: Options,
): Promise<{ request: EvaluateRequest; moduleText?: string }> {
  const { strategyFile, symbols, exchange, market, timeframe, feeBps, slippageBps, seed } = options;
  if ((name === undefined) === (strategyFile === undefined)) {
    throw new EngineError(
      "usage.strategy",
      "Name one strategy: a built-in one, such as `walkforward evaluate macd-rsi-confluence`, or --strategy-file FILE.",
    );
  }
  const moduleText = strategyFile === undefined ? undefined : await readStrategyFile(strategyFile);
  const strategy = moduleText === undefined ? builtInStrategy(name ?? "") : linkStrategy(moduleText);
  const parameters = parseParameters(strategy.parameters, options.param);
  const request: EvaluateRequest = {
    strategy: strategy.name,
    parameters,
    ...{ exchange, market, symbols, timeframe, feeBps, slippageBps, seed },
    ...{ startMs: options.from, endMs: options.to, windowMs: options.window, shiftMs: options.shift },
  };
  return { request, ...(moduleText === undefined ? {} : { moduleText }) };
}
