import { Session } from "../session/session.ts";
import type { Prepared } from "./prepare.ts";
import { isSignalsOnly, SignalPath } from "./signalPath.ts";
import type { Outcome } from "./unhashed.ts";

/** Times at which something closes, from one report of progress to the next. */
const STEPS = 20_000;

/**
 * Folds the history through the session, and ends what is open as it was asked for; a strategy of signals alone goes the
 * short way. Yields the part that is done.
 */
export function* simulate(prepared: Prepared): Generator<number, Outcome, void> {
  if (prepared.options.path !== "event" && isSignalsOnly(prepared)) {
    const rows = prepared.feeds.map(({ next }) => next);
    const outcome = yield* simulateSignals(prepared);
    if (outcome !== undefined) return outcome;
    prepared.feeds.forEach((feed, m) => {
      feed.goTo(rows[m]);
    });
  }
  return yield* simulateSession(prepared);
}

function* simulateSession(prepared: Prepared): Generator<number, Outcome, void> {
  const { settings, feeds, marks, fundings } = prepared;
  const session = new Session(settings, feeds, { marks });
  session.fund(fundings);
  yield* fold(prepared, session);
  return outcomeOf(session, session.liquidationCost, session.ownParts(), "event");
}

/** Undefined where something came up that the short way has no rule for. */
function* simulateSignals(prepared: Prepared): Generator<number, Outcome | undefined, void> {
  const path = new SignalPath(prepared);
  yield* fold(prepared, path);
  return path.isLost ? undefined : outcomeOf(path, 0, undefined, "fast");
}

function* fold(prepared: Prepared, session: Session | SignalPath): Generator<number, void, void> {
  const { startMs, endMs, options } = prepared;
  const { finalise = "lastClose" } = options;
  const until = finalise === "lastOpen" ? Math.min(endMs, lastOpen(prepared)) : endMs;
  while (session.run(until, STEPS)) yield Math.min(1, (session.time - startMs) / (endMs - startMs));
  if (finalise === "lastOpen") {
    session.closeAtNextOpen("end");
    session.run(endMs);
  } else if (finalise === "lastClose") session.closeAtLast("end");
  session.settleRecords();
}

function outcomeOf(
  { account, recorder, trades, slippageCost, turnover }: Session | SignalPath,
  liquidationCost: number,
  ownParts: Outcome["ownParts"],
  path: Outcome["path"],
): Outcome {
  return {
    ...recorder.tables(),
    trades: trades.toTable(),
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
