import { type Command, Option } from "commander";
import { DEFAULT_EXCHANGE } from "../lake/samples.ts";
import { EXIT_HELP } from "./exit.ts";
import { finiteNumber, list, nameAndValue, timeMs, wholeNumber } from "./options.ts";

export type BacktestCliOptions = {
  exchange?: string;
  market?: string;
  symbols?: string[];
  timeframe?: string;
  from?: number;
  to?: number;
  balance?: number;
  marketType?: "spot" | "linear";
  leverage?: number;
  feeBps?: number;
  slippageBps?: number;
  fillModel?: "nextOpen" | "nextWorst" | "thisClose";
  delayBars?: number;
  maxPositions?: number;
  risk?: "research" | "standard";
  seed?: number;
  param: Record<string, string>;
  strategyFile?: string;
  trades: number;
  whatIf: boolean;
  save: boolean;
  json: boolean;
};

export function backtestCommand(program: Command): void {
  program
    .command("backtest")
    .description(
      "Backtest a strategy as one portfolio over the history of the lake, order by order, and print what came out, " +
        "with its hash.",
    )
    .argument("[strategy]", "name of a built-in strategy; none with --strategy-file")
    .option("--strategy-file <file>", "a strategy of your own, .ts or .js")
    .option("--exchange <name>", `whose candles (default: ${DEFAULT_EXCHANGE})`)
    .option("--market <name>", "spot, perp, equity, index (default: the exchange's only one, else spot)")
    .option("--symbols <list>", "symbols, separated by commas (default: all)", list)
    .option("--timeframe <name>", "timeframe to decide on (default: the strategy's)")
    .option("--from <time>", "first decision, UTC (default: as early as history allows)", timeMs)
    .option("--to <time>", "end, UTC; nothing from then on is read (default: the last close)", timeMs)
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
    .addOption(
      new Option("--fill-model <model>", "where market orders fill (default: nextOpen)").choices([
        "nextOpen",
        "nextWorst",
        "thisClose",
      ]),
    )
    .option("--delay-bars <number>", "hold every order back by so many candles (default: 0)", wholeNumber)
    .option(
      "--max-positions <number>",
      "most positions at a time (default: one for each symbol)",
      wholeNumber,
    )
    .addOption(
      new Option(
        "--risk <rules>",
        "rules over the account (default: research, which refuses only nonsense)",
      ).choices(["research", "standard"]),
    )
    .option("--seed <number>", "where random numbers start (default: 1)", finiteNumber)
    .option("--param <name=value>", "a parameter of the strategy; may be given often", nameAndValue, {})
    .option("--trades <number>", "how many of the best and of the worst trades to print", wholeNumber, 5)
    .option("--what-if", "run it again with worse fills and print them beside it", false)
    .option("--no-save", "do not keep the result as a run")
    .option("--json", "print the whole result as JSON", false)
    .addHelpText(
      "after",
      `\nExamples:\n  walkforward backtest momentum-rank` +
        `\n  walkforward backtest momentum-rank --exchange binance --symbols BTC/USDT,ETH/USDT --timeframe 1h \\` +
        `\n    --from 2024-01-01 --to 2024-07-01 --balance 25000 --fee-bps 5 --param lookback=48 --what-if\n` +
        `\nJSON has each table as { rows, columns }, a column as a list; NaN and infinities as {"$number":"NaN"}.\n${EXIT_HELP}`,
    )
    .action(async (strategy: string | undefined, options: BacktestCliOptions) => {
      const { backtestAction } = await import("./backtestAction.ts");
      await backtestAction(strategy, options);
    });
}
