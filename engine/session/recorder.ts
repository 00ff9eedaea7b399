import { GrowingNumbers, GrowingTexts, RunningNumbers } from "../core/growable.ts";
import type { Table } from "../core/table.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Liquidity } from "../orders/order.ts";
import type { RiskEvent } from "../risk/event.ts";
import { EquityRows, type EquitySnapshot } from "./equityRows.ts";
import type { EquityColumn, FillColumn, OrderColumn, PositionColumn, RiskEventColumn } from "./tables.ts";

/** A refusal or a trip of a risk rule, or a refusal of the session itself. */
export type RecordedRisk = Omit<RiskEvent, "rule" | "untilMs"> & { readonly rule: string };

/** Writes down what a session does, as columns that grow. Texts are dictionary-coded, so a row is numbers. */
export class Recorder {
  readonly #orders = {
    orderId: new RunningNumbers(),
    clientOrderId: new GrowingTexts(),
    symbol: new GrowingTexts(),
    strategy: new GrowingTexts(),
    side: new GrowingTexts(),
    type: new GrowingTexts(),
    status: new GrowingTexts(),
    amount: new GrowingNumbers(),
    filled: new GrowingNumbers(),
    average: new GrowingNumbers(),
    price: new GrowingNumbers(),
    triggerPrice: new GrowingNumbers(),
    timeInForce: new GrowingTexts(),
    reduceOnly: new GrowingTexts(),
    submitTime: new GrowingNumbers(),
    endTime: new GrowingNumbers(),
    reason: new GrowingTexts(),
    tag: new GrowingTexts(),
  } satisfies Record<OrderColumn, unknown>;
  readonly #fills = {
    tradeId: new RunningNumbers(),
    time: new GrowingNumbers(),
    orderId: new GrowingNumbers(),
    symbol: new GrowingTexts(),
    strategy: new GrowingTexts(),
    side: new GrowingTexts(),
    price: new GrowingNumbers(),
    amount: new GrowingNumbers(),
    fee: new GrowingNumbers(),
    slippage: new GrowingNumbers(),
    liquidity: new GrowingTexts(),
    reason: new GrowingTexts(),
  } satisfies Record<FillColumn, unknown>;
  /** What each fill made of its position, row by row beside the fills: when and whose, the fills say. */
  readonly #positions = {
    amount: new GrowingNumbers(),
    entryPrice: new GrowingNumbers(),
    realised: new GrowingNumbers(),
  };
  readonly equity: EquityRows;
  readonly #risk = {
    time: new GrowingNumbers(),
    rule: new GrowingTexts(),
    market: new GrowingTexts(),
    value: new GrowingNumbers(),
    limit: new GrowingNumbers(),
    action: new GrowingTexts(),
    message: new GrowingTexts(),
  } satisfies Record<RiskEventColumn, unknown>;

  /** `equityRows`: how many rows of equity to make room for. */
  constructor(
    readonly strategies: readonly string[],
    startEquity: number,
    equityRows = 64,
  ) {
    this.equity = new EquityRows(startEquity, equityRows);
  }

  get fillCount(): number {
    return this.#fills.time.length;
  }

  /**
   * An order as it stands now; its row is its number less one, since orders are numbered as they come. It is written
   * when there is something to say of it, for most orders once, at their end; `hasEnded` closes the row.
   */
  order(order: LiveOrder, time: number, reason: string, hasEnded: boolean): void {
    const rows = this.#orders;
    const row = order.id - 1;
    if (row !== rows.orderId.length) {
      while (rows.orderId.length <= row) this.#makeRoom();
      this.#rewrite(order, time, reason, hasEnded);
      return;
    }
    rows.orderId.push();
    rows.clientOrderId.push(order.givenId);
    rows.symbol.push(order.symbol);
    rows.strategy.push(this.strategies[order.owner]);
    rows.side.push(order.side);
    rows.type.push(order.type);
    rows.status.push(order.status);
    rows.amount.push(order.amount);
    rows.filled.push(order.filled);
    rows.average.push(order.average);
    rows.price.push(order.price);
    rows.triggerPrice.push(order.triggerPrice);
    rows.timeInForce.push(order.timeInForce);
    rows.reduceOnly.push(order.reduceOnly ? "true" : "false");
    rows.submitTime.push(order.submitTime);
    rows.endTime.push(hasEnded ? time : Number.NaN);
    rows.reason.push(reason === "" ? undefined : reason);
    rows.tag.push(order.tag);
  }

  #rewrite(order: LiveOrder, time: number, reason: string, hasEnded: boolean): void {
    const rows = this.#orders;
    const row = order.id - 1;
    rows.clientOrderId.set(row, order.givenId);
    rows.symbol.set(row, order.symbol);
    rows.strategy.set(row, this.strategies[order.owner]);
    rows.side.set(row, order.side);
    rows.type.set(row, order.type);
    rows.status.set(row, order.status);
    rows.amount.set(row, order.amount);
    rows.filled.set(row, order.filled);
    rows.average.set(row, order.average);
    rows.price.set(row, order.price);
    rows.triggerPrice.set(row, order.triggerPrice);
    rows.timeInForce.set(row, order.timeInForce);
    rows.reduceOnly.set(row, order.reduceOnly ? "true" : "false");
    rows.submitTime.set(row, order.submitTime);
    if (hasEnded) rows.endTime.set(row, time);
    if (reason !== "") rows.reason.set(row, reason);
    rows.tag.set(row, order.tag);
  }

  /** A row for an order that is still under way while a later one is written; it is the last value of each column. */
  #makeRoom(): void {
    const rows = this.#orders;
    const last = rows.orderId.length - 1;
    rows.orderId.push();
    for (const column of [
      rows.clientOrderId,
      rows.symbol,
      rows.strategy,
      rows.side,
      rows.type,
      rows.status,
    ]) {
      column.push(column.at(last));
    }
    for (const column of [rows.amount, rows.filled, rows.average, rows.price, rows.triggerPrice]) {
      column.push(column.at(last));
    }
    for (const column of [rows.timeInForce, rows.reduceOnly, rows.tag]) column.push(column.at(last));
    rows.submitTime.push(Number.NaN);
    rows.endTime.push(Number.NaN);
    rows.reason.push(undefined);
  }

  /** A fill, and what it left of the position: the amount held, its entry price, what the market has realised. */
  fill(
    order: LiveOrder,
    price: number,
    amount: number,
    fee: number,
    liquidity: Liquidity,
    time: number,
    reason: string,
    slippage: number,
    held: number,
    entryPrice: number,
    realised: number,
  ): void {
    const rows = this.#fills;
    rows.tradeId.push();
    rows.time.push(time);
    rows.orderId.push(order.id);
    rows.symbol.push(order.symbol);
    rows.strategy.push(this.strategies[order.owner]);
    rows.side.push(order.side);
    rows.price.push(price);
    rows.amount.push(amount);
    rows.fee.push(fee);
    rows.slippage.push(slippage);
    rows.liquidity.push(liquidity);
    rows.reason.push(reason);
    const positions = this.#positions;
    positions.amount.push(held);
    positions.entryPrice.push(entryPrice);
    positions.realised.push(realised);
  }

  risk({ time, rule, market, value, limit, action, message }: RecordedRisk): void {
    const rows = this.#risk;
    rows.time.push(time);
    rows.rule.push(rule);
    rows.market.push(market === "" ? undefined : market);
    rows.value.push(value);
    rows.limit.push(limit);
    rows.action.push(action);
    rows.message.push(message);
  }

  tables(): {
    orders: Table<OrderColumn>;
    fills: Table<FillColumn>;
    positions: Table<PositionColumn>;
    equity: Table<EquityColumn>;
    riskEvents: Table<RiskEventColumn>;
  } {
    const { time, symbol, strategy } = this.#fills;
    return {
      orders: table(this.#orders),
      fills: table(this.#fills),
      positions: table<PositionColumn>({ time, symbol, strategy, ...this.#positions }),
      equity: this.equity.toTable(),
      riskEvents: table(this.#risk),
    };
  }

  snapshot(): RecorderSnapshot {
    return {
      orders: texts(this.#orders),
      fills: texts(this.#fills),
      positions: texts(this.#positions),
      equity: this.equity.snapshot(),
      risk: texts(this.#risk),
    };
  }

  /** Takes over what another recorder had written. */
  load(snapshot: RecorderSnapshot): void {
    refill(this.#orders, snapshot.orders);
    refill(this.#fills, snapshot.fills);
    refill(this.#positions, snapshot.positions);
    this.equity.load(snapshot.equity);
    refill(this.#risk, snapshot.risk);
  }
}

type GrowingColumn = GrowingNumbers | RunningNumbers | GrowingTexts;
type Growing = Readonly<Record<string, GrowingColumn>>;

/** A column as plain JSON: NaN and no text are null. */
type PlainColumn = readonly (number | string | null)[];
type PlainRows = Readonly<Record<string, PlainColumn>>;

export type RecorderSnapshot = {
  readonly orders: PlainRows;
  readonly fills: PlainRows;
  readonly positions: PlainRows;
  readonly equity: EquitySnapshot;
  readonly risk: PlainRows;
};

/** Growing columns as a table. */
export function table<Name extends string>(columns: Readonly<Record<Name, GrowingColumn>>): Table<Name> {
  const names = Object.keys(columns) as Name[];
  const made = Object.fromEntries(names.map((name) => [name, columns[name].toColumn()]));
  return { rows: columns[names[0]].length, columns: made as Table<Name>["columns"] };
}

/** Growing columns as plain JSON. */
export function texts(columns: Growing): PlainRows {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      Array.from({ length: column.length }, (_, i) => {
        const value = column.at(i);
        return value === undefined || Number.isNaN(value) ? null : value;
      }),
    ]),
  );
}

/** Writes plain rows into empty growing columns. */
export function refill(columns: Growing, rows: PlainRows): void {
  for (const [name, column] of Object.entries(columns)) {
    for (const value of rows[name]) {
      if (column instanceof GrowingTexts) column.push(value === null ? undefined : String(value));
      else if (column instanceof RunningNumbers) column.push();
      else column.push(value === null ? Number.NaN : Number(value));
    }
  }
}
