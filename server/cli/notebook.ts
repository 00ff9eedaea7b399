import { type Command, Option } from "commander";
import { EXIT_HELP } from "./exit.ts";
import { durationMs } from "./options.ts";

export type NotebookRunOptions = { timeout: number; json: boolean };

export function notebookCommand(program: Command): void {
  const notebook = program
    .command("notebook")
    .description("Work with notebooks without the workbench's pages.");
  notebook
    .command("run")
    .description("Run every cell of a notebook in a headless browser; fail when a cell fails.")
    .argument("<file>", "the notebook's file; running it is your consent to its code")
    .addOption(
      new Option("--timeout <duration>", "give up after").argParser(durationMs).default(600_000, "10m"),
    )
    .option("--json", "print the cells' failures as JSON", false)
    .addHelpText(
      "after",
      `\nExample:\n  walkforward notebook run notebooks/tour.html --timeout 5m\n
The notebook reads your lake; what it saves goes to a folder that is deleted afterwards. What it tries goes to its
ledger, name.trials.jsonl beside the file (of a sample: among your own notebooks); \`walkforward trials\` shows it.
The browser is found by WALKFORWARD_CHROMIUM, or where Chromium and Chrome usually are.\n${EXIT_HELP}`,
    )
    .action(async (file: string, options: NotebookRunOptions) => {
      const { notebookRunAction } = await import("./notebookRunAction.ts");
      await notebookRunAction(file, options);
    });
}
