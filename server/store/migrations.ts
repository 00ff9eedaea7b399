/** One step each, never edited once released: a database remembers how many it has been through. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE runs (
     id TEXT PRIMARY KEY,
     created_ms INTEGER NOT NULL,
     source TEXT NOT NULL,
     notebook TEXT,
     strategy TEXT NOT NULL,
     exchange TEXT NOT NULL,
     hash TEXT NOT NULL,
     -- What lists and filters need, as JSON; and the whole evaluation, as gzipped JSON.
     summary TEXT NOT NULL,
     evaluation BLOB NOT NULL
   );
   CREATE INDEX runs_by_time ON runs (created_ms DESC);
   CREATE INDEX runs_by_strategy ON runs (strategy, created_ms DESC);`,
  // What a backtest was made of, as gzipped JSON; null where nobody said.
  "ALTER TABLE runs ADD COLUMN ingredients BLOB",
];
