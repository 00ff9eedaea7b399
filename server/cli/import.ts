import { type Command, Option } from "commander";
import { DIALECTS } from "../lake/import/dialects.ts";
import { EXIT_HELP } from "./exit.ts";
import { namesAndValues } from "./options.ts";

export type ImportCommandOptions = {
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
    .action(async (file: string, options: ImportCommandOptions) => {
      const { importAction } = await import("./importAction.ts");
      await importAction(file, options);
    });
}
