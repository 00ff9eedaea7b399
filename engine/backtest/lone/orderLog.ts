import { GrowingTable, TextCodes } from "../../core/growable.ts";
import type { Feed } from "../../session/feed.ts";

/** What an order is: a market order, or the stop or the target that protects what one has opened. */
export const ROLES = { market: 0, stop: 1, target: 2 } as const;
export type Role = (typeof ROLES)[keyof typeof ROLES];

export const OUTCOMES = { filled: 0, canceled: 1, waiting: 2 } as const;
export type OrderOutcome = (typeof OUTCOMES)[keyof typeof OUTCOMES];

/** When in a candle an order ended: at its open, inside it, or at its close. */
export const MOMENTS = { open: 0, inside: 1, close: 2 } as const;
export type Moment = (typeof MOMENTS)[keyof typeof MOMENTS];

const PLAIN = {
  row: "number",
  asked: "number",
  filled: "number",
  price: "number",
  fee: "number",
  balance: "number",
  kind: "number",
} as const;

/** Of what has protection besides: where an order ended, and the level of a stop or a target. */
const PROTECTED = { ...PLAIN, end: "number", level: "number" } as const;

/** Places in a row of the log. */
const ROW = 0;
const ASKED = 1;
const FILLED = 2;
const PRICE = 3;
const FEE = 4;
const BALANCE = 5;
const KIND = 6;
const END = 7;
const LEVEL = 8;

/**
 * An order's `kind`, by its bits: two each for role, outcome and moment, one for whether it only reduces, twenty for
 * its tag; above them its reason. Texts count from 1, 0 is none. The lower bits are read as those of an integer, which
 * is quick.
 */
const TWO_BITS = 3;
const OUTCOME_SHIFT = 2;
const MOMENT_SHIFT = 4;
const REDUCES = 0x40;
const TAG_SHIFT = 7;
const CODE_MASK = 0xfffff;
const REASON_UNIT = 0x8000000;

/** The names that the tables of one market and one strategy carry. */
export type LoneNames = { readonly symbol: string; readonly strategy: string };

/**
 * The orders of a lone strategy on a lone market, in order of submission, a few numbers each: all else that tables say
 * of orders, fills, positions and trades follows from these and the candles, and is made when somebody reads it. Each
 * order fills whole, and each fill opens a position or leaves it flat.
 */
export class OrderLog {
  readonly #feed: Feed;
  readonly #isProtected: boolean;
  readonly #rows: GrowingTable<string>;
  readonly #tags = new TextCodes();
  readonly #reasons = new TextCodes();
  fills = 0;

  constructor(feed: Feed, isProtected: boolean) {
    this.#feed = feed;
    this.#isProtected = isProtected;
    this.#rows = new GrowingTable<string>(isProtected ? PROTECTED : PLAIN);
  }

  get count(): number {
    return this.#rows.rows;
  }

  /** Whether one more text would be too many to write down. */
  get isFull(): boolean {
    return this.#tags.values.length >= CODE_MASK - 2 || this.#reasons.values.length >= CODE_MASK - 2;
  }

