import { compile } from "#runtime/compile.ts";
import { newCell } from "#runtime/notebook.ts";
import { NotebookRuntime } from "#runtime/run.ts";
import type {
  CellMode,
  CellSource,
  CellStatus,
  DisplayEvent,
  NotebookSource,
  RuntimeHost,
} from "#runtime/types.ts";

/** A notebook under test: its runtime, what each cell shows, and how its cells stand. */
export class Bench {
  readonly runtime: NotebookRuntime;
  readonly shown = new Map<number, unknown[]>();
  readonly events: DisplayEvent[] = [];
  readonly told: CellStatus[] = [];
  source: NotebookSource = { title: "Test", cells: [] };
  #waiting: (() => void)[] = [];

  constructor(host: Partial<RuntimeHost> = {}) {
    this.runtime = new NotebookRuntime({
      library: {},
      engineNames: [],
      compile,
      runSql: async (sql) => sql,
      ...host,
      onStatus: (status) => {
        this.told.push(status);
        this.#wake();
      },
      onDisplay: (event) => {
        this.events.push(event);
        const values = this.shown.get(event.id) ?? [];
        if (event.action === "clear") this.shown.set(event.id, []);
        else this.shown.set(event.id, event.action === "append" ? [...values, event.value] : [event.value]);
        this.#wake();
      },
    });
  }

  /** Opens cells numbered from 1, each as text in TypeScript or as `[mode, text]`, and runs them. */
  async open(cells: (string | [CellMode, string, Partial<CellSource>?])[], run = true): Promise<this> {
    this.source = {
      title: "Test",
      cells: cells.map((cell, i) => {
        const [mode, value, more = {}] = typeof cell === "string" ? (["js", cell] as const) : cell;
        return { ...newCell(i + 1, mode, value), ...more };
      }),
    };
    await this.runtime.open(this.source, { run });
    return this;
  }

  /** Changes a cell's text without running it. */
  edit(id: number, value: string): void {
    const cells = this.source.cells.map((cell) => (cell.id === id ? { ...cell, value } : cell));
    this.source = { ...this.source, cells };
    this.runtime.update(this.source);
  }

  remove(id: number): void {
    this.source = { ...this.source, cells: this.source.cells.filter((cell) => cell.id !== id) };
    this.runtime.update(this.source);
  }

  async editAndRun(id: number, value: string): Promise<CellStatus> {
    this.edit(id, value);
    const status = await this.runtime.run(id);
    await this.runtime.settled();
    return status;
  }

  state(id: number): string {
    return this.runtime.status(id).state;
  }

  states(): string[] {
    return this.runtime.statuses().map(({ state }) => state);
  }

  /** Resolves when the condition holds, looked at whenever the runtime tells something. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}

/** An input element as far as `view` needs one. */
export class FakeInput extends EventTarget {
  constructor(public value: unknown) {
    super();
  }

  set(value: unknown): void {
    this.value = value;
    this.dispatchEvent(new Event("input"));
  }
}
