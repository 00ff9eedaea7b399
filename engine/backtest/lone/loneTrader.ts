import { payableOf } from "../../broker/accountChecks.ts";
import { maxLeverage } from "../../broker/leverageTiers.ts";
import { liquidationPrice } from "../../broker/liquidationPrice.ts";
import { amountFault, floorToStep, notionalFault } from "../../broker/marketRules.ts";
import type { MarketState } from "../../broker/marketState.ts";
import { setUp } from "../../broker/setUp.ts";
import type { OrderRequest } from "../../orders/order.ts";
import type { Feed } from "../../session/feed.ts";
import { type RecordedRisk, refusal } from "../../session/recorder.ts";
import type { SessionStrategy } from "../../session/settings.ts";
import { sizeEntry } from "../../session/sizeEntry.ts";
import type { Signal } from "../../strategy/signal.ts";
import type { Prepared } from "../prepare.ts";
import { Bracket } from "./bracket.ts";
import { LoneAccount } from "./loneAccount.ts";
import { MOMENTS, type Moment, OrderLog, OUTCOMES } from "./orderLog.ts";

/** More or less than this part of what is held would leave a position behind, or turn it. */
const DUST = 1e-12;

/** Orders that can live at once: those that wait, and a stop and a target. */
const MOST_LIVE = 5;

/** An order between its submission and the next open. One object serves many. */
class WaitingOrder {
  row = 0;
  /** Signed by its direction. */
  asked = 0;
  isReducing = false;
  /** Whether it may be cut to what the balance pays for. */
  isCut = false;
  tag: string | undefined = undefined;
  reason: string | undefined = undefined;
}

/**
 * The trading of one strategy on one market: market orders that open a position or leave it flat at the next open, and
 * what protects it. The account is a handful of numbers, and what is written down is the orders' numbers alone; the
 * arithmetic is the broker's and the portfolio's in their order, so that all figures are equal to the bit.
 *
 * What it has no rule for (a refusal, a liquidation, a limit, a position that grows) sets `isLost`: then nothing that
 * it has done counts. So it need not know everything, only when it does not know.
 */
export class LoneTrader {
  isLost = false;
  readonly account: LoneAccount;
  readonly state: MarketState;
  readonly log: OrderLog;
  readonly startingBalance: number;
  readonly leverage: number;
  /** What was refused, in order. */
  readonly refusals: RecordedRisk[] = [];
  /** Of each closed trade, in quote currency after costs, and as a fraction of what it staked. */
  readonly profits: number[] = [];
  readonly returns: number[] = [];
  /** Sums over the fills, in quote currency. */
  slippageCost = 0;
  turnover = 0;
  fees = 0;
  /** Where the position is liquidated; NaN for nowhere. */
  liquidation = Number.NaN;
  /** What protects the position, where the strategy has exits. */
  readonly bracket: Bracket | undefined;
  readonly #feed: Feed;
  readonly #spec: SessionStrategy;
  readonly #leastEquity: number;
  /** What slippage adds to a price, as a fraction. */
  readonly #slippage: number;
  readonly #waiting: readonly WaitingOrder[] = [new WaitingOrder(), new WaitingOrder(), new WaitingOrder()];
  #waitingCount = 0;
  #entryFee = 0;
  #entryCost = 0;

  constructor({ settings, feeds }: Prepared) {
    const { markets, broker, strategies, risk } = settings;
    const { account, states } = setUp(broker, markets);
    const [feed] = feeds;
    const [state] = states;
    const [spec] = strategies;
    const { rules, symbol, venue, isSpot } = state;
    this.#feed = feed;
    this.#spec = spec;
    this.state = state;
    this.startingBalance = account.startingBalance();
    this.leverage = isSpot ? 1 : state.leverage;
    this.account = new LoneAccount(this.startingBalance, isSpot, this.leverage);
    this.#leastEquity = risk.solvency === false ? 0 : risk.solvency.minFraction * this.startingBalance;
    this.#slippage = venue.slippage.kind === "fixedBps" ? venue.slippage.bps / 10_000 : 0;
    this.log = new OrderLog(feed, spec.hasExits);
    if (spec.hasExits) {
      const market = {
        ...{ symbol, priceTick: rules.priceTick, pathModel: broker.pathModel ?? "pessimistic" },
        ...{ leverage: state.leverage, feeRate: venue.fees.takerRate },
      };
      this.bracket = new Bracket(spec, market, this.log);
    }
    if (state.maxOpenOrders < MOST_LIVE) this.isLost = true;
  }

