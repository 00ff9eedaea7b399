import { z } from "zod";
import { backtestHash } from "#engine/backtest/backtestHash.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import { EngineError } from "#engine/core/errors.ts";

/** Rows that a table of a kept run may have; more is data, not a result. */
const MOST_ROWS = 5_000_000;

// zod's own number refuses NaN and the infinities, which a ratio may well be.
const number = z.custom<number>((value) => typeof value === "number", "expected a number");
const text = z.string().max(5000);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const values = z.record(text, z.union([number, z.boolean(), text]));
const metrics = z.record(text, number);

const column = z.union([
  z.instanceof(Float64Array),
  z.object({ codes: z.instanceof(Int32Array), values: z.array(text) }),
]);
/** Columns of one length, whose codes all have a text. */
const table = z
  .object({ rows: z.number().int().min(0).max(MOST_ROWS), columns: z.record(text, column) })
  .refine(
    ({ rows, columns }) =>
      Object.values(columns).every((one) =>
        one instanceof Float64Array
          ? one.length === rows
          : one.codes.length === rows && one.codes.every((code) => code >= -1 && code < one.values.length),
      ),
    "expected columns as long as the table has rows, and codes of texts that are there",
  );

const strategy = z.object({
  name: text,
  hash: text,
  parameters: values,
  weight: number,
  symbols: z.array(text).max(100_000),
  metrics,
  equity: table,
});

const backtest = z.object({
  strategies: z.array(strategy).min(1).max(1000),
  strategy: z.object({ name: text, hash: text }),
  parameters: values,
  settings: z.record(text, z.unknown()),
  assumptions: z.object({ record: z.record(text, z.unknown()), sentences: z.array(text).max(1000) }),
  universe: z.object({
    exchanges: z.array(text).min(1).max(1000),
    symbols: z.array(text).max(100_000),
    timeframe: text,
    detail: z.record(text, text),
    firstMs: number,
    lastMs: number,
    simulated: z.boolean(),
  }),
  ...{ orders: table, fills: table, trades: table, positions: table, equity: table, riskEvents: table },
  costs: z.object({ fees: number, slippage: number, funding: number, liquidation: number }),
  metrics,
  dataHash: hash,
  hash,
  path: z.enum(["fast", "event"]),
  engineVersion: text,
});

/**
 * A backtest that a notebook hands over to be kept. It comes from code that anyone may have written: its shape is
 * checked, and its hash is taken again, so that a kept run's hash is always that of its own fills and trades.
 */
export function keptBacktestRun(given: unknown): Backtest {
  const parsed = backtest.parse(given) as unknown as Backtest;
  const computed = backtestHash(parsed);
  if (computed === parsed.hash) return parsed;
  throw new EngineError(
    "run.hash-mismatch",
    `The backtest says its hash is ${parsed.hash}, but its content has ${computed}. It was changed after it was made; ` +
      "it was not kept.",
    { given: parsed.hash, computed },
  );
}
