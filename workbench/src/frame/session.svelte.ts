import { tick } from "svelte";
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { newCell, unusedId } from "#runtime/notebook.ts";
import type { CellMode, CellSource, CellStatus, NotebookSource, VariableSummary } from "#runtime/types.ts";
import type { EditorKnowledge } from "../editor/completion.ts";
import type { FrameCommand, FrameJob } from "../shell/protocol.ts";
import { CellHistory } from "./history.ts";
import { type Action, Keyboard, type Mode } from "./keys.ts";
import type { MenuItem } from "./Menu.svelte";
import type { Outputs } from "./outputs.ts";
import { type NewCell, TEMPLATES, type TemplateContext } from "./templates.ts";

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
  /** The cells have changed: keep them. Without `now` that may wait until typing pauses. */
  changed(source: NotebookSource, now: boolean): void;
  shortcut(key: "palette" | "save" | "toggleRail"): void;
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
  cells = $state.raw<readonly CellSource[]>([]);
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
  readonly #host: SessionHost;
  readonly #keyboard: Keyboard;
  readonly #history = new CellHistory();
  #anchor: number | undefined;
  #clipboard: readonly CellSource[] = [];
  #file: Omit<NotebookSource, "cells" | "title"> = {};
  #nextToast = 1;

  constructor(
    host: SessionHost,
    readonly outputs: Outputs,
    readonly knowledge: EditorKnowledge,
    readonly isMac: boolean,
  ) {
    this.#host = host;
    this.#keyboard = new Keyboard(isMac);
  }

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

  /** Which cell defines a name. */
  readonly #owners = $derived.by(() => {
    const owners = new Map<string, number>();
    for (const { id } of this.cells) for (const name of this.status(id).defines) owners.set(name, id);
    return owners;
  });

  /** Read when the panel is open; the statuses it depends on make it anew after each run. */
  readonly variables: readonly VariableSummary[] = $derived.by(() => {
    for (const { id } of this.cells) this.status(id);
    return this.#host.variables();
  });

  get source(): NotebookSource {
    return { ...this.#file, title: this.title, cells: [...this.cells] };
  }

  open(source: NotebookSource, options: { run: boolean; readOnly: boolean }): void {
    const { title, cells, ...file } = source;
    this.#file = file;
    this.title = title;
    this.cells = cells;
    this.trusted = options.run;
    this.readOnly = options.readOnly;
    this.opened = true;
  }

  status(id: number): CellStatus {
    return this.#statuses.get(id) ?? blank(id);
  }

  setStatus(status: CellStatus): void {
    this.#statuses.set(status.id, status);
    if (status.state !== "running" && status.state !== "waiting") this.outputs.settle(status.id);
  }

  ownerOf(name: string): { id: number; name: string } | undefined {
    const id = this.#owners.get(name);
    return id === undefined ? undefined : { id, name };
  }

  indexOf(id: number): number {
    return this.cells.findIndex((cell) => cell.id === id);
  }

  codeShown(cell: CellSource): boolean {
    if (this.readOnly && this.trusted) return false;
    return cell.pinned || (!this.trusted && cell.mode !== "md");
  }

  showProse(cell: CellSource, node: HTMLElement): void {
    node.replaceChildren(this.#host.prose(cell));
  }

  // Changing the cells

  insert(index: number, made: NewCell): number {
    const id = this.#newId();
    const cell = { ...newCell(id, made.mode, made.value), ...(made.output && { output: made.output }) };
    if (made.pinned !== undefined) cell.pinned = made.pinned;
    this.#change(this.cells.toSpliced(index, 0, cell));
    this.enter(id, "end");
    return id;
  }

  remove(ids: readonly number[]): void {
    const gone = new Set(ids);
    const first = this.cells.findIndex(({ id }) => gone.has(id));
    if (first < 0) return;
    const kept = this.cells.filter(({ id }) => !gone.has(id));
    const n = this.cells.length - kept.length;
    this.#change(kept);
    const next = kept[Math.min(first, kept.length - 1)];
    if (next !== undefined) this.jump(next.id);
    this.toast(n === 1 ? "Cell deleted" : `${n} cells deleted`, () => this.undo());
  }

  /** Moves cells one place up (−1) or down (1), together. */
  move(ids: readonly number[], step: -1 | 1): void {
    const chosen = new Set(ids);
    const cells = [...this.cells];
    const order = step < 0 ? cells.keys() : [...cells.keys()].reverse();
    for (const i of order) {
      const other = cells[i + step];
      if (!chosen.has(cells[i].id) || other === undefined || chosen.has(other.id)) continue;
      [cells[i], cells[i + step]] = [other, cells[i]];
    }
    if (cells.some((cell, i) => cell !== this.cells[i])) this.#change(cells);
    if (this.active !== undefined) this.#show(this.active);
  }

  duplicate(id: number): void {
    const index = this.indexOf(id);
    const copy = { ...this.cells[index], id: this.#newId() };
    this.#change(this.cells.toSpliced(index + 1, 0, copy));
    this.jump(copy.id);
  }

  setMode(ids: readonly number[], mode: CellMode): void {
    this.#map(ids, (cell) => (cell.mode === mode ? cell : { ...cell, mode }));
  }

  /** Folds or unfolds the code of cells; the first decides which of the two. */
  fold(ids: readonly number[]): void {
    const pinned = !this.cells.find(({ id }) => id === ids[0])?.pinned;
    this.#map(ids, (cell) => ({ ...cell, pinned }));
  }

  hide(id: number): void {
    this.#map([id], (cell) => ({ ...cell, hidden: !cell.hidden }));
  }

  setOutput(id: number, name: string): void {
    const output = name.trim();
    this.#map([id], ({ output: _, ...cell }) => (output === "" ? cell : { ...cell, output }));
  }

  /** Typing: not an operation, since the editor keeps its own history. */
  edit(id: number, value: string): void {
    const index = this.indexOf(id);
    if (index < 0 || this.cells[index].value === value) return;
    this.cells = this.cells.with(index, { ...this.cells[index], value });
    this.#changed(false);
  }

  undo(): void {
    this.#step(this.#history.undo(this.cells));
  }

  redo(): void {
    this.#step(this.#history.redo(this.cells));
  }

  copy(ids: readonly number[]): void {
    const chosen = new Set(ids);
    this.#clipboard = this.cells.filter(({ id }) => chosen.has(id));
  }

  paste(): void {
    if (this.#clipboard.length === 0) return;
    let id = this.#newId();
    const pasted = this.#clipboard.map((cell) => ({ ...cell, id: id++ }));
    const at = this.active === undefined ? this.cells.length : this.indexOf(this.active) + 1;
    this.#change(this.cells.toSpliced(at, 0, ...pasted));
    this.jump(pasted[0].id);
  }

  #map(ids: readonly number[], change: (cell: CellSource) => CellSource): void {
    const chosen = new Set(ids);
    this.#change(this.cells.map((cell) => (chosen.has(cell.id) ? change(cell) : cell)));
  }

  #change(cells: readonly CellSource[]): void {
    this.#history.did(this.cells, cells);
    this.#step(cells);
  }

  #step(cells: readonly CellSource[] | undefined): void {
    if (cells === undefined) return;
    const kept = new Set(cells.map(({ id }) => id));
    for (const { id } of this.cells) if (!kept.has(id)) this.#forget(id);
    this.cells = cells;
    if (this.active !== undefined && !kept.has(this.active)) this.active = undefined;
    this.#changed(true);
  }

  #forget(id: number): void {
    this.#statuses.delete(id);
    this.outputs.remove(id);
    this.selected.delete(id);
    if (this.pinned === id) this.pinned = undefined;
    if (this.active === id) this.mode = "command";
  }

  #changed(now: boolean): void {
    this.#host.changed(this.source, now);
  }

  #newId(): number {
    return Math.max(unusedId(this.cells), this.#history.unusedId());
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
    this.#show(id);
  }

  leave(): void {
    this.mode = "command";
    this.sendSource();
    if (this.active !== undefined) void this.#focus(this.active);
  }

  /** The caret left a cell's text through its first or last line: into the next cell's, as in one long page. */
  leaveThrough(direction: "up" | "down"): void {
    const next = this.#neighbour(direction === "up" ? -1 : 1);
    if (next === undefined) return;
    const cell = this.cells[this.indexOf(next)];
    if (this.codeShown(cell)) this.enter(next, direction === "up" ? "end" : "start");
    else this.jump(next);
  }

  #neighbour(step: -1 | 1): number | undefined {
    return this.active === undefined ? this.cells[0]?.id : this.cells[this.indexOf(this.active) + step]?.id;
  }

  #extend(step: -1 | 1): void {
    const next = this.#neighbour(step);
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
  #chosen(): number[] {
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
    if (!this.trusted) return;
    this.sendSource();
    this.#host.run(ids);
  }

  runAll(): void {
    if (this.trusted) this.#host.runAll();
  }

  runStale(): void {
    if (this.trusted) this.#host.runStale();
  }

  stop(id: number): void {
    this.#host.stop(id);
  }

  stopAll(): void {
    this.#host.stopAll();
  }

  stopJob(id: string): void {
    this.#host.stopJob(id);
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
    if (this.opened) this.#changed(true);
  }

  templates(index: number): MenuItem[] {
    const taken = new Set(this.cells.flatMap(({ id }) => this.status(id).defines));
    const context = { ...this.#host.templateContext(), taken };
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
      insertCode: () => this.insert(at, { mode: "ts", value: "", pinned: true }),
      insertSql: () => this.insert(at, { mode: "sql", value: "", pinned: true }),
      insertMarkdown: () => this.insert(at, { mode: "md", value: "" }),
    };
    commands[command]();
  }

  /**
   * Keys, before the page has had them (runs and the shell's keys, which hold everywhere) and after (the single
   * keys of command mode, and Escape, which an open menu or completion may have wanted for itself).
   */
  keyDown(event: KeyboardEvent, when: "before" | "after"): void {
    if (event.defaultPrevented || event.isComposing || this.helpOpen) return;
    const { target } = event;
    const inEditor = target instanceof Element && target.closest(".cm-editor") !== null;
    const isTyping = !inEditor && target instanceof Element && target.closest(TYPING) !== null;
    const isChord =
      event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
    if (isChord !== (when === "before")) return;
    if (isTyping && !isChord) return;
    if (
      !inEditor &&
      target instanceof Element &&
      target.closest(OPERATED) !== null &&
      OPERATES.has(event.key)
    )
      return;
    const action = this.#keyboard.action(event, inEditor ? "edit" : "command");
    if (action === undefined || (this.readOnly && !READ_ONLY_ACTIONS.has(action))) return;
    event.preventDefault();
    event.stopPropagation();
    this.#act(action);
  }

  #act(action: Action): void {
    const chosen = this.#chosen();
    const { active } = this;
    const at = active === undefined ? this.cells.length : this.indexOf(active);
    const code: NewCell = { mode: "ts", value: "", pinned: true };
    const actions: Partial<Record<Action, () => void>> = {
      run: () => (this.run(chosen), this.mode === "edit" && this.leave()),
      runAndAdvance: () => this.#runAndAdvance(chosen),
      runAndInsert: () => (this.run(chosen), this.insert(at + 1, code)),
      enterEdit: () => active !== undefined && this.enter(active),
      leaveEdit: () => this.leave(),
      insertAbove: () => this.#insertAndStay(at, code),
      insertBelow: () => this.#insertAndStay(Math.min(at + 1, this.cells.length), code),
      delete: () => this.remove(chosen),
      undo: () => this.undo(),
      redo: () => this.redo(),
      toMarkdown: () => this.setMode(chosen, "md"),
      toCode: () => this.setMode(chosen, "ts"),
      toSql: () => this.setMode(chosen, "sql"),
      selectNext: () => this.#go(this.#neighbour(1)),
      selectPrevious: () => this.#go(this.#neighbour(-1)),
      selectFirst: () => this.#go(this.cells[0]?.id),
      selectLast: () => this.#go(this.cells.at(-1)?.id),
      extendNext: () => this.#extend(1),
      extendPrevious: () => this.#extend(-1),
      moveUp: () => this.move(chosen, -1),
      moveDown: () => this.move(chosen, 1),
      copy: () => this.copy(chosen),
      cut: () => (this.copy(chosen), this.remove(chosen)),
      paste: () => this.paste(),
      interrupt: () => this.stopAll(),
      fold: () => this.fold(chosen),
      find: () => (this.findOpen = true),
      help: () => this.toggleHelp(),
      save: () => (this.sendSource(), this.#host.shortcut("save")),
      palette: () => this.#host.shortcut("palette"),
      toggleRail: () => this.#host.shortcut("toggleRail"),
    };
    actions[action]?.();
  }

  #go(id: number | undefined): void {
    if (id !== undefined) this.jump(id);
  }

  #insertAndStay(index: number, cell: NewCell): void {
    this.jump(this.insert(index, cell));
  }

  #runAndAdvance(chosen: number[]): void {
    this.run(chosen);
    const next = this.#neighbour(1);
    if (next !== undefined) this.jump(next);
    else if (!this.readOnly) this.insert(this.cells.length, { mode: "ts", value: "", pinned: true });
  }
}

/** Where single keys type, and where Enter, Space and the arrows already mean something. */
const TYPING =
  "input:not([type=range], [type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]";
const OPERATED =
  "button, summary, a, input, select, textarea, [role=menuitem], [role=grid], [role=slider], [data-keys=own]";
const OPERATES: ReadonlySet<string> = new Set([
  "Enter",
  " ",
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
  "Escape",
]);
const READ_ONLY_ACTIONS: ReadonlySet<Action> = new Set([
  "selectNext",
  "selectPrevious",
  "selectFirst",
  "selectLast",
  "find",
  "help",
  "palette",
  "save",
  "toggleRail",
]);
