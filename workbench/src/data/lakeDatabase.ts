import { EngineError, nearestName } from "#engine/core/errors.ts";
import type { Series } from "#server/contract.ts";
import type { SqlReply } from "../shell/protocol.ts";
import { type CellTable, CellTables } from "./cellTables.ts";
import { Duckdb } from "./duckdb.ts";
import { lakeFiles } from "./lakeFiles.ts";
import { filesOf, LoadedTables, SERIES_LIST } from "./loadedTables.ts";
import { dottedNames, firstWord, hasSecondStatement } from "./namedTables.ts";
import { isOutOfMemory, missingTable, sqlFailure } from "./sqlFailure.ts";
import type { LakeTable } from "./tableNames.ts";
import { lakeTables } from "./tableNames.ts";

/** Statements that only read; the transaction they run in is read-only as well. */
const READING = new Set([
  "SELECT",
  "WITH",
  "FROM",
  "VALUES",
  "TABLE",
  "DESCRIBE",
  "SHOW",
  "SUMMARIZE",
  "EXPLAIN",
  "PIVOT",
  "UNPIVOT",
]);
const RESULT_LIMIT_BYTES = 1_000_000_000;

/** One instance of the database and what it has been given of the lake. */
type Running = { engine: Duckdb; loaded: LoadedTables; cells: CellTables };

export type QueryContext = {
  signal: AbortSignal;
  progress(done: number, total: number | null, message: string): void;
};

/**
 * The lake as SQL tables for one open notebook. Only the tables that a statement names are loaded, and only
 * once; an instance that ran out of memory or would not stop is replaced, and loads again what is asked for.
 */
export class LakeDatabase {
  #tables = new Map<string, LakeTable>();
  #starting: Promise<Running> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #prepared: Promise<unknown> = Promise.resolve();
  #closed = false;
  readonly #onMemory: (bytes: number | undefined) => void;

  constructor(onMemory: (bytes: number | undefined) => void) {
    this.#onMemory = onMemory;
  }

  get tables(): ReadonlyMap<string, LakeTable> {
    return this.#tables;
  }

  /** Takes a new listing of the lake; tables whose files changed are loaded afresh when next named. */
  update(listing: readonly Series[]): void {
    this.#tables = lakeTables(listing);
  }

  /** Settled once the tables that the notebook's statements name are loaded. */
  get prepared(): Promise<unknown> {
    return this.#prepared;
  }

  /** Starts the engine ahead of the first statement; a failure shows with that statement. */
  warm(): void {
    void lakeFiles.start().catch(() => undefined);
    void this.#running().catch(() => undefined);
    void arrow().catch(() => undefined);
  }

