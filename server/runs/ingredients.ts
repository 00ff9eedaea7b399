import { gzipSync } from "node:zlib";
import { z } from "zod";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { hashText } from "#engine/core/hash.ts";
import { stringifyWire } from "#engine/core/wireJson.ts";
import { builtInStrategies } from "#engine/strategies/index.ts";
import { strategyHash } from "#engine/strategy/module.ts";
import type { Ingredients } from "../contract.ts";

const name = z.string().max(500);
/** As much text as all cells of one notebook may hold. */
const moduleText = z.string().max(20_000_000);

const strategy = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("builtIn"), name }),
  z.strictObject({ kind: z.literal("module"), text: moduleText, hash: z.string() }),
]);
const share = z.strictObject({
  parameters: z.record(z.string(), z.unknown()).optional(),
  weight: z.number().optional(),
  symbols: z.array(name).max(100_000).optional(),
});
const candles = z.array(z.strictObject({ exchange: name, symbol: name, timeframe: name })).max(100_000);

const ingredients = z.strictObject({
  strategies: z
    .array(z.strictObject({ strategy, share: share.optional() }))
    .min(1)
    .max(1000),
  capital: z.strictObject({ text: moduleText, hash: z.string() }).optional(),
  options: z.record(z.string(), z.unknown()),
  candles: z.strictObject({ universe: candles, detail: candles, markPrice: candles }),
});

/**
 * What a notebook says that its backtest was made of, to be kept with it. The texts must be those that the result names
 * by their hashes: what is run again under a run's name is what made it.
 */
export function keptIngredients(
  given: unknown,
  { strategies, assumptions }: Pick<Backtest, "strategies" | "assumptions">,
): Ingredients {
  const parsed = ingredients.parse(given) as Ingredients;
  const { capital } = parsed;
  const rule = capital === undefined ? [] : [hashText(capital.text)];
  const hashes = [...parsed.strategies.map((one) => hashOf(one.strategy)), ...rule];
  const named: unknown[] = strategies.map(({ hash }) => hash);
  if (assumptions.record.capitalRule !== undefined) named.push(assumptions.record.capitalRule);
  if (hashes.length === named.length && hashes.every((hash, i) => hash === named[i])) return parsed;
  throw new EngineError(
    "run.ingredients-mismatch",
    "The strategies that came with the backtest are not those that its result names by their hashes; it was not kept.",
    { given: hashes, named },
  );
}

/** The hash of a text is taken anew: what it says of itself proves nothing. */
function hashOf(given: Ingredients["strategies"][number]["strategy"]): string | undefined {
  if (given.kind === "module") return hashText(given.text);
  const builtIn = Object.values(builtInStrategies).find((one) => one.name === given.name);
  return builtIn && strategyHash(builtIn);
}

/** Of a backtest of the server's own. */
export function ingredientsOf(
  strategyName: string,
  text: string | undefined,
  universe: readonly Candles[],
  options: BacktestOptions,
): Ingredients {
  return {
    strategies: [
      {
        strategy:
          text === undefined
            ? { kind: "builtIn", name: strategyName }
            : { kind: "module", text, hash: hashText(text) },
      },
    ],
    options: { ...options },
    candles: {
      universe: universe.map(({ exchange, symbol, timeframe }) => ({ exchange, symbol, timeframe })),
      detail: [],
      markPrice: [],
    },
  };
}

export function packIngredients(given: Ingredients): Uint8Array {
  return new Uint8Array(gzipSync(stringifyWire(given)));
}
