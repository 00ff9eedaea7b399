import { type Command, Option } from "commander";
import { EXIT_HELP } from "./exit.ts";
import { finiteNumber, nameAndValue, wholeNumber } from "./options.ts";
import { type SubjectOptions, withSubject } from "./subject.ts";

export type LeakCheckOptions = SubjectOptions & {
  marketType?: "spot" | "linear";
  fillModel?: "nextOpen" | "nextWorst" | "thisClose";
  cuts?: number;
  tolerance?: number;
  seed?: number;
  param: Record<string, string>;
  warmUp: boolean;
  json: boolean;
};

export function leakCheckCommand(program: Command): void {
  withSubject(
    program
      .command("leak-check")
      .description(
        "Look whether a strategy sees the future: run it on shortened and on changed futures and compare what it said of " +
          "the past, its features, decisions, fills and equity. Counts as no trial.",
      ),
  )
    .addOption(
      new Option("--market-type <type>", "spot, or linear futures, which can be sold short").choices([
        "spot",
        "linear",
      ]),
    )
    .addOption(
      new Option("--fill-model <model>", "where market orders fill (default: nextOpen)").choices([
        "nextOpen",
        "nextWorst",
        "thisClose",
      ]),
    )
    .option(
      "--cuts <number>",
      "moments at which the future is taken away and changed (default: 50)",
      wholeNumber,
    )
    .option(
      "--tolerance <number>",
      "differences up to this fraction are rounding; 0 compares bit by bit (default: 1e-9)",
      finiteNumber,
    )
    .option("--seed <number>", "where cuts and changed futures come from (default: 1)", finiteNumber)
    .option("--param <name=value>", "a parameter of the strategy; may be given often", nameAndValue, {})
    .option("--no-warm-up", "leave out how its features depend on where history begins")
    .option("--json", "print the whole report as JSON", false)
    .addHelpText(
      "after",
      `\nExamples:\n  walkforward leak-check momentum-rank` +
        `\n  walkforward leak-check --strategy-file mine.ts --symbols BTC/USDT --cuts 100 --json\n` +
        `\nEnds with 0 where nothing changed with the future, and with 1 where something did or could not be judged.\n${EXIT_HELP}`,
    )
    .action(async (strategy: string | undefined, options: LeakCheckOptions) => {
      const { leakCheckAction } = await import("./leakCheckAction.ts");
      await leakCheckAction(strategy, options);
    });
}
