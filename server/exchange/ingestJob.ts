import { z } from "zod";
import type { JobSpec } from "../jobs/queue.ts";
import type { IngestTaskInput } from "./ingestTask.ts";

const name = z.string().trim().min(1).max(200);

/** What the Data page asks for; the ends of the span are open times in UTC milliseconds, [fromMs, toMs). */
export const ingestRequest = z.strictObject({
  exchange: name,
  symbols: z.array(name).min(1).max(1000),
  timeframe: name,
  fromMs: z.number().int(),
  toMs: z.number().int().optional(),
});

export function ingestJob(input: IngestTaskInput): JobSpec<"ingest"> {
  const { exchange, symbols, timeframe } = input;
  const what = symbols.length === 1 ? symbols[0] : `${symbols.length} symbols`;
  return {
    kind: "ingest",
    title: `Fetch ${what} ${timeframe} from ${exchange}`,
    unit: "candles",
    task: "ingest",
    input,
  };
}
