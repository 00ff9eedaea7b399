import type { Context } from "hono";
import { z } from "zod";
import { EngineError } from "#engine/core/errors.ts";

/** The body as JSON of the given shape. What is not JSON is a mistake of the caller, said as such. */
export async function parseBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError(
      "request.not-json",
      `The body is not JSON (${cause instanceof Error ? cause.message : cause}). Send an object as application/json.`,
      {},
      { cause },
    );
  }
  return schema.parse(value);
}

const title = z.string().trim().min(1).max(500);
const notebookText = z.string();

export const newNotebook = z.strictObject({
  title,
  text: notebookText,
  /** The notebook that it was made from: its ledger of trials goes along. */
  trialsOf: z.string().min(1).max(500).optional(),
  /** The text of a ledger that came with an imported notebook. */
  trials: z.string().optional(),
});
export const saveNotebook = z.strictObject({ text: notebookText, basedOn: z.string().nullable() });
export const renameNotebook = z.strictObject({ title });

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** The last line of a ledger that the caller knows: number 0 and a hash of zeros where it knows none. */
const ledgerHead = z.strictObject({ seq: z.number().int().nonnegative(), hash: sha256 });
/** What each trial must be is the engine's to say. */
export const newTrials = z.strictObject({ trials: z.array(z.unknown()).max(1000), known: ledgerHead });
export const clearTrials = z.strictObject({ reason: z.string().trim().min(1).max(500), known: ledgerHead });

export const seriesQuery = z.object({ id: z.string().min(1).max(500) });

/** Filters of the list of runs; all that are given must hold. */
export const runQuery = z.object({
  strategy: z.string().min(1).optional(),
  exchange: z.string().min(1).optional(),
  source: z.enum(["notebook", "form", "cli"]).optional(),
  text: z.string().min(1).optional(),
  sinceMs: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(10_000).optional(),
});
