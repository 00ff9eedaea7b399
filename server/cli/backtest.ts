import { type Command, Option } from "commander";
import { EXIT_HELP } from "./exit.ts";
import { finiteNumber, nameAndValue, wholeNumber } from "./options.ts";
import { type SubjectOptions, withSubject } from "./subject.ts";

export type BacktestCliOptions = SubjectOptions & {
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
  trades: number;
  whatIf: boolean;
  save: boolean;
  json: boolean;
};

export function backtestCommand(program: Command): void {
  withSubject(
    program
      .command("backtest")
      .description(
        "Backtest a strategy as one portfolio over the history of the lake, order by order, and print what came out, " +
          "with its hash.",
      ),
  )
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