  /**
   * Loads the tables that a notebook's statements name, ahead of its cells asking for them. Where they name none, a
   * small file is loaded and forgotten: the browser compiles that code when it first runs, for a quarter of a second.
   */
  prepare(statements: readonly string[]): void {
    const named = statements.flatMap(dottedNames);
    const context = { signal: new AbortController().signal, progress: () => undefined };
    // Files are decoded while the engine is still starting.
    const files = filesOf(this.#tablesNamed(named), this.#tables);
    void lakeFiles.readAhead(files.map(({ hash }) => hash)).catch(() => undefined);
    this.#queue = this.#queue
      .then(async () => {
        const running = await this.#running();
        if (files.length === 0) await running.loaded.rehearse(this.#tables);
        else await this.#loadNamed(running, named, context);
      })
      // Whatever is wrong shows, with its words, in the cell that reads the table.
      .catch(() => undefined);
    if (files.length > 0) this.#prepared = this.#queue;
  }

  /** Runs one reading statement over the lake and tables of cells; statements run one after the other. */
  query(sql: string, context: QueryContext, cells: readonly CellTable[] = []): Promise<SqlReply> {
    requireReading(sql);
    const result = this.#queue.then(() => this.#run(sql, context, cells));
    // The answer does not wait until the memory is measured; the next statement does.
    this.#queue = result.then(
      () => this.#measure().catch(() => undefined),
      () => undefined,
    );
    return result;
  }

  close(): void {
    this.#closed = true;
    this.#drop("the notebook was closed");
    this.#onMemory(undefined);
  }

  async #run(sql: string, context: QueryContext, given: readonly CellTable[]): Promise<SqlReply> {
    context.signal.throwIfAborted();
    const started = performance.now();
    const asked = dottedNames(sql);
    // A table of the lake is never hidden by a cell's.
    const cells = given.filter(({ schema = "", name }) => !this.#isOfLake(schema, name));
    try {
      const result = await this.#runLoading(sql, asked, context, cells);
      const milliseconds = performance.now() - started;
      const { tableFromIPC } = await arrow();
      return { ipc: result, rows: tableFromIPC(result).numRows, milliseconds };
    } catch (error) {
      if (context.signal.aborted || error instanceof EngineError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      const known = cells.map(({ schema, name }) => (schema === undefined ? name : `${schema}.${name}`));
      const failure = sqlFailure(message, asked, [...this.#tables.keys(), SERIES_LIST, ...known]);
      if (isOutOfMemory(message)) this.#drop("it ran out of memory");
      throw failure;
    }
  }

  #isOfLake(schema: string, name: string): boolean {
    const key = `${schema}.${name}`.toLowerCase();
    return key === SERIES_LIST || this.#tables.has(key);
  }

  async #runLoading(
    sql: string,
    asked: ReturnType<typeof dottedNames>,
    context: QueryContext,
    given: readonly CellTable[],
  ) {
    const running = await this.#running();
    const { engine, loaded, cells } = running;
    await loaded.dropAllBut(this.#tables);
    await this.#loadNamed(running, asked, context);
    for (;;) {
      try {
        const run = () => engine.query(sql, context.signal, RESULT_LIMIT_BYTES);
        return await cells.during(given, run);
      } catch (error) {
        // A name that only shows at run time, as in query_table('simulated.btc_usdt_5m'): load it, try again.
        const missing = missingTable(error instanceof Error ? error.message : "");
        const table = [...this.#tables.values()].find(
          (one) => one.name === missing && sql.includes(`${one.schema}.${one.name}`) && !loaded.has(one),
        );
        if (table === undefined) throw error;
        await loaded.load([table], this.#tables, context);
      }
    }
  }

  async #loadNamed(
    { loaded }: Running,
    names: ReturnType<typeof dottedNames>,
    context: QueryContext,
  ): Promise<void> {
    await loaded.load(this.#tablesNamed(names), this.#tables, context);
    if (names.some((name) => keyOf(name) === SERIES_LIST)) await loaded.loadSeriesList(this.#tables);
  }

  #tablesNamed(names: ReturnType<typeof dottedNames>): LakeTable[] {
    return [...new Set(names.map(keyOf))].flatMap((key) => this.#tables.get(key) ?? []);
  }

  async #running(): Promise<Running> {
    if (this.#closed) throw new EngineError("canceled", "The notebook was closed.");
    this.#starting ??= Duckdb.start().then((engine) => ({
      engine,
      loaded: new LoadedTables(engine),
      cells: new CellTables(engine),
    }));
    try {
      const running = await this.#starting;
      if (!running.engine.isDead) return running;
    } catch (cause) {
      this.#starting = undefined;
      const message =
        "The browser's database did not start. Reload the page; if it stays so, the browser is too old.";
      throw new EngineError("sql.not-started", message, {}, { cause });
    }
    this.#starting = undefined;
    return this.#running();
  }

  #drop(reason: string): void {
    void this.#starting?.then(({ engine }) => engine.kill(reason)).catch(() => undefined);
    this.#starting = undefined;
  }

  async #measure(): Promise<void> {
    const running = await this.#starting?.catch(() => undefined);
    if (running === undefined || running.engine.isDead) return this.#onMemory(undefined);
    const ipc = await running.engine.runOwn(
      "SELECT sum(memory_usage_bytes)::DOUBLE AS bytes FROM duckdb_memory()",
    );
    const { tableFromIPC } = await arrow();
    this.#onMemory(Number(tableFromIPC(ipc).getChild("bytes")?.get(0) ?? 0));
  }
}

const keyOf = ({ schema, name }: { schema?: string; name: string }): string => `${schema}.${name}`;

/** Arrow is large and wanted only once there is a result. */
const arrow = () => import("apache-arrow");

function requireReading(sql: string): void {
  const word = firstWord(sql);
  if (word === "")
    throw new EngineError("sql.empty", "The cell holds no statement. Write one, such as FROM lake.series.");
  if (!READING.has(word)) {
    const nearest = nearestName(word, READING);
    const cure = nearest
      ? `Did you mean ${nearest}?`
      : "Begin with SELECT, WITH, FROM, DESCRIBE or SUMMARIZE.";
    const message = `Cells read the lake and cannot change it: a statement may not begin with ${word}. ${cure}`;
    throw new EngineError("sql.not-reading", message, { word, nearest });
  }
  if (hasSecondStatement(sql)) {
    throw new EngineError(
      "sql.two-statements",
      "A cell holds one statement. Put the second one into a cell of its own.",
    );
  }
}
