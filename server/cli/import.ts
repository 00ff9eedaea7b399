import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { DIALECTS } from "../lake/import/dialects.ts";
import type { ImportPreview, ImportReport } from "../lake/import/importFile.ts";
import { importJob } from "../lake/importJob.ts";
import { importOptions } from "../lake/importOptions.ts";
import { previewTask } from "../lake/importTask.ts";
import { homeFolder } from "../root.ts";
import { openServices } from "../services.ts";
import { EXIT_HELP } from "./exit.ts";
import { importText, previewText } from "./importText.ts";
import { namesAndValues } from "./options.ts";
import { runJob } from "./runJob.ts";

type Options = {
  exchange?: string;
  market?: string;
  symbol?: string;
  timeframe?: string;
  dialect?: string;
  map?: Record<string, string>;
  dateFormat?: string;
  timestamps?: string;
  replace: boolean;
  preview: boolean;
  json: boolean;
};

export function importCommand(program: Command): void {
  program
    .command("import")
    .description("Import candles from a file: CSV of many kinds, Parquet, Arrow/feather, freqtrade JSON.")
    .argument("<file>", "the file; .gz is read as it is")
    .option("--symbol <name>", "such as BTC/USDT or AAPL (default: from the file or its name)")
    .option("--exchange <name>", 'whose candles (default: from the file or its name, else "imported")')
    .option("--market <name>", "spot, perp, equity, index (default: spot)")
    .option("--timeframe <name>", "such as 5m (default: found out)")
    .addOption(
      new Option("--dialect <name>", "layout of the file (default: found out)").choices(
        Object.keys(DIALECTS),
      ),
    )
    .option("--map <pairs>", "names of the columns: timestamp=Date,open=Open", namesAndValues)
    .addOption(
      new Option("--date-format <name>", "how times are written (default: found out)").choices([
        ...["unix", "iso", "monthFirst", "dayFirst"],
      ]),
    )
    .addOption(
      new Option("--timestamps <name>", "what a time stands for (default: found out)").choices([
        ...["open", "close", "inside"],
      ]),
    )
    .option("--replace", "let the file's candles replace stored ones that differ", false)
    .option("--preview", "show what would be imported and store nothing", false)
    .option("--json", "print the report as JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  walkforward import BTCUSDT-5m-2024-01.csv --exchange binance" +
        "\n  walkforward import prices.csv --symbol AAPL --map timestamp=Date,open=Open,high=High,low=Low,close=Close\n" +
        EXIT_HELP,
    )
    .action(importCandles);
}

async function importCandles(given: string, { replace, preview, json, ...rest }: Options): Promise<void> {
  const options = importOptions.parse({ ...rest, ...(replace ? { onConflict: "replace" } : {}) });
  const source = { file: resolve(given) };
  if (preview) {
    const seen: ImportPreview = await previewTask({ source, options });
    console.log(json ? JSON.stringify(seen) : previewText(seen));
    return;
  }
  const services = await openServices({ home: homeFolder() });
  try {
    const job = importJob({ lakeRoot: services.lake.root, source, options });
    const report = (await runJob(services.jobs, job)) as ImportReport;
    console.log(json ? JSON.stringify(report) : importText(report));
  } finally {
    await services.close();
  }
}
