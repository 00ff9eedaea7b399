import { join } from "node:path";
import { missingSamples } from "#datasets/samples.ts";
import { type Lake, openLake } from "../lake/lake.ts";
import { homeFolder } from "../root.ts";
import { count, minute, textTable } from "./text.ts";

export async function datasetsAction({ json }: { json: boolean }): Promise<void> {
  const lake = openLake(join(homeFolder(), "lake"));
  const series = await lake.series();
  if (json) console.log(JSON.stringify({ root: lake.root, version: await lake.version(), series }));
  else console.log(series.length === 0 ? await emptyText(lake) : table(series));
}

type Series = Awaited<ReturnType<Lake["series"]>>[number];

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

async function emptyText(lake: Lake): Promise<string> {
  const missing = await missingSamples(lake);
  return (
    `The lake in ${lake.root} is empty. The ${missing.length} bundled series are made at the first \`walkforward serve\` ` +
    "or `walkforward evaluate`; `walkforward import FILE` and `walkforward ingest` add your own."
  );
}
