import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { Candles } from "#engine/candles/candles.ts";
import type { Recipe } from "#engine/catalogue/recipe.ts";
import { EngineError } from "#engine/core/errors.ts";
import { type LeakProbeOptions, probing } from "#engine/leaks/probing.ts";
import { recipeSubject } from "#engine/leaks/recipes.ts";
import { type LeakReport, worstVerdict } from "#engine/leaks/report.ts";
import type { RunOutcome } from "#engine/leaks/stages.ts";
import { strategyFeatures, strategySubject } from "#engine/leaks/strategy.ts";
import type { ProbeAnswer, ProbeInput, SubjectFactory } from "#engine/leaks/subject.ts";
import { type WarmUpReport, warmingUp } from "#engine/leaks/warmUp.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { EvaluationProgress } from "#engine/walkforward/evaluate.ts";
import type { ReplayPlan } from "#runtime/replay.ts";
import { isStrategy } from "../frame/resultKinds.ts";
import type { StrategyText } from "./protocol.ts";
import { type DataCall, Replay } from "./replay.ts";
import { ColumnReader, rootOf } from "./replayColumns.ts";

/** What is put through the probe; the candles travel beside it. */
export type LeakSubject =
  | { readonly kind: "strategy"; readonly strategy: StrategyText; readonly backtest: BacktestOptions }
  | { readonly kind: "recipes"; readonly recipes: Readonly<Record<string, Recipe>> }
  | {
      readonly kind: "cells";
      readonly plan: ReplayPlan;
      readonly calls: readonly DataCall[];
      /** A target that is a strategy is run over these series, by their place. */
      readonly universe: readonly number[];
      readonly backtest: BacktestOptions;
    };

export type LeakWork = {
  readonly kind: "leaks";
  readonly subject: LeakSubject;
  readonly options: LeakProbeOptions;
  /** Whether to look at the warm-up as well. */
  readonly warmUp: boolean;
};

/** The cell that first sees the future on the way to a column, and the name of what it gives. */
export type Culprit = { readonly cell: number; readonly name: string };

export type LeakAnswer = {
  readonly report: LeakReport;
  readonly warmUp: WarmUpReport | null;
  /** By column; only of cells. */
  readonly culprits: Readonly<Record<string, Culprit>>;
};

/** How the subject is run: at once, or by cells that may await what they were given. */
type Runner = {
  run(input: ProbeInput, instance: "fresh" | "kept"): ProbeAnswer | Promise<ProbeAnswer>;
  /** What of it warms up: of a strategy its features. */
  warming(input: ProbeInput): ProbeAnswer | Promise<ProbeAnswer>;
  /** A single number, which stands for no row. */
  isNumber(name: string): boolean;
};

export type LeakDrive = {
  /** Called between runs; throws when the work is no longer wanted. */
  pause(progress: EvaluationProgress): Promise<void>;
  /** The strategy of a text. */
  strategyOf(text: StrategyText): Strategy;
  /** What cells that run again have in scope. */
  engine: Readonly<Record<string, unknown>>;
};

/** Of 1000 parts of the work, those that the probe itself takes where the warm-up comes after it. */
const PROBE_SHARE = 850;
const TOTAL = 1000;

/** Runs a probe to its end. */
export async function probeLeaks(
  work: LeakWork,
  candles: readonly Candles[],
  drive: LeakDrive,
): Promise<LeakAnswer> {
  const { subject, options } = work;
  const input: ProbeInput = { candles, information: [] };
  const runner = runnerOf(subject, drive);
  const share = work.warmUp ? PROBE_SHARE : TOTAL;
  const steps = probing(input, options);
  let step = steps.next();
  while (!step.done) {
    const { done, total, instance, input: given } = step.value;
    await drive.pause({ done: Math.floor((share * done) / total), total: TOTAL });
    step = steps.next(await outcomeOf(runner, given, instance));
  }
  const report = step.value;
  const warmUp = work.warmUp ? await warmUpOf(runner, input, drive) : null;
  if (subject.kind !== "cells") return { report, warmUp, culprits: {} };
  return ofTargets(report, warmUp, subject.plan, runner);
}

async function outcomeOf(runner: Runner, input: ProbeInput, instance: "fresh" | "kept"): Promise<RunOutcome> {
  try {
    return { answer: await runner.run(input, instance) };
  } catch (failed) {
    return { failed };
  }
}

/** What cannot be run on a short history has no warm-up to tell of. */
async function warmUpOf(runner: Runner, input: ProbeInput, drive: LeakDrive): Promise<WarmUpReport | null> {
  const steps = warmingUp(input);
  try {
    let step = steps.next();
    while (!step.done) {
      const { done, total, input: given } = step.value;
      const part = Math.floor(((TOTAL - PROBE_SHARE - 1) * done) / total);
      await drive.pause({ done: PROBE_SHARE + part, total: TOTAL });
      step = steps.next(await runner.warming(given));
    }
    return step.value;
  } catch (error) {
    if ((error as { code?: unknown }).code === "canceled") throw error;
    return null;
  }
}

