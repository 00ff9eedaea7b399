import type { Command } from "commander";
import { DEFAULT_EXCHANGE } from "../lake/samples.ts";
import { list, timeMs } from "./options.ts";

/** Which strategy, over which candles: what every command that runs one asks for. Times in UTC milliseconds. */
export type SubjectOptions = {
  strategyFile?: string;
  exchange?: string;
  market?: string;
  symbols?: string[];
  timeframe?: string;
  from?: number;
  to?: number;
};

/** Adds them to a command. `does` and `first` say what the timeframe is for, and what begins at `--from`. */
export function withSubject(command: Command, { does = "decide", first = "decision" } = {}): Command {
  return command
    .argument("[strategy]", "name of a built-in strategy; none with --strategy-file")
    .option("--strategy-file <file>", "a strategy of your own, .ts or .js")
    .option("--exchange <name>", `whose candles (default: ${DEFAULT_EXCHANGE})`)
    .option("--market <name>", "spot, perp, equity, index (default: the exchange's only one, else spot)")
    .option("--symbols <list>", "symbols, separated by commas (default: all)", list)
    .option("--timeframe <name>", `timeframe to ${does} on (default: the strategy's)`)
    .option("--from <time>", `first ${first}, UTC (default: as early as history allows)`, timeMs)
    .option("--to <time>", "end, UTC; nothing from then on is read (default: the last close)", timeMs);
}
