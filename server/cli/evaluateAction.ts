import { stringifyWire } from "#engine/core/wireJson.ts";
import type { EvaluateRequest } from "../contract.ts";
import { homeFolder } from "../root.ts";
import { evaluateJob } from "../runs/evaluateJob.ts";
import { unpackRun } from "../runs/packedRun.ts";
import { leftOut } from "../runs/readUniverse.ts";
import { openServices } from "../services.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import { leftOutText, reportText } from "./report.ts";
import { runJob } from "./runJob.ts";
import { chosenStrategy, ensureSamples } from "./strategyChoice.ts";

export async function evaluateAction(strategy: string | undefined, options: EvaluateOptions): Promise<void> {
  const { request, moduleText } = await requested(strategy, options);
  const services = await openServices({ home: homeFolder() });
  try {
    const lakeRoot = services.lake.root;
    await ensureSamples(services, request.exchange);
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
  const { symbols, exchange, market, timeframe, feeBps, slippageBps, seed } = options;
  const { strategy, parameters, moduleText } = await chosenStrategy(
    name,
    options,
    "walkforward evaluate macd-rsi-confluence",
  );
  const request: EvaluateRequest = {
    strategy: strategy.name,
    parameters,
    ...{ exchange, market, symbols, timeframe, feeBps, slippageBps, seed },
    ...{ startMs: options.from, endMs: options.to, windowMs: options.window, shiftMs: options.shift },
  };
  return { request, ...(moduleText === undefined ? {} : { moduleText }) };
}
