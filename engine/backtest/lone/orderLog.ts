import { GrowingTable, TextCodes } from "../../core/growable.ts";
import { lazyTable } from "../../core/lazyTable.ts";
import type { Table, TableColumn, TextColumn } from "../../core/table.ts";
import type { Feed } from "../../session/feed.ts";
import type { FillColumn, OrderColumn, PositionColumn } from "../../session/tables.ts";

/** What has become of an order. */
export const OUTCOMES = { filled: 0, filledAtLast: 1, canceled: 2, waiting: 3 } as const;
export type Outcome = (typeof OUTCOMES)[keyof typeof OUTCOMES];

const WRITTEN = {
  row: "number",
  asked: "number",
  filled: "number",
  price: "number",
  fee: "number",
  balance: "number",
  kind: "number",
} as const;

/** Places in a row of the log. */
const ROW = 0;
const ASKED = 1;
const FILLED = 2;
const PRICE = 3;
const FEE = 4;
const BALANCE = 5;
const KIND = 6;

/**
 * An order's `kind`, by its bits: two for the outcome, one for whether it only reduces, twenty for its tag; above them
 * why it leaves. Texts count from 1, 0 is none. The lower bits are read as those of an integer, which is quick.
 */
const OUTCOME_MASK = 3;
const REDUCES = 4;
const TAG_SHIFT = 3;
const CODE_MASK = 0xfffff;
const REASON_UNIT = 0x800000;

/** One order as it was written. Amounts are signed by its direction; `row` is the candle whose close it was made at. */
export type LoggedOrder = {
  row: number;
  asked: number;
  filled: number;
  price: number;
  fee: number;
  /** The wallet behind its fill. */
  balance: number;
  outcome: Outcome;
  isReducing: boolean;
  tag: string | undefined;
  reason: string | undefined;
};

/** The names that the tables of one market and one strategy carry. */
export type LoneNames = { readonly symbol: string; readonly strategy: string };

/**
 * The market orders of a lone strategy on a lone market, seven numbers each: all else that tables say of orders, fills
 * and positions follows from these and the candles, and is made when somebody reads it. Each order fills whole, and
 * each fill opens a position or leaves it flat.
 */
export class OrderLog {
  readonly #feed: Feed;
  readonly #names: LoneNames;
  readonly #slippage: boolean;
  readonly #rows = new GrowingTable<keyof typeof WRITTEN>(WRITTEN);
  readonly #tags = new TextCodes();
  readonly #reasons = new TextCodes();
  fills = 0;

  constructor(feed: Feed, names: LoneNames, hasSlippage: boolean) {
    this.#feed = feed;
    this.#names = names;
    this.#slippage = hasSlippage;
  }

  get count(): number {
    return this.#rows.rows;
  }

  /** Whether one more text would be too many to write down. */
  get isFull(): boolean {
    return this.#tags.values.length >= CODE_MASK - 2 || this.#reasons.values.length >= CODE_MASK - 2;
  }