function runnerOf(subject: LeakSubject, drive: LeakDrive): Runner {
  if (subject.kind === "cells") return cellRunner(subject, drive);
  if (subject.kind === "recipes") return runnerOfSubject(recipeSubject(subject.recipes));
  const { strategy, backtest } = subject;
  const create = (): Strategy => drive.strategyOf(strategy);
  return runnerOfSubject(strategySubject(create, backtest), strategyFeatures(create, backtest));
}

function runnerOfSubject({ create }: SubjectFactory, warming: SubjectFactory = { create }): Runner {
  const kept = create();
  return {
    run: (input, instance) => (instance === "kept" ? kept : create())(input),
    warming: warming.create(),
    isNumber: () => false,
  };
}

function cellRunner(
  { plan, calls, universe, backtest }: Extract<LeakSubject, { kind: "cells" }>,
  drive: LeakDrive,
): Runner {
  const replay = new Replay(plan, calls, drive.engine);
  const seriesOf = seriesByName(plan, calls);
  const reader = new ColumnReader(seriesOf);
  const names = new Set(plan.targets.map(({ name }) => name));
  const columnsOf = async (
    input: ProbeInput,
    subjectOf: typeof strategySubject | typeof strategyFeatures,
  ): Promise<ProbeAnswer> => {
    const values = await replay.run(input);
    const columns = reader.read(values, input.candles);
    for (const [name, value] of values) {
      if (!names.has(name) || !isStrategy(value)) continue;
      const candles = universe.map((place) => input.candles[place]);
      const traded = candles.filter(({ timestamp }) => timestamp.length > 0);
      const answer = subjectOf(() => value, backtest).create()({ ...input, candles: traded });
      columns.push(...answer.map((column) => ({ ...column, name: `${name}: ${column.name}` })));
    }
    return columns;
  };
  return {
    isNumber: (name) => reader.numbers.has(name),
    run: (input) => columnsOf(input, strategySubject),
    warming: (input) => columnsOf(input, strategyFeatures),
  };
}

/** Which series a name can have been made of: those that its cell and the cells before it asked for. */
function seriesByName(plan: ReplayPlan, calls: readonly DataCall[]): (name: string) => readonly number[] {
  const byName = new Map<string, readonly number[]>();
  for (const [k, { outputs }] of plan.cells.entries()) {
    const ids = new Set(ancestors(plan, k).map((place) => plan.cells[place].id));
    const series = [...new Set(calls.filter(({ cell }) => ids.has(cell)).flatMap((call) => call.series))];
    for (const name of outputs) byName.set(name, series);
  }
  return (name) => byName.get(name) ?? [];
}

/** The places of a cell and all before it that it depends on, in the order of the plan. */
function ancestors({ cells }: ReplayPlan, place: number): number[] {
  const found = new Set([place]);
  for (const each of found)
    for (const input of cells[each].inputs) if ("from" in input) found.add(input.from);
  return [...found].sort((a, b) => a - b);
}

/** The report of the asked names alone, and for each leaking column the first cell on the way that leaks. */
function ofTargets(
  report: LeakReport,
  warmUp: WarmUpReport | null,
  plan: ReplayPlan,
  { isNumber }: Runner,
): LeakAnswer {
  const targets = new Map(plan.targets.map(({ name, cell }) => [name, cell]));
  const rootOfColumn = (name: string): string => rootOf(name.split(": ")[0]);
  // A single number that changes with the data is no column: it matters where a column was made of it.
  const isAsked = ({ name }: { name: string }): boolean => targets.has(rootOfColumn(name)) && !isNumber(name);
  const leaking = new Map<string, string>();
  for (const { name, verdict } of report.columns)
    if (verdict === "leaks" && !leaking.has(rootOfColumn(name))) leaking.set(rootOfColumn(name), name);
  const culprits: Record<string, Culprit> = {};
  const columns = report.columns.filter(isAsked);
  if (columns.length === 0) throw nothingToProbe([...targets.keys()]);
  for (const { name, verdict } of columns) {
    if (verdict !== "leaks") continue;
    const own = rootOfColumn(name);
    for (const place of ancestors(plan, targets.get(own) ?? 0)) {
      const { id, outputs } = plan.cells[place];
      // Of its own cell the column itself is named: what else leaks there need not be what it is made of.
      const first = outputs.includes(own) ? own : outputs.find((output) => leaking.has(output));
      if (first === undefined) continue;
      culprits[name] = { cell: id, name: first };
      break;
    }
  }
  return {
    report: { ...report, columns, verdict: worstVerdict(columns.map(({ verdict }) => verdict)) },
    warmUp: warmUp && { ...warmUp, columns: warmUp.columns.filter(isAsked) },
    culprits,
  };
}

function nothingToProbe(names: readonly string[]): EngineError {
  return new EngineError(
    "leaks.nothing-to-probe",
    `leakProbe: ${names.join(", ")} holds no column with a row for each candle, and no strategy. Expected columns, records or ` +
      "lists of them, or a strategy, made from candles(…) or universe(…).",
    { names },
  );
}
