import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { isRecipe, type Recipe } from "#engine/catalogue/recipe.ts";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import { EngineError } from "#engine/core/errors.ts";
import type { FeatureSet } from "#engine/features/featureSet.ts";
import { run as runOnce } from "#engine/leaks/probe.ts";
import { type LeakProbeOptions, probing } from "#engine/leaks/probing.ts";
import { atCloses, type ProbeAnswer, type ProbeInput } from "#engine/leaks/subject.ts";
import type { StrategyModule } from "#engine/strategy/module.ts";
import type { RunRecord } from "#runtime/definition.ts";
import { describe } from "#runtime/describe.ts";
import { type Given, givenOf, replayPlan } from "#runtime/replay.ts";
import type { CellRun } from "#runtime/types.ts";
import { isCandles } from "../outputs/columns.ts";
import type { LeakCheck } from "../outputs/leaks/leakCheck.ts";
import type { CallOptions } from "../workers/client.ts";
import type { LeakAnswer, LeakSubject, LeakWork } from "../workers/leaks.ts";
import { nextTask } from "../workers/slices.ts";
import { type DataCalls, placesOf } from "./dataCalls.ts";
import { identify, loadUniverse, type UniverseChoice } from "./evaluate.ts";
import type { JobHandle, Jobs } from "./jobs.ts";
import { requireKnownOptions } from "./knownOptions.ts";
import type { LakeView } from "./lakeView.ts";
import { isStrategy } from "./resultKinds.ts";

export type LeakCheckOptions = LeakProbeOptions &
  UniverseChoice & {
    /** How a strategy is run. */
    backtest?: BacktestOptions;
    /** Looks at the warm-up as well. Default: true. */
    warmUp?: boolean;
  };

const OPTIONS = [
  ...["cuts", "perturbations", "seed", "tolerance", "blanks", "attribute"],
  ...["exchange", "market", "symbols", "backtest", "warmUp"],
];

export type RunLeakProbe = (
  subject: unknown,
  universe: Candles | readonly Candles[] | LeakCheckOptions | undefined,
  options: LeakCheckOptions | undefined,
  run: CellRun,
) => Promise<LeakCheck>;

export type LeakProbeHost = {
  lake: LakeView;
  jobs: Jobs;
  dataCalls: DataCalls;
  bundle(strategy: unknown): StrategyModule;
  /** What a cell's present run has read. */
  recordOf(cell: number): RunRecord | undefined;
  /** Runs a probe in a worker of the pool. */
  compute(work: LeakWork, candles: readonly Candles[], options: CallOptions): Promise<LeakAnswer>;
};

/** A probe made ready: what is looked at, over which candles. */
type Prepared = { of: string; subject: LeakSubject; series: readonly Candles[]; cells: readonly number[] };

/**
 * `leakProbe(subject, universe, options)` of a cell. A strategy or a value that other cells made from candles is made
 * again by those very cells, in a worker, on shortened and changed candles; so a mean of the whole sample that a strategy
 * took from another cell is seen through, and the cell is named that first sees the future. Recipes and strategies that
 * depend on no data go as they are. A function of candles is run on the page, between other things.
 */
export function leakProber(host: LeakProbeHost): RunLeakProbe {
  return async (subject, given, more, run) => {
    const { universe, options } = argumentsOf(given, more);
    requireKnownOptions("leakProbe", options, OPTIONS);
    const { exchange: _e, market: _m, symbols: _s, backtest: _b, warmUp = true, ...probe } = options;
    const of = titleOf(subject, host.recordOf(run.id));
    const job = host.jobs.begin(`Leak probe of ${of}`, run.id, run.signal);
    try {
      if (typeof subject === "function")
        return await onPage(subject as OwnSubject, of, universe, probe, job, host);
      const prepared = await prepare(subject, of, universe, options, run, host);
      job.signal.throwIfAborted();
      const work: LeakWork = { kind: "leaks", subject: prepared.subject, options: probe, warmUp };
      const isBacktest = isStrategy(subject) || typeof subject === "string";
      const answer = await host.compute(
        // A backtest refuses candles without numbers; futures with such would tell nothing.
        isBacktest ? { ...work, options: { blanks: false, ...probe } } : work,
        prepared.series,
        {
          signal: job.signal,
          onProgress: ({ done, total, secondsLeft }) => job.progress(done, total, secondsLeft),
        },
      );
      return { ...answer, of, cells: prepared.cells, simulated: host.lake.isSimulated(prepared.series) };
    } finally {
      job.end();
    }
  };
}

async function prepare(
  subject: unknown,
  of: string,
  universe: readonly Candles[] | undefined,
  options: LeakCheckOptions,
  run: CellRun,
  host: LeakProbeHost,
): Promise<Prepared> {
  const recipes = recipesOf(subject);
  if (recipes !== undefined) {
    if (universe === undefined) throw noCandles("Recipes");
    return { of, subject: { kind: "recipes", recipes }, series: universe, cells: [] };
  }
  const record = host.recordOf(run.id);
  const given = record === undefined ? undefined : givenOf(subject, record);
  const isRun = typeof subject === "string" || isStrategy(subject);
  const { backtest = {} } = options;
  const replayed = given && cellsOf(given, host);
  if (isRun) {
    const { definition, text } = identify(subject, host.bundle);
    const series = universe ?? (await loadUniverse(host.lake, definition, { ...backtest, ...options }));
    if (replayed === undefined)
      return { of, subject: { kind: "strategy", strategy: text, backtest }, series, cells: [] };
    const all = [...replayed.series];
    const places = placesOf(series, all);
    return {
      of,
      subject: { ...replayed.subject, universe: places, backtest },
      series: all,
      cells: replayed.cells,
    };
  }
  if (given === undefined) throw notASubject(subject);
  if (replayed === undefined) throw noCandles(of);
  if (universe !== undefined) {
    throw new EngineError(
      "leaks.own-candles",
      `leakProbe: ${of} is made by cells from candles of their own, so none can be given. Leave them out.`,
    );
  }
  return { of, ...replayed };
}

