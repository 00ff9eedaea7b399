import { EngineError } from "#engine/core/errors.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { RunSummary } from "../contract.ts";
import type { Database } from "../store/database.ts";
import { type PackedRun, unpackBody } from "./packedRun.ts";

/** Which runs to list; all that are given must hold. */
export type RunFilter = {
  /** Exact name of the strategy. */
  strategy?: string;
  exchange?: string;
  source?: RunSummary["source"];
  /** Anywhere in the strategy's name, a symbol, the notebook's name or the beginning of the hash. */
  text?: string;
  /** Made at or after this time, UTC milliseconds. */
  sinceMs?: number;
  /** At most this many, the latest first. Default: 500. */
  limit?: number;
};

export type RunOrigin = { source: RunSummary["source"]; notebook: string | null };

/** Kept evaluations and backtests. Nothing changes a run once it is kept; it can only be deleted. */
export class RunStore {
  readonly #database: Database;
  readonly #clock: () => number;
  readonly #newId: () => string;

  constructor(
    database: Database,
    { clock, newId = () => crypto.randomUUID() }: { clock: () => number; newId?: () => string },
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#newId = newId;
  }

  add({ summary, body, ingredients }: PackedRun, { source, notebook }: RunOrigin): RunSummary {
    const run: RunSummary = { id: this.#newId(), createdMs: this.#clock(), source, notebook, ...summary };
    this.#database
      .prepare(
        `INSERT INTO runs (id, created_ms, source, notebook, strategy, exchange, hash, summary, evaluation, ingredients)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run([
        ...[run.id, run.createdMs, source, notebook, run.strategy.name, run.exchange, run.hash],
        ...[
          stringifyWire(run),
          Buffer.from(body),
          ingredients === undefined ? null : Buffer.from(ingredients),
        ],
      ]);
    return run;
  }

  list({ strategy, exchange, source, text, sinceMs, limit = 500 }: RunFilter = {}): RunSummary[] {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const require = (condition: string, value: string | number | undefined): void => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    require("strategy = ?", strategy);
    require("exchange = ?", exchange);
    require("source = ?", source);
    require("created_ms >= ?", sinceMs);
    const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const rows = this.#database
      .prepare(`SELECT summary FROM runs ${where} ORDER BY created_ms DESC, rowid DESC`)
      .all(values) as { summary: string }[];
    const runs = rows.map((row) => summaryOf(row.summary));
    return (text === undefined ? runs : runs.filter((run) => mentions(run, text))).slice(0, limit);
  }

  /** The run, and as JSON text, which need not be read to be sent on, its result and what it was made of, or null. */
  read(id: string): { run: RunSummary; resultJson: string; ingredientsJson: string } {
    const row = this.#database
      .prepare("SELECT summary, evaluation, ingredients FROM runs WHERE id = ?")
      .get([id]) as { summary: string; evaluation: Uint8Array; ingredients: Uint8Array | null } | undefined;
    if (row === undefined) throw unknownRun(id);
    return {
      run: summaryOf(row.summary),
      resultJson: unpackBody(new Uint8Array(row.evaluation)),
      ingredientsJson: row.ingredients === null ? "null" : unpackBody(new Uint8Array(row.ingredients)),
    };
  }

  delete(id: string): void {
    const { changes } = this.#database.prepare("DELETE FROM runs WHERE id = ?").run([id]);
    if (changes === 0) throw unknownRun(id);
  }
}

/** Runs that were kept before there were backtests say nothing of their kind. */
function summaryOf(text: string): RunSummary {
  return { kind: "evaluation", ...(parseWire(text) as Omit<RunSummary, "kind">) };
}

function mentions(run: RunSummary, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (run.hash.startsWith(wanted)) return true;
  return [run.strategy.name, run.notebook ?? "", run.exchange, ...run.symbols].some((name) =>
    name.toLowerCase().includes(wanted),
  );
}

function unknownRun(id: string): EngineError {
  return new EngineError("run.unknown", `There is no run "${id}". It may have been deleted.`, { id });
}
