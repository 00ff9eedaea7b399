import type { IngestReport } from "../exchange/ingest.ts";
import { ingestJob } from "../exchange/ingestJob.ts";
import { homeFolder } from "../root.ts";
import { openServices } from "../services.ts";
import type { IngestCommandOptions } from "./ingest.ts";
import { runJob } from "./runJob.ts";
import { count, minute } from "./text.ts";

export async function ingestAction(
  exchange: string,
  symbols: string[],
  options: IngestCommandOptions,
): Promise<void> {
  const { timeframe, from: fromMs, to: toMs, settings, json } = options;
  const services = await openServices({ home: homeFolder() });
  try {
    const optional = {
      ...(toMs === undefined ? {} : { toMs }),
      ...(settings === undefined ? {} : { settings }),
    };
    const input = { lakeRoot: services.lake.root, exchange, symbols, timeframe, fromMs, ...optional };
    const reports = (await runJob(services.jobs, ingestJob(input))) as IngestReport[];
    console.log(json ? JSON.stringify(reports) : reports.map(reportText).join("\n\n"));
  } finally {
    await services.close();
  }
}

function reportText({
  series,
  fetched,
  added,
  identical,
  conflictCount,
  unusable,
  gaps,
}: IngestReport): string {
  const lines = [
    series.id,
    `${count(fetched)} candles fetched: ${count(added)} new, ${count(identical)} were there already`,
    `the series now has ${count(series.rows)} candles from ${minute(series.firstMs)} to ${minute(series.lastMs)} UTC`,
  ];
  if (conflictCount > 0)
    lines.push(`${count(conflictCount)} differ from what was stored; the stored values stand`);
  if (unusable > 0) lines.push(`${count(unusable)} rows without a time or a price were left out`);
  if (gaps.count === 0) lines.push("no gaps");
  else {
    lines.push(`${count(gaps.missing)} candles are missing in ${count(gaps.count)} gaps; the longest:`);
    for (const gap of gaps.longest.slice(0, 5))
      lines.push(`  ${minute(gap.startMs)}  ${count(gap.missing)} candles`);
  }
  return lines.join("\n");
}
