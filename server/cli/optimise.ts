import { type Command, Option } from "commander";
import { DEFAULT_EXCHANGE } from "../lake/samples.ts";
import { EXIT_HELP } from "./exit.ts";
import { finiteNumber, list, nameAndValue, timeMs, wholeNumber } from "./options.ts";

export type OptimiseCliOptions = {
  exchange?: string;
  market?: string;
  symbols?: string[];
  timeframe?: string;
  from?: number;
  to?: number;
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
  strategyFile?: string;
  save: boolean;
  json: boolean;
};

export function optimiseCommand(program: Command): void {
  program
    .command("optimise")
    .description(
      "Choose a strategy's parameters fold by fold on the past, judge each choice on what came next, and print whether " +
        "that shows an edge.",
    )
    .argument("[strategy]", "name of a built-in strategy; none with --strategy-file")
    .option("--strategy-file <file>", "a strategy of your own, .ts or .js")
    .option("--exchange <name>", `whose candles (default: ${DEFAULT_EXCHANGE})`)
    .option("--market <name>", "spot, perp, equity, index (default: the exchange's only one, else spot)")
    .option("--symbols <list>", "symbols, separated by commas (default: all)", list)
    .option("--timeframe <name>", "timeframe to decide on (default: the strategy's)")
    .option("--from <time>", "first decision, UTC (default: as early as history allows)", timeMs)
    .option("--to <time>", "end, UTC; nothing from then on is read (default: the last close)", timeMs)
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
