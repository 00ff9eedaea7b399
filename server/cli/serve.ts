import type { Command } from "commander";
import { EXIT_HELP } from "./exit.ts";
import { hostName, portNumber, settingsByExchange } from "./options.ts";

export const DEFAULT_PORT = 8787;

export type ServeOptions = {
  host: string;
  port: number;
  allowHost: string[];
  exchangeSettings?: Record<string, Record<string, unknown>>;
  open: boolean;
  json: boolean;
};

export function serveCommand(program: Command): void {
  program
    .command("serve")
    .description("Serve the workbench and its API on one port of this machine.")
    .option("--port <number>", "port to listen on; 0 takes any free one", portNumber, DEFAULT_PORT)
    .option("--host <name>", "address to listen on", hostName, "127.0.0.1")
    .option("--allow-host <name...>", "further names under which the server may be called", [])
    .option(
      "--exchange-settings <json>",
      'settings for ccxt by exchange, such as {"binance":{"httpsProxy":"http://proxy:3128"}}',
      settingsByExchange,
    )
    .option("--open", "open the page in the browser", false)
    .option("--json", "print one JSON object with the address once it listens", false)
    .addHelpText("after", `\nExample:\n  walkforward serve --port 8900 --open\n${EXIT_HELP}`)
    .action(async (options: ServeOptions) => {
      const { serveAction } = await import("./serveAction.ts");
      await serveAction(options);
    });
}
