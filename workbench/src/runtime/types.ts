/** The notebook as data and as a running thing: what the runtime promises to whoever shows it. */

export type CellMode = "js" | "ts" | "sql" | "md" | "html" | "tex";

/** A cell as it stands in the file. */
export type CellSource = {
  /** Stable within the notebook; also the id in the file. */
  id: number;
  mode: CellMode;
  value: string;
  /** Code shown even when not focused. */
  pinned: boolean;
  /** The value is not displayed. */
  hidden: boolean;
  /** The name under which an SQL cell's result is known to other cells. */
  output?: string;
};

export type NotebookSource = { title: string; cells: CellSource[] };

/**
 * `new`: never ran. `waiting`: an input is not there yet (`waitsFor` names it). `running`. `ok`. `failed`.
 * `stale`: its code was edited, or an input changed, since the value that is shown was computed.
 */
export type CellState = "new" | "waiting" | "running" | "ok" | "failed" | "stale";

export type CellFailure = {
  message: string;
  code?: string;
  details?: Record<string, unknown>;
  /** Line and column in the cell's own source, 1-based, when known. */
  line?: number;
  column?: number;
  stack?: string;
  /** The cell and name this one waits for, when the failure is not its own. */
  causedBy?: { id: number; name: string };
};

export type CellStatus = {
  id: number;
  state: CellState;
  /** Names this cell gives to others, and names it reads from other cells or the library. */
  defines: string[];
  reads: string[];
  /** Names that no cell and no library defines, with the nearest known one when there is one. */
  unresolved: { name: string; nearest?: string }[];
  failure?: CellFailure;
  /** Time of the last run. */
  milliseconds?: number;
  waitsFor?: string[];
};
