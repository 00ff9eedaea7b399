import type { KeptText } from "./storage.ts";
import { forget, keep, keptKeys, readKept } from "./storage.ts";

/** Text that the server may not have yet, kept in the browser from the moment it was typed. */
export type Draft = {
  notebook: string;
  title: string;
  text: string;
  /** The version it was edited from; null for one that the server never had. */
  basedOn: string | null;
  atMs: number;
  /** The tab that typed it: two tabs on one notebook do not overwrite each other's drafts. */
  tab: string;
};

const keyOf = (notebook: string, tab: string) => `draft.${encodeURIComponent(notebook)}.${tab}`;

/**
 * Drafts lie in local storage, since only that is written before a closing tab is gone. A notebook too large
 * for it (five megabytes for all) is held in memory and the caller is told, so that it can say so.
 */
export class Drafts {
  readonly #store: KeptText | undefined;
  constructor(
    readonly tab: string,
    store?: KeptText,
  ) {
    this.#store = store;
  }

  /** False when there was no room: the text is then only in this tab. */
  put(draft: Omit<Draft, "tab">): boolean {
    return keep(keyOf(draft.notebook, this.tab), { ...draft, tab: this.tab }, this.#store);
  }

  drop(notebook: string, tab = this.tab): void {
    forget(keyOf(notebook, tab), this.#store);
  }

  /** Drafts of a notebook, the newest first. */
  of(notebook: string): Draft[] {
    return keptKeys(`draft.${encodeURIComponent(notebook)}.`, this.#store)
      .map((key) => readKept<Draft>(key, this.#store))
      .filter((draft): draft is Draft => isDraft(draft) && draft.notebook === notebook)
      .sort((a, b) => b.atMs - a.atMs);
  }

  /**
   * The draft to go on with when a notebook is opened: this tab's own (a reload), else the newest that a
   * closed tab left behind. What another tab that still lives is typing belongs to that tab.
   */
  toResume(notebook: string, livingTabs: ReadonlySet<string>): Draft | undefined {
    const drafts = this.of(notebook);
    return drafts.find(({ tab }) => tab === this.tab) ?? drafts.find(({ tab }) => !livingTabs.has(tab));
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== "object" || value === null) return false;
  const draft = value as Partial<Record<keyof Draft, unknown>>;
  return (
    typeof draft.text === "string" && typeof draft.notebook === "string" && typeof draft.atMs === "number"
  );
}
