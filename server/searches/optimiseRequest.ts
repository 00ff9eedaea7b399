import { z } from "zod";
import type { OptimiseRequest } from "../contract.ts";
import { backtestRequest } from "../runs/backtestRequest.ts";

const whole = z.number().int();
const text = z.string().min(1).max(200);
const value = z.union([z.number(), z.boolean(), text]);

/** By its name, or with settings. A function of one's own is text from elsewhere, which the server does not run. */
const loss = z.union([text, z.looseObject({ kind: text })]);

const narrowing = z.strictObject({
  min: z.number().optional(),
  max: z.number().optional(),
  step: z.number().optional(),
  scale: z.enum(["linear", "log"]).optional(),
  options: z
    .array(z.union([z.boolean(), text]))
    .max(1000)
    .optional(),
});

/** Which parameters are searched, and where: also what a file with a space holds. */
export const searchSpaceRequest = z.strictObject({
  groups: z.array(z.enum(["entry", "exit", "stop", "trailing", "roi", "protection"])).optional(),
  parameters: z.record(text, z.union([narrowing, value])).optional(),
});

const { strategy, exchange, market, symbols, parameters: _, ...backtest } = backtestRequest.shape;

/**
 * What the Runs form and the command line ask of an optimisation. Kinds, and settings of samplers, losses and pruners, are
 * the engine's to check before anything is computed.
 */
export const optimiseRequest = z.strictObject({
  ...{ strategy, exchange, market, symbols },
  trials: whole.min(1).max(100_000).optional(),
  sampler: z.union([text, z.looseObject({ kind: text })]).optional(),
  loss: loss.optional(),
  objectives: z.array(loss).max(16).optional(),
  choose: text.optional(),
  seed: z.union([z.number(), text]).optional(),
  batch: whole.min(1).max(1000).optional(),
  pruner: z.union([text, z.looseObject({ kind: text })]).optional(),
  search: searchSpaceRequest.optional(),
  folds: z
    .strictObject({
      kind: z.enum(["anchored", "rolling"]).optional(),
      folds: whole.min(1).max(1000).optional(),
      ...{ trainMs: whole.optional(), testMs: whole.optional(), stepMs: whole.optional() },
      ...{ labelMs: whole.optional(), embargoMs: whole.optional(), minTrainMs: whole.optional() },
      alignMs: whole.optional(),
    })
    .optional(),
  backtest: z.strictObject(backtest).optional(),
}) as unknown as z.ZodType<OptimiseRequest>;
