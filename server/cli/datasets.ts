import { join } from "node:path";
import type { Command } from "commander";
import { missingSamples } from "#datasets/samples.ts";
import { openLake } from "../lake/lake.ts";
import { homeFolder } from "../root.ts";
import { EXIT_HELP } from "./exit.ts";
import { count, minute, textTable } from "./text.ts";

export function datasetsCommand(program: Command): void {
  program
    .command("datasets")
    .description("List what the lake holds.")
    .option("--json", "print the list as JSON", false)
    .addHelpText("after", `\nExample:\n  walkforward datasets --json\n${EXIT_HELP}`)
    .action(async ({ json }: { json: boolean }) => {
      const lake = openLake(join(homeFolder(), "lake"));
      const series = await lake.series();
      if (json) console.log(JSON.stringify({ root: lake.root, version: await lake.version(), series }));
      else console.log(series.length === 0 ? await emptyText(lake.root) : table(series));
    });
}

type Series = Awaited<ReturnType<ReturnType<typeof openLake>["series"]>>[number];

function table(series: readonly Series[]): string {
  const header = ["Series", "Rows", "First (UTC)", "Last (UTC)", "Gaps", "Missing", "Source"];
  const rows = series.map(({ id, rows, firstMs, lastMs, gaps, simulated, source }) => [
    id,
    count(rows),
    minute(firstMs),
    minute(lastMs),
    count(gaps.count),
    count(gaps.missing),
    `${simulated ? "[simulated] " : ""}${source}`,
  ]);
  return textTable(header, rows, { right: [1, 4, 5] });
}

async function emptyText(root: string): Promise<string> {
  const missing = await missingSamples(openLake(root));
  return (
    `The lake in ${root} is empty. The ${missing.length} bundled series are made at the first \`walkforward serve\` ` +
    "or `walkforward evaluate`; `walkforward import FILE` and `walkforward ingest` add your own."
  );
}
