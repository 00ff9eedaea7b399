import { EngineError } from "#engine/core/errors.ts";
import type { Duckdb } from "./duckdb.ts";

/** A table that a cell of the notebook holds, as a statement calls it. */
export type CellTable = {
  schema?: string;
  name: string;
  /** The frame's number for these very rows; what is held under it need not be sent again. */
  id: number;
  /** The rows as an Arrow IPC stream; without them the table must be held already. */
  ipc?: Uint8Array<ArrayBuffer>;
};

/** Rows of cells that one instance of the database keeps for later statements. */
const KEEP_BYTES = 256 * 1024 * 1024;

/** Where they lie; a name that no statement would use by chance. */
const HOME = "values of cells";

/**
 * Tables of the notebook's cells inside one instance of the database. They lie under numbers; for the length of one
 * statement views give them the names by which it calls them, so that two cells may mean different things by a name.
 */
export class CellTables {
  readonly #engine: Duckdb;
  /** Bytes by number, the least recently used first. */
  readonly #held = new Map<number, number>();

  constructor(engine: Duckdb) {
    this.#engine = engine;
  }

  /** Runs a statement while the tables go by their names. */
  async during<T>(tables: readonly CellTable[], run: () => Promise<T>): Promise<T> {
    if (tables.length === 0) return run();
    await this.#take(tables);
    const schemas = [...new Set(tables.flatMap(({ schema }) => schema ?? []))];
    await this.#engine.execute(
      [
        ...schemas.map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`),
        ...tables.map(
          (table) => `CREATE OR REPLACE VIEW ${nameOf(table)} AS SELECT * FROM ${homeOf(table.id)}`,
        ),
      ].join("; "),
    );
    try {
      return await run();
    } finally {
      if (!this.#engine.isDead) {
        await this.#engine.execute(tables.map((table) => `DROP VIEW IF EXISTS ${nameOf(table)}`).join("; "));
        await this.#forgetOld();
      }
    }
  }

  async #take(tables: readonly CellTable[]): Promise<void> {
    const missing = tables.filter(({ id, ipc }) => ipc === undefined && !this.#held.has(id));
    if (missing.length > 0) {
      throw new EngineError("sql.rows-not-held", "The database does not hold these rows any more.", {
        ids: missing.map(({ id }) => id),
      });
    }
    for (const { id, ipc } of tables) {
      const bytes = this.#held.get(id) ?? ipc?.length ?? 0;
      if (!this.#held.has(id) && ipc !== undefined) {
        await this.#engine.execute(
          `CREATE SCHEMA IF NOT EXISTS ${quoted(HOME)}; DROP TABLE IF EXISTS ${homeOf(id)}`,
        );
        await this.#engine.insertNew(HOME, String(id), ipc);
      }
      this.#held.delete(id);
      this.#held.set(id, bytes);
    }
  }

  async #forgetOld(): Promise<void> {
    let bytes = [...this.#held.values()].reduce((sum, size) => sum + size, 0);
    for (const [id, size] of this.#held) {
      if (bytes <= KEEP_BYTES) return;
      await this.#engine.execute(`DROP TABLE IF EXISTS ${homeOf(id)}`);
      this.#held.delete(id);
      bytes -= size;
    }
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const nameOf = ({ schema, name }: CellTable): string =>
  schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;

const homeOf = (id: number): string => `${quoted(HOME)}.${quoted(String(id))}`;
