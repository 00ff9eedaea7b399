import type { CellSource } from "#runtime/types.ts";

type Cells = readonly CellSource[];
type Operation = { before: Cells; after: Cells };

/** Operations that can be taken back; older ones are forgotten. */
const KEPT = 200;

/**
 * What was done to the cells, so that it can be undone. Text typed since then is not lost: an operation that is
 * taken back gives each cell its old place and kind, and leaves the text as it is now unless it changed the text.
 */
export class CellHistory {
  #done: Operation[] = [];
  #undone: Operation[] = [];

  did(before: Cells, after: Cells): void {
    this.#done = [...this.#done, { before, after }].slice(-KEPT);
    this.#undone = [];
  }

  /** The cells without the last operation, or undefined when there is none. */
  undo(now: Cells): Cells | undefined {
    const operation = this.#done.pop();
    if (operation === undefined) return undefined;
    // Taken back from the cells as they are, so that doing it again brings those back, with what was typed.
    this.#undone.push({ before: operation.before, after: now });
    return carry(operation.after, operation.before, now);
  }

  redo(now: Cells): Cells | undefined {
    const operation = this.#undone.pop();
    if (operation === undefined) return undefined;
    this.#done.push({ before: now, after: operation.after });
    return carry(operation.before, operation.after, now);
  }

  /** An id that no cell has had that an undo could bring back. */
  unusedId(): number {
    let largest = 0;
    for (const { before, after } of [...this.#done, ...this.#undone]) {
      for (const { id } of [...before, ...after]) largest = Math.max(largest, id);
    }
    return largest + 1;
  }
}

/** The cells of `to`, each with the text that it has now, unless going from `from` to `to` is what changes it. */
function carry(from: Cells, to: Cells, now: Cells): Cells {
  const source = new Map(from.map((cell) => [cell.id, cell]));
  const present = new Map(now.map((cell) => [cell.id, cell]));
  return to.map((cell) => {
    const current = present.get(cell.id);
    if (current === undefined || source.get(cell.id)?.value !== cell.value) return cell;
    return current.value === cell.value ? cell : { ...cell, value: current.value };
  });
}