  /** A fill. */
  fill(
    row: number,
    asked: number,
    filled: number,
    price: number,
    fee: number,
    balance: number,
    outcome: Outcome,
    isReducing: boolean,
    tag: string | undefined,
    reason: string | undefined,
  ): void {
    const rows = this.#rows;
    const at = rows.add();
    const { block } = rows;
    block[at + ROW] = row;
    block[at + ASKED] = asked;
    block[at + FILLED] = filled;
    block[at + PRICE] = price;
    block[at + FEE] = fee;
    block[at + BALANCE] = balance;
    block[at + KIND] =
      outcome +
      (isReducing ? REDUCES : 0) +
      (tag === undefined ? 0 : (this.#tags.code(tag) + 1) << TAG_SHIFT) +
      (reason === undefined ? 0 : (this.#reasons.code(reason) + 1) * REASON_UNIT);
    this.fills++;
  }

  /** An order that has not filled: canceled, or still waiting. */
  unfilled(
    row: number,
    asked: number,
    outcome: Outcome,
    isReducing: boolean,
    tag: string | undefined,
    reason: string | undefined,
  ): void {
    this.fill(row, asked, 0, Number.NaN, Number.NaN, Number.NaN, outcome, isReducing, tag, reason);
    this.fills--;
  }

  /** Visits the orders one after the other. One object serves all of them. */
  each(visit: (order: LoggedOrder, place: number) => void): void {
    const rows = this.#rows;
    const order: LoggedOrder = {
      ...{ row: 0, asked: 0, filled: 0, price: 0, fee: 0, balance: 0 },
      ...{ outcome: OUTCOMES.filled, isReducing: false, tag: undefined, reason: undefined },
    };
    for (let place = 0; place < rows.rows; place++) {
      const block = rows.blockOf(place);
      const at = rows.placeOf(place);
      order.row = block[at + ROW];
      order.asked = block[at + ASKED];
      order.filled = block[at + FILLED];
      order.price = block[at + PRICE];
      order.fee = block[at + FEE];
      order.balance = block[at + BALANCE];
      const kind = block[at + KIND];
      order.outcome = (kind & OUTCOME_MASK) as Outcome;
      order.isReducing = (kind & REDUCES) !== 0;
      order.tag = this.#tags.values[((kind >>> TAG_SHIFT) & CODE_MASK) - 1];
      order.reason = this.#reasons.values[Math.floor(kind / REASON_UNIT) - 1];
      visit(order, place);
    }
  }

  /** Visits the fills alone: the candle in which each was, counted from the first, and the account behind it. */
  eachFill(visit: (row: number, amount: number, price: number, balance: number) => void): void {
    const rows = this.#rows;
    for (let place = 0; place < rows.rows; place++) {
      const block = rows.blockOf(place);
      const at = rows.placeOf(place);
      const outcome = block[at + KIND] & OUTCOME_MASK;
      if (outcome > OUTCOMES.filledAtLast) continue;
      const row = block[at + ROW] + (outcome === OUTCOMES.filled ? 1 : 0);
      visit(row, block[at + FILLED], block[at + PRICE], block[at + BALANCE]);
    }
  }

  /** When an order filled: the open of the next candle, or the last close. */
  fillTime(order: LoggedOrder): number {
    return order.outcome === OUTCOMES.filled
      ? this.#feed.candles.timestamp[order.row + 1]
      : this.#feed.closeAt(order.row);
  }

  orders(): Table<OrderColumn> {
    const number = (of: (order: LoggedOrder, place: number) => number): (() => TableColumn) =>
      this.#numbers(this.count, of);
    const text = (of: (order: LoggedOrder) => string | undefined): (() => TableColumn) =>
      this.#texts(this.count, of);
    const always = (name: string | undefined) => text(() => name);
    const isFilled = ({ outcome }: LoggedOrder): boolean => outcome <= OUTCOMES.filledAtLast;
    return lazyTable<OrderColumn>(this.count, {
      orderId: number((_, place) => place + 1),
      clientOrderId: always(undefined),
      symbol: always(this.#names.symbol),
      strategy: always(this.#names.strategy),
      side: text(sideOf),
      type: always("market"),
      status: text((order) =>
        isFilled(order) ? "filled" : order.outcome === OUTCOMES.canceled ? "canceled" : "pendingNew",
      ),
      amount: number((order) => Math.abs(isFilled(order) ? order.filled : order.asked)),
      filled: number(({ filled }) => Math.abs(filled)),
      // Cost by amount, as of any order, which is not always the price to the last bit.
      average: number((order) => {
        const amount = Math.abs(order.filled);
        return isFilled(order) ? (amount * order.price) / amount : Number.NaN;
      }),
      price: number(() => Number.NaN),
      triggerPrice: number(() => Number.NaN),
      timeInForce: always("GTC"),
      reduceOnly: text(({ isReducing }) => (isReducing ? "true" : "false")),
      submitTime: number(({ row }) => this.#feed.closeAt(row)),
      endTime: number((order) => {
        if (isFilled(order)) return this.fillTime(order);
        return order.outcome === OUTCOMES.canceled ? this.#feed.closeAt(order.row) : Number.NaN;
      }),
      reason: text((order) => {
        if (isFilled(order)) return "open";
        return order.outcome === OUTCOMES.canceled ? order.reason : undefined;
      }),
      tag: text(({ tag }) => tag),
    });
  }

  fillTable(): Table<FillColumn> {
    const { open } = this.#feed.candles;
    const number = (of: (order: LoggedOrder, place: number, fill: number) => number): (() => TableColumn) =>
      this.#numbers(this.fills, of);
    const text = (of: (order: LoggedOrder) => string | undefined): (() => TableColumn) =>
      this.#texts(this.fills, of);
    return lazyTable<FillColumn>(this.fills, {
      tradeId: number((_, __, fill) => fill + 1),
      time: number((order) => this.fillTime(order)),
      orderId: number((_, place) => place + 1),
      symbol: text(() => this.#names.symbol),
      strategy: text(() => this.#names.strategy),
      side: text(sideOf),
      price: number(({ price }) => price),
      amount: number(({ filled }) => Math.abs(filled)),
      fee: number(({ fee }) => fee),
      slippage: number((order) => {
        if (!this.#slippage) return 0;
        const isLast = order.outcome === OUTCOMES.filledAtLast;
        const reference = isLast ? this.#feed.candles.close[order.row] : open[order.row + 1];
        return Math.abs(order.filled) * Math.abs(order.price - reference);
      }),
      liquidity: text(() => "taker"),
      reason: text(() => "open"),
    });
  }

  positions(): Table<PositionColumn> {
    return lazyTable<PositionColumn>(this.fills, {
      time: this.#numbers(this.fills, (order) => this.fillTime(order)),
      symbol: this.#texts(this.fills, () => this.#names.symbol),
      strategy: this.#texts(this.fills, () => this.#names.strategy),
      amount: this.#held((amount) => amount),
      entryPrice: this.#held((amount, cost) => cost / amount),
      realised: this.#held((_, __, realised) => realised),
    });
  }

  /** A column of the position behind each fill: its amount, its cost, and what has been realised so far. */
  #held(of: (amount: number, cost: number, realised: number) => number): () => Float64Array {
    return () => {
      const values = new Float64Array(this.fills);
      let amount = 0;
      let cost = 0;
      let realised = 0;
      let fill = 0;
      this.eachFill((_, signed, price) => {
        if (amount === 0) {
          amount = signed;
          cost = signed * price;
        } else {
          realised += amount * price - cost;
          amount = 0;
          cost = 0;
        }
        values[fill++] = of(amount, cost, realised);
      });
      return values;
    };
  }

  /** A column of numbers: of all orders, or of those that filled. */
  #numbers(
    rows: number,
    of: (order: LoggedOrder, place: number, fill: number) => number,
  ): () => Float64Array {
    return () => {
      const values = new Float64Array(rows);
      const isOfAll = rows === this.count;
      let next = 0;
      this.each((order, place) => {
        if (!isOfAll && order.outcome > OUTCOMES.filledAtLast) return;
        values[next] = of(order, place, next);
        next++;
      });
      return values;
    };
  }

  #texts(rows: number, of: (order: LoggedOrder) => string | undefined): () => TextColumn {
    return () => {
      const codes = new Int32Array(rows);
      const texts = new TextCodes();
      const isOfAll = rows === this.count;
      let next = 0;
      this.each((order) => {
        if (!isOfAll && order.outcome > OUTCOMES.filledAtLast) return;
        codes[next++] = texts.code(of(order));
      });
      return { codes, values: [...texts.values] };
    };
  }
}

function sideOf({ asked }: LoggedOrder): string {
  return asked < 0 ? "sell" : "buy";
}
