import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import workerUrl from "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url";
import wasmUrl from "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url";

/**
 * The one file that knows DuckDB's WebAssembly build. It is opened without any way out: extensions would be
 * fetched from DuckDB's own host, and a fetch that fails there can corrupt the instance.
 */
const SETTINGS = (origin: string): string[] => [
  `SET custom_extension_repository = '${origin}/duckdb-ext'`,
  "SET autoload_known_extensions = false",
  "SET autoinstall_known_extensions = false",
  "SET enable_external_access = false",
  "SET memory_limit = '2GB'",
  "SET lock_configuration = true",
];

/** How long a cancel may take before the whole instance is thrown away. */
const CANCEL_GRACE_MS = 1000;

/** One instance of DuckDB in a worker of its own, with one connection. */
export class Duckdb {
  readonly #worker: Worker;
  readonly #db: AsyncDuckDB;
  readonly #dead: Promise<never>;
  #die: (error: Error) => void = () => undefined;
  #connection = -1;
  isDead = false;

  private constructor() {
    this.#worker = new Worker(workerUrl, { name: "duckdb" });
    this.#db = new AsyncDuckDB(new VoidLogger(), this.#worker);
    this.#dead = new Promise((_, reject) => {
      this.#die = reject;
    });
    this.#dead.catch(() => undefined);
    // Beside the client's own listener, which only logs.
    this.#worker.addEventListener("error", (event) => this.kill(event.message || "its worker stopped"));
  }

  /** An instance that is ready to be asked: the one that was started ahead, if nobody has taken it yet. */
  static start(): Promise<Duckdb> {
    const started = Duckdb.#ahead ?? Duckdb.#start();
    Duckdb.#ahead = undefined;
    return started;
  }

  /** Starts an instance for whoever asks first; a failure is told to them. */
  static startAhead(): void {
    Duckdb.#ahead ??= Duckdb.#start();
    Duckdb.#ahead.catch(() => undefined);
  }

  static #ahead: Promise<Duckdb> | undefined;

  static async #start(): Promise<Duckdb> {
    const duckdb = new Duckdb();
    await duckdb.#race(duckdb.#db.instantiate(new URL(wasmUrl, location.href).href));
    duckdb.#connection = await duckdb.#race(duckdb.#db.connectInternal());
    await duckdb.execute(SETTINGS(location.origin).join("; "));
    return duckdb;
  }

  /** Runs a statement of our own, whose answer nobody reads. */
  async execute(sql: string): Promise<void> {
    await this.#race(this.#db.runQuery(this.#connection, sql));
  }

  /** Runs our own statement and returns its rows as an Arrow IPC stream. */
  runOwn(sql: string): Promise<Uint8Array> {
    return this.#race(this.#db.runQuery(this.#connection, sql));
  }

  /** Appends an Arrow IPC stream to a table; the memory is given away. */
  async insert(schema: string, name: string, ipc: Uint8Array): Promise<void> {
    await this.#race(
      this.#db.insertArrowFromIPCStream(this.#connection, ipc, { schema, name, create: false }),
    );
  }

  /** Makes a table of an Arrow IPC stream; the memory is given away. */
  async insertNew(schema: string, name: string, ipc: Uint8Array): Promise<void> {
    await this.#race(
      this.#db.insertArrowFromIPCStream(this.#connection, ipc, { schema, name, create: true }),
    );
  }

  /**
   * Runs a statement of the notebook's inside a read-only transaction and returns all of its rows as one Arrow
   * IPC stream. Aborting stops it; an instance that does not stop is dead afterwards.
   */
  async query(sql: string, signal: AbortSignal, limitBytes: number): Promise<Uint8Array> {
    await this.execute("BEGIN TRANSACTION READ ONLY");
    const cancel = () => {
      const timer = setTimeout(() => this.kill("it did not stop when asked to"), CANCEL_GRACE_MS);
      void this.#race(this.#db.cancelPendingQuery(this.#connection))
        .finally(() => clearTimeout(timer))
        .catch(() => undefined);
    };
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const result = await this.#collect(sql, signal, limitBytes);
      await this.execute("COMMIT");
      return result;
    } catch (error) {
      if (!this.isDead) await this.execute("ROLLBACK").catch(() => undefined);
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  kill(reason: string): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#worker.terminate();
    this.#die(new Error(`The database stopped: ${reason}.`));
  }

  async #collect(sql: string, signal: AbortSignal, limitBytes: number): Promise<Uint8Array> {
    let header = await this.#race(this.#db.startPendingQuery(this.#connection, sql, false));
    while (header === null) {
      signal.throwIfAborted();
      header = await this.#race(this.#db.pollPendingQuery(this.#connection));
    }
    const parts = [header];
    let bytes = header.length;
    for (;;) {
      signal.throwIfAborted();
      const part = await this.#race(this.#db.fetchQueryResults(this.#connection));
      if (part === null || part.length === 0) break;
      parts.push(part);
      bytes += part.length;
      if (bytes > limitBytes) throw new Error(`Out of Memory: the result is larger than ${limitBytes} bytes`);
    }
    const ipc = new Uint8Array(bytes);
    let offset = 0;
    for (const part of parts) {
      ipc.set(part, offset);
      offset += part.length;
    }
    return ipc;
  }

  #race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#dead]);
  }
}
