import type { CandleColumns } from "../candles/candles.ts";
import { type ColumnKind, GrowingTable, type PlainRows } from "../core/growable.ts";
import type { Table } from "../core/table.ts";
import type { TradeColumn } from "./tables.ts";

/** A trade as it closed, for whoever has to act on it. One object serves all of them. */
export type ClosedTrade = {
  market: number;
  owner: number;
  /** Quote currency, after fees and funding. */
  profit: number;
  /** `profit` as a fraction of the cost of the entries. */
  returnFraction: number;
  exitReason: string;
};

/** One market's open trade, in numbers. */
type OpenTrade = {
  owner: number;
  direction: number;
  held: number;
  entryTime: number;
  entryAmount: number;
  entryCost: number;
  exitAmount: number;
  exitCost: number;
  realised: number;
  fees: number;
  funding: number;
  highest: number;
  lowest: number;
  bars: number;
  entryReason: string | undefined;
  stopPrice: number;
  targetPrice: number;
};

const TRADES = {
  symbol: "text",
  strategy: "text",
  direction: "text",
  entryTime: "number",
  entryPrice: "number",
  exitTime: "number",
  exitPrice: "number",
  amount: "number",
  profit: "number",
  return: "number",
  fees: "number",
  funding: "number",
  maxAdverseExcursion: "number",
  maxFavourableExcursion: "number",
  bars: "number",
  entryReason: "text",
  exitReason: "text",
  stopPrice: "number",
  targetPrice: "number",
  riskMultiple: "number",
} satisfies Record<TradeColumn, ColumnKind>;

/**
 * Trades made of fills: from the first fill that opens a position to the one that makes it flat; a fill that turns it
 * closes one trade and opens the next. Excursions look at the prices of the fills and at the candles between them: all
 * of the entry's candle where the entry was at its open, else its close, and nothing of the exit's.
 */
export class TradeBook {
  readonly #rows = new GrowingTable<TradeColumn>(TRADES);
  readonly #open: OpenTrade[];
  readonly #symbols: readonly string[];
  readonly #strategies: readonly string[];
  /** Returns of each strategy's closed trades, oldest first: what Kelly sizes by. */
  readonly returns: number[][];
  readonly closed: ClosedTrade = { market: -1, owner: -1, profit: 0, returnFraction: 0, exitReason: "" };

  constructor(symbols: readonly string[], strategies: readonly string[]) {
    this.#symbols = symbols;
    this.#strategies = strategies;
    this.#open = symbols.map(newTrade);
    this.returns = strategies.map(() => []);
  }

  get count(): number {
    return this.#rows.rows;
  }

  /** When the open position was first entered, NaN while flat. */
  entryTime(market: number): number {
    const trade = this.#open[market];
    return trade.held === 0 ? Number.NaN : trade.entryTime;
  }

  /**
   * A fill of a signed amount that left `after` held; true where it closed a trade, which then stands in `closed`.
   * `isAtOpen`: it filled at the candle's open, so that the whole candle is the trade's.
   */
  fill(
    market: number,
    owner: number,
    signed: number,
    after: number,
    price: number,
    fee: number,
    realised: number,
    time: number,
    isAtOpen: boolean,
    entryReason: string | undefined,
    exitReason: string,
  ): boolean {
    const trade = this.#open[market];
    const held = trade.held;
    if (held === 0 || held > 0 === signed > 0) {
      if (held === 0) begin(trade, owner, signed, price, time, isAtOpen, entryReason);
      trade.held = after;
      trade.entryAmount += Math.abs(signed);
      trade.entryCost += Math.abs(signed) * price;
      trade.fees += fee;
      return false;
    }
    const hasTurned = after !== 0 && after > 0 !== held > 0;
    // A fill that turns the position pays for both parts; each bears its share of the fee.
    const part = hasTurned ? Math.abs(held / signed) : 1;
    const left = Math.abs(signed) * part;
    trade.exitAmount += left;
    trade.exitCost += left * price;
    trade.fees += fee * part;
    trade.realised += realised;
    trade.held = hasTurned ? 0 : after;
    if (trade.held !== 0) return false;
    if (price > trade.highest) trade.highest = price;
    if (price < trade.lowest) trade.lowest = price;
    this.#close(market, trade, time, exitReason);
    if (hasTurned) {
      begin(trade, owner, after, price, time, isAtOpen, entryReason);
      trade.held = after;
      trade.entryAmount = Math.abs(after);
      trade.entryCost = Math.abs(after) * price;
      trade.fees = fee * (1 - part);
    }
    return true;
  }

  /** What the entry is protected with: kept from its first fill on. */
  protect(market: number, stopPrice: number, targetPrice: number): void {
    const trade = this.#open[market];
    trade.stopPrice = stopPrice;
    trade.targetPrice = targetPrice;
  }

  /** Funding that an open position paid (below zero: received). */
  funding(market: number, payment: number): void {
    this.#open[market].funding += payment;
  }

  /** A candle, a row of columns, that a position was open at the close of. */
  candle(market: number, candles: CandleColumns, row: number): void {
    const trade = this.#open[market];
    if (trade.bars++ < 0) {
      // Entered inside this candle: what came before is not the trade's.
      trade.bars = 1;
      const close = candles.close[row];
      if (close > trade.highest) trade.highest = close;
      if (close < trade.lowest) trade.lowest = close;
      return;
    }
    if (candles.high[row] > trade.highest) trade.highest = candles.high[row];
    if (candles.low[row] < trade.lowest) trade.lowest = candles.low[row];
  }

