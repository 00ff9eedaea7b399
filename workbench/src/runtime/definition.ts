/// <reference path="./observable-runtime.d.ts" />
import { type Module, type Observer, RuntimeError, type Variable } from "@observablehq/runtime";
import { EngineError } from "#engine/core/errors.ts";
import { canceled } from "./failures.ts";
import { endedBy, input, isGeneratorLike, type LiveValue } from "./generators.ts";
import type { CellRun, CellSource, CompiledCell, DisplayEvent } from "./types.ts";

/** What one run of a cell saw: enough to tell later what a value was made of. */
export type RunRecord = {
  readonly cell: CellSource;
  readonly compiled: CompiledCell;
  /** Values of names that it read, and the run of the cell that gave each. */
  readonly inputs: ReadonlyMap<string, { value: unknown; from?: RunRecord }>;
  /** Its top-level names, once it has finished. */
  exports?: Readonly<Record<string, unknown>>;
};

/** Where a strategy or a loss was defined: by which run, and in which of its places. */
export type Origin = { readonly record: RunRecord; readonly index: number };

/** In the place of a value in scope: it is made anew for each run of each cell that reads the name. */
export class PerRun {
  constructor(readonly make: (run: CellRun, context: RunContext) => unknown) {}
}

/** What a run offers to the values that are made for it. */
export type RunContext = {
  display<T>(value: T): T;
  record: RunRecord;
};

/** How one of the cell's variables stands. */
export type Outcome =
  | { state: "pending" | "running" }
  | { state: "ok"; value: unknown }
  | { state: "failed"; error: unknown };

/** What a definition needs of the notebook around it. */
export type DefinitionHost = {
  readonly module: Module;
  /** The run of the cell that gives a name now. */
  recordOf(name: string): RunRecord | undefined;
  nextRun(id: number): number;
  changed(): void;
  show(event: DisplayEvent): void;
};

const MAIN = "";
let definitions = 0;

/**
 * One version of a cell in Observable's graph: a variable for the cell itself and one for each name it gives.
 * When the cell is edited and run again, a new definition takes its place; whatever the old one still
 * delivers is dropped.
 */
export class Definition {
  readonly outcomes = new Map<string, Outcome>();
  readonly sourceUrl: string;
  /** Names that it gives, or would give if its text compiled. */
  readonly defines: string[];
  record: RunRecord | undefined;
  milliseconds: number | undefined;
  /** Stopped while it had a live value, which stands still since. */
  isStopped = false;
  readonly #host: DefinitionHost;
  readonly #variables: Variable[] = [];
  #controller: AbortController | undefined;
  #startedMs = 0;
  /** What the body takes, without `invalidation`: Observable makes one anew for each mention and resolves the last. */
  readonly #inputs: string[];
  #run = 0;
  #shown = false;
  #liveValues = 0;
  #isCurrent = true;

  constructor(
    host: DefinitionHost,
    readonly cell: CellSource,
    readonly compiled: CompiledCell,
    /** Names that cells may wait for although the text does not compile: those of the version before. */
    formerNames: string[] = [],
  ) {
    this.#host = host;
    this.sourceUrl = `walkforward-cell-${cell.id}-${++definitions}.js`;
    this.#inputs = compiled.inputs.filter((name) => name !== "invalidation");
    this.defines = compiled.failure ? formerNames : compiled.defines;
    this.#define(compiled.failure ? undefined : bodyOf(compiled, this.sourceUrl));
  }

  /** Something of it is still being computed, or waits for its inputs. */
  get isBusy(): boolean {
    return [...this.outcomes.values()].some(({ state }) => state === "pending" || state === "running");
  }

  get isRunning(): boolean {
    return this.outcomes.get(MAIN)?.state === "running";
  }

  /** The first failure, the cell's own before those of its names. */
  get failure(): { name: string; error: unknown } | undefined {
    for (const [name, outcome] of this.outcomes) {
      if (outcome.state === "failed") return { name, error: outcome.error };
    }
    return undefined;
  }

  /** The value of a name as other cells see it. */
  valueOf(name: string): { value: unknown } | undefined {
    const outcome = this.outcomes.get(name === this.compiled.output ? MAIN : name);
    return outcome?.state === "ok" ? outcome : undefined;
  }

