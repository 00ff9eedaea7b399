import { EngineError, nearestName } from "#engine/core/errors.ts";
import type { Series } from "#server/contract.ts";
import { api } from "../data/api.ts";
import type { LakeDatabase } from "../data/lakeDatabase.ts";
import { lakeFiles } from "../data/lakeFiles.ts";
import { SERIES_COLUMNS, UNION_COLUMNS } from "../data/tableNames.ts";
import type { Answer, RequestContext } from "./frameHost.ts";
import type { CandlesReply, FrameRequest, FrameSeries, SqlTable } from "./protocol.ts";

/** What answers the frame: the database, the lake's listing and the person's own yes. */
export type RequestDeps = {
  database(): LakeDatabase;
  series(): readonly Series[];
  notebook(): string;
  /** Asks the person, in the shell's own dialog, whether the notebook may do this; false when not. */
  consent(ask: ConsentAsk): Promise<boolean>;
};
export type ConsentAsk =
  | { kind: "copy"; text: string }
  | { kind: "download"; filename: string; mediaType: string; bytes: Uint8Array };

/** Runs that one notebook may keep a minute; a sweep is one run, so that nobody reaches this by honest work. */
const RUNS_PER_MINUTE = 120;

/** After so many refusals one after the other the person has answered for good, and is left in peace. */
const REFUSALS = 3;

export function answerRequests(deps: RequestDeps) {
  const kept: number[] = [];
  let refusals = 0;
  return async (request: FrameRequest, context: RequestContext): Promise<Answer> => {
    switch (request.method) {
      case "sql": {
        const reply = await deps.database().query(request.params.sql, context, request.params.tables);
        return { value: reply, transfer: [reply.ipc.buffer as ArrayBuffer] };
      }
      case "candles":
        // Evaluations begin with candles, and leave little of the processor to the tables above them in the page.
        await deps.database().prepared;
        return answerCandles(deps.series(), request.params);
      case "saveRun": {
        const now = performance.now();
        while (kept.length > 0 && kept[0] < now - 60_000) kept.shift();
        if (kept.length >= RUNS_PER_MINUTE) {
          throw new EngineError(
            "run.too-many",
            `A notebook may keep ${RUNS_PER_MINUTE} runs a minute. Wait a little.`,
          );
        }
        kept.push(now);
        return { value: await api.saveRun(request.params, deps.notebook()) };
      }
      case "copy":
      case "download": {
        const ask: ConsentAsk =
          request.method === "copy"
            ? { kind: "copy", ...request.params }
            : { kind: "download", ...request.params };
        if (refusals >= REFUSALS) {
          throw new EngineError(
            "consent.refused",
            `You said no ${REFUSALS} times, so the notebook may not ask any more. Open it again to be asked again.`,
            { kind: request.method },
          );
        }
        const isAllowed = await deps.consent(ask);
        refusals = isAllowed ? 0 : refusals + 1;
        return { value: isAllowed };
      }
    }
  };
}

async function answerCandles(
  listing: readonly Series[],
  { seriesId, fromMs, toMs }: { seriesId: string; fromMs?: number; toMs?: number },
): Promise<Answer> {
  const series = listing.find(({ id }) => id === seriesId);
  if (series === undefined) {
    const nearest = nearestName(
      seriesId,
      listing.map(({ id }) => id),
    );
    const hint = nearest ? `The nearest is "${nearest}".` : "Data lists what there is.";
    throw new EngineError("lake.unknown-series", `The lake has no series "${seriesId}". ${hint}`, {
      seriesId,
      nearest,
    });
  }
  const columns = await lakeFiles.candles(series, fromMs, toMs);
  const value: CandlesReply = { series: frameSeries(series), ...columns };
  return { value, transfer: Object.values(columns).map((column) => column.buffer as ArrayBuffer) };
}

/** A series without what only the shell needs (its files and their hashes). */
export function frameSeries({
  id,
  exchange,
  market,
  symbol,
  timeframe,
  rows,
  firstMs,
  lastMs,
  simulated,
}: Series): FrameSeries {
  return { id, exchange, market, symbol, timeframe, rows, firstMs, lastMs, simulated };
}

/** The tables for autocomplete. */
export function sqlTables(database: LakeDatabase): SqlTable[] {
  return [...database.tables].map(([name, { series, union }]) => ({
    name,
    columns: [...(union ? UNION_COLUMNS : SERIES_COLUMNS)],
    rows: series.reduce((sum, one) => sum + one.rows, 0),
  }));
}
