import { z } from "zod";
import { EngineError } from "#engine/core/errors.ts";
import { evaluationHash } from "#engine/walkforward/evaluationHash.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";

// zod's own number refuses NaN and the infinities, which a score or a profit factor may well be.
const number = z.custom<number>((value) => typeof value === "number", "expected a number");
const text = z.string().max(1000);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const values = z.record(text, z.union([number, z.boolean(), text]));

const trade = z.object({
  sliceMs: number,
  symbol: text,
  direction: z.enum(["long", "short"]),
  rank: number,
  weight: number,
  score: number,
  entryTime: number,
  entryPrice: number,
  exitTime: number,
  exitPrice: number,
  return: number,
  maxAdverseExcursion: number,
  maxFavourableExcursion: number,
  drawdown: number,
  features: z.record(text, number),
});

const evaluation = z.object({
  strategy: z.object({ name: text, hash: text }),
  parameters: values,
  settings: z.object({
    timeframe: text,
    startMs: number,
    endMs: number,
    windowMs: number,
    shiftMs: number,
    feeBps: number,
    slippageBps: number,
    seed: number,
  }),
  universe: z.object({
    exchange: text,
    symbols: z.array(text).max(100_000),
    timeframe: text,
    firstMs: number,
    lastMs: number,
    simulated: z.boolean(),
  }),
  slices: z.record(text, number),
  trades: z.array(trade).max(5_000_000),
  metrics: z.looseObject({ bySymbol: z.array(z.unknown()), byMonth: z.array(z.unknown()) }),
  dataHash: hash,
  hash,
  engineVersion: text,
});

/**
 * An evaluation that a notebook hands over to be kept. It comes from code that anyone may have written: its
 * shape is checked, and its hash is taken again, so that a kept run's hash is always that of its own trades.
 */
export function keptEvaluation(given: unknown): Evaluation {
  const parsed = evaluation.parse(given) as unknown as Evaluation;
  const computed = evaluationHash(parsed);
  if (computed === parsed.hash) return parsed;
  throw new EngineError(
    "run.hash-mismatch",
    `The evaluation says its hash is ${parsed.hash}, but its content has ${computed}. It was changed after it was ` +
      "made, or lost numbers on the way (NaN needs stringifyWire); it was not kept.",
    { given: parsed.hash, computed },
  );
}
