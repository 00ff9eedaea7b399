import type { Series } from "#server/contract.ts";
import type { Duckdb } from "./duckdb.ts";
import { lakeFiles } from "./lakeFiles.ts";
import type { LakeTable } from "./tableNames.ts";

/** Files are inserted together up to so many rows: each insert has a cost of its own, that of thousands of rows. */
const INSERT_ROWS = 160_000;
/** Inserts decoded ahead of the present one: decoding and inserting run in two workers at once. */
const DECODING = 3;
/** Inserts on their way at a time: the database works through them in order, and none waits for the page. */
const INSERTING = 2;

export const SERIES_LIST = "lake.series";

type TableName = Pick<LakeTable, "schema" | "name">;
type LakeFile = Series["files"][number];

export type LoadOptions = {
  signal: AbortSignal;
  progress(done: number, total: number | null, message: string): void;
};

/**
 * The lake's tables inside one instance of the database: each is loaded once, and again when its files have
 * changed. A load that is canceled half-way leaves a draft, which is never taken for the table.
 */
export class LoadedTables {
  readonly #engine: Duckdb;
  /** What each loaded table was made of: the hashes of its files. */
  readonly #contents = new Map<string, string>();
  /** Which of them are unions of others. */
  readonly #views = new Set<string>();

  constructor(engine: Duckdb) {
    this.#engine = engine;
  }

  has({ schema, name }: LakeTable): boolean {
    return this.#contents.has(`${schema}.${name}`);
  }

