import { Session } from "../session/session.ts";
import type { Prepared } from "./prepare.ts";
import type { Outcome } from "./unhashed.ts";

/** Times at which something closes, from one report of progress to the next. */
const STEPS = 20_000;

/** Folds the history through the session, and ends what is open as it was asked for. Yields the part that is done. */
export function* simulate(prepared: Prepared): Generator<number, Outcome, void> {
  const { settings, feeds, marks, fundings, startMs, endMs, options } = prepared;
  const session = new Session(settings, feeds, { marks });
  session.fund(fundings);
  const isFast = options.path !== "event" && session.skimQuietStretches();
  const { finalise = "lastClose" } = options;
  const until = finalise === "lastOpen" ? Math.min(endMs, lastOpen(prepared)) : endMs;
  while (session.run(until, STEPS)) yield Math.min(1, (session.time - startMs) / (endMs - startMs));
  if (finalise === "lastOpen") {
    session.endDecisions();
    session.closeAll(session.time, "end");
    session.run(endMs);
  } else if (finalise === "lastClose") session.closeAtLast("end");
  return outcomeOf(session, isFast);
}

function outcomeOf(session: Session, isFast: boolean): Outcome {
  session.settleRecords();
  const { account, slippageCost, liquidationCost, turnover, ownEquity } = session;
  return {
    ...session.recorder.tables(),
    trades: session.trades.toTable(),
    costs: {
      fees: sum(account.fees) - liquidationCost,
      slippage: slippageCost,
      funding: sum(account.funding),
      liquidation: liquidationCost,
    },
    turnover,
    sums: session.recorder.equity.sums(),
    ownEquity: ownEquity.map((column) => column?.toColumn()),
    path: isFast ? "fast" : "event",
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
