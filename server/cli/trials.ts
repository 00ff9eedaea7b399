import { type Command, InvalidArgumentError } from "commander";
import { EXIT_HELP } from "./exit.ts";
import { wholeNumber } from "./options.ts";

export type TrialsOptions = { verify: boolean; holds?: string; trials: number; json: boolean };

export function trialsCommand(program: Command): void {
  program
    .command("trials")
    .description("Show the ledger of a notebook's trials, what they come to, and whether its chain is whole.")
    .argument("<notebook>", "a notebook's file, its ledger's, or the name of a notebook of the workbench")
    .option("--verify", "only check the chain; fail when a line was changed", false)
    .option("--holds <hash>", "a hash that you noted: fail when no line has it any more", lineHash)
    .option("--trials <number>", "how many to list, the largest Sharpe ratio first", wholeNumber, 20)
    .option("--json", "print the ledger and its summary as JSON", false)
    .addHelpText(
      "after",
      `\nExamples:\n  walkforward trials notebooks/tour.html` +
        `\n  walkforward trials my-notebook.trials.jsonl --verify --json\n
A chain cannot show that its end was cut off, or that all of it was written anew: note the last line's hash, and ask
for it with --holds.\n${EXIT_HELP}`,
    )
    .action(async (notebook: string, options: TrialsOptions) => {
      const { trialsAction } = await import("./trialsAction.ts");
      await trialsAction(notebook, options);
    });
}

function lineHash(text: string): string {
  if (/^[0-9a-f]{12,64}$/.test(text)) return text;
  throw new InvalidArgumentError("Expected 12 to 64 hexadecimal digits of a line's hash.");
}
