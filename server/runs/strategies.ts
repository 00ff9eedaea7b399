import { builtInStrategies } from "#engine/strategies/index.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { ParameterSpec } from "#engine/strategy/parameters.ts";
import type { StrategyParameter, StrategySummary } from "../contract.ts";

/** The strategies that come with the program, with what a form needs to ask for their parameters. */
export function strategySummaries(): StrategySummary[] {
  return Object.values(builtInStrategies).map(summaryOf);
}

function summaryOf({ name, description, timeframe, history, parameters }: Strategy): StrategySummary {
  const specs = Object.entries(parameters).map(([parameter, spec]) => parameterOf(parameter, spec));
  return { name, description, timeframe, history, parameters: specs };
}

function parameterOf(name: string, spec: ParameterSpec): StrategyParameter {
  const common = { name, kind: spec.kind, default: spec.default, description: spec.description ?? "" };
  if (spec.kind === "choice") return { ...common, choices: [...spec.options] };
  if (spec.kind === "boolean") return common;
  return { ...common, min: spec.min, max: spec.max, step: spec.step };
}
