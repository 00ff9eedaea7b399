import type { Feed } from "./feed.ts";
import type { House } from "./house.ts";

/** Takes the candles of the feeds to the broker: those that close at one time, the earlier opened first. */
export class CandleFold {
  readonly #house: House;
  readonly #feeds: readonly Feed[];
  readonly #marks: readonly (Feed | undefined)[];
  /** Markets whose candles close now; the array is kept, so it may hold more than counts. */
  readonly #batch: Int32Array;

  constructor(house: House, feeds: readonly Feed[], marks: readonly (Feed | undefined)[]) {
    this.#house = house;
    this.#feeds = feeds;
    this.#marks = marks;
    this.#batch = new Int32Array(feeds.length);
  }

  /** Folds the candles that close at `time`: those of one open time together; says how many. */
  fold(time: number): number {
    const feeds = this.#feeds;
    const batch = this.#batch;
    const { openTime } = this.#house;
    let count = 0;
    let isOneOpen = true;
    for (let m = 0; m < feeds.length; m++) {
      const feed = feeds[m];
      if (feed.nextClose !== time) continue;
      batch[count++] = m;
      const open = feed.candles.timestamp[feed.next];
      openTime[m] = open;
      if (open !== openTime[batch[0]]) isOneOpen = false;
    }
    if (count === 0) return 0;
    if (isOneOpen) this.#foldBatch(0, count, time);
    else {
      // Candles of several lengths end together: the longer ones began first.
      const order = batch.subarray(0, count);
      order.sort((a, b) => openTime[a] - openTime[b] || a - b);
      for (let from = 0; from < count; ) {
        let to = from + 1;
        while (to < count && openTime[batch[to]] === openTime[batch[from]]) to++;
        this.#foldBatch(from, to, time);
        from = to;
      }
    }
    for (let k = 0; k < count; k++) feeds[batch[k]].step();
    return count;
  }

  /** `fold` of one market that has no mark price, without the loops; says whether a candle of it closes. */
  foldAlone(time: number): boolean {
    const feed = this.#feeds[0];
    if (feed.nextClose !== time) return false;
    const { candles, next } = feed;
    const { account, broker, openTime } = this.#house;
    openTime[0] = candles.timestamp[next];
    broker.candleOf(0, candles, next, time);
    if (account.openCount > 0) this.#follow(0);
    feed.step();
    return true;
  }

  #foldBatch(from: number, to: number, time: number): void {
    const { account, broker } = this.#house;
    const batch = this.#batch;
    const feeds = this.#feeds;
    for (let k = from; k < to; k++) this.#foldMark(batch[k]);
    if (to - from === 1) {
      const m = batch[from];
      const { candles, next } = feeds[m];
      broker.candleOf(m, candles, next, time);
    } else {
      for (let k = from; k < to; k++) {
        const m = batch[k];
        const { candles, next } = feeds[m];
        const { open, high, low, close, volume } = candles;
        broker.beginCandle(
          m,
          candles.timestamp[next],
          time,
          open[next],
          high[next],
          low[next],
          close[next],
          volume[next],
        );
      }
      broker.openPhase();
      broker.inside();
      broker.close();
    }
    if (account.openCount === 0) return;
    for (let k = from; k < to; k++) if (account.amount[batch[k]] !== 0) this.#follow(batch[k]);
  }

  /** Lets the trade of a position and its exits see the candle. */
  #follow(market: number): void {
    const { desks, trades } = this.#house;
    const { candles, next } = this.#feeds[market];
    trades.candle(market, candles, next);
    const desk = desks[market];
    if (desk.state === undefined) return;
    const high = candles.high[next];
    const low = candles.low[next];
    if (!(desk.high >= high)) desk.high = high;
    if (!(desk.low <= low)) desk.low = low;
  }

  /** The mark price's candle of the same open time, where there is one. */
  #foldMark(market: number): void {
    const mark = this.#marks[market];
    if (mark === undefined) return;
    const { broker, openTime } = this.#house;
    const open = openTime[market];
    const { timestamp } = mark.candles;
    while (mark.next < mark.rows && timestamp[mark.next] < open) mark.step();
    if (mark.next >= mark.rows || timestamp[mark.next] !== open) return;
    const { candles, next } = mark;
    broker.markCandle(market, candles.open[next], candles.high[next], candles.low[next], candles.close[next]);
  }

  /** Tells the risk rules of the candles that were folded last. */
  tellGuard(count: number, time: number): void {
    const { guard } = this.#house;
    for (let k = 0; k < count; k++) {
      const m = this.#batch[k];
      const { candles, next } = this.#feeds[m];
      const row = next - 1;
      const { timestamp, high, low, close } = candles;
      guard.onCandle(time, m, timestamp[row], high[row], low[row], close[row]);
    }
  }

  snapshot(): FoldSnapshot {
    return { feeds: this.#feeds.map(({ next }) => next), marks: this.#marks.map((mark) => mark?.next ?? 0) };
  }

  load(snapshot: FoldSnapshot): void {
    this.#feeds.forEach((feed, m) => {
      feed.goTo(snapshot.feeds[m]);
    });
    this.#marks.forEach((mark, m) => {
      mark?.goTo(snapshot.marks[m]);
    });
  }
}

export type FoldSnapshot = { readonly feeds: readonly number[]; readonly marks: readonly number[] };
