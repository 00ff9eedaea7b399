import type { Command } from "commander";
import { EXIT_HELP } from "./exit.ts";
import { jsonObject, timeMs } from "./options.ts";

export type IngestCommandOptions = {
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
    .action(async (exchange: string, symbols: string[], options: IngestCommandOptions) => {
      const { ingestAction } = await import("./ingestAction.ts");
      await ingestAction(exchange, symbols, options);
    });
}
