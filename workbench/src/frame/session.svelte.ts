import { tick, untrack } from "svelte";
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type { CellMode, CellSource, CellStatus, NotebookSource, VariableSummary } from "#runtime/types.ts";
import type { EditorKnowledge } from "../editor/completion.ts";
import type { LeakCheck } from "../outputs/leaks/leakCheck.ts";
import type { FrameCommand, FrameJob } from "../shell/protocol.ts";
import { CellList } from "./cellList.svelte.ts";
import type { Mode } from "./keys.ts";
import type { MenuItem } from "./Menu.svelte";
import type { Outputs } from "./outputs.ts";
import { EMPTY_CODE, type NewCell, TEMPLATES, type TemplateContext } from "./templates.ts";

/** The names of the cells' kinds as a person says them. */
export const MODE_NAMES: Record<CellMode, string> = {
  js: "JavaScript",
  ts: "TypeScript",
  sql: "SQL",
  md: "Markdown",
  html: "HTML",
  tex: "TeX",
  ojs: "Observable JavaScript",
  dot: "Graphviz",
  node: "Node",
  python: "Python",
  r: "R",
  unknown: "Unknown kind",
};

export type Panel = "outline" | "variables";
export type Toast = { id: number; message: string; undo?: () => void };

/** What the session tells to and asks of the world around it: the runtime below and the shell outside. */
export type SessionHost = {
  run(ids: readonly number[]): void;
  runAll(): void;
  runStale(): void;
  stop(id: number): void;
  stopAll(): void;
  stopJob(id: string): void;
  variables(): VariableSummary[];
  /** The cells have changed: keep them. Without `now` that may wait a moment, as for more of a word. */
  changed(source: NotebookSource, now: boolean): void;
  shortcut(key: "palette" | "save" | "toggleRail" | "trials"): void;
  /** What templates and completion may build on, besides the cells. */
  templateContext(): Omit<TemplateContext, "taken">;
  /** Prose of a cell that may not run, with its interpolations shown as code. */
  prose(cell: CellSource): Node;
};

const TOAST_MS = 8000;

function blank(id: number): CellStatus {
  return { id, state: "new", defines: [], reads: [], unresolved: [], edited: false, run: 0 };
}

/**
 * The notebook as the page shows it: cells, what they are doing, which is selected, which is edited. It changes
 * cells by operations that can be undone and tells the host; it runs nothing itself.
 */
