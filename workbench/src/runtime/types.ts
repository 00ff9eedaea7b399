/** The notebook as data and as a running thing: what the runtime promises to whoever shows it. */

/** What runs here. */
export type RunnableMode = "js" | "ts" | "sql" | "md" | "html" | "tex";

/** What Observable's format knows besides, and `unknown` for a type that it does not: kept and shown, never run. */
export type ForeignMode = "ojs" | "dot" | "node" | "python" | "r" | "unknown";

export type CellMode = RunnableMode | ForeignMode;

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
  /** Attributes of a stranger's cell that mean nothing here (`database`, `format`, …), kept for saving. */
  attributes?: Record<string, string>;
  /** What stands before the cell in a stranger's file besides white space, such as a comment. */
  before?: string;
};

export type NotebookSource = {
  title: string;
  cells: CellSource[];
  /** Attributes of the `<notebook>` element: `theme`, `readonly`, and whatever a stranger wrote. */
  attributes?: Record<string, string>;
  /** What stands around a stranger's `<notebook>` element, kept for saving. */
  around?: { before: string; beforeEnd: string; after: string };
};

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
  /** What is wrong with the text as it stands, run or not: for marks in the editor. */
  syntax?: CellFailure;
  /** True when the text was edited since the last run. */
  edited: boolean;
  /** How often the cell has run since the notebook was opened; a display event carries the same number. */
  run: number;
  /** Time of the last run. */
  milliseconds?: number;
  waitsFor?: string[];
};

/** What a cell shows. `replace` takes the place of all that it showed; `append` comes after it. */
export type DisplayEvent = { id: number; run: number } & (
  | { action: "replace" | "append"; value: unknown; name?: string }
  | { action: "clear" }
);

/** One top-level declaration of a cell, ready to be carried into a strategy's module text. */
export type Piece = {
  names: string[];
  /** Normalised source, without types and comments. */
  text: string;
  /** Free names that it reads. */
  reads: string[];
  /** What keeps it from being bundled, found while parsing. */
  impurities: Impurity[];
  /** True for a declaration that only binds another name of the library: `import { sma as average }`. */
  alias?: string;
};

/** Something that a strategy may not hold, and what to do instead. */
export type Impurity = { name: string; why: string; cure: string };

/** A `defineStrategy(…)`, `defineLoss(…)` or `defineCapital(…)` call in a cell, or a loss that is given to `optimise` as it is. */
export type DefinitionSite = {
  /** Its number in the cell's text, from 0. */
  index: number;
  define: "defineStrategy" | "defineLoss" | "defineCapital";
  /** Normalised source of the call. */
  text: string;
  reads: string[];
  /** Names of enclosing functions or blocks that it closes over: those cannot be bundled. */
  locals: string[];
  impurities: Impurity[];
};

/** A cell made ready to run: plain data, made in a worker. */
export type CompiledCell = {
  id: number;
  mode: CellMode;
  /** Source of a function of `inputs`; undefined when the text does not compile. */
  body?: string;
  inputs: string[];
  /** Top-level names of a code cell: the body returns an object of them. */
  outputs: string[];
  /** The one name of an SQL cell: the body returns its value. */
  output?: string;
  /** The value of the body is shown by itself. */
  autodisplay: boolean;
  defines: string[];
  reads: string[];
  /** Names imported from `"walkforward"`. */
  imports: string[];
  /** Line of the cell's own text for each line of `body`, both 1-based; 0 where there is none. */
  lines: number[];
  failure?: CellFailure;
  pieces: Piece[];
  sites: DefinitionSite[];
  /** Top-level names that code of the cell changes after their declaration. */
  changed: string[];
  /** Of an SQL cell: the tables that it names, `name` or `schema.name`; those that cells give become inputs. */
  tables?: string[];
};

export type Compile = (cell: CellSource) => CompiledCell | Promise<CompiledCell>;

/** One run of one cell, as the library's functions may know it. */
export type CellRun = {
  readonly id: number;
  readonly run: number;
  /** Aborted when the cell is stopped, runs again, or is removed. */
  readonly signal: AbortSignal;
};

/** A value of a cell under the name by which a statement calls it. */
export type SqlInput = {
  /** The cell's name, where the statement says `result.trades`. */
  schema?: string;
  name: string;
  /** Of a name with a schema: that field of the cell's value, undefined where it has none. */
  value: unknown;
};

export type RuntimeHost = {
  /** Values in scope under their names. */
  library: Record<string, unknown>;
  /** Values made at first use; a promise is awaited. */
  lazy?: Record<string, () => unknown>;
  /** Values made anew for each run of each cell that reads them, such as an `evaluate` that knows its signal. */
  perRun?: Record<string, (run: CellRun) => unknown>;
  /** Names of the library that a strategy may import from `"walkforward"`. */
  engineNames: Iterable<string>;
  compile: Compile;
  /** Runs one statement whose values are already quoted; `inputs` are the tables that it reads from other cells. */
  runSql(sql: string, run: CellRun, inputs: readonly SqlInput[]): Promise<unknown>;
  onStatus(status: CellStatus): void;
  onDisplay(event: DisplayEvent): void;
};

/** A line of the Variables panel. */
export type VariableSummary = {
  name: string;
  owner: number;
  type: string;
  /** Items, rows × columns, or characters, where the value has a size. */
  size?: string;
  preview: string;
  stale: boolean;
};
