import { tableFromIPC } from "apache-arrow";
import * as comlink from "comlink";
import type { CandleColumns } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { requireWorker } from "../workers/requireWorker.ts";
import { carryEngineErrors } from "../workers/throwHandler.ts";
import { columnsOf, joinColumns } from "./candleColumns.ts";
import { joinStreams } from "./ipcStreams.ts";
import { parquetToIpc, startParquet } from "./parquet.ts";

requireWorker();

/** Decoded files kept for the next reader; a file's content never changes under its hash. */
const CACHE_BYTES = 384 * 1024 * 1024;

/**
 * Fetches files of the lake and decodes them, off the page's thread. Files come through the browser's own
 * cache, which keeps them for ever.
 */
class LakeFilesWorker {
  /** Arrow IPC streams: what the database takes as it is, and what columns are read from. */
  readonly #cache = new Map<string, Promise<Uint8Array>>();
  #cachedBytes = 0;

  async start(): Promise<void> {
    await startParquet();
  }

  /** Decodes files that will be asked for, one after the other, so that nothing more urgent waits behind them. */
  async readAhead(hashes: readonly string[], token: string): Promise<void> {
    for (const hash of hashes) await this.#decoded(hash, token);
  }

  /** Consecutive files as one Arrow IPC stream. */
  async ipc(hashes: readonly string[], token: string): Promise<Uint8Array> {
    const bytes = joinStreams(await Promise.all(hashes.map((hash) => this.#decoded(hash, token))));
    return comlink.transfer(bytes, [bytes.buffer as ArrayBuffer]);
  }

  /** Candles of consecutive files with open time in [fromMs, toMs). */
  async columns(
    hashes: readonly string[],
    fromMs: number,
    toMs: number,
    token: string,
  ): Promise<CandleColumns> {
    const files = await Promise.all(hashes.map((hash) => this.#decoded(hash, token)));
    const joined = joinColumns(
      files.map((ipc) => columnsOf(tableFromIPC(ipc))),
      fromMs,
      toMs,
    );
    return comlink.transfer(
      joined,
      Object.values(joined).map((column) => column.buffer as ArrayBuffer),
    );
  }

  #decoded(hash: string, token: string): Promise<Uint8Array> {
    const known = this.#cache.get(hash);
    if (known !== undefined) {
      // Moved to the end: the map's order is the order of last use.
      this.#cache.delete(hash);
      this.#cache.set(hash, known);
      return known;
    }
    const decoding = this.#fetch(hash, token).then(parquetToIpc);
    this.#cache.set(hash, decoding);
    decoding.then(
      (ipc) => this.#makeRoom(ipc.length),
      () => this.#cache.delete(hash),
    );
    return decoding;
  }

  async #makeRoom(bytes: number): Promise<void> {
    this.#cachedBytes += bytes;
    for (const [hash, decoded] of this.#cache) {
      if (this.#cachedBytes <= CACHE_BYTES || this.#cache.size === 1) return;
      this.#cache.delete(hash);
      this.#cachedBytes -= (await decoded).length;
    }
  }

  async #fetch(hash: string, token: string): Promise<Uint8Array> {
    const headers = { "x-walkforward-token": token };
    const response = await fetch(`/api/lake/files/${hash}`, { headers }).catch((cause: unknown) => {
      const message = "The server does not answer, so the lake cannot be read. Start it again.";
      throw new EngineError("api.offline", message, { hash }, { cause });
    });
    if (response.status === 403) throw new EngineError("access.denied", "The server was started again.");
    if (!response.ok) {
      const message = `A file of the lake cannot be read (the server answered ${response.status}). See "walkforward datasets" for its state.`;
      throw new EngineError("lake.unreadable-file", message, { hash, status: response.status });
    }
    return new Uint8Array(await response.arrayBuffer());
  }
}

export type LakeFilesApi = LakeFilesWorker;
carryEngineErrors();
comlink.expose(new LakeFilesWorker());
