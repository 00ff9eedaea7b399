import type { Command } from "commander";
import { EXIT_HELP } from "./exit.ts";

export function datasetsCommand(program: Command): void {
  program
    .command("datasets")
    .description("List what the lake holds.")
    .option("--json", "print the list as JSON", false)
    .addHelpText("after", `\nExample:\n  walkforward datasets --json\n${EXIT_HELP}`)
    .action(async (options: { json: boolean }) => {
      const { datasetsAction } = await import("./datasetsAction.ts");
      await datasetsAction(options);
    });
}
