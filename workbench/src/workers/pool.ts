import type { Backtest } from "#engine/backtest/result.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import type { FoldReport } from "#engine/selection/optimisation.ts";
import type { CandlePathPart } from "#engine/stress/candlePaths.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import { type CallOptions, type ClientOptions, ComputeClient, canceled } from "./client.ts";
import type { LeakAnswer, LeakWork } from "./leaks.ts";
import type { Answers, BacktestTask, EvaluateTask, FoldTask } from "./protocol.ts";
import type { Spawn } from "./spawn.ts";
import type { CandlePathWork, StudyWork } from "./study.ts";

export type PoolCallOptions = CallOptions & {
  /** A call with the same name that is still under way is canceled: a cell that runs again replaces itself. */
  replaces?: string;
};

/** As many workers as there are cores to spare; one stays for the page. */
export function poolSize(cores: number = navigator.hardwareConcurrency): number {
  return Math.max(1, (cores || 2) - 1);
}

/** Spreads evaluations over workers, first come first served. Workers start when they are first needed. */
export class ComputePool {
  readonly #spawn: Spawn;
  readonly #options: ClientOptions;
  readonly #size: number;
  readonly #idle: ComputeClient[] = [];
  readonly #all: ComputeClient[] = [];
  readonly #waiting: ((client: ComputeClient) => void)[] = [];
  readonly #named = new Map<string, AbortController>();

  constructor(spawn: Spawn, { size = poolSize(), ...options }: ClientOptions & { size?: number } = {}) {
    this.#spawn = spawn;
    this.#options = options;
    this.#size = size;
  }

  /** Starts the first worker before anybody asks. */
  async warm(): Promise<void> {
    if (this.#all.length > 0) return;
    const client = this.#added();
    this.#idle.push(client);
    await client.warm();
  }

  evaluate(task: EvaluateTask, options: PoolCallOptions = {}): Promise<Evaluation> {
    return this.#spread((client, call) => client.evaluate(task, call), options);
  }

  backtest(task: BacktestTask, options: PoolCallOptions = {}): Promise<Backtest> {
    return this.#spread((client, call) => client.backtest(task, call), options);
  }

  optimiseFold(task: FoldTask, options: PoolCallOptions = {}): Promise<FoldReport> {
    return this.#spread((client, call) => client.optimiseFold(task, call), options);
  }

  candlePaths(
    task: BacktestTask,
    paths: CandlePathWork,
    options: PoolCallOptions = {},
  ): Promise<CandlePathPart> {
    return this.#spread((client, call) => client.candlePaths(task, paths, call), options);
  }

  leaks(work: LeakWork, candles: readonly Candles[], options: PoolCallOptions = {}): Promise<LeakAnswer> {
    return this.#spread((client, call) => client.leaks(work, candles, call), options);
  }

  study<W extends StudyWork>(work: W, options: PoolCallOptions = {}): Promise<Answers[W["kind"]]> {
    return this.#spread((client, call) => client.study(work, call), options);
  }

  async #spread<T>(
    work: (client: ComputeClient, call: CallOptions) => Promise<T>,
    { signal, onProgress, replaces }: PoolCallOptions,
  ): Promise<T> {
    const own = new AbortController();
    const abort = (): void => own.abort();
    if (signal?.aborted) own.abort();
    signal?.addEventListener("abort", abort, { once: true });
    if (replaces !== undefined) {
      this.#named.get(replaces)?.abort();
      this.#named.set(replaces, own);
    }
    let client: ComputeClient | undefined;
    try {
      client = await this.#free(own.signal);
      return await work(client, { signal: own.signal, onProgress });
    } finally {
      signal?.removeEventListener("abort", abort);
      if (replaces !== undefined && this.#named.get(replaces) === own) this.#named.delete(replaces);
      if (client !== undefined) this.#handOn(client);
    }
  }

  /** Ends all workers. */
  dispose(): void {
    for (const client of this.#all) client.dispose();
  }

  #added(): ComputeClient {
    const client = new ComputeClient(this.#spawn, this.#options);
    this.#all.push(client);
    return client;
  }

  async #free(signal: AbortSignal): Promise<ComputeClient> {
    throwIfCanceled(signal);
    // The one used last is likeliest to hold the candles.
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.length < this.#size) return this.#added();
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      signal.addEventListener("abort", () => {
        const place = this.#waiting.indexOf(resolve);
        // Whoever has left the queue has a worker already and is canceled there.
        if (place < 0) return;
        this.#waiting.splice(place, 1);
        reject(canceled());
      });
    });
  }

  #handOn(client: ComputeClient): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(client);
    else next(client);
  }
}
