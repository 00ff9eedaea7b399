import { EngineError } from "#engine/core/errors.ts";
import type { Notebook } from "#server/contract.ts";
import { api, OfflineError, SaveConflictError } from "../data/api.ts";
import { NotebookTrials } from "../trials/notebookTrials.svelte.ts";
import { Drafts } from "./drafts.ts";
import { withTitle } from "./notebookFile.ts";
import { livingTabs, tabName } from "./tab.ts";
import { contentHash, isTrusted, trust } from "./trust.ts";

/** How the text that is shown stands to the file on disk. */
export type SaveState =
  /** A sample that nobody edited: it becomes an own copy with the first edit. */
  | { kind: "sample" }
  | { kind: "saved"; atMs: number }
  | { kind: "edited" }
  | { kind: "saving" }
  | { kind: "offline" }
  | { kind: "conflict"; theirs: Notebook }
  | { kind: "refused"; reason: string };

const SAVE_AFTER_MS = 1000;
const RETRY_AFTER_MS = 3000;

/**
 * The open notebook as the shell owns it: its source as last edited, what of it is saved, and whether it may
 * run. Each edit is kept in the browser at once and saved a second later; nothing typed is ever only in flight.
 */
export class NotebookSession {
  id: string = $state("");
  title: string = $state("");
  trusted: boolean = $state(false);
  save: SaveState = $state.raw({ kind: "sample" });
  /** True when even the browser had no room for the draft. */
  unkept: boolean = $state(false);
  text: string = $state.raw("");
  /** What was tried in it; the ledger lies beside the file and goes where that goes. */
  readonly trials = new NotebookTrials(() => this.id);
  readonly #drafts: Drafts;
  #origin: Notebook["origin"];
  #basedOn: string;
  /** The title as the frame knows it. */
  #frameTitle: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | undefined;
  #closed = false;

  private constructor(notebook: Notebook, drafts: Drafts) {
    this.#drafts = drafts;
    this.#origin = notebook.origin;
    this.#basedOn = notebook.hash;
    this.id = notebook.id;
    this.title = this.#frameTitle = notebook.title;
    this.text = notebook.text;
    this.save =
      notebook.origin === "sample" ? { kind: "sample" } : { kind: "saved", atMs: notebook.modifiedMs };
    this.trusted = notebook.origin === "sample" || isTrusted(contentHash(notebook.text));
  }

  /** Fetches a notebook and goes on with what was typed but not saved, if anything was. */
  static async open(id: string): Promise<NotebookSession> {
    const [notebook, tab] = await Promise.all([api.notebook(id), tabName()]);
    const drafts = new Drafts(tab);
    const session = new NotebookSession(notebook, drafts);
    const draft = drafts.toResume(id, await livingTabs());
    if (draft !== undefined) session.#resume(draft, notebook);
    return session;
  }

  get isSample(): boolean {
    return this.#origin === "sample";
  }

