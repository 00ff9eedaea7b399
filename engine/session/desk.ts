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

function remove(orders: LiveOrder[], order: LiveOrder): void {
  const at = orders.indexOf(order);
  if (at >= 0) orders.splice(at, 1);
}
