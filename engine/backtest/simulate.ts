import type { TableColumn } from "../core/table.ts";
import { Session } from "../session/session.ts";
import { isLone } from "./lone/eligible.ts";
import { LonePath } from "./lone/lonePath.ts";
import type { Prepared } from "./prepare.ts";
import { isSignalsOnly, SignalPath } from "./signalPath.ts";
import type { Outcome } from "./unhashed.ts";

/** Times at which something closes, from one report of progress to the next. */
const STEPS = 20_000;

/** A way to fold the history. */
type Way = {
  readonly time: number;
  /** Something came up that this way has no rule for. */
  readonly isLost?: boolean;
  run(until: number, steps?: number): boolean;
  closeAtNextOpen(reason: string): void;
  closeAtLast(reason: string): void;
  settleRecords(): void;
};

/**
 * Folds the history, and ends what is open as it was asked for: by the shortest way that knows all that comes up. One
 * that does not leaves the whole of it to the next, and the last of them, the session, knows everything. Yields the
 * part that is done.
 */
export function* simulate(prepared: Prepared): Generator<number, Outcome, void> {
  if (prepared.options.path !== "event") {
    const goBack = here(prepared);
    if (isLone(prepared)) {
      const path = new LonePath(prepared);
      yield* fold(prepared, path);
      if (!path.isLost) return path.outcome();
      goBack();
    }
    if (isSignalsOnly(prepared)) {
      const path = new SignalPath(prepared);
      yield* fold(prepared, path);
      if (!path.isLost) return outcomeOf(path, 0, undefined, "fast");
      goBack();
    }
  }
  const { settings, feeds, marks, fundings } = prepared;
  const session = new Session(settings, feeds, { marks });
  session.fund(fundings);
  yield* fold(prepared, session);
  return outcomeOf(session, session.liquidationCost, session.ownParts(), "event");
}

/** Takes feeds and tapes back to where they are now. */
function here({ feeds, settings }: Prepared): () => void {
  const rows = feeds.map(({ next }) => next);
  const tapes = settings.strategies.flatMap((spec) => spec.tapes);
  const places = tapes.map(({ closed, lastMove }) => ({ closed, lastMove }));
  return () => {
    feeds.forEach((feed, m) => {
      feed.goTo(rows[m]);
    });
    tapes.forEach((tape, k) => {
      tape.goTo(places[k].closed, places[k].lastMove);
    });
  };
}

function* fold(prepared: Prepared, way: Way): Generator<number, void, void> {
  const { startMs, endMs, options } = prepared;
  const { finalise = "lastClose" } = options;
  const until = finalise === "lastOpen" ? Math.min(endMs, lastOpen(prepared)) : endMs;
  while (way.run(until, STEPS)) yield Math.min(1, (way.time - startMs) / (endMs - startMs));
  if (way.isLost === true) return;
  if (finalise === "lastOpen") {
    way.closeAtNextOpen("end");
    way.run(endMs);
  } else if (finalise === "lastClose") way.closeAtLast("end");
  way.settleRecords();
}

function outcomeOf(
  { account, recorder, trades, slippageCost, turnover }: Session | SignalPath,
  liquidationCost: number,
  ownParts: Outcome["ownParts"],
  path: Outcome["path"],
): Outcome {
  const tables = recorder.tables();
  const tradeTable = trades.toTable();
  return {
    ...tables,
    trades: tradeTable,
    equityColumn: numbers(tables.equity.columns.equity),
    profits: numbers(tradeTable.columns.profit),
    returns: numbers(tradeTable.columns.return),
    costs: {
      fees: sum(account.fees) - liquidationCost,
      slippage: slippageCost,
      funding: sum(account.funding),
      liquidation: liquidationCost,
    },
    turnover,
    sums: recorder.equity.sums(),
    timeAt: (row) => recorder.equity.timeAt(row),
    ownParts,
    path,
  };
}

/** The open of the last candle. */
function lastOpen({ feeds }: Prepared): number {
  let last = -Infinity;
  for (const { rows, candles } of feeds) if (rows > 0) last = Math.max(last, candles.timestamp[rows - 1]);
  return last;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

function numbers(column: TableColumn): Float64Array {
  return column instanceof Float64Array ? column : Float64Array.from(column.codes);
}
