import { EngineError, nearestName } from "#engine/core/errors.ts";
import { describe } from "#runtime/describe.ts";
import type { CellRun, SqlInput } from "#runtime/types.ts";
import type { CellTable } from "../data/cellTables.ts";
import { isArrowTable } from "../outputs/arrowColumns.ts";
import { isTabular } from "../outputs/columns.ts";
import { isEngineTable } from "../outputs/engineTable.ts";
import type { SqlReply, SqlTable } from "../shell/protocol.ts";
import { inSlices } from "../workers/slices.ts";

export type SqlHost = {
  /** Sends one statement with the tables that it reads from cells. */
  request(sql: string, tables: CellTable[], signal: AbortSignal): Promise<SqlReply>;
  /** Tables of the lake. */
  tables(): readonly SqlTable[];
  /** Names of cells, for who has mistyped one. */
  names(): string[];
};

/** Runs statements of SQL cells: over the lake, and over whatever tables other cells hold. */
export class SqlRunner {
  readonly #host: SqlHost;
  /** Tables that nothing can change are known again, and sent once. */
  readonly #ids = new WeakMap<object, number>();
  readonly #sent = new Set<number>();
  #next = 1;

  constructor(host: SqlHost) {
    this.#host = host;
  }

  async run(sql: string, { signal }: CellRun, inputs: readonly SqlInput[]): Promise<unknown> {
    const given = this.#given(inputs);
    const [{ tableFromIPC }, reply] = await Promise.all([
      import("apache-arrow"),
      this.#request(sql, given, signal).catch((error: unknown) => {
        throw this.#inOurWords(error);
      }),
    ]);
    return tableFromIPC(reply.ipc);
  }

  async #request(sql: string, inputs: readonly SqlInput[], signal: AbortSignal): Promise<SqlReply> {
    try {
      return await this.#host.request(sql, await this.#tables(inputs, signal), signal);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== "sql.rows-not-held") throw error;
      // The database was started afresh, or needed the room: everything is sent again, once.
      this.#sent.clear();
      return this.#host.request(sql, await this.#tables(inputs, signal), signal);
    }
  }

  async #tables(inputs: readonly SqlInput[], signal: AbortSignal): Promise<CellTable[]> {
    const tables: CellTable[] = [];
    for (const { schema, name, value } of inputs) {
      const isLasting = isArrowTable(value) || isEngineTable(value);
      const id = (isLasting && this.#ids.get(value)) || this.#next++;
      const table: CellTable = { name, id, ...(schema === undefined ? {} : { schema }) };
      if (!this.#sent.has(id)) {
        const { arrowIpc } = await import("../outputs/arrowIpc.ts");
        table.ipc = await inSlices(arrowIpc(value), { signal });
      }
      if (isLasting) {
        this.#ids.set(value, id);
        this.#sent.add(id);
      }
      tables.push(table);
    }
    return tables;
  }

  /** What the database is to be given; a value that is no table, or a table that is not there, is an error here. */
  #given(inputs: readonly SqlInput[]): SqlInput[] {
    return inputs.filter(({ schema, name, value }) => {
      const called = schema === undefined ? name : `${schema}.${name}`;
      if (schema !== undefined) {
        const isOfLake = this.#host
          .tables()
          .some((table) => table.name.toLowerCase() === called.toLowerCase());
        if (isOfLake) return false;
      }
      if (isTabular(value)) return true;
      throw notATable(called, value);
    });
  }

  #inOurWords(error: unknown): unknown {
    if (!(error instanceof EngineError) || error.code !== "sql.unknown-table") return error;
    const { given, nearest } = error.details as { given?: string; nearest?: string };
    const meant =
      given === undefined || nearest !== undefined ? undefined : nearestName(given, this.#host.names());
    if (meant === undefined) return error;
    const message = `There is no table ${given}, in the lake or in a cell. Did you mean ${meant}?`;
    return new EngineError(error.code, message, { ...error.details, nearest: meant });
  }
}

function notATable(called: string, value: unknown): EngineError {
  const what = value === undefined ? "nothing" : describe(value).type;
  return new EngineError(
    "sql.not-a-table",
    `The statement reads ${called} as a table, but it is ${what}. SQL can read the result of another SQL cell, the tables ` +
      "of a backtest (result.trades), candles, a list of records and a record of columns of one length.",
    { name: called, given: what },
  );
}