  /** Candles `from` to before `to`, at the close of each of which the position was open. */
  stretch(market: number, candles: CandleColumns, from: number, to: number): void {
    const { high, low } = candles;
    const trade = this.#open[market];
    let first = from;
    if (trade.bars < 0) {
      this.candle(market, candles, from);
      first++;
    }
    let { highest, lowest } = trade;
    for (let i = first; i < to; i++) {
      if (high[i] > highest) highest = high[i];
      if (low[i] < lowest) lowest = low[i];
    }
    trade.highest = highest;
    trade.lowest = lowest;
    trade.bars += to - first;
  }

  #close(market: number, trade: OpenTrade, time: number, exitReason: string): void {
    const rows = this.#rows;
    const isLong = trade.direction > 0;
    const entryPrice = trade.entryCost / trade.entryAmount;
    const profit = trade.realised - trade.fees - trade.funding;
    const above = (trade.highest - entryPrice) / entryPrice;
    const below = (entryPrice - trade.lowest) / entryPrice;
    const returnFraction = profit / trade.entryCost;
    const at = rows.add();
    const { block } = rows;
    block[at] = rows.texts(0).code(this.#symbols[market]);
    block[at + 1] = rows.texts(1).code(this.#strategies[trade.owner]);
    block[at + 2] = rows.texts(2).code(isLong ? "long" : "short");
    block[at + 3] = trade.entryTime;
    block[at + 4] = entryPrice;
    block[at + 5] = time;
    block[at + 6] = trade.exitCost / trade.exitAmount;
    block[at + 7] = trade.entryAmount;
    block[at + 8] = profit;
    block[at + 9] = returnFraction;
    block[at + 10] = trade.fees;
    block[at + 11] = trade.funding;
    block[at + 12] = Math.max(0, isLong ? below : above);
    block[at + 13] = Math.max(0, isLong ? above : below);
    block[at + 14] = Math.max(0, trade.bars);
    block[at + 15] = rows.texts(15).code(trade.entryReason);
    block[at + 16] = rows.texts(16).code(exitReason);
    block[at + 17] = trade.stopPrice;
    block[at + 18] = trade.targetPrice;
    block[at + 19] = profit / (Math.abs(entryPrice - trade.stopPrice) * trade.entryAmount);
    this.returns[trade.owner].push(returnFraction);
    const { closed } = this;
    closed.market = market;
    closed.owner = trade.owner;
    closed.profit = profit;
    closed.returnFraction = returnFraction;
    closed.exitReason = exitReason;
  }

  toTable(): Table<TradeColumn> {
    return this.#rows.toTable();
  }

  snapshot(): TradeBookSnapshot {
    const open = this.#open.map((trade) => Object.fromEntries(Object.entries(trade).map(plain)));
    return { rows: this.#rows.snapshot(), open, returns: this.returns.map((list) => [...list]) };
  }

  load(snapshot: TradeBookSnapshot): void {
    this.#rows.load(snapshot.rows);
    for (const [market, trade] of snapshot.open.entries()) {
      Object.assign(this.#open[market], newTrade(), Object.fromEntries(Object.entries(trade).map(unplain)));
    }
    for (const [owner, list] of snapshot.returns.entries()) this.returns[owner] = [...list];
  }
}

type PlainTrade = Readonly<Record<string, number | string | null>>;

export type TradeBookSnapshot = {
  readonly rows: PlainRows;
  readonly open: readonly PlainTrade[];
  readonly returns: readonly (readonly number[])[];
};

function plain([name, value]: [string, number | string | undefined]): [string, number | string | null] {
  return [name, value === undefined || Number.isNaN(value) ? null : value];
}

function unplain([name, value]: [string, number | string | null]): [string, number | string | undefined] {
  if (value !== null) return [name, value];
  return [name, name === "entryReason" ? undefined : Number.NaN];
}

function newTrade(): OpenTrade {
  return {
    owner: -1,
    direction: 0,
    held: 0,
    entryTime: Number.NaN,
    entryAmount: 0,
    entryCost: 0,
    exitAmount: 0,
    exitCost: 0,
    realised: 0,
    fees: 0,
    funding: 0,
    highest: Number.NaN,
    lowest: Number.NaN,
    bars: 0,
    entryReason: undefined,
    stopPrice: Number.NaN,
    targetPrice: Number.NaN,
  };
}

function begin(
  trade: OpenTrade,
  owner: number,
  signed: number,
  price: number,
  time: number,
  isAtOpen: boolean,
  entryReason: string | undefined,
): void {
  trade.owner = owner;
  trade.direction = signed > 0 ? 1 : -1;
  trade.entryTime = time;
  trade.entryAmount = 0;
  trade.entryCost = 0;
  trade.exitAmount = 0;
  trade.exitCost = 0;
  trade.realised = 0;
  trade.fees = 0;
  trade.funding = 0;
  trade.highest = price;
  trade.lowest = price;
  trade.bars = isAtOpen ? 0 : -1;
  trade.entryReason = entryReason;
  trade.stopPrice = Number.NaN;
  trade.targetPrice = Number.NaN;
}
