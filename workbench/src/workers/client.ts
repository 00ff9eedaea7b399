import { transfer } from "comlink";
import type { Backtest } from "#engine/backtest/result.ts";
import { CANDLE_COLUMNS, type Candles } from "#engine/candles/candles.ts";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import { EngineError } from "#engine/core/errors.ts";
import type { FoldReport } from "#engine/selection/optimisation.ts";
import type { CandlePathPart } from "#engine/stress/candlePaths.ts";
import type { EvaluationProgress } from "#engine/walkforward/evaluate.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { StepView } from "../outputs/stepper/stepView.ts";
import { candleBytes, fingerprint } from "./fingerprint.ts";
import type { LeakAnswer, LeakWork } from "./leaks.ts";
import { secondsLeft } from "./pace.ts";
import type {
  Answers,
  BacktestTask,
  BacktestWork,
  EvaluateTask,
  FoldTask,
  Progress,
  WireTask,
  Work,
} from "./protocol.ts";
import { type Session, startSession } from "./session.ts";
import { inSlices } from "./slices.ts";
import type { Spawn } from "./spawn.ts";
import type { CandlePathWork, StudyWork } from "./study.ts";

export type ClientOptions = {
  /** Whether strategies may come as text; only in the notebook's sandbox. */
  allowModules?: boolean;
  /** How long a canceled evaluation may take to stop by itself before its worker is ended. */
  graceMs?: number;
  readyWithinMs?: number;
  /**
   * A worker that gives no sign for so long is ended. It pauses every few milliseconds, so silence means an endless
   * loop in a strategy, or that it is gone without a word.
   */
  silentMs?: number;
  /** Candles that a worker may keep for later calls. */
  keepBytes?: number;
};

export type CallOptions = {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
};

/**
 * One worker and all that can happen to it: it owns ids, progress, cancel, death and restart. A canceled call rejects
 * at once; its worker may finish its step and is ended after `graceMs` if it does not. A dead worker rejects its call
 * with `worker.died`, and the next call starts another. One evaluation at a time: `ComputePool` spreads them.
 */
export class ComputeClient {
  readonly #spawn: Spawn;
  readonly #options: Required<ClientOptions>;
  #session: Promise<Session> | undefined;
  #live: Session | undefined;
  #nextId = 1;
  /** Resolves when the call before is over, in the worker too. */
  #free: Promise<void> = Promise.resolve();

