import type { SessionEvent } from "#engine/session/events.ts";
import type { Session } from "#engine/session/session.ts";
import type { StrategyRun } from "#engine/session/strategyRun.ts";
import type {
  StepEvent,
  StepMarket,
  StepOrder,
  StepPosition,
  StepStrategy,
  StepView,
} from "../outputs/stepper/stepView.ts";

/** What was heard of a session while it folded one step. */
export class StepNotes {
  readonly events: SessionEvent[] = [];
  /** What each strategy answered, by its name; none for those that were not asked. */
  readonly answers = new Map<string, unknown>();

  clear(): void {
    this.events.length = 0;
    this.answers.clear();
  }
}

/** The session as it stands, as plain data. */
export function stepView(
  session: Session,
  notes: StepNotes,
  { index, time }: { index: number; time: number },
): StepView {
  const { account, broker, runs } = session;
  const equity = account.equity();
  return {
    index,
    time,
    markets: runs.flatMap(marketsOf),
    strategies: runs.map((run) => answersOf(run, notes, time)),
    events: notes.events.map(eventWords),
    orders: broker.openOrders().map(
      (order): StepOrder => ({
        symbol: order.symbol,
        side: order.side,
        type: order.type,
        amount: order.amount,
        filled: order.filled,
        price: order.price,
        triggerPrice: order.triggerPrice,
        submitted: order.submitTime,
        tag: order.tag ?? "",
      }),
    ),
    positions: broker.markets.flatMap(({ id }, m): StepPosition[] =>
      account.amount[m] === 0
        ? []
        : [
            {
              symbol: id,
              amount: account.amount[m],
              entryPrice: account.entryPrice(m),
              price: account.price[m],
              unrealised: account.unrealised(m),
              stopPrice: session.guardAccount.stopPrice(m),
              liquidationPrice: broker.liquidationPrice(m),
            },
          ],
    ),
    account: {
      equity,
      cash: account.cash(),
      exposure: account.grossExposure() / equity,
    },
  };
}

function marketsOf({ name, market }: StrategyRun): StepMarket[] {
  return market.view.rows.map(({ symbol, candle, features }) => ({
    symbol,
    strategy: name,
    ...candle,
    features: { ...features },
  }));
}

function answersOf(run: StrategyRun, notes: StepNotes, time: number): StepStrategy {
  const state = JSON.stringify(run.snapshot().state);
  const common = { name: run.name, state };
  const { signals, tapes } = run.spec;
  if (signals !== undefined) {
    const answers = tapes.flatMap(({ symbol, closed, lastMove }, k) => {
      const said = Object.entries(signals[k]).flatMap(([name, column]) => {
        const value = lastMove === time && column !== undefined ? column[closed] : 0;
        return value !== 0 && !Number.isNaN(value) ? [name] : [];
      });
      return said.length === 0 ? [] : [{ symbol, columns: said.join(", ") }];
    });
    return { ...common, kind: "columns", answers };
  }
  if (!notes.answers.has(run.name)) return { ...common, kind: "none", answers: [] };
  const answer = notes.answers.get(run.name);
  const parts = (typeof answer === "object" && answer !== null ? answer : {}) as Record<string, unknown>;
  if (Array.isArray(parts.signals))
    return { ...common, kind: "signals", answers: plainRecords(parts.signals) };
  if (Array.isArray(parts.orders)) {
    const orders = plainRecords(parts.orders).map(({ action, order, ...others }) => ({
      ...(action === "submit" ? {} : { action }),
      ...(order as Record<string, unknown> | undefined),
      ...others,
    }));
    return { ...common, kind: "orders", answers: orders };
  }
  const targets = Array.isArray(answer) ? answer : parts.targets;
  return { ...common, kind: "targets", answers: Array.isArray(targets) ? plainRecords(targets) : [] };
}

/** What a strategy wrote is its own object; what crosses is a copy of its plain part. */
function plainRecords(list: readonly unknown[]): Record<string, unknown>[] {
  return JSON.parse(JSON.stringify(list)) as Record<string, unknown>[];
}

function eventWords(event: SessionEvent): StepEvent {
  switch (event.kind) {
    case "order": {
      const { symbol, side, type, status, amount, price, triggerPrice, reason, tag } = event.order;
      const at = Number.isNaN(triggerPrice) ? price : triggerPrice;
      const where = Number.isNaN(at) ? "" : ` at ${short(at)}`;
      const why = [reason, tag].filter((part) => part !== "").join(", ");
      return {
        kind: "order",
        words: `${status}: ${side} ${short(amount)} ${symbol} ${type}${where}${why && ` (${why})`}`,
      };
    }
    case "fill": {
      const { symbol, side, amount, price, fee, liquidity, reason } = event.fill;
      return {
        kind: "fill",
        words: `${side} ${short(amount)} ${symbol} at ${short(price)}, fee ${short(fee)}, ${liquidity} (${reason})`,
      };
    }
    case "funding":
      return { kind: "funding", words: `${event.market}: ${short(event.amount)} at a rate of ${event.rate}` };
    case "liquidation":
      return { kind: "liquidation", words: `${event.market} at ${short(event.price)}` };
    case "risk":
      return { kind: "risk", words: `${event.rule}, ${event.action}: ${event.message}` };
  }
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : String(value);
}
