import { type ColumnKind, GrowingTable, type PlainRows, type TextCodes } from "../core/growable.ts";
import { lazyTable } from "../core/lazyTable.ts";
import type { Table, TableColumn } from "../core/table.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Liquidity } from "../orders/order.ts";
import type { RiskEvent } from "../risk/event.ts";
import type { EquitySnapshot, EquityWriter } from "./equityRows.ts";
import type { EquityColumn, FillColumn, OrderColumn, PositionColumn, RiskEventColumn } from "./tables.ts";

/** A refusal or a trip of a risk rule, or a refusal of the session itself. */
export type RecordedRisk = Omit<RiskEvent, "rule"> & { readonly rule: string };

/** What a session itself refuses: sizes, exits and places that a strategy asked for in vain. */
export function refusal(
  rule: string,
  market: string,
  time: number,
  message: string,
  value = Number.NaN,
  limit = Number.NaN,
): RecordedRisk {
  return {
    ...{ time, rule, market, value, limit, action: "refuse", untilMs: Number.NaN },
    message: `${market}: ${message}.`,
  };
}

const ORDERS = {
  orderId: "count",
  clientOrderId: "text",
  symbol: "text",
  strategy: "text",
  side: "text",
  type: "text",
  status: "text",
  amount: "number",
  filled: "number",
  average: "number",
  price: "number",
  triggerPrice: "number",
  timeInForce: "text",
  reduceOnly: "text",
  submitTime: "number",
  endTime: "number",
  reason: "text",
  tag: "text",
} satisfies Record<OrderColumn, ColumnKind>;

/** A fill, and behind it what it left of the position. */
const FILLS = {
  tradeId: "count",
  time: "number",
  orderId: "number",
  symbol: "text",
  strategy: "text",
  side: "text",
  price: "number",
  amount: "number",
  fee: "number",
  slippage: "number",
  liquidity: "text",
  reason: "text",
  held: "number",
  entryPrice: "number",
  realised: "number",
} satisfies Record<FillColumn | "held" | "entryPrice" | "realised", ColumnKind>;

const FILL_COLUMNS = Object.keys(FILLS).slice(0, -3) as readonly FillColumn[];

const RISK = {
  time: "number",
  rule: "text",
  market: "text",
  value: "number",
  limit: "number",
  action: "text",
  untilMs: "number",
  message: "text",
} satisfies Record<RiskEventColumn, ColumnKind>;

/** Writes down what a session does, row by row. Texts are coded, so a row is numbers. */
export class Recorder {
  readonly #orders = new GrowingTable<OrderColumn>(ORDERS);
  readonly #orderTexts = textsOf(this.#orders);
  readonly #fills = new GrowingTable(FILLS);
  readonly #fillTexts = textsOf(this.#fills);
  readonly #risk = new GrowingTable<RiskEventColumn>(RISK);

  constructor(
    readonly strategies: readonly string[],
    readonly equity: EquityWriter,
  ) {}

  get fillCount(): number {
    return this.#fills.rows;
  }

