import type { CandleColumns } from "../candles/candles.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import { isLimit } from "../orders/orderLevels.ts";
import { hasEnded } from "../orders/transitions.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { expireDue, settleDue } from "./instructions.ts";
import { isLiquidated, liquidate } from "./liquidate.ts";
import type { MarketState } from "./marketState.ts";
import type { Matching } from "./matching.ts";
import { refresh, refreshCross } from "./refresh.ts";
import { followTrails, walk } from "./walk.ts";

/**
 * The phases in which candles of one open time are folded: open, inside, close. A market whose candle reaches nothing
 * is only marked; the others are busy.
 */
export class CandlePhases {
  readonly #matching: Matching;
  readonly #states: readonly MarketState[];
  readonly #account: Portfolio;
  /** Markets of the candles that are being folded, in the order in which they were told. */
  readonly #batch: Int32Array;
  #batchCount = 0;
  #busyCount = 0;
  /** What executes at this open, by priority; the array is kept, so it may hold more than counts. */
  readonly #work: LiveOrder[] = [];

  constructor(matching: Matching) {
    this.#matching = matching;
    this.#states = matching.states;
    this.#account = matching.account;
    this.#batch = new Int32Array(matching.states.length);
  }

  /** Whether candles have begun that have not closed. */
  get isInside(): boolean {
    return this.#batchCount > 0;
  }

  /** Takes in the candle of a market; nothing happens yet. */
  begin(
    state: MarketState,
    openTime: number,
    closeTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): void {
    state.openTime = openTime;
    state.closeTime = closeTime;
    state.open = open;
    state.high = high;
    state.low = low;
    state.close = close;
    state.volume = volume;
    state.isBusy = !(low > state.below && high < state.above && closeTime < state.nextTime && !state.hasMark);
    if (state.isBusy) {
      this.#busyCount++;
      // A mark price counts for the one candle it was told for.
      state.hasMark = state.isMarkFresh;
      state.isMarkFresh = false;
    }
    this.#batch[this.#batchCount++] = state.index;
  }

