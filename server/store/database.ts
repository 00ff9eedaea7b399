import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Libsql from "libsql";
import { EngineError } from "#engine/core/errors.ts";
import { MIGRATIONS } from "./migrations.ts";

export type Database = Libsql.Database;

/** What `user_version` holds in a file of ours; each migration adds one. */
const LATEST = MIGRATIONS.length;

/**
 * The embedded database, brought up to date. Only this file knows libsql. A file from a newer version of the
 * program is refused, not guessed at.
 */
export function openDatabase(path: string): Database {
  mkdirSync(dirname(path), { recursive: true });
  let database: Database | undefined;
  try {
    database = new Libsql(path);
    // Readers and one writer at once (the command line beside a running server), each waiting its turn; the first
    // change to WAL takes a turn itself.
    database.exec("PRAGMA busy_timeout = 5000");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    migrate(database, path);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof EngineError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      "store.unavailable",
      `The database ${path} cannot be opened (${reason}). Check the folder's permissions; if the file is damaged, ` +
        "move it away and a new one is made.",
      { path },
      { cause },
    );
  }
}

function migrate(database: Database, path: string): void {
  const version = userVersion(database);
  if (version > LATEST) {
    throw new EngineError(
      "store.unavailable",
      `The database ${path} was written by a newer version of Walkforward (format ${version}; this one knows ` +
        `${LATEST}). Update the program, or give another folder by WALKFORWARD_HOME.`,
      { path, version, latest: LATEST },
    );
  }
  for (let next = version; next < LATEST; next++) {
    database.exec("BEGIN IMMEDIATE");
    try {
      // Another process may have migrated while this one waited for its turn.
      if (userVersion(database) === next) {
        database.exec(MIGRATIONS[next]);
        database.exec(`PRAGMA user_version = ${next + 1}`);
      }
      database.exec("COMMIT");
    } catch (failure) {
      database.exec("ROLLBACK");
      throw failure;
    }
  }
}

function userVersion(database: Database): number {
  const row = database.prepare("SELECT user_version AS version FROM pragma_user_version").get();
  return (row as { version: number }).version;
}
