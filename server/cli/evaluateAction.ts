import { missingSamples } from "#datasets/samples.ts";
import { EngineError } from "#engine/core/errors.ts";
import { stringifyWire } from "#engine/core/wireJson.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { parseParameters } from "#engine/strategy/parameters.ts";
import type { EvaluateRequest } from "../contract.ts";
import { DEFAULT_EXCHANGE, samplesJob } from "../lake/samples.ts";
import { homeFolder } from "../root.ts";
import { evaluateJob } from "../runs/evaluateJob.ts";
import { linkStrategy } from "../runs/linkStrategy.ts";
import { unpackRun } from "../runs/packedRun.ts";
import { leftOut } from "../runs/readUniverse.ts";
import { openServices } from "../services.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import { leftOutText, reportText } from "./report.ts";
import { runJob } from "./runJob.ts";

export async function evaluateAction(strategy: string | undefined, options: EvaluateOptions): Promise<void> {
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
    const without = await leftOut(services.lake, request, evaluation.universe);
    if (without.length > 0) console.error(leftOutText(without, evaluation.universe.timeframe));
    if (options.json) console.log(stringifyWire({ runId, evaluation }));
    else console.log(`${reportText(evaluation, options)}${runId === null ? "" : `\nrun   ${runId}`}`);
  } finally {
    await services.close();
  }
}

/** What was asked for; every parameter is checked before a worker is started. */
async function requested(
  name: string | undefined,
  options: EvaluateOptions,
): Promise<{ request: EvaluateRequest; moduleText?: string }> {
  const { strategyFile, symbols, exchange, market, timeframe, feeBps, slippageBps, seed } = options;
  if ((name === undefined) === (strategyFile === undefined)) {
    throw new EngineError(
      "usage.strategy",
      "Name one strategy: a built-in one, such as `walkforward evaluate macd-rsi-confluence`, or --strategy-file FILE.",
    );
  }
  const moduleText = strategyFile === undefined ? undefined : await textOf(strategyFile);
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

/** The TypeScript compiler is loaded by those who bring a file, not by everyone. */
async function textOf(file: string): Promise<string> {
  const { readStrategyFile } = await import("./strategyFile.ts");
  return readStrategyFile(file);
}
