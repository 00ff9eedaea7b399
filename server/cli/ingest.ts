import { type Command, InvalidArgumentError } from "commander";
import type { IngestReport } from "../exchange/ingest.ts";
import { ingestJob } from "../exchange/ingestJob.ts";
import { homeFolder } from "../root.ts";
import { openServices } from "../services.ts";
import { EXIT_HELP } from "./exit.ts";
import { timeMs } from "./options.ts";
import { runJob } from "./runJob.ts";
import { count, minute } from "./text.ts";

type Options = {
  timeframe: string;
  from: number;
  to?: number;
  settings?: Record<string, unknown>;
  json: boolean;
};

export function ingestCommand(program: Command): void {
  program
    .command("ingest")
    .description("Fetch candles from an exchange into the lake. Run it again to go on or to catch up.")
    .argument("<exchange>", "ccxt's id, such as binance")
    .argument("<symbols...>", "such as BTC/USDT ETH/USDT")
    .requiredOption("--timeframe <name>", "such as 1h")
    .requiredOption("--from <time>", "first candle, UTC", timeMs)
    .option("--to <time>", "end, UTC (default: the last closed candle)", timeMs)
    .option("--settings <json>", 'settings for ccxt, such as {"httpsProxy":"http://proxy:3128"}', jsonObject)
    .option("--json", "print the reports as JSON", false)
    .addHelpText(
      "after",
      `\nExample:\n  walkforward ingest binance BTC/USDT ETH/USDT --timeframe 1h --from 2024-01-01\n${EXIT_HELP}`,
    )
    .action(fetchCandles);
}

async function fetchCandles(exchange: string, symbols: string[], options: Options): Promise<void> {
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

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below, together with what is JSON but no object.
  }
  throw new InvalidArgumentError('Expected a JSON object such as {"timeout":20000}.');
}
