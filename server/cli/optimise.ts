import { type Command, Option } from "commander";
import { EXIT_HELP } from "./exit.ts";
import { finiteNumber, list, nameAndValue, wholeNumber } from "./options.ts";
import { type SubjectOptions, withSubject } from "./subject.ts";

export type OptimiseCliOptions = SubjectOptions & {
  trials?: number;
  sampler?: string;
  loss?: string;
  objectives?: string[];
  choose?: string;
  pruner?: string;
  folds?: number;
  space?: string;
  set: Record<string, string>;
  groups?: string[];
  batch?: number;
  seed?: number;
  balance?: number;
  marketType?: "spot" | "linear";
  leverage?: number;
  feeBps?: number;
  slippageBps?: number;
  maxPositions?: number;
  workers?: number;
  ledger?: string;
  save: boolean;
  json: boolean;
};

export function optimiseCommand(program: Command): void {
  withSubject(
    program
      .command("optimise")
      .description(
        "Choose a strategy's parameters fold by fold on the past, judge each choice on what came next, and print whether " +
          "that shows an edge.",
      ),
  )
    .option("--trials <number>", "points tried in each fold (default: 100)", wholeNumber)
    .option("--folds <number>", "anchored folds (default: 4)", wholeNumber)
    .option("--sampler <kind>", "grid, random, quasiMonteCarlo, tpe, cmaes, gaussianProcess … (default: tpe)")
    .option("--loss <kind>", "what is made small in training (default: deflatedSharpe)")
    .option(
      "--objectives <list>",
      "several losses instead of one; each fold then finds a front of points",
      list,
    )
    .option("--choose <rule>", "which point of a front is deployed: knee or first (default: knee)")
    .option("--pruner <kind>", "give points up on the way: median or hyperband (default: none)")
    .option(
      "--set <name=values>",
      "where a parameter is searched: lo..hi, lo..hi:step, a|b|c, or one value to hold it; may be given often",
      nameAndValue,
      {},
    )
    .option(
      "--space <file>",
      'the same as JSON: { "groups": [...], "parameters": { "length": { "min": 5 } } }',
    )
    .option("--groups <list>", "search the parameters of these groups, and those that --set names", list)
    .option("--batch <number>", "points chosen before the first of them is known (default: 8)", wholeNumber)
    .option("--seed <number>", "where random numbers start (default: 1)", finiteNumber)
    .option("--balance <number>", "what the account begins with (default: 10000)", finiteNumber)
    .addOption(
      new Option("--market-type <type>", "spot, or linear futures, which can be sold short").choices([
        "spot",
        "linear",
      ]),
    )
    .option("--leverage <number>", "of linear positions (default: 1)", finiteNumber)
    .option("--fee-bps <number>", "fee of one side in hundredths of a percent (default: 10)", finiteNumber)
    .option("--slippage-bps <number>", "slippage of one side (default: 0)", finiteNumber)
    .option(
      "--max-positions <number>",
      "most positions at a time (default: one for each symbol)",
      wholeNumber,
    )
    .option(
      "--workers <number>",
      "folds searched at the same time (default: one a core, less one)",
      wholeNumber,
    )
    .option(
      "--ledger <file>",
      "where each point is written down (default: searches/NAME.trials.jsonl at home)",
    )
    .option("--no-save", "do not keep the result as a run")
    .option("--json", "print the whole result as JSON", false)
    .addHelpText(
      "after",
      `\nExamples:\n  walkforward optimise momentum-rank --trials 50` +
        `\n  walkforward optimise momentum-rank --exchange binance --symbols BTC/USDT,ETH/USDT --timeframe 1h \\` +
        `\n    --set lookback=12..96:12 --set top=2 --sampler grid --folds 6\n
Each point is a line of the ledger as soon as it is computed. Ctrl-C loses none of them: run the same again and it goes
on from there. The result is the same with any number of workers, and that of \`optimise\` in a cell.
JSON has NaN and infinities as {"$number":"NaN"}, columns as base64 of their little-endian bytes.\n${EXIT_HELP}`,
    )
    .action(async (strategy: string | undefined, options: OptimiseCliOptions) => {
      const { optimiseAction } = await import("./optimiseAction.ts");
      await optimiseAction(strategy, options);
    });
}
