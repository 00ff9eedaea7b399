import type { ExitState } from "../exits/manage.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Signal } from "../strategy/signal.ts";

/** What a strategy has going on one market: orders under way, what protects the position, and why it will be left. */
export class Desk {
  /** The order that opens or enlarges the position, while it is live; when it was handed in. */
  entry: LiveOrder | undefined = undefined;
  entryDirection = 0;
  /** Where what the entry opens would be given up; NaN without a stop. */
  entryStop = Number.NaN;
  /** The order that closes the position, while it is live. */
  exit: LiveOrder | undefined = undefined;
  /** Why the position is being left, for its trade. */
  exitReason = "";
  /** The signal that opened the position, or is about to. */
  signal: Signal | undefined = undefined;
  /** What the exits remember of the position. */
  state: ExitState | undefined = undefined;
  /** Live orders that protect it. */
  readonly stops: LiveOrder[] = [];
  readonly targets: LiveOrder[] = [];
  /** The target is the ROI table's and moves with it. */
  isRoi = false;
  /** Extremes since the exits were last looked at; NaN where there was no candle. */
  high = Number.NaN;
  low = Number.NaN;

  /** The position has gone. Orders that protected it end by themselves. */
  flat(): void {
    this.state = undefined;
    this.isRoi = false;
    this.high = Number.NaN;
    this.low = Number.NaN;
    if (this.entry === undefined) this.signal = undefined;
  }

  /** A live order has ended. */
  forget(order: LiveOrder): void {
    if (this.entry === order) this.entry = undefined;
    if (this.exit === order) this.exit = undefined;
    remove(this.stops, order);
    remove(this.targets, order);
  }
}

/** A desk as data; orders by their numbers. */
export type DeskSnapshot = {
  readonly entry: number;
  readonly entryDirection: number;
  readonly entryStop: number;
  readonly exit: number;
  readonly exitReason: string;
  readonly signal: Signal | undefined;
  readonly state: ExitState | undefined;
  readonly stops: readonly number[];
  readonly targets: readonly number[];
  readonly isRoi: boolean;
  readonly high: number;
  readonly low: number;
};

export function deskSnapshot(desk: Desk): DeskSnapshot {
  const { entryDirection, entryStop, exitReason, signal, state, isRoi, high, low } = desk;
  return {
    entry: desk.entry?.id ?? 0,
    entryDirection,
    entryStop,
    exit: desk.exit?.id ?? 0,
    exitReason,
    signal,
    state: state && { ...state },
    stops: desk.stops.map(({ id }) => id),
    targets: desk.targets.map(({ id }) => id),
    isRoi,
    high,
    low,
  };
}

/** Takes over a snapshot; `orderOf` finds the live orders of a broker that was restored with it. */
export function loadDesk(
  desk: Desk,
  snapshot: DeskSnapshot,
  orderOf: (id: number) => LiveOrder | undefined,
): void {
  const { entry, exit, stops, targets, state, ...rest } = snapshot;
  Object.assign(desk, rest);
  desk.signal = snapshot.signal;
  desk.state = state && { ...state };
  desk.entry = orderOf(entry);
  desk.exit = orderOf(exit);
  for (const [own, ids] of [
    [desk.stops, stops],
    [desk.targets, targets],
  ] as const) {
    for (const id of ids) {
      const order = orderOf(id);
      if (order !== undefined) own.push(order);
    }
  }
}

function remove(orders: LiveOrder[], order: LiveOrder): void {
  const at = orders.indexOf(order);
  if (at >= 0) orders.splice(at, 1);
}