  /** Whether the next open has anything to do. */
  get isBusy(): boolean {
    return this.#waitingCount > 0 || this.bracket?.isLive === true;
  }

  // --- what is asked for -----------------------------------------------------------------------------------------

  enter(row: number, direction: 1 | -1, signal: Signal | undefined): void {
    const account = this.account;
    const equity = account.equity();
    const price = account.price[0];
    const planned = this.bracket?.plan(direction, price, row);
    if (planned !== undefined && "refusal" in planned) {
      this.refusals.push(refusal("exits", this.state.id, this.#feed.closeAt(row), planned.message));
      return;
    }
    const size = sizeEntry(this.#spec, 0, row, signal?.size ?? this.#spec.sizing, {
      equity,
      price,
      stopPrice: planned === undefined ? Number.NaN : planned.firstStopPrice,
      confidence: signal?.confidence ?? Number.NaN,
      tradeReturns: this.returns,
    });
    if ("refusal" in size) {
      const time = this.#feed.closeAt(row);
      this.refusals.push(refusal("sizing", this.state.id, time, size.message));
      return;
    }
    if (!(size.amount > 0)) return;
    const { rules, isSpot, tiers } = this.state;
    const amount = floorToStep(size.amount, rules.amountStep);
    const after = account.amount[0] + direction * amount;
    const isRefused =
      !(equity > this.#leastEquity) ||
      (isSpot && direction < 0) ||
      amountFault(rules, amount) !== undefined ||
      notionalFault(rules, amount * price, false) !== undefined ||
      (!isSpot &&
        Math.abs(after) > Math.abs(account.amount[0]) &&
        maxLeverage(tiers, Math.abs(after) * price) < this.leverage);
    if (isRefused) this.isLost = true;
    else this.#wait(row, direction * amount, false, true, signal?.tag, undefined);
  }

  leave(row: number, reason: string): void {
    const held = this.account.amount[0];
    const { rules } = this.state;
    const amount = floorToStep(Math.abs(held), rules.amountStep);
    const isRefused =
      amountFault(rules, amount) !== undefined ||
      notionalFault(rules, amount * this.account.price[0], true) !== undefined;
    if (isRefused) this.isLost = true;
    else this.#wait(row, held > 0 ? -amount : amount, true, false, undefined, reason);
  }

  /** A strategy's own order, where it is a plain one at the market. */
  submit(request: OrderRequest, row: number): void {
    const { id, rules, isSpot, tiers } = this.state;
    const account = this.account;
    const { side, amount } = request;
    const direction = side === "buy" ? 1 : side === "sell" ? -1 : 0;
    const held = account.amount[0];
    const price = account.price[0];
    const isOpposing = held * direction < 0;
    const isReducing = request.reduceOnly === true;
    const after = held + direction * amount;
    const isRefused =
      direction === 0 ||
      request.symbol !== id ||
      request.type !== "market" ||
      !isPlainOrder(request) ||
      !(account.equity() > this.#leastEquity) ||
      amountFault(rules, amount) !== undefined ||
      notionalFault(rules, amount * price, isReducing) !== undefined ||
      (isReducing && !isOpposing) ||
      (isSpot && direction < 0 && (!isOpposing || amount > held)) ||
      (!isSpot &&
        !isReducing &&
        Math.abs(after) > Math.abs(held) &&
        maxLeverage(tiers, Math.abs(after) * price) < this.leverage);
    if (isRefused) {
      this.isLost = true;
      return;
    }
    const { tag } = request;
    this.#wait(row, direction * amount, isReducing, false, tag, tag ?? (isReducing ? "exit" : "turned"));
  }

  #wait(
    row: number,
    asked: number,
    isReducing: boolean,
    isCut: boolean,
    tag: string | undefined,
    reason: string | undefined,
  ): void {
    const order = this.#waiting[this.#waitingCount++];
    order.row = row;
    order.asked = asked;
    order.isReducing = isReducing;
    order.isCut = isCut;
    order.tag = tag;
    order.reason = reason;
    if (this.log.isFull) this.isLost = true;
  }

  // --- what comes of it ------------------------------------------------------------------------------------------

  /** The open of a candle: what has gapped through its level, then what waits, in order of submission. */
  open(row: number): void {
    const account = this.account;
    const bracket = this.bracket;
    const hasBracket = bracket?.isLive === true;
    if (this.#waitingCount === 0 && !hasBracket) return;
    const open = this.#feed.candles.open[row];
    const held = account.amount[0];
    if (held > 0 ? open <= this.liquidation : held < 0 && open >= this.liquidation) this.isLost = true;
    const gapped = hasBracket ? bracket.reachedBy(open) : undefined;
    if (gapped !== undefined) this.#fillProtection(gapped, open, row, MOMENTS.open);
    const count = this.#waitingCount;
    this.#waitingCount = 0;
    for (let k = 0; k < count && !this.isLost; k++) {
      const order = this.#waiting[k];
      if (order.isReducing && account.amount[0] === 0) this.#drop(order, MOMENTS.open, "positionClosed");
      else this.#fill(order, open, row, MOMENTS.open);
    }
  }

  #fillProtection(role: "stop" | "target", reference: number, row: number, moment: Moment): void {
    const bracket = this.bracket!;
    const { fees } = this.state.venue;
    const held = this.account.amount[0];
    const direction = held > 0 ? -1 : 1;
    const amount = Math.abs(held);
    const isTaker = role === "stop";
    const price = isTaker ? this.#slipped(reference, direction) : reference;
    const fee = amount * price * (isTaker ? fees.takerRate : fees.makerRate) + fees.perFill;
    this.#leaveAt(price, fee);
    this.#count(amount, price, reference, fee);
    const name = role === "stop" ? "stop" : "takeProfit";
    // An open right at the level has passed nothing.
    const isGapped = moment === MOMENTS.open && reference !== bracket[role];
    const { balance } = this.account;
    bracket.fill(role, row, moment, price, fee, balance, isGapped ? `${name}Gapped` : name);
  }

  /** As `Matching.fill` does for a market order that nothing bounds. */
  #fill(order: WaitingOrder, reference: number, row: number, moment: Moment): void {
    const account = this.account;
    const { venue, rules, isSpot } = this.state;
    const { takerRate: rate, perFill } = venue.fees;
    const { asked, tag } = order;
    const direction = asked > 0 ? 1 : -1;
    const held = account.amount[0];
    const price = this.#slipped(reference, direction);
    let amount = Math.abs(asked);
    if (held * direction < 0) {
      const size = Math.abs(held);
      if (order.isReducing || isSpot) amount = Math.min(amount, size);
      // Neither a part of it, nor beyond it to the other side.
      if (!(amount >= size * (1 - DUST)) || Math.abs(amount - size) > size * DUST) {
        this.isLost = true;
        return;
      }
      const fee = amount * price * rate + perFill;
      this.#leaveAt(price, fee);
      this.#write(order, moment, direction * amount, price, reference, fee);
      this.bracket?.cancel(row, moment, "positionClosed");
      return;
    }
    if (held !== 0 || order.isReducing || (isSpot && direction < 0)) {
      this.isLost = true;
      return;
    }
    const free = account.free() - perFill;
    const payable = payableOf(free, 0, price, rate, this.leverage, amount, order.isCut, rules);
    if (!(payable > 0)) {
      this.isLost = true;
      return;
    }
    amount = payable;
    const fee = amount * price * rate + perFill;
    const openTime = this.#feed.candles.timestamp[row];
    account.open(direction * amount, price, fee, openTime);
    this.#entryFee = fee;
    this.#entryCost = amount * price;
    if (!isSpot) this.liquidation = this.#liquidationPrice();
    this.#write(order, moment, direction * amount, price, reference, fee);
    const bracket = this.bracket;
    if (bracket === undefined) return;
    const planned = bracket.plan(direction, price, order.row);
    // A stop that the fill has gapped through, or a level that the open lies beyond, is for the session.
    if ("refusal" in planned) this.isLost = true;
    else {
      bracket.begin(direction, planned, direction * amount, row, openTime, tag);
      if (bracket.reachedBy(reference) !== undefined) this.isLost = true;
    }
  }

  #slipped(reference: number, direction: number): number {
    return this.#slippage === 0 ? reference : reference * (1 + direction * this.#slippage);
  }

