/// <reference path="./observable-runtime.d.ts" />
import { type Module, Runtime, RuntimeError } from "@observablehq/runtime";
import { EngineError, nearestName } from "#engine/core/errors.ts";
import type { StrategyModule } from "#engine/strategy/module.ts";
import { bundleStrategy } from "./bundle.ts";
import { HIDDEN_NAMES, LIBRARY_NAME, RUN_NAMES, SITE_NAME, SQL_NAME } from "./cellNames.ts";
import {
  Definition,
  type DefinitionHost,
  PerRun,
  type RunRecord,
  type StrategyOrigin,
  viewOf,
} from "./definition.ts";
import { describe } from "./describe.ts";
import { circular, duplicateName, failureOf, unknownImport, unknownName, waitsFor } from "./failures.ts";
import { input, Mutable, observe, queue } from "./generators.ts";
import { globalValue, isGlobal } from "./globals.ts";
import { soon } from "./soon.ts";
import { ident, sqlText } from "./sql.ts";
import type {
  CellFailure,
  CellSource,
  CellStatus,
  CompiledCell,
  NotebookSource,
  RuntimeHost,
  VariableSummary,
} from "./types.ts";

/** A cell of the open notebook: its text as last edited, and what of it runs. */
type LiveCell = {
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

/**
 * A notebook that runs: cells in, displays and states out. Observable's runtime runs the graph, so that a cell
 * runs again by itself when what it reads changes; this class gives it the cells, keeps what belongs to an
 * earlier version away from what is shown, and knows which values are older than the text beside them.
 */
export class NotebookRuntime {
  readonly #host: RuntimeHost;
  readonly #runtime: Runtime;
  readonly #module: Module;
  readonly #cells = new Map<number, LiveCell>();
  readonly #library: ReadonlySet<string>;
  readonly #engineNames: ReadonlySet<string>;
  readonly #strategies = new WeakMap<object, StrategyOrigin>();
  readonly #told = new Map<number, string>();
  /** Cells by the names that their running version gives; made when asked for, after every change. */
  #owners: Map<string, LiveCell[]> | undefined;
  /** Names that cells give, running or only compiled. */
  #given: Set<string> | undefined;
  #isFlushing = false;
  #waiting: (() => void)[] = [];

  constructor(host: RuntimeHost) {
    this.#host = host;
    this.#engineNames = new Set(host.engineNames);
    const builtins = this.#builtins();
    this.#library = new Set(Object.keys(builtins));
    this.#runtime = new Runtime(builtins, globalValue);
    keepComputing(this.#runtime);
    this.#module = this.#runtime.module();
  }

  /** Puts a notebook in the place of what was open. With `run: false` it is compiled and nothing of it is executed. */
  async open(source: NotebookSource, { run }: { run: boolean }): Promise<void> {
    for (const id of [...this.#cells.keys()]) this.#remove(id);
    this.update(source);
    await Promise.all([...this.#cells.values()].map((cell) => this.#compile(cell)));
    if (run) await this.runAll();
  }

  /**
   * Takes over the cells as they are now: edited text makes its cell and what depends on it stale, new cells wait
   * to be run, removed ones leave the graph at once. Nothing is run.
   */
  update({ cells }: NotebookSource): void {
    const ids = new Set(cells.map(({ id }) => id));
    for (const id of [...this.#cells.keys()]) if (!ids.has(id)) this.#remove(id);
    const known = new Map(this.#cells);
    this.#cells.clear();
    for (const source of cells) {
      const cell: LiveCell = known.get(source.id) ?? { source, order: 0, isStarting: false, runs: 0 };
      cell.source = source;
      this.#cells.set(source.id, cell);
      void this.#compile(cell);
    }
    this.#changed();
  }

  /** Runs a cell as it is written now, with those it reads that never ran; resolves when it has come to rest. */
  async run(id: number): Promise<CellStatus> {
    await this.#runCells([id, ...(await this.#neverRunBefore(id))]);
    return this.status(id);
  }

  /** Runs every cell anew. */
  async runAll(): Promise<void> {
    await this.#runCells([...this.#cells.keys()]);
  }

  /** Runs the cells that never ran, were edited or were stopped; what depends on them follows by itself. */
  async runStale(): Promise<void> {
    const isDue = (cell: LiveCell): boolean =>
      cell.definition === undefined ||
      isEdited(cell) ||
      cell.definition.isStopped ||
      (cell.definition.failure?.error as Partial<EngineError> | undefined)?.code === "canceled";
    await this.#runCells([...this.#cells].filter(([, cell]) => isDue(cell)).map(([id]) => id));
  }

  /** Stops a cell's present run and its live values. */
  stop(id: number): void {
    const cell = this.#cells.get(id);
    if (cell === undefined) return;
    cell.order++;
    cell.isStarting = false;
    cell.definition?.stop();
    this.#changed();
  }

  /** Stops everything that runs. */
  interrupt(): void {
    for (const [id, cell] of this.#cells) if (cell.isStarting || cell.definition?.isBusy) this.stop(id);
  }

  /** Resolves when no cell is running or waiting for one that runs. */
  async settled(): Promise<void> {
    while ([...this.#cells.values()].some(isBusy)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  status(id: number): CellStatus {
    return this.#statusOf(this.#cell(id), this.#staleCells());
  }

  statuses(): CellStatus[] {
    const stale = this.#staleCells();
    return [...this.#cells.values()].map((cell) => this.#statusOf(cell, stale));
  }

  /** The names that cells give, with their present values, in the order of the notebook. */
  variables(): VariableSummary[] {
    const stale = this.#staleCells();
    return [...this.#cells].flatMap(([owner, { definition }]) =>
      (definition?.defines ?? []).flatMap((name) => {
        const held = definition?.valueOf(name);
        return held ? [{ name, owner, ...describe(held.value), stale: stale.has(owner) }] : [];
      }),
    );
  }

  /** The present value of a cell's name, for whoever shows or exports it. */
  value(name: string): unknown {
    const [owner] = this.#ownersOf(name);
    return owner?.definition?.valueOf(name)?.value;
  }

  /** The module text of a strategy that a cell of this notebook made by `defineStrategy`, and its hash. */
  bundle(strategy: unknown): StrategyModule {
    const origin = this.strategyOrigin(strategy);
    if (origin === undefined) {
      throw new EngineError(
        "bundle.not-a-strategy",
        `This is a ${describe(strategy).type}, not a strategy that a cell of this notebook defined. Give the name of a ` +
          "built-in strategy, or the answer of defineStrategy({ … }) called in a cell.",
        { given: describe(strategy).type },
      );
    }
    return bundleStrategy(origin, {
      engineNames: this.#engineNames,
      pageNames: new Set(this.libraryNames()),
    });
  }

  /** Where a strategy was defined, when a cell of this notebook did. */
  strategyOrigin(strategy: unknown): StrategyOrigin | undefined {
    return typeof strategy === "object" && strategy !== null ? this.#strategies.get(strategy) : undefined;
  }

  /** The compiled form of a cell's text as last edited, for marks and completion in its editor. */
  compiled(id: number): CompiledCell | undefined {
    return this.#cells.get(id)?.compiled;
  }

  /** Names in scope without any cell: the library and what each cell is given. */
  libraryNames(): string[] {
    return [...this.#library, ...RUN_NAMES].filter((name) => !HIDDEN_NAMES.has(name));
  }

  /** Stops everything and lets go of it. */
  dispose(): void {
    for (const id of [...this.#cells.keys()]) this.#remove(id);
    this.#runtime.dispose();
  }

  #builtins(): Record<string, () => unknown> {
    const { library, lazy = {}, perRun = {}, runSql } = this.#host;
    const builtins: Record<string, () => unknown> = Object.create(null);
    const give = (name: string, value: unknown): void => {
      builtins[name] = () => value;
    };
    give("Generators", Object.freeze({ input, observe, queue }));
    give("Mutable", Mutable);
    give("ident", ident);
    for (const [name, value] of Object.entries(library)) give(name, value);
    for (const [name, make] of Object.entries(lazy)) builtins[name] = make;
    for (const [name, make] of Object.entries(perRun)) give(name, new PerRun((run) => make(run)));
    give("display", new PerRun((_, { display }) => display));
    give("view", new PerRun((_, context) => (element: unknown) => viewOf(element, context)));
    give("signal", new PerRun(({ signal }) => signal));
    give(
      SQL_NAME,
      new PerRun((run) => (texts: string[], values: unknown[]) => runSql(sqlText(texts, values), run)),
    );
    give(
      SITE_NAME,
      new PerRun(
        (_, { record }) =>
          (index: number, define: (...given: unknown[]) => unknown) =>
          (...given: unknown[]) => {
            const strategy = define(...given);
            if (typeof strategy === "object" && strategy !== null)
              this.#strategies.set(strategy, { record, index });
            return strategy;
          },
      ),
    );
    const names = [...this.#engineNames].filter((name) => Object.hasOwn(library, name));
    give(LIBRARY_NAME, Object.freeze(Object.fromEntries(names.map((name) => [name, library[name]]))));
    return builtins;
  }

  #cell(id: number): LiveCell {
    const cell = this.#cells.get(id);
    if (cell === undefined) {
      throw new EngineError(
        "notebook.unknown-cell",
        `The notebook has no cell ${id}; it may have been removed.`,
        { id },
      );
    }
    return cell;
  }

  #remove(id: number): void {
    const cell = this.#cells.get(id);
    if (cell === undefined) return;
    cell.order++;
    cell.isStarting = false;
    cell.definition?.delete();
    this.#cells.delete(id);
    this.#forgetNames();
    this.#told.delete(id);
  }

  /** The compiler's answer for the text as it is now; the same text is compiled once. */
  async #compile(cell: LiveCell): Promise<CompiledCell> {
    const key = keyOf(cell.source);
    if (cell.compiling?.key !== key) {
      const { source } = cell;
      const result = (async () => this.#host.compile(source))().catch((error: unknown) => {
        // The next order asks the compiler again.
        cell.compiling = undefined;
        return notCompiled(source, error);
      });
      cell.compiling = { key, result };
    }
    const compiled = await cell.compiling.result;
    if (keyOf(cell.source) === key && cell.compiled !== compiled) {
      cell.compiled = compiled;
      this.#forgetNames();
      this.#changed();
    }
    return compiled;
  }

  async #runCells(ids: number[]): Promise<void> {
    const orders = ids.map((id) => {
      const cell = this.#cell(id);
      cell.isStarting = true;
      return { cell, order: ++cell.order };
    });
    this.#changed();
    const compiled = await Promise.all(orders.map(({ cell }) => this.#compile(cell)));
    // All at once, so that Observable sees the whole graph before it computes any of it.
    for (const [i, { cell, order }] of orders.entries()) {
      if (cell.order !== order) continue;
      cell.isStarting = false;
      const former = cell.definition;
      former?.delete();
      this.#forgetNames();
      cell.definition = new Definition(
        this.#definitionHost(cell),
        cell.source,
        this.#withKnownImports(compiled[i]),
        former?.defines,
      );
    }
    this.#changed();
    await this.#atRest(orders.map(({ cell }) => cell));
  }

  #withKnownImports(compiled: CompiledCell): CompiledCell {
    const unknown = compiled.imports.find((name) => !this.#engineNames.has(name));
    if (unknown === undefined) return compiled;
    return { ...compiled, failure: unknownImport(unknown, nearestName(unknown, this.#engineNames)) };
  }

  async #atRest(cells: LiveCell[]): Promise<void> {
    while (cells.some((cell) => this.#cells.get(cell.source.id) === cell && isBusy(cell))) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The cells that never ran and give, directly or through others, what this one reads. */
  async #neverRunBefore(id: number): Promise<number[]> {
    await Promise.all([...this.#cells.values()].map((cell) => this.#compile(cell)));
    const found = new Set<number>();
    const visit = (cell: LiveCell): void => {
      for (const name of cell.compiled?.reads ?? []) {
        for (const owner of this.#cells.values()) {
          const { definition, source, compiled } = owner;
          if (definition || source.id === id || found.has(source.id) || !compiled?.defines.includes(name))
            continue;
          found.add(source.id);
          visit(owner);
        }
      }
    };
    visit(this.#cell(id));
    return [...found];
  }

  #definitionHost(cell: LiveCell): DefinitionHost {
    return {
      module: this.#module,
      recordOf: (name) => this.#recordOf(name),
      nextRun: () => ++cell.runs,
      changed: () => this.#changed(),
      show: (event) => this.#host.onDisplay(event),
    };
  }

  #recordOf(name: string): RunRecord | undefined {
    const [owner] = this.#ownersOf(name);
    return owner?.definition?.record;
  }

  #forgetNames(): void {
    this.#owners = undefined;
    this.#given = undefined;
  }

  /** The cells whose running version gives a name. */
  #ownersOf(name: string): LiveCell[] {
    if (this.#owners === undefined) {
      this.#owners = new Map();
      for (const cell of this.#cells.values()) {
        for (const given of cell.definition?.defines ?? []) {
          const others = this.#owners.get(given);
          if (others) others.push(cell);
          else this.#owners.set(given, [cell]);
        }
      }
    }
    return this.#owners.get(name) ?? [];
  }

  /** Tells whose status has changed, once for all that happens in a turn. */
  #changed(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    soon(() => {
      this.#isFlushing = false;
      for (const status of this.statuses()) {
        const text = JSON.stringify(status);
        if (this.#told.get(status.id) === text) continue;
        this.#told.set(status.id, text);
        this.#host.onStatus(status);
      }
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resume of waiting) resume();
    });
  }

  /** Cells whose value is older than their text, or than that of a cell they read from. */
  #staleCells(): Set<number> {
    const stale = new Set<number>();
    const names = new Set<string>();
    const mark = (cell: LiveCell): void => {
      if (stale.has(cell.source.id)) return;
      stale.add(cell.source.id);
      for (const name of [...(cell.definition?.defines ?? []), ...(cell.compiled?.defines ?? [])])
        names.add(name);
    };
    for (const cell of this.#cells.values()) {
      if (cell.definition && (isEdited(cell) || cell.definition.isStopped)) mark(cell);
    }
    for (let before = -1; before < stale.size; ) {
      before = stale.size;
      for (const cell of this.#cells.values()) {
        if (cell.definition?.compiled.reads.some((name) => names.has(name))) mark(cell);
      }
    }
    return stale;
  }

  #statusOf(cell: LiveCell, stale: ReadonlySet<number>): CellStatus {
    const { source, definition } = cell;
    const compiled = cell.compiled ?? definition?.compiled;
    const edited = definition !== undefined && isEdited(cell);
    const failure = edited ? undefined : this.#failureOf(cell);
    const waits = definition?.isBusy && !definition.isRunning ? this.#waitsFor(definition) : [];
    const status: CellStatus = {
      id: source.id,
      state: "new",
      defines: compiled?.defines ?? [],
      reads: compiled?.reads ?? [],
      unresolved: this.#unresolved(compiled?.reads ?? []),
      edited,
      run: cell.runs,
    };
    if (definition?.milliseconds !== undefined) status.milliseconds = definition.milliseconds;
    if (compiled?.failure && compiled.failure.code !== "notebook.mode-not-run")
      status.syntax = compiled.failure;
    if (failure) status.failure = failure;
    if (failure?.causedBy) waits.push(failure.causedBy.name);
    if (cell.isStarting) status.state = "running";
    else if (definition === undefined) status.state = "new";
    else if (definition.isBusy) status.state = waits.length > 0 ? "waiting" : "running";
    else if (edited) status.state = "stale";
    else if (failure) status.state = failure.causedBy ? "waiting" : "failed";
    else status.state = stale.has(source.id) ? "stale" : "ok";
    if (status.state === "waiting") status.waitsFor = [...new Set(waits)];
    return status;
  }

  /** Names of others that are still being computed. */
  #waitsFor(definition: Definition): string[] {
    return definition.compiled.reads.filter((name) => this.#ownersOf(name).some(isBusy));
  }

  #unresolved(reads: string[]): { name: string; nearest?: string }[] {
    return reads
      .filter((name) => !this.#isKnown(name))
      .map((name) => {
        const nearest = nearestName(name, this.#knownNames());
        return nearest === undefined ? { name } : { name, nearest };
      });
  }

  #isKnown(name: string): boolean {
    return this.#library.has(name) || isGlobal(name) || this.#givenNames().has(name);
  }

  #givenNames(): Set<string> {
    this.#given ??= new Set(
      [...this.#cells.values()].flatMap(({ definition, compiled }) => [
        ...(definition?.defines ?? []),
        ...(compiled?.defines ?? []),
      ]),
    );
    return this.#given;
  }

  #knownNames(): string[] {
    return [...this.#givenNames(), ...this.libraryNames()];
  }

  #failureOf(cell: LiveCell): CellFailure | undefined {
    const { definition } = cell;
    if (definition === undefined) return undefined;
    const { compiled } = definition;
    if (compiled.failure) return compiled.failure;
    for (const name of definition.defines) {
      const owners = this.#ownersOf(name).map(({ source }) => source.id);
      if (owners.length > 1) return duplicateName(name, owners);
    }
    const failed = definition.failure;
    if (failed === undefined) return undefined;
    const { error } = failed;
    if (!(error instanceof RuntimeError)) return failureOf(error, compiled, definition.sourceUrl);
    if (typeof error.input !== "string") return circular(this.#circleFrom(cell));
    return this.#failedInput(cell, error.input);
  }

  #failedInput(cell: LiveCell, name: string): CellFailure {
    const owners = this.#ownersOf(name);
    if (owners.length === 0) return unknownName(name, nearestName(name, this.#knownNames()));
    const id = owners[0].source.id;
    return waitsFor(name, id, this.#cause(owners[0], name, new Set([cell])));
  }

  /** Follows failed inputs to the cell that failed by itself. */
  #cause(cell: LiveCell, name: string, seen: Set<LiveCell>): { id: number; name: string } {
    const error = cell.definition?.failure?.error;
    const input = error instanceof RuntimeError ? error.input : undefined;
    const owner = typeof input !== "string" ? undefined : this.#ownersOf(input)[0];
    if (owner === undefined || typeof input !== "string" || seen.has(cell))
      return { id: cell.source.id, name };
    return this.#cause(owner, input, seen.add(cell));
  }

  /** The shortest way along the names that cells read from a cell back to itself. */
  #circleFrom(start: LiveCell): { id: number; name: string }[] {
    const queue: { cell: LiveCell; path: { id: number; name: string }[] }[] = [{ cell: start, path: [] }];
    const seen = new Set<LiveCell>();
    for (const { cell, path } of queue) {
      for (const name of cell.definition?.compiled.reads ?? []) {
        const [owner] = this.#ownersOf(name);
        if (owner === undefined || seen.has(owner)) continue;
        seen.add(owner);
        const longer = [...path, { id: owner.source.id, name }];
        if (owner === start) return longer;
        queue.push({ cell: owner, path: longer });
      }
    }
    return [];
  }
}

function isBusy(cell: LiveCell): boolean {
  return cell.isStarting || (cell.definition?.isBusy ?? false);
}

function isEdited(cell: LiveCell): boolean {
  return cell.definition !== undefined && keyOf(cell.definition.cell) !== keyOf(cell.source);
}

/** All of a cell that its running version depends on. */
function keyOf({ mode, value, output = "", hidden }: CellSource): string {
  return `${mode}\n${output}\n${hidden}\n${value}`;
}

/** The compiler itself failed, its worker died perhaps: the cell says so and the others go on. */
function notCompiled(source: CellSource, error: unknown): CompiledCell {
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
    strategies: [],
    changed: [],
    failure: {
      code: "notebook.compiler-failed",
      message: `The cell could not be compiled: ${message} Run it again.`,
    },
  };
}

/** The longest wait for a frame, in ms. A hidden page draws none, and the notebook must go on all the same. */
const FRAME_MS = 100;

function keepComputing(runtime: Runtime): void {
  if (typeof requestAnimationFrame !== "function") return;
  runtime._computeSoon = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FRAME_MS);
      requestAnimationFrame(() => {
        clearTimeout(timer);
        resolve();
      });
    }).then(() => (runtime._disposed ? undefined : runtime._computeNow()));
}
