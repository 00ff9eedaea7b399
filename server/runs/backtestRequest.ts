import { z } from "zod";

const name = z.string().trim().min(1).max(200);
const milliseconds = z.number().int();
const symbols = z.array(name).max(10_000);

/** What the Runs form and the command line ask of a backtest. Ranges of the numbers are the engine's to check. */
export const backtestRequest = z.strictObject({
  strategy: name,
  exchange: name.optional(),
  market: name.optional(),
  symbols: symbols.optional(),
  timeframe: name.optional(),
  startMs: milliseconds.optional(),
  endMs: milliseconds.optional(),
  seed: z.number().optional(),
  parameters: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).optional(),
  startingBalance: z.number().optional(),
  marketType: z.enum(["spot", "linear"]).optional(),
  leverage: z.number().optional(),
  feeBps: z.number().optional(),
  slippageBps: z.number().optional(),
  fillModel: z.enum(["nextOpen", "nextWorst", "thisClose"]).optional(),
  delayBars: z.number().int().optional(),
  maxOpenPositions: z.number().int().optional(),
  /** The rules over the account: `"research"` refuses only what cannot be meant, `"standard"` is a paper session's. */
  risk: z.enum(["research", "standard"]).optional(),
});