/** The cells that make some values, ready to run again; undefined where no data go in. */
export function cellsOf(
  given: readonly Given[],
  { dataCalls }: Pick<LeakProbeHost, "dataCalls">,
):
  | { subject: Extract<LeakSubject, { kind: "cells" }>; series: readonly Candles[]; cells: number[] }
  | undefined {
  const plan = replayPlan(given);
  if (plan === undefined) return undefined;
  const cells = plan.cells.map(({ id }) => id);
  const { calls, series } = dataCalls.of(cells);
  if (series.length === 0) return undefined;
  return { subject: { kind: "cells", plan, calls, universe: [], backtest: {} }, series, cells };
}

/** A function of candles: of one market, or of a list where a list is given. */
type OwnSubject = (candles: Candles | readonly Candles[]) => unknown;

async function onPage(
  subject: OwnSubject,
  of: string,
  universe: readonly Candles[] | undefined,
  options: LeakProbeOptions,
  job: JobHandle,
  { lake }: LeakProbeHost,
): Promise<LeakCheck> {
  if (universe === undefined) throw noCandles("A function");
  const isOne = universe.length === 1;
  const answer = ({ candles }: ProbeInput): ProbeAnswer => {
    const made = subject(isOne ? candles[0] : candles);
    if (Array.isArray(made)) return made as ProbeAnswer;
    if (made instanceof Float64Array) return atCloses(candles[0], { [of]: made });
    return atCloses(candles[0], made as Record<string, Float64Array>);
  };
  const input: ProbeInput = { candles: universe, information: [] };
  const steps = probing(input, options);
  let until = performance.now() + SLICE_MS;
  let step = steps.next();
  while (!step.done) {
    if (performance.now() > until) {
      job.progress(step.value.done, step.value.total, null);
      await nextTask();
      throwIfCanceled(job.signal);
      until = performance.now() + SLICE_MS;
    }
    step = steps.next(runOnce(answer, step.value.input));
  }
  return {
    of,
    report: step.value,
    warmUp: null,
    culprits: {},
    cells: [],
    simulated: lake.isSimulated(universe),
  };
}

const SLICE_MS = 8;

function argumentsOf(
  given: Candles | readonly Candles[] | LeakCheckOptions | undefined,
  more: LeakCheckOptions | undefined,
): { universe?: readonly Candles[]; options: LeakCheckOptions } {
  if (isCandles(given)) return { universe: [given], options: more ?? {} };
  if (Array.isArray(given) && given.length > 0 && given.every(isCandles))
    return { universe: given, options: more ?? {} };
  if (given === undefined) return { options: more ?? {} };
  if (typeof given === "object" && given !== null && !Array.isArray(given) && more === undefined)
    return { options: given as LeakCheckOptions };
  throw new EngineError(
    "leaks.not-candles",
    "leakProbe: expected candles, or a list of them, as await candles(…) or await universe(…) gives.",
  );
}

/** Recipes by name: one, a record of them, or a feature set's. */
function recipesOf(subject: unknown): Readonly<Record<string, Recipe>> | undefined {
  if (typeof subject !== "object" || subject === null) return undefined;
  if (isRecipe(subject)) return { recipe: subject };
  const { features } = subject as Partial<FeatureSet>;
  if (Array.isArray(features) && features.every((feature) => isRecipe(feature?.recipe)))
    return Object.fromEntries(features.map(({ name, recipe }) => [name, recipe]));
  const entries = Object.entries(subject);
  return entries.length > 0 && entries.every(([, each]) => isRecipe(each))
    ? Object.fromEntries(entries)
    : undefined;
}

function titleOf(subject: unknown, record: RunRecord | undefined): string {
  if (typeof subject === "string") return subject;
  if (isStrategy(subject)) return subject.name;
  const given = record === undefined ? undefined : givenOf(subject, record);
  if (given !== undefined) return given.map(({ name }) => name).join(", ");
  if (typeof subject === "function") return subject.name || "a function";
  return "recipes";
}

function noCandles(what: string): EngineError {
  return new EngineError(
    "leaks.no-candles",
    `leakProbe: ${what} needs candles whose future can be changed. Give them, leakProbe(subject, await candles("BTC/USDT")), ` +
      "or make the value from candles(…) or universe(…) in a cell.",
  );
}

function notASubject(subject: unknown): EngineError {
  const given = describe(subject).type;
  return new EngineError(
    "leaks.not-a-subject",
    `leakProbe: got a value of type ${given} that no other cell made; expected a strategy, the value of another cell, recipes, ` +
      "or a function of candles that answers with columns.",
    { given },
  );
}