  /** The frame reports the source as it stands. */
  edited(source: string, title: string): void {
    // Renaming is the shell's: a frame that was opened under the old title goes on sending it.
    if (title !== "" && title !== this.#frameTitle) this.title = this.#frameTitle = title;
    const text = this.title === this.#frameTitle ? source : withTitle(source, this.title);
    if (this.#closed || text === this.text) return;
    this.text = text;
    this.#keepDraft();
    // Editing what was never agreed to does not make the rest of it one's own.
    if (this.trusted) trust(contentHash(text));
    if (this.save.kind === "conflict") return;
    this.save = { kind: "edited" };
    this.#saveAfter(SAVE_AFTER_MS);
  }

  /** The reader agreed to run this text. */
  agree(): void {
    this.trusted = true;
    trust(contentHash(this.text));
  }

  /** Saves what is not saved yet, now. */
  saveNow(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.save.kind === "conflict") return Promise.resolve();
    // What stood in its way, a full disk say, may be mended by now.
    if (this.save.kind === "refused") this.save = { kind: "edited" };
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  async rename(title: string): Promise<Notebook> {
    await this.saveNow();
    return this.trials.whileMoved(async () => {
      const renamed = await api.renameNotebook(this.id, title);
      this.title = renamed.title;
      this.text = withTitle(this.text, renamed.title);
      this.#adopt(renamed);
      return renamed;
    });
  }

  /** Conflict, answer one: mine becomes a notebook of its own, theirs stays. */
  async keepMineAsCopy(): Promise<Notebook> {
    await this.trials.flush();
    const copy = await api.createNotebook(`${this.title} (my version)`, this.text, { trialsOf: this.id });
    if (this.trusted) trust(copy.hash);
    this.#drafts.drop(this.id);
    return copy;
  }

  /** Conflict, answer two: mine is given up. The caller opens the session afresh. */
  takeTheirs(): void {
    this.#drafts.drop(this.id);
    this.#closed = true;
  }

  /** Conflict, answer three: mine replaces theirs, now that theirs was seen. */
  async overwriteTheirs(): Promise<void> {
    if (this.save.kind !== "conflict") return;
    this.#basedOn = this.save.theirs.hash;
    this.save = { kind: "edited" };
    await this.saveNow();
  }

  /** Leaves the notebook; what is unsaved goes on being saved, and its draft stays until it is. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.save.kind === "edited" || this.save.kind === "offline") void this.saveNow();
    this.trials.close();
    this.#closed = true;
  }

  #resume(
    draft: { text: string; title: string; basedOn: string | null; tab: string },
    notebook: Notebook,
  ): void {
    if (draft.text === notebook.text) {
      this.#drafts.drop(this.id, draft.tab);
      return;
    }
    this.text = draft.text;
    this.title = this.#frameTitle = draft.title;
    this.trusted = isTrusted(contentHash(draft.text));
    this.#keepDraft();
    if (draft.tab !== this.#drafts.tab) this.#drafts.drop(this.id, draft.tab);
    if (draft.basedOn === notebook.hash) {
      this.save = { kind: "edited" };
      this.#saveAfter(0);
    } else {
      this.save = { kind: "conflict", theirs: notebook };
    }
  }

  #keepDraft(): void {
    const { id: notebook, title, text } = this;
    this.unkept = !this.#drafts.put({ notebook, title, text, basedOn: this.#basedOn, atMs: Date.now() });
  }

  #saveAfter(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.saveNow(), milliseconds);
  }

  async #saveAll(): Promise<void> {
    // Typing goes on while a save is under way: save again until nothing new came in between.
    while (this.save.kind === "edited" || this.save.kind === "offline") {
      const text = this.text;
      this.save = { kind: "saving" };
      try {
        if (this.isSample) {
          await this.trials.whileMoved(async () =>
            this.#adoptSaved(await api.createNotebook(this.title, text, { trialsOf: this.id }), text),
          );
        } else {
          this.#adoptSaved(await api.saveNotebook(this.id, { text, basedOn: this.#basedOn }), text);
        }
      } catch (error) {
        if (error instanceof SaveConflictError) this.save = { kind: "conflict", theirs: error.theirs };
        else if (error instanceof OfflineError) {
          this.save = { kind: "offline" };
          if (!this.#closed) this.#saveAfter(RETRY_AFTER_MS);
        } else if (error instanceof EngineError) this.save = { kind: "refused", reason: error.message };
        else throw error;
        return;
      }
    }
  }

  #adoptSaved(saved: Notebook, text: string): void {
    if (saved.id !== this.id) this.#drafts.drop(this.id);
    this.#adopt(saved);
    if (this.text === text) {
      this.#drafts.drop(this.id);
      this.save = { kind: "saved", atMs: saved.modifiedMs };
    } else {
      this.#keepDraft();
      this.save = { kind: "edited" };
    }
  }

  #adopt(notebook: Notebook): void {
    this.id = notebook.id;
    this.#origin = notebook.origin;
    this.#basedOn = notebook.hash;
    if (this.trusted) trust(notebook.hash);
  }
}
