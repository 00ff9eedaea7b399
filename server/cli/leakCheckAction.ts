import { setImmediate as pause } from "node:timers/promises";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import { stringifyWire } from "#engine/core/wireJson.ts";
import { run as runOnce } from "#engine/leaks/probe.ts";
import { probing } from "#engine/leaks/probing.ts";
import type { LeakReport } from "#engine/leaks/report.ts";
import { strategyFeatures, strategySubject } from "#engine/leaks/strategy.ts";
import type { ProbeInput } from "#engine/leaks/subject.ts";
import { type WarmUpReport, warmingUp } from "#engine/leaks/warmUp.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import { homeFolder } from "../root.ts";
import { linkStrategy } from "../runs/linkStrategy.ts";
import { readUniverse } from "../runs/readUniverse.ts";
import { openServices } from "../services.ts";
import { EXIT } from "./exit.ts";
import type { LeakCheckOptions } from "./leakCheck.ts";
import { leakCheckText } from "./leakCheckText.ts";
import { chosenStrategy, ensureSamples } from "./strategyChoice.ts";

export async function leakCheckAction(name: string | undefined, given: LeakCheckOptions): Promise<void> {
  const { strategy, parameters, moduleText } = await chosenStrategy(
    name,
    given,
    "walkforward leak-check momentum-rank",
  );
  const { universe, simulated } = await candlesOf(strategy, given);
  const { timeframe, from: startMs, to: endMs, marketType, fillModel } = given;
  const options: BacktestOptions = present({
    ...{ parameters, timeframe, startMs, endMs, marketType, fillModel },
  });
  // A module of its own for each run, so that what one leaves behind does not reach the next.
  const create = (): Strategy => (moduleText === undefined ? strategy : linkStrategy(moduleText));
  const { cuts, tolerance, seed } = given;
  const input: ProbeInput = { candles: universe, information: [] };
  const { report, warmUp } = await interruptible(async (breathe) => {
    const subject = strategySubject(create, options);
    const kept = subject.create();
    const steps = probing(input, { ...present({ cuts, tolerance, seed }), blanks: false });
    let step = steps.next();
    while (!step.done) {
      const { instance, input: changed, done, total } = step.value;
      await breathe("Looking for the future", done, total);
      step = steps.next(runOnce(instance === "kept" ? kept : subject.create(), changed));
    }
    return {
      report: step.value,
      warmUp: given.warmUp ? await warmUpOf(create, options, input, breathe) : null,
    };
  }, `Leak check of ${strategy.name}`);
  print(strategy, { report, warmUp, simulated }, given);
  if (report.verdict !== "clean") process.exitCode = EXIT.failed;
}

async function candlesOf(
  strategy: Strategy,
  given: LeakCheckOptions,
): Promise<{ universe: Candles[]; simulated: boolean }> {
  const { exchange, market, symbols, timeframe, from, to } = given;
  const services = await openServices({ home: homeFolder() });
  try {
    await ensureSamples(services, exchange);
    return await readUniverse(services.lake, strategy, {
      strategy: strategy.name,
      ...{ exchange, market, symbols, timeframe, startMs: from, endMs: to },
    });
  } finally {
    await services.close();
  }
}

type Breathe = (what: string, done: number, total: number) => Promise<void>;

async function warmUpOf(
  create: () => Strategy,
  options: BacktestOptions,
  input: ProbeInput,
  breathe: Breathe,
): Promise<WarmUpReport> {
  const subject = strategyFeatures(create, options);
  const steps = warmingUp(input);
  for (let step = steps.next(); ; step = steps.next(subject.create()(step.value.input))) {
    if (step.done) return step.value;
    await breathe("Warm-up", step.value.done, step.value.total);
  }
}

/** Tells on a terminal how far work is, and ends it as canceled at Ctrl-C. */
async function interruptible<T>(work: (breathe: Breathe) => Promise<T>, title: string): Promise<T> {
  const isTerminal = process.stderr.isTTY === true;
  if (!isTerminal) console.error(`${title} …`);
  const wanted = { aborted: false };
  const interrupt = (): void => {
    if (wanted.aborted) process.exit(EXIT.interrupted);
    wanted.aborted = true;
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    return await work(async (what, done, total) => {
      if (isTerminal)
        process.stderr.write(`\r\x1b[K${title}: ${what} ${Math.floor((100 * done) / Math.max(1, total))}%`);
      // Signals arrive only while the thread waits.
      await pause();
      throwIfCanceled(wanted);
    });
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    if (isTerminal) process.stderr.write("\r\x1b[K");
  }
}

function print(
  strategy: Strategy,
  found: { report: LeakReport; warmUp: WarmUpReport | null; simulated: boolean },
  { json }: LeakCheckOptions,
): void {
  if (!json) {
    console.log(leakCheckText(strategy.name, found));
    return;
  }
  const { report, warmUp, simulated } = found;
  const plain = warmUp && {
    ...warmUp,
    times: [...warmUp.times],
    columns: warmUp.columns.map((column) => ({ ...column, differences: [...column.differences] })),
  };
  console.log(stringifyWire({ strategy: strategy.name, simulated, report, warmUp: plain }));
}

/** The engine's defaults stand for absent options, not for undefined ones. */
function present<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
