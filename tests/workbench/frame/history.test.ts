import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CellSource } from "#runtime/types.ts";
import { CellHistory } from "#workbench/frame/history.ts";

function cell(id: number, value = `text ${id}`): CellSource {
  return { id, mode: "ts", value, pinned: true, hidden: false };
}

describe("history of the cells", () => {
  test("an undone deletion brings the cell back where it was, with its text", () => {
    const history = new CellHistory();
    const before = [cell(1), cell(2), cell(3)];
    const after = [before[0], before[2]];
    history.did(before, after);
    expect(history.undo(after)).toEqual(before);
  });

  test("text typed after an operation outlives its undo", () => {
    const history = new CellHistory();
    const before = [cell(1), cell(2)];
    const after = [before[1], before[0]];
    history.did(before, after);
    const typed = [after[0], cell(1, "typed since")];
    expect(history.undo(typed)).toEqual([cell(1, "typed since"), cell(2)]);
  });

  test("redo does again what undo took back, with what was typed in between", () => {
    const history = new CellHistory();
    const before = [cell(1)];
    const after = [cell(1), cell(2)];
    history.did(before, after);
    const undone = history.undo([cell(1), cell(2, "typed into the new one")]);
    expect(undone).toEqual([cell(1)]);
    expect(history.redo([cell(1, "and then")])).toEqual([
      cell(1, "and then"),
      cell(2, "typed into the new one"),
    ]);
  });

  test("a new operation forgets what could have been redone", () => {
    const history = new CellHistory();
    history.did([cell(1)], [cell(1), cell(2)]);
    history.undo([cell(1), cell(2)]);
    history.did([cell(1)], [cell(1), cell(3)]);
    expect(history.redo([cell(1), cell(3)])).toBeUndefined();
  });

  test("an unused id is larger than that of any cell that could come back", () => {
    const history = new CellHistory();
    history.did([cell(1), cell(9)], [cell(1)]);
    expect(history.unusedId()).toBe(10);
  });

  test("undoing everything restores the beginning, and redoing everything the end", () => {
    const operations = fc.array(
      fc.record({ kind: fc.constantFrom("insert", "remove", "swap", "mode"), at: fc.nat(20) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(operations, (list) => {
        const history = new CellHistory();
        const start = [cell(1), cell(2), cell(3)];
        let cells: readonly CellSource[] = start;
        let next = 4;
        for (const { kind, at } of list) {
          const before = cells;
          const i = cells.length === 0 ? 0 : at % cells.length;
          if (kind === "insert" || cells.length === 0) cells = cells.toSpliced(i, 0, cell(next++));
          else if (kind === "remove") cells = cells.toSpliced(i, 1);
          else if (kind === "swap") cells = [...cells.slice(i), ...cells.slice(0, i)];
          else cells = cells.with(i, { ...cells[i], mode: cells[i].mode === "ts" ? "sql" : "ts" });
          history.did(before, cells);
        }
        const end = cells;
        for (let step = history.undo(cells); step !== undefined; step = history.undo(cells)) cells = step;
        expect(cells).toEqual(start);
        for (let step = history.redo(cells); step !== undefined; step = history.redo(cells)) cells = step;
        expect(cells).toEqual(end);
      }),
    );
  });
});
