import { describe, expect, test } from "vitest";
import { type TableKey, tableAct } from "#workbench/outputs/tableKeys.ts";

const extent = { rows: 100, columns: 5, pageRows: 10 };
const none = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

function pressed(key: string, modifiers: Partial<TableKey> = {}, at = { row: 50, column: 2 }): unknown {
  const act = tableAct({ ...none, ...modifiers, key }, at, extent);
  return act?.kind === "move" ? [act.to.row, act.to.column] : act;
}

describe("keys in a table", () => {
  test("arrows and pages move and stop at the edges", () => {
    expect(pressed("ArrowDown")).toEqual([51, 2]);
    expect(pressed("PageUp")).toEqual([40, 2]);
    expect(pressed("PageDown", {}, { row: 95, column: 0 })).toEqual([99, 0]);
    expect(pressed("ArrowLeft", {}, { row: 0, column: 0 })).toEqual([0, 0]);
  });

  test("the head lies above the first row, and only an arrow goes there", () => {
    expect(pressed("ArrowUp", {}, { row: 0, column: 1 })).toEqual([-1, 1]);
    expect(pressed("PageUp", {}, { row: 3, column: 1 })).toEqual([0, 1]);
  });

  test("Home and End go to the first and last row, with Ctrl to the first and last cell", () => {
    expect(pressed("End")).toEqual([99, 2]);
    expect(pressed("Home")).toEqual([0, 2]);
    expect(pressed("End", { ctrlKey: true })).toEqual([99, 4]);
    expect(pressed("Home", { metaKey: true })).toEqual([0, 0]);
  });

  test("Shift extends, Alt and an arrow change the width, and letters without Ctrl are not the table's", () => {
    expect(
      tableAct({ ...none, key: "ArrowDown", shiftKey: true }, { row: 1, column: 1 }, extent),
    ).toMatchObject({
      extend: true,
    });
    expect(pressed("ArrowRight", { altKey: true })).toEqual({ kind: "widen", byPx: 16 });
    expect(pressed("c", { ctrlKey: true })).toEqual({ kind: "copy" });
    expect(pressed("c")).toBeUndefined();
    expect(pressed("j")).toBeUndefined();
  });
});
