import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { EngineError, nearestName } from "#engine/core/errors.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type {
  LedgerChange,
  LedgerHead,
  NewNotebook,
  Notebook,
  NotebookSummary,
  SaveNotebook,
} from "../contract.ts";
import { createWhole, type FileSteps, realSteps, writeWhole } from "../store/atomicFile.ts";
import type { AppendStep } from "../trials/ledgerFile.ts";
import { notebookHash, notebookTitle, requireNotebook, withTitle } from "./file.ts";
import { NotebookLedgers, requireLedger } from "./ledgers.ts";
import { slug } from "./slug.ts";

export type SaveOutcome = { saved: true; notebook: Notebook } | { saved: false; theirs: Notebook };

export type NotebookStoreOptions = {
  /** `WALKFORWARD_HOME`; own notebooks live in `notebooks/` below it, deleted ones in `trash/`. */
  home: string;
  /** The samples that come with the program; only ever read. */
  samples: string;
  /** Now, in UTC milliseconds; it names what lies in the trash. */
  clock: () => number;
  steps?: FileSteps;
  append?: AppendStep;
};

type Place = { id: string; path: string; origin: "sample" | "user" };

/**
 * Notebooks as files. An id is the name of a file without `.html` and is only ever looked up among the files
 * that are there, so no id reaches outside the two folders. A notebook of one's own hides a sample of the
 * same name. Beside each lies the ledger of its trials, which goes where the notebook goes; that of a sample lies among
 * one's own.
 */