  #leaveAt(price: number, fee: number): void {
    const realised = this.account.leave(price, fee);
    const profit = realised - (this.#entryFee + fee);
    this.profits.push(profit);
    this.returns.push(profit / this.#entryCost);
    this.liquidation = Number.NaN;
  }

  #count(amount: number, price: number, reference: number, fee: number): void {
    this.turnover += amount * price;
    this.slippageCost += amount * Math.abs(price - reference);
    this.fees += fee;
  }

  #write(
    order: WaitingOrder,
    moment: Moment,
    filled: number,
    price: number,
    reference: number,
    fee: number,
  ): void {
    this.#count(Math.abs(filled), price, reference, fee);
    const { row, asked, isReducing, tag, reason } = order;
    const { balance } = this.account;
    const { filled: outcome } = OUTCOMES;
    this.log.market(row, moment, outcome, asked, filled, price, fee, balance, isReducing, tag, reason);
  }

  /** Writes down an order that ends, or is left, without a fill. */
  #drop(order: WaitingOrder, moment: Moment, reason: string | undefined): void {
    const { row, asked, isReducing, tag } = order;
    const outcome = reason === undefined ? OUTCOMES.waiting : OUTCOMES.canceled;
    const none = Number.NaN;
    this.log.market(row, moment, outcome, asked, 0, none, none, none, isReducing, tag, reason);
  }

  /**
   * Goes on inside these candles, the first of which has opened, until one meets a stop or a target, which fills; says
   * which, −1 for none. Gives up where one comes to the price that liquidates the position.
   */
  inside(from: number, to: number): number {
    const bracket = this.bracket;
    const liquidation = this.liquidation;
    const hasBracket = bracket?.isLive === true;
    if (!hasBracket && Number.isNaN(liquidation)) return -1;
    const { open, high, low } = this.#feed.candles;
    const isLong = this.account.amount[0] > 0;
    const stop = hasBracket ? bracket.stop : Number.NaN;
    const target = hasBracket ? bracket.target : Number.NaN;
    // Comparisons with NaN are false.
    for (let row = from; row < to; row++) {
      if (isLong ? low[row] <= liquidation : high[row] >= liquidation) {
        this.isLost = true;
        return -1;
      }
      const isMet = isLong
        ? low[row] <= stop || high[row] >= target
        : high[row] >= stop || low[row] <= target;
      if (!isMet || !hasBracket) continue;
      const gapped = row > from ? bracket.reachedBy(open[row]) : undefined;
      if (gapped !== undefined) this.#fillProtection(gapped, open[row], row, MOMENTS.open);
      else {
        const met = bracket.metInside(open[row], high[row], low[row]);
        if (met !== undefined) this.#fillProtection(met, bracket[met], row, MOMENTS.inside);
      }
      return row;
    }
    return -1;
  }

  /** Cancels whatever lives, at the close of a row. */
  cancelAll(row: number, reason: string): void {
    this.bracket?.cancel(row, MOMENTS.close, reason);
    for (let k = 0; k < this.#waitingCount; k++) this.#drop(this.#waiting[k], MOMENTS.close, reason);
    this.#waitingCount = 0;
  }

  /** Fills what waits at the close of a row: nothing comes after it. */
  fillAtClose(row: number): void {
    const count = this.#waitingCount;
    this.#waitingCount = 0;
    for (let k = 0; k < count && !this.isLost; k++) {
      this.#fill(this.#waiting[k], this.account.price[0], row, MOMENTS.close);
    }
  }

  /** Writes down the orders that still wait. */
  settle(): void {
    for (let k = 0; k < this.#waitingCount; k++) this.#drop(this.#waiting[k], MOMENTS.close, undefined);
    this.#waitingCount = 0;
  }

  #liquidationPrice(): number {
    const { amount, cost, margin } = this.account;
    return liquidationPrice(amount[0], cost / amount[0], margin, this.state.tiers);
  }
}

/** Whether an order is at the market and names nothing that needs the session. */
function isPlainOrder(request: OrderRequest): boolean {
  for (const name in request) {
    switch (name) {
      case "symbol":
      case "side":
      case "type":
      case "amount":
      case "reduceOnly":
      case "tag":
        continue;
    }
    if (request[name as keyof OrderRequest] !== undefined) return false;
  }
  return true;
}
