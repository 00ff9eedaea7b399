import { EngineError } from "#engine/core/errors.ts";
import type { CellSource, CompiledCell } from "#runtime/types.ts";
import type { CompileRequest } from "./compile.worker.ts";

type Answer = { id: number; compiled: CompiledCell };
type Waiting = { resolve(compiled: CompiledCell): void; reject(error: unknown): void };

/** Compiled cells kept by their text; enough for a long notebook and some steps of undo. */
const KEPT = 1000;

/**
 * The page's side of the compile worker. The same cell with the same text is compiled once; a worker that dies
 * rejects what it was asked, and the next cell gets a fresh one.
 */
export class Compiler {
  readonly #start: () => Promise<Worker>;
  readonly #kept = new Map<string, CompiledCell>();
  readonly #waiting = new Map<number, Waiting>();
  #worker: Promise<Worker> | undefined;
  #next = 1;

  /** `start` resolves with a worker that has said that it is ready. */
  constructor(start: () => Promise<Worker>) {
    this.#start = start;
  }

  /** Loads the compiler before the first cell asks for it. */
  warmUp(): void {
    this.#ready().catch(() => undefined);
  }

  readonly compile = async (cell: CellSource): Promise<CompiledCell> => {
    const { id, mode, value, hidden, output } = cell;
    const key = JSON.stringify([id, mode, hidden, output, value]);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const worker = await this.#ready();
    const request: CompileRequest = {
      id: this.#next++,
      cell: { id, mode, value, hidden, output, pinned: false },
    };
    const compiled = await new Promise<CompiledCell>((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      worker.postMessage(request);
    });
    if (this.#kept.size >= KEPT) this.#kept.delete(this.#kept.keys().next().value ?? "");
    this.#kept.set(key, compiled);
    return compiled;
  };

  #ready(): Promise<Worker> {
    this.#worker ??= this.#start().then(
      (worker) => {
        worker.onmessage = ({ data }: MessageEvent<Answer>) => {
          this.#waiting.get(data.id)?.resolve(data.compiled);
          this.#waiting.delete(data.id);
        };
        worker.onerror = (event) => this.#died(worker, event.message);
        return worker;
      },
      (error: unknown) => {
        this.#worker = undefined;
        throw error;
      },
    );
    return this.#worker;
  }

  #died(worker: Worker, reason: string): void {
    worker.terminate();
    this.#worker = undefined;
    const error = new EngineError(
      "compile.worker-died",
      `The cell could not be compiled: the compiler stopped${reason ? ` (${reason})` : ""}. Run the cell again.`,
    );
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