  /** Everything that executes at the open, by priority across the markets. */
  open(): void {
    if (this.#busyCount === 0) return;
    const matching = this.#matching;
    const { price } = this.#account;
    const { delayBars, fillModel } = matching.settings;
    matching.phase = "open";
    for (let b = 0; b < this.#batchCount; b++) {
      const market = this.#states[this.#batch[b]];
      if (!market.isBusy) continue;
      if (market.nextTime <= market.openTime) settleDue(matching, market, market.openTime);
      if (delayBars > 0 && fillModel !== "thisClose") this.#releaseHeld(market, market.openTime);
    }
    for (let b = 0; b < this.#batchCount; b++) price[this.#batch[b]] = this.#states[this.#batch[b]].open;
    // An open beyond a liquidation price leaves nothing to protect: the exchange has taken the position by then.
    this.#liquidateAtOpen();
    const count = this.#collectOpen();
    for (let i = 0; i < count; i++) this.#atOpen(this.#work[i]);
    // What the fills brought into being may lie beyond the open as well.
    while (this.#reachNewborn()) {}
    this.#liquidateAtOpen();
    for (let b = 0; b < this.#batchCount; b++) {
      const market = this.#states[this.#batch[b]];
      if (!market.isBusy) continue;
      if (market.count > 0) followTrails(market, market.open, market.markOpen);
    }
    matching.phase = "between";
  }

  /** Each market's path. */
  inside(): void {
    if (this.#busyCount === 0) return;
    const matching = this.#matching;
    matching.phase = "inside";
    for (let b = 0; b < this.#batchCount; b++) {
      const market = this.#states[this.#batch[b]];
      if (!market.isBusy) continue;
      refresh(matching, market);
      const isReached = !(market.low > market.below && market.high < market.above);
      market.isWalked = isReached || market.nextTime < market.closeTime || market.hasMark;
      if (market.isWalked) walk(matching, market);
    }
    matching.phase = "between";
  }

  /** Marks the markets to their closes; expires, and takes at the close where the fill model says so. */
  close(): void {
    const { price } = this.#account;
    for (let b = 0; b < this.#batchCount; b++) price[this.#batch[b]] = this.#states[this.#batch[b]].close;
    if (this.#busyCount > 0) {
      const matching = this.#matching;
      const isAtClose = matching.settings.fillModel === "thisClose";
      matching.phase = "close";
      for (let b = 0; b < this.#batchCount; b++) {
        const market = this.#states[this.#batch[b]];
        if (!market.isBusy) continue;
        if (market.nextTime <= market.closeTime) expireDue(matching, market, market.closeTime);
        if (isAtClose) {
          this.#releaseHeld(market, market.closeTime);
          this.takeAtClose(market, market.closeTime);
        }
      }
      for (let b = 0; b < this.#batchCount; b++) {
        const market = this.#states[this.#batch[b]];
        if (!market.isBusy) continue;
        // What has not been walked through since it was looked at last is as it was then.
        if (market.isWalked || market.nextTime <= market.closeTime || isAtClose) refresh(matching, market);
        refreshCross(matching, market.venueIndex);
      }
      matching.phase = "between";
    }
    this.#batchCount = 0;
    this.#busyCount = 0;
  }

  /** All phases for one market alone, the short way where nothing or next to nothing happens. */
  whole(
    state: MarketState,
    openTime: number,
    closeTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): void {
    const { price } = this.#account;
    if (low > state.below && high < state.above && closeTime < state.nextTime && !state.hasMark) {
      state.openTime = openTime;
      state.closeTime = closeTime;
      state.open = open;
      state.high = high;
      state.low = low;
      state.close = close;
      state.volume = volume;
      price[state.index] = close;
      return;
    }
    this.begin(state, openTime, closeTime, open, high, low, close, volume);
    if (this.#isQuickTake(state)) {
      this.#batchCount = 0;
      this.#busyCount = 0;
      price[state.index] = open;
      this.#matching.phase = "open";
      this.#matching.take(state, state.orders[0], open, "open", openTime);
      this.#matching.phase = "between";
      refresh(this.#matching, state);
      refreshCross(this.#matching, state.venueIndex);
      // Nothing that the order brought into being, and no liquidation, lies within the candle: done.
      if (state.count === 0 && low > state.below && high < state.above) {
        price[state.index] = close;
        return;
      }
      state.isBusy = true;
      this.#batch[this.#batchCount++] = state.index;
      this.#busyCount++;
    }
    this.open();
    this.inside();
    this.close();
  }

  /** `whole` of a row of columns. Where nothing happens no number is handed on from function to function. */
  wholeOf(state: MarketState, candles: CandleColumns, row: number, closeTime: number): void {
    const high = candles.high[row];
    const low = candles.low[row];
    if (low > state.below && high < state.above && closeTime < state.nextTime && !state.hasMark) {
      const close = candles.close[row];
      state.openTime = candles.timestamp[row];
      state.closeTime = closeTime;
      state.open = candles.open[row];
      state.high = high;
      state.low = low;
      state.close = close;
      state.volume = candles.volume[row];
      this.#account.price[state.index] = close;
      return;
    }
    const { timestamp, open, close, volume } = candles;
    this.whole(state, timestamp[row], closeTime, open[row], high, low, close[row], volume[row]);
  }

  /** Orders that were held back count down; the last count lets them arrive. */
  #releaseHeld(market: MarketState, time: number): void {
    for (let k = 0; k < market.count; k++) {
      const order = market.orders[k];
      if (order.waitBars === 0 || --order.waitBars > 0 || !Number.isNaN(order.arrivalTime)) continue;
      this.#matching.orders.arrive(market, order, time);
      // A refused one has left the list, and so may others have.
      k = -1;
    }
  }

  /** Whether a lone market order is all that the candle of a single market has to do at its open. */
  #isQuickTake(market: MarketState): boolean {
    if (market.count !== 1 || market.nextTime <= market.closeTime || this.#batchCount !== 1) return false;
    const order = market.orders[0];
    return (
      order.isTaking &&
      order.type === "market" &&
      this.#matching.settings.fillModel === "nextOpen" &&
      order.passedCandle !== market.openTime &&
      !market.hasMark &&
      !this.#isLiquidatedAtOpen(market)
    );
  }

  /** Gathers what executes at the opens of the batch into `#work`, by priority across the markets. */
  #collectOpen(): number {
    const work = this.#work;
    const isTakingNow = this.#matching.settings.fillModel !== "thisClose";
    let count = 0;
    for (let b = 0; b < this.#batchCount; b++) {
      const market = this.#states[this.#batch[b]];
      if (!market.isBusy) continue;
      for (let k = 0; k < market.count; k++) {
        const order = market.orders[k];
        const isDue = order.isTaking ? isTakingNow : order.isAccepted && market.isOpenedThrough(order);
        if (!isDue || order.passedCandle === market.openTime) continue;
        let at = count++;
        for (; at > 0 && work[at - 1].priority > order.priority; at--) work[at] = work[at - 1];
        work[at] = order;
      }
    }
    return count;
  }

  #atOpen(order: LiveOrder): void {
    if (hasEnded(order.status)) return;
    const market = this.#states[order.market];
    if (order.isTaking) this.#takeAtOpen(market, order);
    else if (market.isOpenedThrough(order)) {
      const isGapped = order.level !== market.open;
      this.#matching.reach(market, order, market.open, isGapped, market.openTime);
    }
  }

  #takeAtOpen(market: MarketState, order: LiveOrder): void {
    const isWorst = this.#matching.settings.fillModel === "nextWorst" && !isLimit(order);
    if (!isWorst) this.#matching.take(market, order, market.open, "open", market.openTime);
    else {
      const worst = order.direction > 0 ? market.high : market.low;
      this.#matching.take(market, order, worst, "worst", market.openTime);
    }
  }

  /** Executes one order that lies beyond its market's open and has not been tried; says whether there was one. */
  #reachNewborn(): boolean {
    for (let b = 0; b < this.#batchCount; b++) {
      const market = this.#states[this.#batch[b]];
      if (!market.isBusy) continue;
      for (let k = 0; k < market.count; k++) {
        const order = market.orders[k];
        if (order.isTaking || !order.isAccepted || order.passedCandle === market.openTime) continue;
        if (!market.isOpenedThrough(order)) continue;
        this.#atOpen(order);
        return true;
      }
    }
    return false;
  }

  #liquidateAtOpen(): void {
    for (let b = 0; b < this.#batchCount; b++) {
      const market = this.#states[this.#batch[b]];
      if (!market.isBusy || !this.#isLiquidatedAtOpen(market)) continue;
      liquidate(this.#matching, market, market.open, true, market.openTime);
    }
  }

  #isLiquidatedAtOpen(market: MarketState): boolean {
    const { settings } = this.#matching;
    const view = settings.triggerBy === "mark" && market.hasMark ? market.markOpen : market.open;
    return isLiquidated(this.#matching, market, view);
  }

  /** Lets the orders of a market that take have their chance at its close. */
  takeAtClose(market: MarketState, time: number): void {
    for (let k = 0; k < market.count; ) {
      const order = market.orders[k];
      const isDue = order.isTaking && order.passedCandle !== market.openTime;
      if (!isDue) k++;
      else {
        this.#matching.take(market, order, this.#account.price[market.index], "close", time);
        k = 0;
      }
    }
  }
}
