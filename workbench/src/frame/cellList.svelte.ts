import { newCell, unusedId } from "#runtime/notebook.ts";
import type { CellMode, CellSource } from "#runtime/types.ts";
import { CellHistory } from "./history.ts";
import type { NewCell } from "./templates.ts";

/**
 * The cells of the notebook and what can be done to them. Every operation can be undone; typing is none, since each
 * editor keeps its own history.
 */
export class CellList {
  all = $state.raw<readonly CellSource[]>([]);
  readonly #history = new CellHistory();
  readonly #changed: (change: { gone: number[]; typed: boolean }) => void;
  #clipboard: readonly CellSource[] = [];

  /** `changed` is told after each change which cells are gone, and whether it was typing. */
  constructor(changed: (change: { gone: number[]; typed: boolean }) => void) {
    this.#changed = changed;
  }

  get(id: number): CellSource | undefined {
    return this.all.find((cell) => cell.id === id);
  }

  indexOf(id: number): number {
    return this.all.findIndex((cell) => cell.id === id);
  }

  insert(index: number, { mode, value, output, pinned }: NewCell): number {
    const id = this.#newId();
    const cell = newCell(id, mode, value);
    if (output !== undefined) cell.output = output;
    if (pinned !== undefined) cell.pinned = pinned;
    this.#do(this.all.toSpliced(index, 0, cell));
    return id;
  }

  /** Returns how many were there to be removed. */
  remove(ids: readonly number[]): number {
    const kept = this.all.filter(({ id }) => !ids.includes(id));
    const removed = this.all.length - kept.length;
    if (removed > 0) this.#do(kept);
    return removed;
  }

  /** Moves cells one place up (−1) or down (1), together; at the end of the page nothing moves. */
  move(ids: readonly number[], step: -1 | 1): void {
    const cells = [...this.all];
    const order = step < 0 ? cells.keys() : [...cells.keys()].reverse();
    for (const i of order) {
      const other = cells[i + step];
      if (other === undefined || !ids.includes(cells[i].id) || ids.includes(other.id)) continue;
      [cells[i], cells[i + step]] = [other, cells[i]];
    }
    if (cells.some((cell, i) => cell !== this.all[i])) this.#do(cells);
  }

  duplicate(id: number): number {
    const index = this.indexOf(id);
    const copy = { ...this.all[index], id: this.#newId() };
    this.#do(this.all.toSpliced(index + 1, 0, copy));
    return copy.id;
  }

  setMode(ids: readonly number[], mode: CellMode): void {
    this.#map(ids, (cell) => (cell.mode === mode ? cell : { ...cell, mode }));
  }

  /** Folds or unfolds the code of cells; the first decides which of the two. */
  fold(ids: readonly number[]): void {
    const pinned = !this.get(ids[0])?.pinned;
    this.#map(ids, (cell) => (cell.pinned === pinned ? cell : { ...cell, pinned }));
  }

  toggleHidden(id: number): void {
    this.#map([id], (cell) => ({ ...cell, hidden: !cell.hidden }));
  }

  /** Names an SQL cell's result; an empty name takes it away. */
  setOutput(id: number, name: string): void {
    const output = name.trim();
    this.#map([id], ({ output: _, ...cell }) => (output === "" ? cell : { ...cell, output }));
  }

  /** Typing. */
  edit(id: number, value: string): void {
    const index = this.indexOf(id);
    if (index < 0 || this.all[index].value === value) return;
    this.all = this.all.with(index, { ...this.all[index], value });
    this.#changed({ gone: [], typed: true });
  }

  copy(ids: readonly number[]): void {
    this.#clipboard = this.all.filter(({ id }) => ids.includes(id));
  }

  /** Returns the ids of the pasted cells. */
  paste(index: number): number[] {
    const first = this.#newId();
    const pasted = this.#clipboard.map((cell, i) => ({ ...cell, id: first + i }));
    if (pasted.length > 0) this.#do(this.all.toSpliced(index, 0, ...pasted));
    return pasted.map(({ id }) => id);
  }

  /** Takes back the last operation; returns the ids of cells that came back. */
  undo(): number[] {
    return this.#stepTo(this.#history.undo(this.all));
  }

  redo(): number[] {
    return this.#stepTo(this.#history.redo(this.all));
  }

  #map(ids: readonly number[], change: (cell: CellSource) => CellSource): void {
    const cells = this.all.map((cell) => (ids.includes(cell.id) ? change(cell) : cell));
    if (cells.some((cell, i) => cell !== this.all[i])) this.#do(cells);
  }

  #do(cells: readonly CellSource[]): void {
    this.#history.did(this.all, cells);
    this.#stepTo(cells);
  }

  #stepTo(cells: readonly CellSource[] | undefined): number[] {
    if (cells === undefined) return [];
    const before = new Set(this.all.map(({ id }) => id));
    const after = new Set(cells.map(({ id }) => id));
    this.all = cells;
    this.#changed({ gone: [...before].filter((id) => !after.has(id)), typed: false });
    return [...after].filter((id) => !before.has(id));
  }

  #newId(): number {
    return Math.max(unusedId(this.all), this.#history.unusedId(), unusedId(this.#clipboard));
  }
}
