import { Command, CommanderError } from "commander";
import { packageVersion } from "../root.ts";
import { backtestCommand } from "./backtest.ts";
import { datasetsCommand } from "./datasets.ts";
import { evaluateCommand } from "./evaluate.ts";
import { EXIT, EXIT_HELP, exitCodeOf, printFailure } from "./exit.ts";
import { importCommand } from "./import.ts";
import { ingestCommand } from "./ingest.ts";
import { leakCheckCommand } from "./leakCheck.ts";
import { notebookCommand } from "./notebook.ts";
import { optimiseCommand } from "./optimise.ts";
import { serveCommand } from "./serve.ts";
import { trialsCommand } from "./trials.ts";

/** The command line. Answers with the exit code; prints one message for a failure, never a stack unless asked. */
export async function main(args: readonly string[]): Promise<number> {
  const program = createProgram();
  const debug = args.includes("--debug");
  // Workers read it: what fails there comes back as words alone.
  if (debug || args[0] === "serve") process.env.WALKFORWARD_DEBUG = "1";
  try {
    await program.parseAsync(args, { from: "user" });
    return typeof process.exitCode === "number" ? process.exitCode : EXIT.ok;
  } catch (failure) {
    // Commander has printed its own message; help and version end with code 0.
    if (failure instanceof CommanderError) return failure.exitCode === 0 ? EXIT.ok : EXIT.usage;
    printFailure(failure, { json: args.includes("--json"), debug });
    return exitCodeOf(failure);
  }
}

export function createProgram(): Command {
  const program = new Command("walkforward")
    .description("Research trading strategies in notebooks in which nothing can see the future.")
    .version(packageVersion())
    .option("--debug", "print stacks with errors", false)
    .showHelpAfterError("(--help shows the options with an example)")
    .exitOverride()
    .addHelpText("after", `\nExample:\n  walkforward serve --open\n${EXIT_HELP}`);
  serveCommand(program);
  evaluateCommand(program);
  backtestCommand(program);
  leakCheckCommand(program);
  optimiseCommand(program);
  datasetsCommand(program);
  importCommand(program);
  ingestCommand(program);
  notebookCommand(program);
  trialsCommand(program);
  return program;
}
