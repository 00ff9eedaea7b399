import type { Trial } from "#engine/trials/trial.ts";

const NAME = "walkforward";
const STORE = "trials";
const BY_NOTEBOOK = "notebook";

type Kept = { notebook: string; trial: Trial };

/** A trial that is not in its notebook's ledger yet, under its place in the browser's store. */
export type Outgoing = { key: number; trial: Trial };

/**
 * Trials on their way to the server, kept in the browser from the moment they are made until the server has them: a page
 * that is reloaded or closed in between, or a server that is away, loses none. Where the browser keeps nothing (a
 * private window, a full disk) they are held by the page alone.
 */
export class TrialOutbox {
  #database: Promise<IDBDatabase | undefined> | undefined;

  /** Keeps trials; answers with their keys, or nothing where they cannot be kept. */
  async put(notebook: string, trials: readonly Trial[]): Promise<number[]> {
    return (
      (await this.#attempt("readwrite", (store) =>
        Promise.all(
          trials.map((trial) => done(store.add({ notebook, trial } satisfies Kept)) as Promise<number>),
        ),
      )) ?? []
    );
  }

  /** What is left of a notebook's, in the order in which it was made. */
  async of(notebook: string): Promise<Outgoing[]> {
    const found = await this.#attempt("readonly", async (store) => {
      const index = store.index(BY_NOTEBOOK);
      const [keys, kept] = await Promise.all([
        done(index.getAllKeys(notebook)),
        done(index.getAll(notebook) as IDBRequest<Kept[]>),
      ]);
      return kept.map(({ trial }, i) => ({ key: keys[i] as number, trial }));
    });
    return found ?? [];
  }

  /** The server has them. */
  async drop(keys: readonly number[]): Promise<void> {
    await this.#attempt("readwrite", (store) => Promise.all(keys.map((key) => done(store.delete(key)))));
  }

  async #attempt<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      this.#database ??= open();
      const database = await this.#database;
      return database && (await work(database.transaction(STORE, mode).objectStore(STORE)));
    } catch {
      return undefined; // Full, or taken away while it was open: the page still holds them.
    }
  }
}

async function open(): Promise<IDBDatabase | undefined> {
  if (!("indexedDB" in globalThis)) return undefined;
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { autoIncrement: true });
    store.createIndex(BY_NOTEBOOK, BY_NOTEBOOK);
  };
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
