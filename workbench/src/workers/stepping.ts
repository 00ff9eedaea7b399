import type { BacktestOptions, StrategyMix } from "#engine/backtest/options.ts";
import { prepare } from "#engine/backtest/prepare.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { Session } from "#engine/session/session.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { EvaluationProgress } from "#engine/walkforward/evaluate.ts";
import type { StepView } from "../outputs/stepper/stepView.ts";
import type { Work } from "./protocol.ts";
import { StepNotes, stepView } from "./stepNotes.ts";

/** What the engine's `backtest` takes. */
export type BacktestArguments = {
  strategies: Strategy | StrategyMix;
  universe: readonly Candles[];
  options: BacktestOptions;
};

/** Steps that are kept for going back. */
const KEPT = 600;
/** Times at which something closes, from one chance to pause to the next. */
const STRETCH = 2000;
const TOTAL = 1000;
const PREPARED = 300;

type StepWork = Extract<Work, { kind: "step" }>;
type Steps<T> = Generator<EvaluationProgress, T, void>;

/** The backtest that is being stepped through, the last one only. */
let current: { key: string; steps: BacktestSteps } | undefined;

/** What a backtest looked like at one step, by the very session that ran it, folded up to there. */
export function* stepping(
  work: StepWork,
  keys: readonly string[],
  given: () => BacktestArguments,
): Steps<StepView> {
  const { strategies, detail, markPrice, options } = work;
  const key = JSON.stringify([strategies, detail, markPrice, options, keys]);
  if (current?.key !== key) current = { key, steps: new BacktestSteps(given()) };
  return yield* current.steps.at(work);
}

/**
 * Folds a backtest's session up to any of its times. Forwards it goes on from where it is; backwards it begins again,
 * and keeps every step of the stretch that ends where it was asked for, so that the next steps back are there already.
 */
class BacktestSteps {
  readonly #given: BacktestArguments;
  readonly #views = new Map<number, StepView>();
  readonly #notes = new StepNotes();
  #session: Session | undefined;
  #isWatched = false;

  constructor(given: BacktestArguments) {
    this.#given = { ...given, strategies: this.#watched(given.strategies) };
  }

  *at({ index, times, isLast }: StepWork): Steps<StepView> {
    const time = times[times.length - 1];
    const known = this.#views.get(time);
    if (known !== undefined) return { ...known, index };
    if (this.#session === undefined || this.#session.time >= time) this.#session = yield* this.#begun();
    const session = this.#session;
    const begin = session.time === -Infinity ? (this.#given.universe[0]?.timestamp[0] ?? time) : session.time;
    // Up to just before the stretch, unheard: what closes at its first time is still to come.
    while (session.run(times[0] - 1, STRETCH)) {
      const share = Math.max(0, Math.min(1, (session.time - begin) / (time - begin)));
      yield { done: PREPARED + Math.floor((TOTAL - 1 - PREPARED) * share), total: TOTAL };
    }
    for (const step of times) {
      if (step <= session.time) continue;
      this.#notes.clear();
      this.#isWatched = true;
      try {
        session.run(step);
        if (isLast && step === time) this.#end(session);
      } finally {
        this.#isWatched = false;
      }
      this.#keep(step, stepView(session, this.#notes, { index, time: step }));
      yield { done: TOTAL - 1, total: TOTAL };
    }
    const view = this.#views.get(time);
    if (view === undefined) throw new Error(`The backtest has no step at ${time}.`);
    return { ...view, index };
  }

  /** What is open at the end is closed as the backtest did it; what has ended does not go on. */
  #end(session: Session): void {
    if ((this.#given.options.finalise ?? "lastClose") === "lastClose") session.closeAtLast("end");
    this.#session = undefined;
  }

  #keep(time: number, view: StepView): void {
    this.#views.set(time, view);
    for (const oldest of this.#views.keys()) {
      if (this.#views.size <= KEPT) return;
      this.#views.delete(oldest);
    }
  }

  *#begun(): Steps<Session> {
    const { strategies, universe, options } = this.#given;
    const preparing = prepare(strategies, universe, options);
    let step = preparing.next();
    while (!step.done) {
      yield { done: Math.floor((PREPARED * step.value.done) / step.value.total), total: TOTAL };
      step = preparing.next();
    }
    const { settings, feeds, marks, fundings } = step.value;
    const session = new Session(settings, feeds, {
      marks,
      listener: (event) => {
        if (this.#isWatched) this.#notes.events.push(event);
      },
    });
    session.fund(fundings);
    return session;
  }

  /** The same strategies, whose answers are noted while a step is folded. */
  #watched(given: Strategy | StrategyMix): Strategy | StrategyMix {
    if (!("strategies" in given)) return this.#noting(given);
    return {
      ...given,
      strategies: given.strategies.map((share) => ({ ...share, strategy: this.#noting(share.strategy) })),
    };
  }

  #noting(strategy: Strategy): Strategy {
    const { name, decide } = strategy;
    if (decide === undefined) return strategy;
    return {
      ...strategy,
      decide: (input) => {
        const answer = decide(input);
        if (this.#isWatched) this.#notes.answers.set(name, answer);
        return answer;
      },
    };
  }
}
