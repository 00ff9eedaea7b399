/// <reference path="./observable-runtime.d.ts" />
import { type Module, Runtime } from "@observablehq/runtime";
import { EngineError, nearestName } from "#engine/core/errors.ts";
import type { StrategyModule } from "#engine/strategy/module.ts";
import { bundleDefined } from "./bundle.ts";
import { CellGraph } from "./cellGraph.ts";
import { HIDDEN_NAMES, RUN_NAMES } from "./cellNames.ts";
import { Definition, type DefinitionHost, type Origin, type RunRecord } from "./definition.ts";
import { describe } from "./describe.ts";
import { unknownImport } from "./failures.ts";
import { globalValue } from "./globals.ts";
import { namesOfTables, withTables } from "./linkTables.ts";
import { isBusy, isEdited, keyOf, type LiveCell, notCompiled } from "./liveCell.ts";
import { scopeOf } from "./scope.ts";
import type { Defined } from "./script.ts";
import { soon } from "./soon.ts";
import { statusOf } from "./status.ts";
import type {
  CellSource,
  CellStatus,
  CompiledCell,
  NotebookSource,
  RuntimeHost,
  VariableSummary,
} from "./types.ts";

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
  readonly #graph: CellGraph;
  readonly #scopeNames: readonly string[];
  readonly #engineNames: ReadonlySet<string>;
  readonly #origins = new WeakMap<object, Origin>();
  readonly #told = new Map<number, string>();
  #isFlushing = false;
  #waiting: (() => void)[] = [];

  constructor(host: RuntimeHost) {
    this.#host = host;
    this.#engineNames = new Set(host.engineNames);
    const scope = scopeOf(host, (value, record, index) => this.#origins.set(value, { record, index }));
    this.#scopeNames = [...Object.keys(scope), ...RUN_NAMES].filter((name) => !HIDDEN_NAMES.has(name));
    this.#graph = new CellGraph(this.#cells, this.#scopeNames);
    this.#runtime = new Runtime(scope, globalValue);
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
    const start = this.#cell(id);
    await Promise.all([...this.#cells.values()].map((cell) => this.#compile(cell)));
    await this.#runCells([id, ...this.#graph.neverRunBefore(start)]);
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

  /** Resolves when no cell is running or waiting for one that runs, and what has changed by now has been followed. */
  async settled(): Promise<void> {
    await this.#runtime._computing;
    await this.#atRest([...this.#cells.values()]);
  }

  /** What a cell's present or latest run saw. */
  recordOf(id: number): RunRecord | undefined {
    return this.#cells.get(id)?.definition?.record;
  }

  status(id: number): CellStatus {
    return statusOf(this.#cell(id), this.#graph, this.#graph.staleCells());
  }

  statuses(): CellStatus[] {
    const stale = this.#graph.staleCells();
    return [...this.#cells.values()].map((cell) => statusOf(cell, this.#graph, stale));
  }

  /** The names that cells give, with their present values, in the order of the notebook. */
  variables(): VariableSummary[] {
    const stale = this.#graph.staleCells();
    return [...this.#cells].flatMap(([owner, { definition }]) =>
      (definition?.defines ?? []).flatMap((name) => {
        const held = definition?.valueOf(name);
        return held ? [{ name, owner, ...describe(held.value), stale: stale.has(owner) }] : [];
      }),
    );
  }

  /** The present value of a cell's name, for whoever shows or exports it. */
  value(name: string): unknown {
    const [owner] = this.#graph.ownersOf(name);
    return owner?.definition?.valueOf(name)?.value;
  }

  /** The module text of a strategy that a cell of this notebook made by `defineStrategy`, and its hash. */
  bundle(strategy: unknown): StrategyModule {
    return this.#bundle(strategy, "defineStrategy", {
      code: "bundle.not-a-strategy",
      words: "not a strategy that a cell of this notebook defined",
      cure: "Give the name of a built-in strategy, or the answer of defineStrategy({ … }) called in a cell.",
    });
  }

  /** The same of a loss function: one that a cell gave to `optimise` as it is, or marked by `defineLoss`. */
  bundleLoss(loss: unknown): StrategyModule {
    return this.#bundle(loss, "defineLoss", {
      code: "bundle.not-a-loss",
      words: "whose text the notebook does not know",
      cure:
        "Write the function where optimise is called, as { loss: (metrics) => … }, or mark it where it is defined: " +
        "defineLoss((metrics) => …).",
    });
  }

  /** The same of a rule that divides capital, made by `defineCapital`. */
  bundleCapital(rule: unknown): StrategyModule {
    return this.#bundle(rule, "defineCapital", {
      code: "bundle.not-a-capital-rule",
      words: "not a rule that a cell of this notebook defined",
      cure: "Give the answer of defineCapital({ every, features, weights }) called in a cell.",
    });
  }

  #bundle(
    value: unknown,
    define: Defined,
    wrong: { code: string; words: string; cure: string },
  ): StrategyModule {
    const isObject = typeof value === "function" || (typeof value === "object" && value !== null);
    const origin = isObject ? this.#origins.get(value) : undefined;
    if (origin === undefined || origin.record.compiled.sites[origin.index].define !== define) {
      const given = describe(value).type;
      throw new EngineError(wrong.code, `This is a ${given}, ${wrong.words}. ${wrong.cure}`, { given });
    }
    return bundleDefined(origin, {
      engineNames: this.#engineNames,
      pageNames: new Set(this.#scopeNames),
    });
  }

  /** Names in scope without any cell: the library and what each cell is given. */
  libraryNames(): readonly string[] {
    return this.#scopeNames;
  }

  /** Stops everything and lets go of it. */
  dispose(): void {
    for (const id of [...this.#cells.keys()]) this.#remove(id);
    this.#runtime.dispose();
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
    this.#graph.namesChanged();
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
      this.#graph.namesChanged();
      this.#changed();
    }
    return compiled;
  }

  async #runCells(ids: number[]): Promise<void> {
    const orders = ids.map((id) => {
      const cell = this.#cell(id);
      cell.isStarting = true;
      return { cell, source: cell.source, order: ++cell.order };
    });
    this.#changed();
    const compiled = await Promise.all(orders.map(({ cell }) => this.#compile(cell)));
    // All at once, so that Observable sees the whole graph before it computes any of it.
    for (const [i, { cell, source, order }] of orders.entries()) {
      if (cell.order !== order) continue;
      cell.isStarting = false;
      this.#define(cell, source, compiled[i]);
    }
    const followers = this.#readersOfNewTables();
    for (const cell of followers) {
      if (cell.definition) this.#define(cell, cell.definition.cell, cell.definition.compiled);
    }
    this.#changed();
    await this.#atRest([...orders.map(({ cell }) => cell), ...followers]);
  }

  #define(cell: LiveCell, source: CellSource, compiled: CompiledCell): void {
    const former = cell.definition;
    former?.delete();
    this.#graph.namesChanged();
    const linked = withTables(this.#withKnownImports(compiled), this.#graph.given);
    cell.definition = new Definition(this.#definitionHost(cell), source, linked, former?.defines);
  }

  /** Statements that ran while no cell gave a table that they name, and one does now. */
  #readersOfNewTables(): LiveCell[] {
    const { given } = this.#graph;
    return [...this.#cells.values()].filter(({ definition, isStarting }) => {
      if (definition === undefined || isStarting) return false;
      const { compiled } = definition;
      return namesOfTables(compiled, given).some((name) => !compiled.inputs.includes(name));
    });
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

  #definitionHost(cell: LiveCell): DefinitionHost {
    return {
      module: this.#module,
      recordOf: (name) => this.#graph.ownersOf(name)[0]?.definition?.record,
      nextRun: () => ++cell.runs,
      changed: () => this.#changed(),
      show: (event) => this.#host.onDisplay(event),
    };
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