  constructor(spawn: Spawn, options: ClientOptions = {}) {
    this.#spawn = spawn;
    this.#options = {
      allowModules: false,
      graceMs: 150,
      readyWithinMs: 10_000,
      silentMs: 60_000,
      keepBytes: 768 * 2 ** 20,
      ...options,
    };
  }

  /** Starts the worker before it is needed. */
  async warm(): Promise<void> {
    await this.#started();
  }

  async evaluate(task: EvaluateTask, call: CallOptions = {}): Promise<Evaluation> {
    return this.compute(
      { kind: "evaluate", strategy: task.strategy, options: plainOptions(task) },
      task.candles,
      call,
    );
  }

  async backtest(task: BacktestTask, call: CallOptions = {}): Promise<Backtest> {
    const { work, candles } = backtestWork(task);
    return this.compute({ kind: "backtest", ...work }, candles, call);
  }

  /** One fold of an optimisation: a search over its training, and one look at its test. */
  async optimiseFold(task: FoldTask, call: CallOptions = {}): Promise<FoldReport> {
    const { strategy, fold, settings } = task;
    return this.compute(
      { kind: "optimise", strategy, fold, settings: plain("optimise", settings) },
      task.candles,
      call,
    );
  }

  /** What the backtest looked like after the last of `times`; see `Work`. */
  async step(
    task: BacktestTask,
    step: { index: number; times: Float64Array; isLast: boolean },
    call: CallOptions = {},
  ): Promise<StepView> {
    const { work, candles } = backtestWork(task);
    return this.compute({ kind: "step", ...step, ...work }, candles, call);
  }

  /** Looks for the future in a strategy, in recipes or in what cells compute. */
  leaks(work: LeakWork, candles: readonly Candles[], call: CallOptions = {}): Promise<LeakAnswer> {
    return this.compute(plain("leakProbe", work), candles, call);
  }

  /** Some of the paths of a backtest on changed candles. */
  async candlePaths(
    task: BacktestTask,
    paths: CandlePathWork,
    call: CallOptions = {},
  ): Promise<CandlePathPart> {
    const { work, candles } = backtestWork(task);
    return this.compute({ kind: "candlePaths", paths, ...work }, candles, call);
  }

  /** Studies a result that is there already. */
  async study<W extends StudyWork>(work: W, call: CallOptions = {}): Promise<Answers[W["kind"]]> {
    return this.compute(work, [], call);
  }

  /** Has the worker do a piece of work over these candles. */
  async compute<W extends Work>(
    work: W,
    candles: readonly Candles[],
    { signal, onProgress }: CallOptions = {},
  ): Promise<Answers[W["kind"]]> {
    const before = this.#free;
    let release: () => void = () => undefined;
    this.#free = new Promise((resolve) => {
      release = resolve;
    });
    let stopping: Promise<void> | undefined;
    let close = (): void => undefined;
    try {
      await orCanceled(before, signal);
      const session = await orCanceled(this.#started(), signal);
      const keys = await fingerprints(candles, signal);
      const missing = keys.flatMap((key, i) => (session.held.has(key) || keys.indexOf(key) < i ? [] : [i]));
      const added = await inSlices(copies(candles, keys, missing), { signal });
      this.#note(session, candles, keys);
      const { call, id, progress } = this.#call<W>(session, { work, keys, added }, onProgress);
      call.catch((error: unknown) => {
        // What a strategy left behind in its worker would be there for the next one.
        if (error instanceof EngineError && error.code === "strategy.changed-shared") session.end();
      });
      const watch = new SilenceWatch(this.#options.silentMs, (words) => session.end(words));
      progress.addEventListener("message", () => watch.heard());
      close = () => {
        watch.stop();
        progress.close();
      };
      return await Promise.race([
        call,
        session.death,
        whenAborted(signal, () => {
          stopping = this.#stop(session, id, call);
        }),
      ]);
    } finally {
      close();
      // The caller has its answer; the next call waits until the worker is free or ended.
      void Promise.allSettled([before, stopping]).then(release);
    }
  }

  /** Ends the worker; calls under way reject with `worker.died`. */
  dispose(): void {
    // One that is still starting ends as soon as it is there.
    this.#session?.then(
      (session) => session.end(),
      () => undefined,
    );
    this.#live = undefined;
    this.#session = undefined;
  }

  #started(): Promise<Session> {
    if (this.#session === undefined || this.#live?.isDead) {
      const starting = startSession(this.#spawn, this.#options);
      this.#session = starting;
      this.#live = undefined;
      starting.then(
        (session) => {
          if (this.#session === starting) this.#live = session;
        },
        () => {
          // A worker that did not start is tried anew by the next call.
          if (this.#session === starting) this.#session = undefined;
        },
      );
    }
    return this.#session;
  }

  /** Notes what the worker will hold with this call, and has it let go of what it needs no more. */
  #note({ api, held }: Session, candles: readonly Candles[], keys: readonly string[]): void {
    for (const [i, key] of keys.entries()) {
      held.delete(key);
      held.set(key, candleBytes(candles[i]));
    }
    const forgotten = this.#tooMuch(held, keys);
    if (forgotten.length > 0) void api.forget(forgotten);
  }

  #call<W extends Work>(
    { api }: Session,
    task: WireTask<W>,
    onProgress: CallOptions["onProgress"],
  ): { id: number; call: Promise<Answers[W["kind"]]>; progress: MessagePort } {
    const id = this.#nextId++;
    const { port1, port2 } = new MessageChannel();
    const started = performance.now();
    port1.onmessage = ({ data }: MessageEvent<EvaluationProgress>) => {
      const left = secondsLeft(data.done, data.total, performance.now() - started);
      onProgress?.({ ...data, secondsLeft: left });
    };
    const buffers = task.added.flatMap(({ candles }) => CANDLE_COLUMNS.map((name) => candles[name].buffer));
    const call = api.run(id, transfer<WireTask>(task, buffers), transfer(port2, [port2]));
    return { id, call: call as Promise<Answers[W["kind"]]>, progress: port1 };
  }

  #tooMuch(held: Map<string, number>, needed: readonly string[]): string[] {
    let bytes = [...held.values()].reduce((sum, size) => sum + size, 0);
    const forgotten: string[] = [];
    for (const [key, size] of held) {
      if (bytes <= this.#options.keepBytes) break;
      if (needed.includes(key)) continue;
      held.delete(key);
      forgotten.push(key);
      bytes -= size;
    }
    return forgotten;
  }

  /** Asks the worker to stop and ends it if it does not within the grace: a loop in `decide` hears nothing. */
  async #stop(session: Session, id: number, call: Promise<unknown>): Promise<void> {
    void session.api.cancel(id).catch(() => undefined);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const grace = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), this.#options.graceMs);
    });
    const outcome = await Promise.race([call.then(settled, settled), session.death.catch(settled), grace]);
    clearTimeout(timer);
    if (outcome === "late") session.end();
  }
}

