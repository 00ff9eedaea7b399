import { z } from "zod";

const name = z.string().trim().min(1).max(200);
const milliseconds = z.number().int();

/** What the Runs form and the command line ask for. Ranges of the numbers are the engine's to check and explain. */
export const evaluateRequest = z.strictObject({
  strategy: name,
  exchange: name.optional(),
  market: name.optional(),
  symbols: z.array(name).max(10_000).optional(),
  timeframe: name.optional(),
  startMs: milliseconds.optional(),
  endMs: milliseconds.optional(),
  windowMs: milliseconds.optional(),
  shiftMs: milliseconds.optional(),
  feeBps: z.number().optional(),
  slippageBps: z.number().optional(),
  seed: z.number().optional(),
  parameters: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).optional(),
});
