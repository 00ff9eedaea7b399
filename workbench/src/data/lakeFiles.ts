import * as comlink from "comlink";
import type { CandleColumns } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import type { Series } from "#server/contract.ts";
import { carryEngineErrors } from "../workers/throwHandler.ts";
import { accessToken, renewToken } from "./api.ts";
import type { LakeFilesApi } from "./data.worker.ts";

carryEngineErrors();

/** The page's hold on the worker that fetches and decodes files of the lake; started with the first use. */
class LakeFiles {
  #worker: Worker | undefined;
  #started: Promise<comlink.Remote<LakeFilesApi>> | undefined;
  #fail: ((error: Error) => void) | undefined;
  #death: Promise<never> | undefined;

  start(): Promise<comlink.Remote<LakeFilesApi>> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** Has these files decoded by the time that they are asked for. */
  async readAhead(hashes: readonly string[]): Promise<void> {
    await this.#alive(async (worker) => worker.readAhead(hashes, accessToken()));
  }

  /** Consecutive files of one series as one Arrow IPC stream, whose memory is the caller's own. */
  async ipc(hashes: readonly string[]): Promise<Uint8Array> {
    return this.#alive(async (worker) => worker.ipc(hashes, accessToken()));
  }

  /** Candles with open time in [fromMs, toMs); their memory is the caller's own. */
  async candles(series: Series, fromMs = -Infinity, toMs = Infinity): Promise<CandleColumns> {
    const files = series.files.filter((file) => file.lastMs >= fromMs && file.firstMs < toMs);
    const hashes = files.sort((a, b) => a.firstMs - b.firstMs).map(({ hash }) => hash);
    return this.#alive(async (worker) => worker.columns(hashes, fromMs, toMs, accessToken()));
  }

  /** A dead worker rejects what waits for it; the next call starts another. */
  async #alive<T>(work: (worker: comlink.Remote<LakeFilesApi>) => Promise<T>): Promise<T> {
    const worker = await this.start();
    const death = this.#death as Promise<never>;
    try {
      return await Promise.race([work(worker), death]);
    } catch (error) {
      const isDenied = error instanceof EngineError && error.code === "access.denied";
      if (!isDenied || !(await renewToken())) throw error;
      return Promise.race([work(worker), death]);
    }
  }

  async #start(): Promise<comlink.Remote<LakeFilesApi>> {
    const worker = new Worker(new URL("./data.worker.ts", import.meta.url), { type: "module", name: "lake" });
    this.#worker = worker;
    this.#death = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#death.catch(() => undefined);
    worker.onerror = (event) => this.#die(event.message);
    const remote = comlink.wrap<LakeFilesApi>(worker);
    await Promise.race([remote.start(), this.#death]);
    return remote;
  }

  #die(reason: string): void {
    this.#worker?.terminate();
    this.#started = undefined;
    this.#fail?.(
      new EngineError("worker.died", `The worker that reads the lake stopped (${reason}). Try again.`),
    );
  }
}

export const lakeFiles = new LakeFiles();
