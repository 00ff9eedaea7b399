import { timeframeMs } from "#engine/core/timeframe.ts";
import type { TaskContext } from "../jobs/messages.ts";
import { openLake } from "../lake/lake.ts";
import { openExchange } from "./ccxt.ts";
import { systemClock } from "./clock.ts";
import { type IngestProgress, type IngestReport, ingest } from "./ingest.ts";
import type { Retry } from "./retry.ts";

export type IngestTaskInput = {
  lakeRoot: string;
  exchange: string;
  symbols: string[];
  timeframe: string;
  fromMs: number;
  toMs?: number;
  /** Laid over ccxt's own settings for the exchange: a proxy, another address. */
  settings?: Record<string, unknown>;
};

/** Fetches symbol after symbol. What is stored stays stored, so asking again goes on where it stopped. */
export async function ingestTask(
  { lakeRoot, exchange: id, symbols, timeframe, fromMs, toMs, settings }: IngestTaskInput,
  { progress, signal }: TaskContext,
): Promise<IngestReport[]> {
  const lake = openLake(lakeRoot);
  const exchange = await openExchange(id, settings === undefined ? {} : { settings });
  const span = { fromMs, ...(toMs === undefined ? {} : { toMs }) };
  const reports: IngestReport[] = [];
  let last: { done: number; total: number | null } = { done: 0, total: null };
  try {
    for (const symbol of symbols) {
      const onProgress = ({ atMs, toMs: endMs, fetched }: IngestProgress): void => {
        const each = Math.ceil((endMs - fromMs) / timeframeMs(timeframe));
        const done = reports.length * each + Math.floor((atMs - fromMs) / timeframeMs(timeframe));
        last = { done, total: symbols.length * each };
        progress({ ...last, message: `${symbol}: ${fetched} candles fetched` });
      };
      const onRetry = ({ waitMs, reason }: Retry): void =>
        progress({
          ...last,
          message: `${symbol}: trying again in ${Math.ceil(waitMs / 1000)} s (${reason})`,
        });
      reports.push(
        await ingest(
          { exchange, lake, clock: systemClock },
          { symbol, timeframe, ...span },
          { onProgress, onRetry, signal },
        ),
      );
    }
  } finally {
    await exchange.close();
  }
  return reports;
}
