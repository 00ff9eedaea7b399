import { missingSamples } from "#datasets/samples.ts";
import { EngineError } from "#engine/core/errors.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import { type ParameterValues, parseParameters } from "#engine/strategy/parameters.ts";
import { DEFAULT_EXCHANGE, samplesJob } from "../lake/samples.ts";
import { linkStrategy } from "../runs/linkStrategy.ts";
import type { Services } from "../services.ts";
import { runJob } from "./runJob.ts";

/** A strategy as the command line names it, its parameters checked before a worker is started. */
export type ChosenStrategy = {
  readonly strategy: Strategy;
  readonly parameters: ParameterValues;
  /** Of a strategy file; a built-in one has none. */
  readonly moduleText?: string;
};

/** A built-in strategy by name, or the one of a file. `example` is a command that would have worked. */
export async function chosenStrategy(
  name: string | undefined,
  { strategyFile, param }: { readonly strategyFile?: string; readonly param: Record<string, string> },
  example: string,
): Promise<ChosenStrategy> {
  if ((name === undefined) === (strategyFile === undefined)) {
    throw new EngineError(
      "usage.strategy",
      `Name one strategy: a built-in one, such as \`${example}\`, or --strategy-file FILE.`,
    );
  }
  const moduleText = strategyFile === undefined ? undefined : await textOf(strategyFile);
  const strategy = moduleText === undefined ? builtInStrategy(name ?? "") : linkStrategy(moduleText);
  const parameters = parseParameters(strategy.parameters, param);
  return { strategy, parameters, ...(moduleText === undefined ? {} : { moduleText }) };
}

/** Makes the sample data first, where they are what is asked for and are not there yet. */
export async function ensureSamples(
  { lake, jobs }: Pick<Services, "lake" | "jobs">,
  exchange: string = DEFAULT_EXCHANGE,
): Promise<void> {
  if (exchange !== DEFAULT_EXCHANGE || (await missingSamples(lake)).length === 0) return;
  await runJob(jobs, samplesJob(lake.root));
}

/** The TypeScript compiler is loaded by those who bring a file, not by everyone. */
async function textOf(file: string): Promise<string> {
  const { readStrategyFile } = await import("./strategyFile.ts");
  return readStrategyFile(file);
}
