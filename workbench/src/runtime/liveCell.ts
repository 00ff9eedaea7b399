import type { Definition } from "./definition.ts";
import type { CellSource, CompiledCell } from "./types.ts";

/** A cell of the open notebook: its text as last edited, and what of it runs. */
export type LiveCell = {
  source: CellSource;
  /** Of the text as last edited, once the compiler has answered. */
  compiled?: CompiledCell;
  compiling?: { key: string; result: Promise<CompiledCell> };
  definition?: Definition;
  /** Counts the orders to run, so that only the last one is carried out. */
  order: number;
  isStarting: boolean;
  runs: number;
};

export function isBusy(cell: LiveCell): boolean {
  return cell.isStarting || (cell.definition?.isBusy ?? false);
}

export function isEdited(cell: LiveCell): boolean {
  return cell.definition !== undefined && keyOf(cell.definition.cell) !== keyOf(cell.source);
}

/** All of a cell that its running version depends on. */
export function keyOf({ mode, value, output = "", hidden }: CellSource): string {
  return `${mode}\n${output}\n${hidden}\n${value}`;
}

/** The compiler itself failed, its worker died perhaps: the cell says so and the others go on. */
export function notCompiled(source: CellSource, error: unknown): CompiledCell {
  const message = error instanceof Error ? error.message : String(error);
  return {
    id: source.id,
    mode: source.mode,
    inputs: [],
    outputs: [],
    autodisplay: false,
    defines: [],
    reads: [],
    imports: [],
    lines: [],
    pieces: [],
    sites: [],
    changed: [],
    failure: {
      code: "notebook.compiler-failed",
      message: `The cell could not be compiled: ${message} Run it again.`,
    },
  };
}
