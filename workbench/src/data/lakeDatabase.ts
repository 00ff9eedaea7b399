import { tableFromIPC } from "apache-arrow";
import { EngineError, nearestName } from "#engine/core/errors.ts";
import type { Series } from "#server/contract.ts";
import type { SqlReply } from "../shell/protocol.ts";
import { Duckdb } from "./duckdb.ts";
import { lakeFiles } from "./lakeFiles.ts";
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
/** Files decoded ahead of the one being inserted: decoding and inserting run in two workers at once. */
const AHEAD = 3;

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
  #listing: readonly Series[] = [];
  #starting: Promise<Duckdb> | undefined;
  /** What each loaded table was made of: the hashes of its files. */
  #loaded = new Map<string, string>();
  /** Which of them are unions of others. */
  readonly #views = new Set<string>();
  #queue: Promise<unknown> = Promise.resolve();
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
    this.#listing = listing;
    this.#tables = lakeTables(listing);
    this.#loaded.delete("lake.series");
  }

  /** Starts the engine ahead of the first statement; a failure shows with that statement. */
  warm(): void {
    void lakeFiles.start().catch(() => undefined);
    void this.#engine().catch(() => undefined);
  }

  /** Loads the tables that a notebook's statements name, ahead of its cells asking for them. */
  prepare(statements: readonly string[]): void {
    const named = statements.flatMap(dottedNames);
    const context = { signal: new AbortController().signal, progress: () => undefined };
    this.#queue = this.#queue
      .then(async () => this.#loadNamed(await this.#engine(), named, context))
      // Whatever is wrong shows, with its words, in the cell that reads the table.
      .catch(() => undefined);
  }

  /** Runs one reading statement; statements run one after the other. */
  query(sql: string, context: QueryContext): Promise<SqlReply> {
    requireReading(sql);
    const result = this.#queue.then(() => this.#run(sql, context));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  close(): void {
    this.#closed = true;
    this.#drop("the notebook was closed");
    this.#onMemory(undefined);
  }

  async #run(sql: string, context: QueryContext): Promise<SqlReply> {
    context.signal.throwIfAborted();
    const started = performance.now();
    const asked = dottedNames(sql);
    try {
      const result = await this.#runLoading(sql, asked, context);
      const milliseconds = performance.now() - started;
      return { ipc: result, rows: tableFromIPC(result).numRows, milliseconds };
    } catch (error) {
      if (context.signal.aborted || error instanceof EngineError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      const failure = sqlFailure(message, asked, [...this.#tables.keys(), "lake.series"]);
      if (isOutOfMemory(message)) this.#drop("it ran out of memory");
      throw failure;
    } finally {
      if (!context.signal.aborted) await this.#measure();
    }
  }

  async #runLoading(sql: string, asked: ReturnType<typeof dottedNames>, context: QueryContext) {
    const engine = await this.#engine();
    await this.#dropDeleted(engine);
    await this.#loadNamed(engine, asked, context);
    for (;;) {
      try {
        return await engine.query(sql, context.signal, RESULT_LIMIT_BYTES);
      } catch (error) {
        // A name that only shows at run time, as in query_table('simulated.btc_usdt_5m'): load it, try again.
        const missing = missingTable(error instanceof Error ? error.message : "");
        const table = [...this.#tables.values()].find(
          ({ schema, name }) =>
            name === missing && sql.includes(`${schema}.${name}`) && !this.#loaded.has(`${schema}.${name}`),
        );
        if (table === undefined) throw error;
        await this.#load(engine, table, context);
      }
    }
  }

  /** A series that was deleted from the lake is no table any more, although its rows are still here. */
  async #dropDeleted(engine: Duckdb): Promise<void> {
    for (const key of this.#loaded.keys()) {
      if (key === "lake.series" || this.#tables.has(key)) continue;
      const [schema, name] = key.split(".");
      await engine.execute(`DROP ${this.#views.has(key) ? "VIEW" : "TABLE"} IF EXISTS "${schema}"."${name}"`);
      this.#loaded.delete(key);
    }
  }

  async #loadNamed(
    engine: Duckdb,
    names: ReturnType<typeof dottedNames>,
    context: QueryContext,
  ): Promise<void> {
    for (const { schema, name } of names) {
      const table = this.#tables.get(`${schema}.${name}`);
      if (table !== undefined) await this.#load(engine, table, context);
      else if (schema === "lake" && name === "series") await this.#loadSeriesList(engine);
    }
  }

  async #load(engine: Duckdb, table: LakeTable, context: QueryContext): Promise<void> {
    const key = `${table.schema}.${table.name}`;
    const content = table.series.flatMap(({ files }) => files.map(({ hash }) => hash)).join();
    if (this.#loaded.get(key) === content) return;
    if (table.union) return this.#loadUnion(engine, table, content, context);
    const [series] = table.series;
    await engine.execute(`CREATE SCHEMA IF NOT EXISTS "${table.schema}"`);
    // Filled under another name: a load that is canceled half-way must never be taken for the whole table.
    const draft = `loading ${table.name}`;
    await engine.execute(
      `CREATE OR REPLACE TABLE "${table.schema}"."${draft}" (timestamp TIMESTAMP, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE)`,
    );
    const files = [...series.files].sort((a, b) => a.firstMs - b.firstMs);
    const decoding: Promise<Uint8Array>[] = [];
    const decodeAhead = () => {
      const next = files[decoding.length];
      if (next === undefined) return;
      const ipc = lakeFiles.ipc(next.hash);
      ipc.catch(() => undefined);
      decoding.push(ipc);
    };
    for (let i = 0; i < AHEAD; i++) decodeAhead();
    for (let i = 0; i < files.length; i++) {
      context.signal.throwIfAborted();
      const ipc = await decoding[i];
      decodeAhead();
      await engine.insert(table.schema, draft, ipc);
      context.progress(i + 1, files.length, `reading ${series.symbol} ${series.timeframe}`);
    }
    await engine.execute(`DROP TABLE IF EXISTS "${table.schema}"."${table.name}"`);
    await engine.execute(`ALTER TABLE "${table.schema}"."${draft}" RENAME TO "${table.name}"`);
    this.#loaded.set(key, content);
  }

  async #loadUnion(engine: Duckdb, table: LakeTable, content: string, context: QueryContext): Promise<void> {
    const members = [...this.#tables.values()].filter(
      ({ union, series }) => !union && table.series.includes(series[0]),
    );
    for (const member of members) await this.#load(engine, member, context);
    const selects = members.map(
      ({ schema, name, series }) =>
        `SELECT ${text(series[0].symbol)} AS symbol, * FROM "${schema}"."${name}"`,
    );
    await engine.execute(
      `CREATE OR REPLACE VIEW "${table.schema}"."${table.name}" AS ${selects.join(" UNION ALL ")}`,
    );
    this.#loaded.set(`${table.schema}.${table.name}`, content);
    this.#views.add(`${table.schema}.${table.name}`);
  }

  async #loadSeriesList(engine: Duckdb): Promise<void> {
    if (this.#loaded.has("lake.series")) return;
    const rows = [...this.#tables.values()].flatMap(({ schema, name, union, series: [one] }) =>
      union ? [] : [`(${[text(`${schema}.${name}`), ...seriesValues(one)].join(", ")})`],
    );
    await engine.execute("CREATE SCHEMA IF NOT EXISTS lake");
    await engine.execute(
      "CREATE OR REPLACE TABLE lake.series (table_name VARCHAR, id VARCHAR, exchange VARCHAR, market VARCHAR, symbol VARCHAR, " +
        "timeframe VARCHAR, rows BIGINT, first TIMESTAMP, last TIMESTAMP, gaps INTEGER, missing BIGINT, simulated BOOLEAN, source VARCHAR)",
    );
    if (rows.length > 0) await engine.execute(`INSERT INTO lake.series VALUES ${rows.join(", ")}`);
    this.#loaded.set("lake.series", String(this.#listing.length));
  }

  async #engine(): Promise<Duckdb> {
    if (this.#closed) throw new EngineError("canceled", "The notebook was closed.");
    this.#starting ??= Duckdb.start();
    try {
      const engine = await this.#starting;
      if (!engine.isDead) return engine;
    } catch (cause) {
      this.#starting = undefined;
      const message =
        "The browser's database did not start. Reload the page; if it stays so, the browser is too old.";
      throw new EngineError("sql.not-started", message, {}, { cause });
    }
    this.#starting = undefined;
    this.#loaded.clear();
    return this.#engine();
  }

  #drop(reason: string): void {
    void this.#starting?.then((engine) => engine.kill(reason)).catch(() => undefined);
    this.#starting = undefined;
    this.#loaded.clear();
  }

  async #measure(): Promise<void> {
    const engine = await this.#starting?.catch(() => undefined);
    if (engine === undefined || engine.isDead) return this.#onMemory(undefined);
    const ipc = await engine.runOwn("SELECT sum(memory_usage_bytes)::DOUBLE AS bytes FROM duckdb_memory()");
    this.#onMemory(Number(tableFromIPC(ipc).getChild("bytes")?.get(0) ?? 0));
  }
}

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

function seriesValues(series: Series): string[] {
  const { id, exchange, market, symbol, timeframe, rows, firstMs, lastMs, gaps, simulated, source } = series;
  return [
    ...[id, exchange, market, symbol, timeframe].map(text),
    String(rows),
    `epoch_ms(${Math.round(firstMs)})`,
    `epoch_ms(${Math.round(lastMs)})`,
    String(gaps.count),
    String(gaps.missing),
    String(simulated),
    text(source),
  ];
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