  /** Loads these tables and, for a union, its members, which are among `all`. */
  async load(
    tables: readonly LakeTable[],
    all: ReadonlyMap<string, LakeTable>,
    options: LoadOptions,
  ): Promise<void> {
    const unions = tables.filter((table) => table.union && !this.#isCurrent(table));
    const single = new Set([
      ...tables.filter(({ union }) => !union),
      ...unions.flatMap((union) => membersOf(union, all)),
    ]);
    await this.#fill(
      [...single].filter((table) => !this.#isCurrent(table)),
      options,
    );
    for (const union of unions) {
      const selects = membersOf(union, all).map(
        (member) => `SELECT ${text(member.series[0].symbol)} AS symbol, * FROM ${quoted(member)}`,
      );
      await this.#engine.execute(`CREATE OR REPLACE VIEW ${quoted(union)} AS ${selects.join(" UNION ALL ")}`);
      this.#views.add(keyOf(union));
      this.#contents.set(keyOf(union), contentOf(union));
    }
  }

  /** Loads the smallest file there is and drops it again. */
  async rehearse(all: ReadonlyMap<string, LakeTable>): Promise<void> {
    const [smallest] = filesOf([...all.values()], all).sort((a, b) => a.rows - b.rows);
    if (smallest === undefined) return;
    const table = { schema: "lake", name: "rehearsal" };
    const ipc = await lakeFiles.ipc([smallest.hash]);
    await this.#engine.execute(createTable(table));
    await this.#engine.insert(table.schema, table.name, ipc);
    await this.#engine.execute(`DROP TABLE ${quoted(table)}`);
  }

  /** `lake.series`: every table of one series with what the manifest says of it. */
  async loadSeriesList(all: ReadonlyMap<string, LakeTable>): Promise<void> {
    const rows = [...all.values()].flatMap(({ schema, name, union, series: [one] }) =>
      union ? [] : [`(${[text(`${schema}.${name}`), ...seriesValues(one)].join(", ")})`],
    );
    const content = rows.join(", ");
    if (this.#contents.get(SERIES_LIST) === content) return;
    await this.#engine.execute(
      "CREATE SCHEMA IF NOT EXISTS lake; " +
        `CREATE OR REPLACE TABLE ${SERIES_LIST} (table_name VARCHAR, id VARCHAR, exchange VARCHAR, market VARCHAR, ` +
        "symbol VARCHAR, timeframe VARCHAR, rows BIGINT, first TIMESTAMP, last TIMESTAMP, gaps INTEGER, " +
        "missing BIGINT, simulated BOOLEAN, source VARCHAR)" +
        (rows.length > 0 ? `; INSERT INTO ${SERIES_LIST} VALUES ${content}` : ""),
    );
    this.#contents.set(SERIES_LIST, content);
  }

  /** A series that was deleted from the lake is no table any more, although its rows are still here. */
  async dropAllBut(known: ReadonlyMap<string, LakeTable>): Promise<void> {
    for (const key of this.#contents.keys()) {
      if (key === SERIES_LIST || known.has(key)) continue;
      const [schema, name] = key.split(".");
      const kind = this.#views.has(key) ? "VIEW" : "TABLE";
      await this.#engine.execute(`DROP ${kind} IF EXISTS ${quoted({ schema, name })}`);
      this.#contents.delete(key);
    }
  }

  async #fill(tables: readonly LakeTable[], { signal, progress }: LoadOptions): Promise<void> {
    if (tables.length === 0) return;
    await this.#engine.execute(tables.map((table) => createTable(draftOf(table))).join(";"));
    const pieces = tables.flatMap((table) =>
      piecesOf(inOrder(table)).map((files, i, { length }) => ({ table, files, isLast: i === length - 1 })),
    );
    const total = pieces.reduce((sum, { files }) => sum + files.length, 0);
    let done = 0;
    const decoding: Promise<Uint8Array>[] = [];
    const inserting: Promise<void>[] = [];
    const finishing: Promise<void>[] = [];
    let first = 0;
    try {
      for (const [i, { table, files, isLast }] of pieces.entries()) {
        signal.throwIfAborted();
        while (decoding.length < Math.min(pieces.length, i + DECODING))
          decoding.push(handled(lakeFiles.ipc(pieces[decoding.length].files.map(({ hash }) => hash))));
        const ipc = await decoding[i];
        inserting.push(handled(this.#engine.insert(table.schema, draftOf(table).name, ipc)));
        if (i >= INSERTING) await inserting[i - INSERTING];
        if (isLast) {
          finishing.push(handled(this.#finish(table, inserting.slice(first))));
          first = i + 1;
        }
        done += files.length;
        progress(done, total, `reading ${table.series[0].symbol} ${table.series[0].timeframe}`);
      }
      await Promise.all(finishing);
    } finally {
      // A canceled load lets go of its drafts only when nothing of it is on its way any more.
      await Promise.allSettled(finishing);
    }
  }

  /** The draft becomes the table once all of its rows are in. */
  async #finish(table: LakeTable, inserts: readonly Promise<void>[]): Promise<void> {
    await Promise.all(inserts);
    await this.#engine.execute(
      `DROP TABLE IF EXISTS ${quoted(table)}; ` +
        `ALTER TABLE ${quoted(draftOf(table))} RENAME TO "${table.name}"`,
    );
    this.#contents.set(keyOf(table), contentOf(table));
  }

  #isCurrent(table: LakeTable): boolean {
    return this.#contents.get(keyOf(table)) === contentOf(table);
  }
}

/** A failure is told by whoever awaits the promise, which may be later than it fails. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Files that hold these tables, in the order in which they are loaded. */
export function filesOf(tables: readonly LakeTable[], all: ReadonlyMap<string, LakeTable>): LakeFile[] {
  const single = tables.flatMap((table) => (table.union ? membersOf(table, all) : [table]));
  return [...new Set(single)].flatMap(inOrder);
}

function membersOf(union: LakeTable, all: ReadonlyMap<string, LakeTable>): LakeTable[] {
  return [...all.values()].filter((table) => !table.union && union.series.includes(table.series[0]));
}

function inOrder({ series: [{ files }] }: LakeTable): LakeFile[] {
  return [...files].sort((a, b) => a.firstMs - b.firstMs);
}

/** Consecutive files in groups that are inserted together. */
function piecesOf(files: readonly LakeFile[]): LakeFile[][] {
  const pieces: LakeFile[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const file of files) {
    rows += file.rows;
    if (rows > INSERT_ROWS) {
      pieces.push([]);
      rows = file.rows;
    }
    pieces[pieces.length - 1].push(file);
  }
  return pieces;
}

const keyOf = ({ schema, name }: LakeTable): string => `${schema}.${name}`;

const contentOf = ({ series }: LakeTable): string =>
  series.flatMap(({ files }) => files.map(({ hash }) => hash)).join();

const draftOf = ({ schema, name }: LakeTable): TableName => ({ schema, name: `loading ${name}` });

function createTable(table: TableName): string {
  return (
    `CREATE SCHEMA IF NOT EXISTS "${table.schema}"; CREATE OR REPLACE TABLE ${quoted(table)} ` +
    "(timestamp TIMESTAMP, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE)"
  );
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

const quoted = ({ schema, name }: TableName): string => `"${schema}"."${name}"`;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