  /**
   * An order as it stands now; its row is its number less one, since orders are numbered as they come. It is written
   * when there is something to say of it, for most orders once, at their end; `hasEnded` closes the row.
   */
  order(order: LiveOrder, time: number, reason: string, hasEnded: boolean): void {
    const table = this.#orders;
    const texts = this.#orderTexts;
    const row = order.id - 1;
    // Rows of orders that are still under way while a later one is written wait for their turn.
    while (table.rows <= row) {
      const at = table.add();
      table.block[at + 15] = Number.NaN;
      table.block[at + 16] = -1;
    }
    const block = table.blockOf(row);
    const at = table.placeOf(row);
    block[at + 1] = texts[1].code(order.givenId);
    block[at + 2] = texts[2].code(order.symbol);
    block[at + 3] = texts[3].code(this.strategies[order.owner]);
    block[at + 4] = texts[4].code(order.side);
    block[at + 5] = texts[5].code(order.type);
    block[at + 6] = texts[6].code(order.status);
    block[at + 7] = order.amount;
    block[at + 8] = order.filled;
    block[at + 9] = order.average;
    block[at + 10] = order.price;
    block[at + 11] = order.triggerPrice;
    block[at + 12] = texts[12].code(order.timeInForce);
    block[at + 13] = texts[13].code(order.reduceOnly ? "true" : "false");
    block[at + 14] = order.submitTime;
    if (hasEnded) block[at + 15] = time;
    if (reason !== "") block[at + 16] = texts[16].code(reason);
    block[at + 17] = texts[17].code(order.tag);
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
    const texts = this.#fillTexts;
    const at = this.#fills.add();
    const { block } = this.#fills;
    block[at + 1] = time;
    block[at + 2] = order.id;
    block[at + 3] = texts[3].code(order.symbol);
    block[at + 4] = texts[4].code(this.strategies[order.owner]);
    block[at + 5] = texts[5].code(order.side);
    block[at + 6] = price;
    block[at + 7] = amount;
    block[at + 8] = fee;
    block[at + 9] = slippage;
    block[at + 10] = texts[10].code(liquidity);
    block[at + 11] = texts[11].code(reason);
    block[at + 12] = held;
    block[at + 13] = entryPrice;
    block[at + 14] = realised;
  }

  risk({ time, rule, market, value, limit, action, untilMs, message }: RecordedRisk): void {
    const at = this.#risk.add();
    const { block } = this.#risk;
    block[at] = time;
    block[at + 1] = this.#risk.texts(1).code(rule);
    block[at + 2] = this.#risk.texts(2).code(market === "" ? undefined : market);
    block[at + 3] = value;
    block[at + 4] = limit;
    block[at + 5] = this.#risk.texts(5).code(action);
    block[at + 6] = untilMs;
    block[at + 7] = this.#risk.texts(7).code(message);
  }

  tables(): {
    orders: Table<OrderColumn>;
    fills: Table<FillColumn>;
    positions: Table<PositionColumn>;
    equity: Table<EquityColumn>;
    riskEvents: Table<RiskEventColumn>;
  } {
    const { rows, columns } = this.#fills.toTable();
    return {
      orders: this.#orders.toTable(),
      fills: lazyTable(rows, columnsOf(FILL_COLUMNS, columns)),
      positions: lazyTable(rows, {
        // Tables do not share memory: each may be handed on alone.
        time: () => copyOf(columns.time),
        symbol: () => copyOf(columns.symbol),
        strategy: () => copyOf(columns.strategy),
        amount: () => columns.held,
        entryPrice: () => columns.entryPrice,
        realised: () => columns.realised,
      }),
      equity: this.equity.toTable(),
      riskEvents: this.#risk.toTable(),
    };
  }

  snapshot(): RecorderSnapshot {
    return {
      orders: this.#orders.snapshot(),
      fills: this.#fills.snapshot(),
      equity: this.equity.snapshot(),
      risk: this.#risk.snapshot(),
    };
  }

  /** Takes over what another recorder had written. */
  load(snapshot: RecorderSnapshot): void {
    this.#orders.load(snapshot.orders);
    this.#fills.load(snapshot.fills);
    this.equity.load(snapshot.equity);
    this.#risk.load(snapshot.risk);
  }
}

export type RecorderSnapshot = {
  readonly orders: PlainRows;
  readonly fills: PlainRows;
  readonly equity: EquitySnapshot;
  readonly risk: PlainRows;
};

function textsOf(table: GrowingTable<string>): readonly TextCodes[] {
  return Array.from({ length: table.width }, (_, place) => table.texts(place));
}

function columnsOf<Name extends string>(
  names: readonly Name[],
  columns: Readonly<Record<Name, TableColumn>>,
): Record<Name, () => TableColumn> {
  const makers = names.map((name) => [name, () => columns[name]] as const);
  return Object.fromEntries(makers) as Record<Name, () => TableColumn>;
}

function copyOf(column: TableColumn): TableColumn {
  if (column instanceof Float64Array) return column.slice();
  return { codes: column.codes.slice(), values: [...column.values] };
}
