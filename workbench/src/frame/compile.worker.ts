import { compile } from "#runtime/compile.ts";
import type { CellSource } from "#runtime/types.ts";
import { requireWorker } from "../workers/requireWorker.ts";

requireWorker();

/**
 * Compiles cells away from the page: the TypeScript compiler takes half a second to load and milliseconds a cell,
 * none of which the page may wait for. One message in, one out, in order.
 */
export type CompileRequest = { id: number; cell: CellSource };

self.onmessage = ({ data }: MessageEvent<CompileRequest>) => {
  self.postMessage({ id: data.id, compiled: compile(data.cell) });
};
self.postMessage({ ready: true });