  /** A market order that was made at the close of `row`: at the next open where it filled or was in vain. */
  market(
    row: number,
    moment: Moment,
    outcome: OrderOutcome,
    asked: number,
    filled: number,
    price: number,
    fee: number,
    balance: number,
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
      (outcome << OUTCOME_SHIFT) +
      (moment << MOMENT_SHIFT) +
      (isReducing ? REDUCES : 0) +
      (tag === undefined ? 0 : (this.#tags.code(tag) + 1) << TAG_SHIFT) +
      (reason === undefined ? 0 : (this.#reasons.code(reason) + 1) * REASON_UNIT);
    if (this.#isProtected) {
      block[at + END] = moment === MOMENTS.open ? row + 1 : row;
      block[at + LEVEL] = Number.NaN;
    }
    if (outcome === OUTCOMES.filled) this.fills++;
  }

  /** The target of what the order written last has opened. */
  aim(level: number): void {
    const place = this.#rows.rows - 1;
    this.#rows.blockOf(place)[this.#rows.placeOf(place) + LEVEL] = level;
  }

  /** A stop or a target that came into being at the open of `row`; says where it stands. */
  protect(role: Role, row: number, asked: number, level: number, tag: string | undefined): number {
    const rows = this.#rows;
    const at = rows.add();
    const { block } = rows;
    block[at + ROW] = row;
    block[at + ASKED] = asked;
    block[at + FILLED] = 0;
    block[at + PRICE] = Number.NaN;
    block[at + FEE] = Number.NaN;
    block[at + BALANCE] = Number.NaN;
    block[at + KIND] =
      role +
      (OUTCOMES.waiting << OUTCOME_SHIFT) +
      REDUCES +
      (tag === undefined ? 0 : (this.#tags.code(tag) + 1) << TAG_SHIFT);
    block[at + END] = row;
    block[at + LEVEL] = level;
    return rows.rows - 1;
  }

  /** A stop or a target has filled. */
  fillAt(
    place: number,
    end: number,
    moment: Moment,
    price: number,
    fee: number,
    balance: number,
    reason: string,
  ): void {
    const at = this.#rows.placeOf(place);
    const block = this.#rows.blockOf(place);
    block[at + FILLED] = block[at + ASKED];
    block[at + PRICE] = price;
    block[at + FEE] = fee;
    block[at + BALANCE] = balance;
    this.#end(place, end, moment, OUTCOMES.filled, reason);
    this.fills++;
  }

  /** A stop or a target has ended without a fill. */
  cancel(place: number, end: number, moment: Moment, reason: string): void {
    this.#end(place, end, moment, OUTCOMES.canceled, reason);
  }

  #end(place: number, end: number, moment: Moment, outcome: OrderOutcome, reason: string): void {
    const at = this.#rows.placeOf(place);
    const block = this.#rows.blockOf(place);
    block[at + KIND] +=
      ((outcome - OUTCOMES.waiting) << OUTCOME_SHIFT) +
      (moment << MOMENT_SHIFT) +
      (this.#reasons.code(reason) + 1) * REASON_UNIT;
    block[at + END] = end;
  }

  // --- an order by its place -------------------------------------------------------------------------------------

  #at(place: number, field: number): number {
    return this.#rows.blockOf(place)[this.#rows.placeOf(place) + field];
  }

  role(place: number): Role {
    return (this.#at(place, KIND) & TWO_BITS) as Role;
  }

  outcome(place: number): OrderOutcome {
    return ((this.#at(place, KIND) >>> OUTCOME_SHIFT) & TWO_BITS) as OrderOutcome;
  }

  isFilled(place: number): boolean {
    return this.outcome(place) === OUTCOMES.filled;
  }

  moment(place: number): Moment {
    return ((this.#at(place, KIND) >>> MOMENT_SHIFT) & TWO_BITS) as Moment;
  }

  isReducing(place: number): boolean {
    return (this.#at(place, KIND) & REDUCES) !== 0;
  }

  tag(place: number): string | undefined {
    return this.#tags.values[((this.#at(place, KIND) >>> TAG_SHIFT) & CODE_MASK) - 1];
  }

  /** Why a position was left by it, or why it ended without a fill. */
  reason(place: number): string | undefined {
    return this.#reasons.values[Math.floor(this.#at(place, KIND) / REASON_UNIT) - 1];
  }

  /** The candle in which it ended. */
  end(place: number): number {
    if (this.#isProtected) return this.#at(place, END);
    return this.#at(place, ROW) + (this.moment(place) === MOMENTS.open ? 1 : 0);
  }

  /** Signed by its direction, like what has filled. */
  asked(place: number): number {
    return this.#at(place, ASKED);
  }

  filled(place: number): number {
    return this.#at(place, FILLED);
  }

  price(place: number): number {
    return this.#at(place, PRICE);
  }

  /** Price × amount by amount, as of any order, which is not always the price to the last bit. */
  meanPrice(place: number): number {
    const amount = Math.abs(this.#at(place, FILLED));
    return (amount * this.#at(place, PRICE)) / amount;
  }

  fee(place: number): number {
    return this.#at(place, FEE);
  }

  /**
   * Of a stop its trigger, of a target its limit, of what opened a position its target's limit: before they were
   * rounded to the market's tick, NaN without one.
   */
  level(place: number): number {
    return this.#isProtected ? this.#at(place, LEVEL) : Number.NaN;
  }

  /** When it was handed in. */
  submitTime(place: number): number {
    const row = this.#at(place, ROW);
    return this.role(place) === ROLES.market ? this.#feed.closeAt(row) : this.#feed.candles.timestamp[row];
  }

  /** When it filled or ended. What happens inside a candle is written down at its last millisecond. */
  endTime(place: number): number {
    const end = this.end(place);
    const moment = this.moment(place);
    if (moment === MOMENTS.open) return this.#feed.candles.timestamp[end];
    const close = this.#feed.closeAt(end);
    return moment === MOMENTS.inside ? close - 1 : close;
  }

  // --- the fills, one after the other ----------------------------------------------------------------------------

  /** The fill that was read last: the candle that it was in, its signed amount, its price, and the wallet behind it. */
  readonly fill = { end: 0, amount: 0, price: 0, balance: 0 };

  /** Reads an order into `fill` with one look; false where it has not filled. */
  readFill(place: number): boolean {
    const block = this.#rows.blockOf(place);
    const at = this.#rows.placeOf(place);
    const kind = block[at + KIND];
    if (((kind >>> OUTCOME_SHIFT) & TWO_BITS) !== OUTCOMES.filled) return false;
    const { fill } = this;
    const isAtOpen = ((kind >>> MOMENT_SHIFT) & TWO_BITS) === MOMENTS.open;
    fill.end = this.#isProtected ? block[at + END] : block[at + ROW] + (isAtOpen ? 1 : 0);
    fill.amount = block[at + FILLED];
    fill.price = block[at + PRICE];
    fill.balance = block[at + BALANCE];
    return true;
  }
}