export class NotebookSession {
  readonly list = new CellList((change) => this.#changed(change));
  title = $state("");
  opened = $state(false);
  trusted = $state(false);
  readOnly = $state(false);
  /** Why nothing is shown, when the file could not be read. */
  problem = $state<string>();
  active = $state<number>();
  mode = $state<Mode>("command");
  readonly selected = new SvelteSet<number>();
  codeFirst = $state(false);
  panel = $state<Panel>();
  pinned = $state<number>();
  helpOpen = $state(false);
  findOpen = $state(false);
  toasts = $state.raw<readonly Toast[]>([]);
  jobs = $state.raw<readonly FrameJob[]>([]);
  /** Where the caret goes when a cell is entered by key. */
  caret: "start" | "end" | undefined;

  readonly #statuses = new SvelteMap<number, CellStatus>();
  readonly #leakChecks = new SvelteMap<number, { run: number; check: LeakCheck }>();
  readonly #leaksOpen = new SvelteSet<number>();
  #namesVersion = $state(0);
  #anchor: number | undefined;
  #file: Omit<NotebookSource, "cells" | "title"> = {};
  #nextToast = 1;

  constructor(
    readonly host: SessionHost,
    readonly outputs: Outputs,
    readonly knowledge: EditorKnowledge,
    readonly isMac: boolean,
  ) {}

  readonly counts = $derived.by(() => {
    const counts = { running: 0, failed: 0, stale: 0 };
    for (const { id } of this.cells) {
      const { state } = this.status(id);
      if (state === "running") counts.running++;
      else if (state === "failed") counts.failed++;
      else if (state === "stale") counts.stale++;
    }
    return counts;
  });

  /** Which cell defines a name; made anew only when names have changed, since every cell's head reads it. */
  readonly #owners = $derived.by(() => {
    this.#namesVersion;
    const owners = new Map<string, number>();
    for (const { id } of this.cells) {
      for (const name of untrack(() => this.status(id)).defines) owners.set(name, id);
    }
    return owners;
  });

  /** Read when the panel is open; the statuses it depends on make it anew after each run. */
  readonly variables: readonly VariableSummary[] = $derived.by(() => {
    for (const { id } of this.cells) this.status(id);
    return this.host.variables();
  });

  get cells(): readonly CellSource[] {
    return this.list.all;
  }

  get source(): NotebookSource {
    return { ...this.#file, title: this.title, cells: [...this.cells] };
  }

  open(source: NotebookSource, options: { run: boolean; readOnly: boolean }): void {
    const { title, cells, ...file } = source;
    this.#file = file;
    this.title = title;
    this.list.all = cells;
    this.trusted = options.run;
    this.readOnly = options.readOnly;
    this.opened = true;
  }

  status(id: number): CellStatus {
    return this.#statuses.get(id) ?? blank(id);
  }

  setStatus(status: CellStatus): void {
    if (status.defines.join() !== this.status(status.id).defines.join()) this.#namesVersion++;
    this.#statuses.set(status.id, status);
    if (status.state !== "running" && status.state !== "waiting") this.outputs.settle(status.id);
  }

  /** What was found of what a cell gives now: a run that is over says nothing of the next one. */
  leakCheck(id: number): LeakCheck | undefined {
    const known = this.#leakChecks.get(id);
    const { run, state } = this.status(id);
    return known !== undefined && known.run === run && state === "ok" ? known.check : undefined;
  }

  showLeakCheck(id: number, run: number, check: LeakCheck): void {
    this.#leakChecks.set(id, { run, check });
  }

  leaksOpen(id: number): boolean {
    return this.#leaksOpen.has(id);
  }

  toggleLeaks(id: number): void {
    if (!this.#leaksOpen.delete(id)) this.#leaksOpen.add(id);
  }

  ownerOf(name: string): { id: number; name: string } | undefined {
    const id = this.#owners.get(name);
    return id === undefined ? undefined : { id, name };
  }

  indexOf(id: number): number {
    return this.list.indexOf(id);
  }

  codeShown(cell: CellSource): boolean {
    if (this.readOnly && this.trusted) return false;
    return cell.pinned || (!this.trusted && cell.mode !== "md");
  }

  showProse(cell: CellSource, node: HTMLElement): void {
    node.replaceChildren(this.host.prose(cell));
  }

  // Changing the cells; what is not here is the list's own

  insert(index: number, made: NewCell): number {
    const id = this.list.insert(index, made);
    this.enter(id, "end");
    this.#show(id);
    return id;
  }

  remove(ids: readonly number[]): void {
    const first = this.cells.findIndex(({ id }) => ids.includes(id));
    const n = this.list.remove(ids);
    if (n === 0) return;
    this.go(this.cells[Math.min(first, this.cells.length - 1)]?.id);
    this.toast(n === 1 ? "Cell deleted" : `${n} cells deleted`, () => this.undo());
  }

  move(ids: readonly number[], step: -1 | 1): void {
    this.list.move(ids, step);
    if (this.active !== undefined) this.#show(this.active);
  }

  duplicate(id: number): void {
    this.jump(this.list.duplicate(id));
  }

  paste(): void {
    const at = this.active === undefined ? this.cells.length : this.indexOf(this.active) + 1;
    this.go(this.list.paste(at)[0]);
  }

  /** A cell that comes back runs again, so that what read it heals. */
  undo(): void {
    this.run(this.list.undo());
  }

  redo(): void {
    this.run(this.list.redo());
  }

  #changed({ gone, typed }: { gone: number[]; typed: boolean }): void {
    for (const id of gone) this.#forget(id);
    this.host.changed(this.source, !typed);
  }

  #forget(id: number): void {
    this.#statuses.delete(id);
    this.#leakChecks.delete(id);
    this.outputs.remove(id);
    this.selected.delete(id);
    if (this.pinned === id) this.pinned = undefined;
    if (this.active === id) {
      this.active = undefined;
      this.mode = "command";
    }
  }

  // Selecting and editing

  /** The cell whose keys are meant: the focus went there, by whichever way. */
  focused(id: number): void {
    if (this.active === id) return;
    this.active = id;
    this.mode = "command";
    this.#selectOnly();
  }

  /** Goes to a cell: selects it, brings it into view and gives it the focus. */
  jump(id: number): void {
    this.active = id;
    this.mode = "command";
    this.#selectOnly();
    this.#show(id);
    void this.#focus(id);
  }

  /** Shows a cell without taking the focus from where one types. */
  reveal(id: number): void {
    this.active = id;
    this.mode = "command";
    document.getElementById(`cell-${id}`)?.scrollIntoView({ block: "nearest" });
  }

  enter(id: number, caret?: "start" | "end"): void {
    if (this.readOnly) return;
    this.caret = caret;
    this.active = id;
    this.mode = "edit";
    this.#selectOnly();
  }

  go(id: number | undefined): void {
    if (id !== undefined) this.jump(id);
  }

  /** To the next cell; after the last one, a new one. */
  goOn(): void {
    const next = this.neighbour(1);
    if (next !== undefined) this.jump(next);
    else if (!this.readOnly) this.insert(this.cells.length, EMPTY_CODE);
  }

  leave(): void {
    this.mode = "command";
    this.sendSource();
    if (this.active !== undefined) void this.#focus(this.active);
  }

  /** The caret left a cell's text through its first or last line: into the next cell's, as in one long page. */
  leaveThrough(direction: "up" | "down"): void {
    const next = this.neighbour(direction === "up" ? -1 : 1);
    if (next === undefined) return;
    const cell = this.cells[this.indexOf(next)];
    if (this.codeShown(cell)) this.enter(next, direction === "up" ? "end" : "start");
    else this.jump(next);
  }

  neighbour(step: -1 | 1): number | undefined {
    return this.active === undefined ? this.cells[0]?.id : this.cells[this.indexOf(this.active) + step]?.id;
  }

  extend(step: -1 | 1): void {
    const next = this.neighbour(step);
    if (next === undefined || this.active === undefined) return;
    this.#anchor ??= this.active;
    const [a, b] = [this.indexOf(this.#anchor), this.indexOf(next)].sort((x, y) => x - y);
    this.selected.clear();
    for (const { id } of this.cells.slice(a, b + 1)) this.selected.add(id);
    this.active = next;
    this.#show(next);
    void this.#focus(next);
  }

  #selectOnly(): void {
    this.#anchor = undefined;
    this.selected.clear();
  }

  /** What an operation of command mode works on: the selection, or the active cell. */
  get chosen(): number[] {
    if (this.selected.size > 0)
      return this.cells.filter(({ id }) => this.selected.has(id)).map(({ id }) => id);
    return this.active === undefined ? [] : [this.active];
  }

  async #focus(id: number): Promise<void> {
    await tick();
    document.getElementById(`cell-${id}`)?.focus({ preventScroll: true });
  }

  #show(id: number): void {
    void tick().then(() => document.getElementById(`cell-${id}`)?.scrollIntoView({ block: "nearest" }));
  }

  // Running

  run(ids: readonly number[]): void {
    if (!this.trusted || ids.length === 0) return;
    this.sendSource();
    this.host.run(ids);
  }

  runAll(): void {
    if (this.trusted) this.host.runAll();
  }

  runStale(): void {
    if (this.trusted) this.host.runStale();
  }

  stop(id: number): void {
    this.host.stop(id);
  }

  stopAll(): void {
    this.host.stopAll();
  }

  stopJob(id: string): void {
    this.host.stopJob(id);
  }

  // The page around the cells

  pin(id: number | undefined): void {
    this.pinned = id;
  }

  toggleCodeFirst(): void {
    this.codeFirst = !this.codeFirst;
  }

  togglePanel(panel: Panel | undefined): void {
    this.panel = this.panel === panel ? undefined : panel;
  }

  toggleHelp(): void {
    this.helpOpen = !this.helpOpen;
  }

  toast(message: string, undo?: () => void): void {
    const toast = { id: this.#nextToast++, message, undo };
    this.toasts = [...this.toasts, toast];
    setTimeout(() => this.#dropToast(toast.id), TOAST_MS);
  }

  answerToast(id: number): void {
    this.toasts.find((toast) => toast.id === id)?.undo?.();
    this.#dropToast(id);
  }

  #dropToast(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  sendSource(): void {
    if (this.opened) this.host.changed(this.source, true);
  }

  templates(index: number): MenuItem[] {
    const taken = new Set(this.cells.flatMap(({ id }) => this.status(id).defines));
    const context = { ...this.host.templateContext(), taken };
    return TEMPLATES.map(({ label, says, make }) => ({
      label,
      says,
      choose: () => void this.insert(index, make(context)),
    }));
  }

  command(command: FrameCommand): void {
    const at = this.active === undefined ? this.cells.length : this.indexOf(this.active) + 1;
    const commands: Record<FrameCommand, () => void> = {
      runAll: () => this.runAll(),
      runStale: () => this.runStale(),
      stopAll: () => this.stopAll(),
      undo: () => this.undo(),
      toggleCode: () => this.toggleCodeFirst(),
      help: () => this.toggleHelp(),
      focus: () => this.active !== undefined && this.jump(this.active),
      insertCode: () => this.insert(at, EMPTY_CODE),
      insertSql: () => this.insert(at, { mode: "sql", value: "", pinned: true }),
      insertMarkdown: () => this.insert(at, { mode: "md", value: "" }),
    };
    commands[command]();
  }
}