/** Calls back once when nothing was heard for a while. */
class SilenceWatch {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly silentMs: number,
    readonly tell: (words: string) => void,
  ) {
    this.heard();
  }

  heard(): void {
    clearTimeout(this.#timer);
    const words = `it gave no sign for ${this.silentMs / 1000} s, as in an endless loop or without memory`;
    this.#timer = setTimeout(() => this.tell(words), this.silentMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function plainOptions({ options, simulated }: EvaluateTask): EvaluateTask["options"] {
  return plain("evaluate", simulated === undefined ? options : { ...options, simulated });
}

/** A backtest as it crosses: all of its candles in one list, and the rest as plain data. */
function backtestWork({ strategies, capital, candles, options }: BacktestTask): {
  work: BacktestWork;
  candles: readonly Candles[];
} {
  const { detail = [], markPrice = [], ...others } = options;
  const rule = capital === undefined ? {} : { capital };
  const work = { strategies, ...rule, detail: detail.length, markPrice: markPrice.length, options: others };
  return { work: plain("backtest", work), candles: [...candles, ...detail, ...markPrice] };
}

/** Refused here, before the worker is told that it was sent candles. */
function plain<T>(call: string, options: T): T {
  try {
    return structuredClone(options);
  } catch (cause) {
    throw new EngineError(
      `${call}.options-not-plain`,
      `${call}: the options hold something that is not plain data; expected numbers, texts, lists and switches. ` +
        "What is code belongs into a strategy.",
      {},
      { cause },
    );
  }
}

const settled = (): "settled" => "settled";

/** The worker gets copies: the caller's columns stay the caller's. A generator, since a universe may be large. */
function* copies(
  series: readonly Candles[],
  keys: readonly string[],
  missing: readonly number[],
): Generator<void, WireTask["added"]> {
  const made: { key: string; candles: Candles }[] = [];
  for (const i of missing) {
    const columns: Partial<Record<(typeof CANDLE_COLUMNS)[number], Float64Array>> = {};
    for (const name of CANDLE_COLUMNS) {
      columns[name] = series[i][name].slice();
      yield;
    }
    made.push({ key: keys[i], candles: { ...series[i], ...columns } });
  }
  return made;
}

async function fingerprints(series: readonly Candles[], signal: AbortSignal | undefined): Promise<string[]> {
  const keys: string[] = [];
  for (const candles of series) keys.push(await inSlices(fingerprint(candles), { signal }));
  return keys;
}

/** What a canceled call rejects with. */
export function canceled(): EngineError {
  return new EngineError("canceled", "Canceled before it finished. Run it again to get a result.");
}

function whenAborted(signal: AbortSignal | undefined, act: () => void): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      act();
      reject(canceled());
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

async function orCanceled<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  throwIfCanceled(signal);
  return Promise.race([promise, whenAborted(signal, () => undefined)]);
}
