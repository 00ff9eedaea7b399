import type { LiveOrder } from "../orders/liveOrder.ts";

type OcoFill = {
  readonly owner: number;
  readonly group: string;
  readonly market: number;
  readonly amount: number;
};

/**
 * What members of OCO groups have filled at the very moment at which they were handed in, as they do where orders take
 * at this close. Orders of one moment are one group whatever their order, so those that follow are smaller by as much.
 */
export class OcoFills {
  #time = Number.NaN;
  #fills: OcoFill[] = [];

  note(order: LiveOrder, amount: number, time: number): void {
    if (order.ocoGroup === undefined || order.submitTime !== time) return;
    if (time !== this.#time) {
      this.#time = time;
      this.#fills = [];
    }
    this.#fills.push({ owner: order.owner, group: order.ocoGroup, market: order.market, amount });
  }

  /** What the others of an order's group have filled at the moment of its own submission, in base currency. */
  before(order: LiveOrder): number {
    let sum = 0;
    for (const fill of this.#of(order)) sum += fill.amount;
    return sum;
  }

  /** Whether others of its group have filled on another market. */
  isElsewhere(order: LiveOrder): boolean {
    return this.#of(order).some(({ market }) => market !== order.market);
  }

  #of({ owner, ocoGroup, submitTime }: LiveOrder): readonly OcoFill[] {
    if (submitTime !== this.#time) return [];
    return this.#fills.filter((fill) => fill.owner === owner && fill.group === ocoGroup);
  }

  snapshot(): OcoFillsSnapshot {
    return { time: Number.isNaN(this.#time) ? null : this.#time, fills: [...this.#fills] };
  }

  load({ time, fills }: OcoFillsSnapshot): void {
    this.#time = time ?? Number.NaN;
    this.#fills = [...fills];
  }
}

export type OcoFillsSnapshot = { readonly time: number | null; readonly fills: readonly OcoFill[] };
