import type { Series } from "#server/contract.ts";
import type { Duckdb } from "./duckdb.ts";
import { lakeFiles } from "./lakeFiles.ts";
import type { LakeTable } from "./tableNames.ts";

/** Files decoded ahead of the one being inserted: decoding and inserting run in two workers at once. */
const DECODING = 8;
/** Inserts on their way at a time: the database works through them in order, and none waits for the page. */
const INSERTING = 4;

export const SERIES_LIST = "lake.series";

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
    const members = (union: LakeTable): LakeTable[] =>
      [...all.values()].filter((table) => !table.union && union.series.includes(table.series[0]));
    const unions = tables.filter((table) => table.union && !this.#isCurrent(table));
    const single = new Set([...tables.filter(({ union }) => !union), ...unions.flatMap(members)]);
    await this.#fill(
      [...single].filter((table) => !this.#isCurrent(table)),
      options,
    );
    for (const union of unions) {
      const selects = members(union).map(
        (member) => `SELECT ${text(member.series[0].symbol)} AS symbol, * FROM ${quoted(member)}`,
      );
      await this.#engine.execute(`CREATE OR REPLACE VIEW ${quoted(union)} AS ${selects.join(" UNION ALL ")}`);
      this.#views.add(keyOf(union));
      this.#contents.set(keyOf(union), contentOf(union));
    }
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
    await this.#engine.execute(tables.map(createDraft).join(";"));
    const files = tables.flatMap((table) =>
      [...table.series[0].files]
        .sort((a, b) => a.firstMs - b.firstMs)
        .map(({ hash }, i, { length }) => ({ table, hash, isLast: i === length - 1 })),
    );
    const decoding: Promise<Uint8Array>[] = [];
    const inserting: Promise<void>[] = [];
    const finishing: Promise<void>[] = [];
    let first = 0;
    try {
      for (const [i, { table, isLast }] of files.entries()) {
        signal.throwIfAborted();
        while (decoding.length < Math.min(files.length, i + DECODING))
          decoding.push(handled(lakeFiles.ipc(files[decoding.length].hash)));
        const ipc = await decoding[i];
        inserting.push(handled(this.#engine.insert(table.schema, draftName(table), ipc)));
        if (i >= INSERTING) await inserting[i - INSERTING];
        if (isLast) {
          finishing.push(handled(this.#finish(table, inserting.slice(first))));
          first = i + 1;
        }
        progress(i + 1, files.length, `reading ${table.series[0].symbol} ${table.series[0].timeframe}`);
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
        `ALTER TABLE ${quoted({ ...table, name: draftName(table) })} RENAME TO "${table.name}"`,
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

const keyOf = ({ schema, name }: LakeTable): string => `${schema}.${name}`;

const contentOf = ({ series }: LakeTable): string =>
  series.flatMap(({ files }) => files.map(({ hash }) => hash)).join();

const draftName = ({ name }: LakeTable): string => `loading ${name}`;

function createDraft(table: LakeTable): string {
  return (
    `CREATE SCHEMA IF NOT EXISTS "${table.schema}"; ` +
    `CREATE OR REPLACE TABLE ${quoted({ ...table, name: draftName(table) })} ` +
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

const quoted = ({ schema, name }: Pick<LakeTable, "schema" | "name">): string => `"${schema}"."${name}"`;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
