import type { Command } from "commander";
import { EXIT_HELP } from "./exit.ts";
import { durationMs, finiteNumber, nameAndValue, wholeNumber } from "./options.ts";
import { type SubjectOptions, withSubject } from "./subject.ts";

export type EvaluateOptions = SubjectOptions & {
  window?: number;
  shift?: number;
  feeBps?: number;
  slippageBps?: number;
  seed?: number;
  param: Record<string, string>;
  trades: number;
  save: boolean;
  json: boolean;
};

export function evaluateCommand(program: Command): void {
  withSubject(
    program
      .command("evaluate")
      .description(
        "Evaluate a strategy over walk-forward slices of the lake and print what came out, with its hash.",
      ),
    { does: "evaluate", first: "slice" },
  )
    .option("--window <duration>", "how long each slice holds (default: 4h)", durationMs)
    .option("--shift <duration>", "from one slice to the next (default: 2h)", durationMs)
    .option("--fee-bps <number>", "fee of one side in hundredths of a percent (default: 10)", finiteNumber)
    .option("--slippage-bps <number>", "slippage of one side (default: 0)", finiteNumber)
    .option("--seed <number>", "where random numbers start (default: 1)", finiteNumber)
    .option("--param <name=value>", "a parameter of the strategy; may be given often", nameAndValue, {})
    .option("--trades <number>", "how many of the best and of the worst trades to print", wholeNumber, 5)
    .option("--no-save", "do not keep the result as a run")
    .option("--json", "print the whole evaluation as JSON", false)
    .addHelpText(
      "after",
      `\nExamples:\n  walkforward evaluate macd-rsi-confluence` +
        `\n  walkforward evaluate momentum-rank --exchange binance --symbols BTC/USDT,ETH/USDT --timeframe 1h \\` +
        `\n    --from 2024-01-01 --to 2024-07-01 --window 8h --shift 4h --param lookback=48\n` +
        `\nJSON writes NaN and infinities as {"$number":"NaN"}.\n${EXIT_HELP}`,
    )
    .action(async (strategy: string | undefined, options: EvaluateOptions) => {
      const { evaluateAction } = await import("./evaluateAction.ts");
      await evaluateAction(strategy, options);
    });
}