export class NotebookStore {
  readonly #own: string;
  readonly #trash: string;
  readonly #samples: string;
  readonly #clock: () => number;
  readonly #steps: FileSteps;
  readonly #ledgers: NotebookLedgers;
  readonly #trashedLedgers: NotebookLedgers;
  /** Writes happen one after another: what is compared and what is replaced are then the same file. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ home, samples, clock, steps = realSteps, append }: NotebookStoreOptions) {
    this.#own = join(home, "notebooks");
    this.#trash = join(home, "trash");
    this.#samples = samples;
    this.#clock = clock;
    this.#steps = steps;
    this.#ledgers = new NotebookLedgers(this.#own, clock, append);
    this.#trashedLedgers = new NotebookLedgers(this.#trash, clock, append);
  }

  async list(): Promise<NotebookSummary[]> {
    const places = await this.#places();
    const notebooks = await Promise.all(places.map(read));
    return notebooks.map(({ text: _, ...summary }) => summary).sort(byOriginThenTitle);
  }

  async read(id: string): Promise<Notebook> {
    return read(await this.#find(id));
  }

  /** A new notebook of one's own, from whatever text: new, imported or copied. */
  create({ title, text, trialsOf, trials = "" }: NewNotebook): Promise<Notebook> {
    requireNotebook(text);
    if (trials !== "") requireLedger(trials);
    return this.#inTurn(async () => {
      const ledger =
        trialsOf === undefined ? trials : await this.#ledgers.read((await this.#find(trialsOf)).id);
      return this.#createFile(title, withTitle(text, title), ledger);
    });
  }

  /** Saves over the version that the text was based on; over any other it saves nothing and shows what is there. */
  save(id: string, { text, basedOn }: SaveNotebook): Promise<SaveOutcome> {
    requireNotebook(text);
    return this.#inTurn(async () => {
      const place = await this.#find(id);
      if (place.origin === "sample") throw readOnly(id);
      const theirs = await read(place);
      if (theirs.hash !== basedOn && theirs.hash !== notebookHash(text)) return { saved: false, theirs };
      if (theirs.hash !== notebookHash(text)) await writeWhole(place.path, text, this.#steps);
      return { saved: true, notebook: await read(place) };
    });
  }

  /** Gives the notebook another title, and its file the name that goes with it: the id changes too. */
  rename(id: string, title: string): Promise<Notebook> {
    return this.#inTurn(async () => {
      const place = await this.#find(id);
      if (place.origin === "sample") throw readOnly(id);
      const { text } = await read(place);
      const renamed = withTitle(text, title);
      if (slug(title) === slug(id)) {
        await writeWhole(place.path, renamed, this.#steps);
        return read(place);
      }
      // The new file stands before the old one goes: a crash between leaves two, never none.
      return this.#ledgers.take(id, async (ledger) => {
        const notebook = await this.#createFile(title, renamed, ledger);
        await rm(place.path);
        return notebook;
      });
    });
  }

  duplicate(id: string): Promise<Notebook> {
    return this.#inTurn(async () => {
      const { text, title } = await read(await this.#find(id));
      const copy = `${title} (copy)`;
      return this.#createFile(copy, withTitle(text, copy), await this.#ledgers.read(id));
    });
  }

  /** Moves the notebook to the trash and answers with its id there. */
  remove(id: string): Promise<{ trashId: string }> {
    return this.#inTurn(async () => {
      const place = await this.#find(id);
      if (place.origin === "sample") throw readOnly(id);
      await mkdir(this.#trash, { recursive: true });
      const taken = new Set([...(await names(this.#trash)), ...(await this.#trashedLedgers.names())]);
      const trashId = firstFree(`${id}.${this.#clock()}`, taken);
      await this.#ledgers.take(id, async (ledger) => {
        if (ledger !== "") await this.#trashedLedgers.create(trashId, ledger);
        await rename(place.path, join(this.#trash, `${trashId}.html`));
      });
      return { trashId };
    });
  }

  /** What was deleted, latest first; `modifiedMs` is the time of deletion. */
  async trash(): Promise<NotebookSummary[]> {
    const ids = await names(this.#trash);
    const notebooks = await Promise.all(
      ids.map((id) => read({ id, path: join(this.#trash, `${id}.html`), origin: "user" })),
    );
    return notebooks
      .map(({ text: _, ...summary }) => ({ ...summary, modifiedMs: deletedMs(summary) }))
      .sort((a, b) => b.modifiedMs - a.modifiedMs || (a.id < b.id ? -1 : 1));
  }

  restore(trashId: string): Promise<Notebook> {
    return this.#inTurn(async () => {
      const ids = await names(this.#trash);
      if (!ids.includes(trashId)) throw unknown(trashId, ids, "the trash");
      const path = join(this.#trash, `${trashId}.html`);
      const { text } = await read({ id: trashId, path, origin: "user" });
      const stem = trashId.replace(/\.\d+(?:-\d+)?$/, "");
      return this.#trashedLedgers.take(trashId, async (ledger) => {
        const notebook = await this.#createFile(stem, text, ledger);
        await rm(path);
        return notebook;
      });
    });
  }

  /** The ledger of a notebook's trials, as the text of its file. */
  async trials(id: string): Promise<string> {
    return this.#ledgers.read((await this.#find(id)).id);
  }

  /** Appends to a notebook's ledger what does not count there yet; `known` is the head of the caller's copy. */
  addTrials(id: string, trials: readonly Trial[], known: LedgerHead): Promise<LedgerChange> {
    return this.#inTurn(async () => this.#ledgers.append((await this.#find(id)).id, trials, known));
  }

  /** Begins to count anew, by a line that says so. */
  clearTrials(id: string, reason: string, known: LedgerHead): Promise<LedgerChange> {
    return this.#inTurn(async () => this.#ledgers.clear((await this.#find(id)).id, reason, known));
  }

  /**
   * Makes a file, and its ledger where there is one, under the first free name for the title; two programs at once get
   * two names. The ledger comes first: a notebook is never without the trials that it had.
   */
  async #createFile(title: string, text: string, ledger: string): Promise<Notebook> {
    const taken = new Set([
      ...(await this.#places()).map((place) => place.id),
      ...(await this.#ledgers.names()),
    ]);
    for (;;) {
      const id = firstFree(slug(title), taken);
      const path = join(this.#own, `${id}.html`);
      let hasLedger = false;
      try {
        if (ledger !== "") await this.#ledgers.create(id, ledger);
        hasLedger = ledger !== "";
        await createWhole(path, text, this.#steps);
        return await read({ id, path, origin: "user" });
      } catch (failure) {
        if (hasLedger) await rm(this.#ledgers.path(id), { force: true });
        if ((failure as NodeJS.ErrnoException).code !== "EEXIST") throw failure;
        taken.add(id);
      }
    }
  }

  async #places(): Promise<Place[]> {
    const [own, samples] = await Promise.all([names(this.#own), names(this.#samples)]);
    const places = own.map((id): Place => ({ id, path: join(this.#own, `${id}.html`), origin: "user" }));
    const hidden = new Set(own);
    for (const id of samples) {
      if (!hidden.has(id)) places.push({ id, path: join(this.#samples, `${id}.html`), origin: "sample" });
    }
    return places;
  }

  async #find(id: string): Promise<Place> {
    const places = await this.#places();
    const place = places.find((candidate) => candidate.id === id);
    if (place === undefined)
      throw unknown(
        id,
        places.map((candidate) => candidate.id),
        "the notebooks",
      );
    return place;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

async function read({ id, path, origin }: Place): Promise<Notebook> {
  const [text, stats] = await Promise.all([readFile(path, "utf8"), stat(path)]);
  const title = notebookTitle(text) ?? id;
  return {
    id,
    title,
    origin,
    modifiedMs: Math.floor(stats.mtimeMs),
    bytes: stats.size,
    hash: notebookHash(text),
    text,
  };
}

/** The notebooks of a folder by name; a folder that is not there has none, and what starts with a dot is ours. */
async function names(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(".html") && !entry.name.startsWith("."))
      .map((entry) => entry.name.slice(0, -".html".length));
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw failure;
  }
}

function firstFree(stem: string, taken: ReadonlySet<string>): string {
  if (!taken.has(stem)) return stem;
  for (let n = 2; ; n++) if (!taken.has(`${stem}-${n}`)) return `${stem}-${n}`;
}

function deletedMs({ id, modifiedMs }: NotebookSummary): number {
  const named = /\.(\d+)(?:-\d+)?$/.exec(id)?.[1];
  return named === undefined ? modifiedMs : Number(named);
}

function byOriginThenTitle(a: NotebookSummary, b: NotebookSummary): number {
  if (a.origin !== b.origin) return a.origin === "user" ? -1 : 1;
  return a.title < b.title ? -1 : a.title > b.title ? 1 : a.id < b.id ? -1 : 1;
}

function readOnly(id: string): EngineError {
  return new EngineError(
    "notebook.read-only",
    `"${id}" is a sample that comes with the program and stays as it is. Save your version as a copy.`,
    { id },
  );
}

function unknown(id: string, known: string[], where: string): EngineError {
  const nearest = nearestName(id, known);
  const hint = nearest === undefined ? "It may have been renamed or deleted." : `Did you mean "${nearest}"?`;
  return new EngineError("notebook.unknown", `There is no notebook "${id}" in ${where}. ${hint}`, {
    id,
    ...(nearest === undefined ? {} : { nearest }),
  });
}
