import { z } from "zod";
import type { TrialSummary } from "#engine/trials/summary.ts";

/**
 * All that the shell and the sandboxed notebook frame say to each other. The frame has an opaque origin and
 * no network, no storage and no parent: this port is its only door, so everything that comes through it is
 * parsed here before the shell believes it. What goes *to* the frame is only typed: it has nothing to defend.
 *
 * Hand-over: the frame posts `HELLO` to its parent once; the shell answers that very window with one
 * `MessagePort` and from then on listens to the port alone.
 */
export { HELLO, PORT } from "./handshake.ts";

export type Theme = "light" | "dark";

/** A series of the lake as the frame may know it. */
export type FrameSeries = {
  id: string;
  exchange: string;
  market: string;
  symbol: string;
  timeframe: string;
  rows: number;
  firstMs: number;
  lastMs: number;
  simulated: boolean;
};

/** One SQL table with its columns, for autocomplete. */
export type SqlTable = { name: string; columns: { name: string; type: string }[]; rows: number };

export type FrameCommand =
  | "runAll"
  | "runStale"
  | "stopAll"
  | "undo"
  | "toggleCode"
  | "help"
  | "focus"
  | "insertCode"
  | "insertSql"
  | "insertMarkdown";

export type ToFrame =
  | {
      type: "open";
      /** The notebook file as the shell has it. */
      source: string;
      name: string;
      /** False for a notebook that nobody has trusted yet: parse and show, do not run. */
      run: boolean;
      theme: Theme;
      series: FrameSeries[];
      tables: SqlTable[];
      /** Where the frame finds its worker's code, `"http://127.0.0.1:8787/assets/…"` is resolved against it. */
      origin: string;
      /** True where a person only reads: code folded away, no editing. */
      readOnly: boolean;
      /** What its trials come to, if the ledger was read already. */
      trials: TrialSummary | undefined;
    }
  /** The ledger of its trials has grown, or was cleared. */
  | { type: "trials"; trials: TrialSummary | undefined }
  | { type: "theme"; theme: Theme }
  | { type: "command"; command: FrameCommand }
  | { type: "lake"; series: FrameSeries[]; tables: SqlTable[] }
  /** The reader agreed to run it. */
  | { type: "trust" }
  | { type: "stopJob"; id: string }
  | { type: "ping"; n: number }
  | { type: "progress"; id: number; done: number; total: number | null; message: string }
  | { type: "reply"; id: number; ok: true; value: unknown }
  | {
      type: "reply";
      id: number;
      ok: false;
      error: { code: string; message: string; details: Record<string, unknown> };
    };

const text = z.string();
const count = z.number().int().nonnegative();

const cellTable = z.object({
  schema: text.min(1).max(200).optional(),
  name: text.min(1).max(200),
  id: count,
  ipc: z.instanceof(Uint8Array).optional(),
});
const sqlParams = z.object({ sql: text.max(1_000_000), tables: z.array(cellTable).max(64).optional() });
const candlesParams = z.object({
  seriesId: text.max(500),
  fromMs: z.number().optional(),
  toMs: z.number().optional(),
});
const result = z.looseObject({ hash: text.regex(/^[0-9a-f]{64}$/) });
const saveRunParams = z.union([
  z.object({ evaluation: result }),
  z.object({ backtest: result, ingredients: z.looseObject({}) }),
]);

/** What the frame may ask for, each answered by exactly one `reply`. */
export const requestSchema = z.discriminatedUnion("method", [
  /** One read-only statement over the lake and tables of cells; answered with `{ ipc: Uint8Array, rows, milliseconds }` (Arrow IPC stream). */
  z.object({ method: z.literal("sql"), params: sqlParams }),
  /** Base candles of one series; answered with `CandlesReply`, buffers transferred. */
  z.object({ method: z.literal("candles"), params: candlesParams }),
  /** Keeps a finished evaluation or backtest as a run; answered with `{ id }`. */
  z.object({ method: z.literal("saveRun"), params: saveRunParams }),
  /** Puts text on the clipboard or offers a file, both after the person's click in the shell's own dialog. */
  z.object({ method: z.literal("copy"), params: z.object({ text: text.max(50_000_000) }) }),
  z.object({
    method: z.literal("download"),
    params: z.object({ filename: text.max(200), mediaType: text.max(100), bytes: z.instanceof(Uint8Array) }),
  }),
]);
export type FrameRequest = z.infer<typeof requestSchema>;

export type SqlReply = { ipc: Uint8Array; rows: number; milliseconds: number };
export type CandlesReply = {
  series: FrameSeries;
  timestamp: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
};

const jobSchema = z.object({
  id: text.max(100),
  title: text.max(300),
  cell: z.number().nullable(),
  done: z.number(),
  total: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** What is known so far, in a few words. */
  note: z.string().max(200).optional(),
});
export type FrameJob = z.infer<typeof jobSchema>;

export const fromFrameSchema = z.discriminatedUnion("type", [
  /** The frame is ready for `open`. */
  z.object({ type: z.literal("ready") }),
  /** The source as last edited; the shell owns, keeps and saves it. */
  z.object({ type: z.literal("source"), source: text.max(20_000_000), title: text.max(500) }),
  /** How the notebook stands, for the shell's strip, the palette and headless runs. */
  z.object({
    type: z.literal("status"),
    phase: z.enum(["shown", "running", "idle"]),
    cells: count,
    failed: z.array(z.object({ id: z.number(), name: text.max(500), message: text.max(5000) })).max(10_000),
    stale: count,
    running: count,
  }),
  z.object({ type: z.literal("jobs"), jobs: z.array(jobSchema).max(200) }),
  /** A key that belongs to the shell was pressed inside the frame. */
  z.object({
    type: z.literal("shortcut"),
    key: z.enum(["palette", "save", "toggleRail", "help", "open", "trials"]),
  }),
  z.object({ type: z.literal("pong"), n: z.number() }),
  z.object({ type: z.literal("request"), id: count, request: requestSchema }),
  z.object({ type: z.literal("cancel"), id: count }),
]);
export type FromFrame = z.infer<typeof fromFrameSchema>;
