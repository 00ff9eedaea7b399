import { resolve } from "node:path";
import { stringifyWire } from "#engine/core/wireJson.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import type { OptimiseRequest } from "../contract.ts";
import { homeFolder } from "../root.ts";
import { ledgerOfSearches } from "../searches/ledgerOfSearches.ts";
import { optimiseJob } from "../searches/optimiseJob.ts";
import { type PackedOptimisation, unpackOptimisation } from "../searches/packedOptimisation.ts";
import { defaultWorkers } from "../searches/searches.ts";
import { openServices } from "../services.ts";
import { ledgerText } from "../trials/ledgerFile.ts";
import type { OptimiseCliOptions } from "./optimise.ts";
import { optimisationText } from "./optimiseText.ts";
import { runJob } from "./runJob.ts";
import { searchOption } from "./searchOption.ts";
import { type ChosenStrategy, chosenStrategy, ensureSamples } from "./strategyChoice.ts";

type Done = { runId: string | null; packed: PackedOptimisation };

export async function optimiseAction(name: string | undefined, options: OptimiseCliOptions): Promise<void> {
  const chosen = await chosenStrategy(name, { ...options, param: {} }, "walkforward optimise momentum-rank");
  const { strategy, moduleText } = chosen;
  const request = await requested(chosen, options);
  const home = homeFolder();
  const ledger =
    options.ledger === undefined ? ledgerOfSearches(home, strategy.name) : resolve(options.ledger);
  const services = await openServices({ home });
  try {
    await ensureSamples(services, request.exchange);
    const workers = Math.max(1, options.workers ?? defaultWorkers());
    const job = optimiseJob({
      input: {
        ...{ request, ledger, workers, lakeRoot: services.lake.root },
        ...(moduleText !== undefined && { moduleText }),
      },
      ledgers: services.searches.ledgers,
      clock: () => Date.now(),
      keep: (packed): Done => {
        const run = options.save ? services.runs.add(packed, { source: "cli", notebook: null }) : undefined;
        return { runId: run?.id ?? null, packed };
      },
    });
    const { runId, packed } = (await runJob(services.jobs, job)) as Done;
    const optimisation = unpackOptimisation(packed.body);
    const { count } = TrialLedger.read(await ledgerText(ledger));
    const reused = optimisation.folds.reduce((sum, fold) => sum + fold.reused, 0);
    const written = { file: ledger, trials: count, reused };
    if (options.json) console.log(stringifyWire({ runId, optimisation, ledger: written }));
    else {
      const text = optimisationText(optimisation, packed.summary, written);
      console.log(runId === null ? text : `${text}\nrun     ${runId}`);
    }
  } finally {
    await services.close();
  }
}

/** What was asked for: the options that `optimise` of a cell takes. */
async function requested(
  { strategy }: ChosenStrategy,
  options: OptimiseCliOptions,
): Promise<OptimiseRequest> {
  const { exchange, market, symbols, trials, sampler, loss, objectives, choose, pruner } = options;
  const { batch, seed, folds } = options;
  const { timeframe, marketType, leverage, feeBps, slippageBps } = options;
  const search = await searchOption(strategy.parameters, options);
  const asked = {
    strategy: strategy.name,
    ...{ exchange, market, symbols, trials, sampler, batch, seed, search },
    ...{ loss, objectives, choose, pruner },
    ...(folds !== undefined && { folds: { folds } }),
    backtest: {
      ...{ timeframe, marketType, leverage, feeBps, slippageBps },
      ...{ startMs: options.from, endMs: options.to, startingBalance: options.balance },
      maxOpenPositions: options.maxPositions,
    },
  };
  // Kinds of samplers and losses are any text here: the engine says which there are.
  return asked as OptimiseRequest;
}
