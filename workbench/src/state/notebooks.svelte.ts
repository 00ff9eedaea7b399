import type { Notebook, NotebookSummary } from "#server/contract.ts";
import { api } from "../data/api.ts";
import { emptyNotebook, titleOf } from "./notebookFile.ts";
import { toasts } from "./toasts.svelte.ts";
import { isTrusted, trust } from "./trust.ts";

const LEDGER = /(?:\.trials)?\.jsonl$/i;

/** The notebooks as the server lists them, and what can be done with one; every act has its way back. */
class NotebooksState {
  list = $state.raw<readonly NotebookSummary[]>([]);
  trashed = $state.raw<readonly NotebookSummary[]>([]);
  loaded = $state(false);

  async refresh(): Promise<void> {
    const [list, trashed] = await Promise.all([api.notebooks(), api.trash()]);
    this.list = list;
    this.trashed = trashed;
    this.loaded = true;
  }

  async create(): Promise<Notebook> {
    const titles = new Set(this.list.map(({ title }) => title));
    let title = "Untitled";
    for (let n = 2; titles.has(title); n++) title = `Untitled ${n}`;
    const notebook = await api.createNotebook(title, emptyNotebook(title));
    trust(notebook.hash);
    return notebook;
  }

  /** A copy is as trusted as what it was made from: only its title is another. */
  async duplicate(id: string): Promise<Notebook> {
    const original = await api.notebook(id);
    const copy = await api.duplicateNotebook(id);
    if (original.origin === "sample" || isTrusted(original.hash)) trust(copy.hash);
    return copy;
  }

  async rename({ id, hash }: NotebookSummary, title: string): Promise<void> {
    const renamed = await api.renameNotebook(id, title);
    if (isTrusted(hash)) trust(renamed.hash);
    await this.refresh();
  }

  /**
   * Files from elsewhere: stored, shown, and not run before their reader says so. A ledger of trials goes to the notebook
   * of its name, or to the only one that came with it. Answers with the id of the last notebook.
   */
  async importFiles(files: readonly File[]): Promise<string | undefined> {
    const ledgers = files.filter(({ name }) => LEDGER.test(name));
    const pages = files.filter((file) => !ledgers.includes(file));
    let last: string | undefined;
    for (const file of pages) {
      const name = file.name.replace(/\.html?$/i, "");
      const own =
        ledgers.find((one) => one.name.replace(LEDGER, "") === name) ??
        (pages.length === 1 && ledgers.length === 1 ? ledgers[0] : undefined);
      const text = await file.text();
      const trials = own === undefined ? {} : { trials: await own.text() };
      last = (await api.createNotebook(titleOf(text) ?? name, text, trials)).id;
    }
    if (pages.length === 0 && ledgers.length > 0) {
      throw new Error(
        "A ledger of trials belongs to a notebook. Choose the notebook's file together with it.",
      );
    }
    return last;
  }

  /** Moves it to the trash and offers the way back; true when it went. */
  async remove(id: string): Promise<boolean> {
    const title = this.list.find((one) => one.id === id)?.title ?? id;
    try {
      const before = new Set((await api.trash()).map((one) => one.id));
      await api.deleteNotebook(id);
      await this.refresh();
      const gone = this.trashed.find((one) => !before.has(one.id));
      toasts.say(`"${title}" is in the trash.`, {
        action: gone && { label: "Undo", run: () => void this.restore(gone) },
      });
      return true;
    } catch (error) {
      toasts.fail(error);
      return false;
    }
  }

  async restore({ id, hash }: NotebookSummary): Promise<void> {
    try {
      const restored = await api.restoreNotebook(id);
      if (isTrusted(hash)) trust(restored.hash);
      toasts.say(`"${restored.title}" is back.`);
      await this.refresh();
    } catch (error) {
      toasts.fail(error);
    }
  }
}

export const notebooks = new NotebooksState();
