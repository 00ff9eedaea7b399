import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import { EngineError } from "#engine/core/errors.ts";
import { ENGINE_VERSION } from "#engine/core/version.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type { Ingredients, RunSummary, SeriesName } from "#server/contract.ts";
import { api } from "../data/api.ts";
import type { ProgressState } from "../outputs/progress.ts";
import type { StepView } from "../outputs/stepper/stepView.ts";
import type { Variant } from "../outputs/tearsheet/compareBacktests.ts";
import { ComputeHost } from "../shell/computeHost.ts";
import { stepAt, worseRuns } from "../workers/again.ts";
import { type CallOptions, ComputeClient } from "../workers/client.ts";
import { ComputePool } from "../workers/pool.ts";
import type { BacktestTask } from "../workers/protocol.ts";
import { spawnRemotely } from "../workers/remoteWorker.ts";
import { candlesNamed } from "./runCandles.ts";

type Made = { task: BacktestTask; result: Backtest };
type Workers = { host: ComputeHost; pool: ComputePool; stepping: ComputeClient };

/** Before the first line of any ledger: whoever adds to one without having read it. */
const UNREAD = { seq: 0, hash: "0".repeat(64) };

/**
 * A kept backtest made again from what it was made of, to look at what was not kept: the same with worse fills, and each
 * of its steps. Its strategy may be a stranger's: its text goes, unread, to workers of a sandboxed frame, as from a
 * notebook, and only numbers come back.
 */
export class RunAgain {
  readonly #kept: Backtest;
  readonly #run: RunSummary;
  readonly #ingredients: Ingredients;
  readonly #counting: Promise<unknown>[] = [];
  #made: Promise<Made> | undefined;
  #workers: Workers | undefined;

  constructor(run: RunSummary, kept: Backtest, ingredients: Ingredients) {
    this.#run = run;
    this.#kept = kept;
    this.#ingredients = ingredients;
  }

  /** The run itself; throws where it does not come to the hash under which it was kept. */
  async made(signal: AbortSignal, onProgress: (state: ProgressState) => void): Promise<Made> {
    this.#made ??= this.#make(signal, onProgress);
    try {
      return await this.#made;
    } catch (error) {
      // Canceled, or without its data: asked for anew it may do better.
      this.#made = undefined;
      throw error;
    }
  }

  /** The same under worse fills, one run after the other. */
  async worse(signal: AbortSignal, onProgress: (state: ProgressState) => void): Promise<Variant[]> {
    const { task } = await this.made(signal, onProgress);
    return worseRuns(task, this.#compute, { signal, onProgress });
  }

  /** What it looked like after a row of its equity. */
  async step({ task, result }: Made, index: number, signal: AbortSignal): Promise<StepView> {
    return this.#started().stepping.step(task, stepAt(result, index), { signal });
  }

  /** Once the ledger counts all that was tried here. */
  async counted(): Promise<void> {
    await Promise.all(this.#counting);
  }

  destroy(): void {
    this.#workers?.host.remove();
    this.#workers?.host.close();
    this.#workers = undefined;
  }

  async #make(signal: AbortSignal, onProgress: (state: ProgressState) => void): Promise<Made> {
    const { strategies, capital, options, candles } = this.#ingredients;
    const { startMs, endMs } = this.#kept.settings;
    const named = (names: readonly SeriesName[]) =>
      Promise.all(names.map((name) => candlesNamed(name, Number(endMs))));
    const [universe, detail, markPrice] = await Promise.all([
      named(candles.universe),
      named(candles.detail),
      named(candles.markPrice),
    ]);
    signal.throwIfAborted();
    const task: BacktestTask = {
      strategies,
      ...(capital && { capital }),
      candles: universe,
      options: {
        ...(options as BacktestOptions),
        // The very span that it had: the lake may have grown at either end since.
        ...{ startMs: Number(startMs), endMs: Number(endMs) },
        ...(detail.length > 0 && { detail }),
        ...(markPrice.length > 0 && { markPrice }),
      },
    };
    const result = await this.#compute(task, { signal, onProgress });
    this.#requireSame(result);
    return { task, result };
  }

  readonly #compute = (task: BacktestTask, options: CallOptions): Promise<Backtest> =>
    this.#started().pool.backtest(task, options);

  #requireSame({ hash, dataHash }: Backtest): void {
    const kept = this.#kept;
    if (hash === kept.hash) return;
    const why =
      dataHash !== kept.dataHash
        ? "The candles in the lake are no longer those that it saw, or it saw candles that never were in the lake."
        : kept.engineVersion !== ENGINE_VERSION
          ? `It was made by version ${kept.engineVersion} of the engine, and this is ${ENGINE_VERSION}.`
          : "The same strategy over the same candles came to other fills: it is not the same from run to run.";
    throw new EngineError(
      "run.not-the-same",
      `This run cannot be made again from here: it came to another hash than the one it was kept under. ${why}`,
      { kept: kept.hash, made: hash },
    );
  }

  #started(): Workers {
    if (this.#workers === undefined) {
      const { port1, port2 } = new MessageChannel();
      const host = new ComputeHost(document.body, port2, {
        trial: (trial) => this.#count(trial),
        // Nothing is searched from here.
        scored: () => Promise.resolve([]),
      });
      const spawn = spawnRemotely(port1);
      this.#workers = {
        host,
        pool: new ComputePool(spawn, { allowModules: true }),
        stepping: new ComputeClient(spawn, { allowModules: true }),
      };
    }
    return this.#workers;
  }

  /** What is tried here is tried in the notebook that the run came from: its ledger counts what it has not yet. */
  #count(trial: Trial): void {
    const { notebook } = this.#run;
    if (notebook === null) return;
    // A notebook that is gone took its ledger with it.
    this.#counting.push(api.addTrials(notebook, [trial], UNREAD).catch(() => undefined));
  }
}
