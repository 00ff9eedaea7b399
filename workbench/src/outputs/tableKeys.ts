/** A place in a table; row −1 is the head. */
export type Cursor = { readonly row: number; readonly column: number };

export type TableKey = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;
export type TableExtent = { readonly rows: number; readonly columns: number; readonly pageRows: number };

export type TableAct =
  | { readonly kind: "move"; readonly to: Cursor; readonly extend: boolean }
  | { readonly kind: "widen"; readonly byPx: number }
  | { readonly kind: "activate" | "copy" | "selectAll" };

const WIDEN_PX = 16;

/**
 * What a key means in a table: arrows, Page and End as in a spreadsheet (Home and End go to the first and last row,
 * with Ctrl to the first and last cell), Shift extends the selection, Alt and an arrow change the column's width.
 * Undefined for a key that is not the table's.
 */
export function tableAct(
  pressed: TableKey,
  at: Cursor,
  { rows, columns, pageRows }: TableExtent,
): TableAct | undefined {
  const far = pressed.ctrlKey || pressed.metaKey;
  const move = (row: number, column: number): TableAct => ({
    kind: "move",
    to: {
      row: Math.min(Math.max(row, -1), rows - 1),
      column: Math.min(Math.max(column, 0), columns - 1),
    },
    extend: pressed.shiftKey,
  });
  const { row, column } = at;
  switch (pressed.key) {
    case "ArrowDown":
      return move(far ? rows - 1 : row + 1, column);
    case "ArrowUp":
      return move(far ? 0 : row - 1, column);
    case "ArrowLeft":
      return pressed.altKey ? { kind: "widen", byPx: -WIDEN_PX } : move(row, far ? 0 : column - 1);
    case "ArrowRight":
      return pressed.altKey ? { kind: "widen", byPx: WIDEN_PX } : move(row, far ? columns - 1 : column + 1);
    case "PageDown":
      return move(row + pageRows, column);
    case "PageUp":
      return move(Math.max(0, row - pageRows), column);
    case "Home":
      return move(0, far ? 0 : column);
    case "End":
      return move(rows - 1, far ? columns - 1 : column);
    case "Enter":
    case " ":
      return { kind: "activate" };
    case "c":
      return far ? { kind: "copy" } : undefined;
    case "a":
      return far ? { kind: "selectAll" } : undefined;
    default:
      return undefined;
  }
}