  /** Ends the present run: its signal is aborted, what it waits for is given up, its live values stand still. */
  stop(): void {
    const wasRunning = this.isRunning;
    if (!wasRunning && this.#liveValues === 0) return;
    this.#controller?.abort(canceled("Stopped before it finished."));
    if (!wasRunning) {
      this.isStopped = true;
      this.#host.changed();
    }
  }

  /** Takes the cell out of the graph. */
  delete(): void {
    this.#isCurrent = false;
    this.#controller?.abort(canceled("Another run took its place."));
    for (const variable of this.#variables) variable.delete();
  }

  #define(body: ((...inputs: unknown[]) => unknown) | undefined): void {
    const { compiled } = this;
    const { module } = this.#host;
    const own = module.variable(this.#observer(MAIN));
    this.outcomes.set(MAIN, { state: "pending" });
    this.#variables.push(own);
    const hidden = `cell ${compiled.id}`;
    const names = compiled.output === undefined ? this.defines : [];
    own.define(
      compiled.output ?? (names.length > 0 ? hidden : null),
      ["invalidation", ...this.#inputs],
      (invalidation: Promise<void>, ...inputs: unknown[]) => this.#start(body, invalidation, inputs),
    );
    for (const name of names) {
      this.outcomes.set(name, { state: "pending" });
      const variable = module.variable(this.#observer(name));
      this.#variables.push(
        variable.define(name, [hidden], (exports: Record<string, unknown>) => this.#live(exports[name])),
      );
    }
  }

  #start(
    body: ((...inputs: unknown[]) => unknown) | undefined,
    invalidation: Promise<void>,
    inputs: unknown[],
  ): unknown {
    const { cell, compiled } = this;
    if (body === undefined) throw new Error(compiled.failure?.message);
    this.#controller?.abort(canceled("Another run took its place."));
    const controller = new AbortController();
    const run = this.#host.nextRun(cell.id);
    this.#controller = controller;
    this.#run = run;
    this.#shown = false;
    this.#liveValues = 0;
    this.isStopped = false;
    // Observable resolves it when an input changes or the cell goes away.
    void invalidation.then(() => controller.abort(canceled("Another run took its place.")));
    const record = this.#recordOf(inputs);
    this.record = record;
    const context: RunContext = { record, display: (value) => this.#display(value, run) };
    const { signal } = controller;
    this.outcomes.set(MAIN, { state: "running" });
    this.#host.changed();
    this.#startedMs = performance.now();
    const given = new Map<string, unknown>([["invalidation", invalidation]]);
    for (const [i, name] of this.#inputs.entries()) {
      const value = inputs[i];
      given.set(name, value instanceof PerRun ? value.make({ id: cell.id, run, signal }, context) : value);
    }
    const values = compiled.inputs.map((name) => given.get(name));
    let value: unknown;
    try {
      value = body(...values);
    } catch (error) {
      throw readable(error);
    }
    if (!isThenable(value)) return this.#finished(record, value);
    return unlessAborted(value, signal).then((result) => this.#finished(record, result));
  }

  #finished(record: RunRecord, value: unknown): unknown {
    if (this.compiled.outputs.length > 0) record.exports = value as Record<string, unknown>;
    return this.compiled.outputs.length > 0 ? value : this.#live(value);
  }

  /** A live value ends with the run that made it. */
  #live(value: unknown): unknown {
    if (!isGeneratorLike(value) || this.#controller === undefined) return value;
    this.#liveValues++;
    return endedBy(value, this.#controller.signal);
  }

  #recordOf(values: unknown[]): RunRecord {
    const { cell, compiled } = this;
    const inputs = new Map<string, { value: unknown; from?: RunRecord }>();
    for (const [i, name] of this.#inputs.entries()) {
      if (values[i] instanceof PerRun) continue;
      inputs.set(name, { value: values[i], from: this.#host.recordOf(name) });
    }
    return { cell, compiled, inputs };
  }

  #display<T>(value: T, run: number): T {
    // What an earlier run still shows, from a callback perhaps, has nothing to do with what stands there now.
    if (!this.#isCurrent || run !== this.#run) return value;
    this.#host.show({ id: this.cell.id, run, action: this.#shown ? "append" : "replace", value });
    this.#shown = true;
    return value;
  }

  #observer(name: string): Observer {
    const settle = (outcome: Outcome): boolean => {
      if (!this.#isCurrent) return false;
      this.outcomes.set(name, outcome);
      if (name === MAIN && outcome.state !== "pending")
        this.milliseconds = performance.now() - this.#startedMs;
      this.#host.changed();
      return true;
    };
    return {
      pending: () => void settle({ state: "pending" }),
      fulfilled: (value) => {
        if (!settle({ state: "ok", value }) || name !== MAIN) return;
        const event = { id: this.cell.id, run: this.#run };
        if (this.compiled.autodisplay) {
          this.#host.show({ ...event, action: "replace", value, name: this.compiled.output });
        } else if (!this.#shown) {
          this.#host.show({ ...event, action: "clear" });
        }
        this.#shown = true;
      },
      rejected: (error) => {
        // An input that was taken away while it was awaited has lost its name: Observable computes this cell again.
        if (error instanceof RuntimeError && error.input === null) return;
        if (!settle({ state: "failed", error }) || name !== MAIN || this.#shown) return;
        this.#host.show({ id: this.cell.id, run: this.#run, action: "clear" });
      },
    };
  }
}

/** What an input element gives, shown and live at once. */
export function viewOf(element: unknown, { display }: RunContext): LiveValue<unknown> {
  if (typeof (element as Partial<EventTarget> | null | undefined)?.addEventListener !== "function") {
    throw new EngineError(
      "notebook.not-an-input",
      "view() was given something that is no input element. Give it one, like view(Inputs.range([5, 50])), " +
        "or show a plain value with display().",
    );
  }
  return input(display(element) as EventTarget & { value?: unknown });
}

function bodyOf({ body }: CompiledCell, sourceUrl: string): (...inputs: unknown[]) => unknown {
  // Cells are code that their reader runs; the frame's sandbox is what holds them, not this call.
  // biome-ignore lint/security/noGlobalEval: evaluating cells is what a notebook does
  // biome-ignore lint/complexity/noCommaOperator: a bare eval would see this module's names
  return (0, eval)(`"use strict";(${body}\n)\n//# sourceURL=${sourceUrl}`) as (
    ...inputs: unknown[]
  ) => unknown;
}

/** What was thrown, unless it is an object made to fail whoever looks at it. */
function readable(error: unknown): unknown {
  try {
    // Runs the object's own code, if it has any.
    void (error instanceof Error);
    return error;
  } catch {
    return new Error("Something was thrown that cannot be read.");
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}

/** The promise's result, or the signal's reason as soon as it is aborted: the cell need not watch its signal. */
function unlessAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(
      (value) => {
        signal.removeEventListener("abort", abort);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", abort);
        reject(readable(error));
      },
    );
    if (signal.aborted) abort();
  });
}
