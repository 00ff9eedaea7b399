import { lowerBound } from "../candles/build.ts";
import type { Candles } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import type { Table, TableColumn } from "../core/table.ts";
import type { TradeColumn } from "../session/tables.ts";

/**
 * What each trade would have made of the account had it been entered so many candles later, by delay from none to
 * `mostBars`: what `simulateTrades` draws from as `delayed`. `balances` are what each trade's return is a fraction of
 * (`closedBalances`). The later entry is at the open of its candle, worse by the
 * share that the slippage of the entry at an open was; amount, exit and costs stay as they were. A trade that would have
 * been over by then was missed and returned nothing.
 *
 * An approximation for looking at many delays at once: stops and targets do not move with the entry, and a position
 * that was entered in parts counts as one at its average. `worseFills` delays every order and runs the backtest again.
 */
export function delayedReturns(
  trades: Table<TradeColumn>,
  candlesOf: (symbol: string) => Candles,
  { mostBars, balances }: { readonly mostBars: number; readonly balances: Float64Array },
): Float64Array[] {
  if (!(Number.isInteger(mostBars) && mostBars >= 0)) {
    throw new EngineError(
      "stress.delay",
      `delayedReturns: mostBars is ${mostBars}; expected a whole number of candles from 0.`,
      { mostBars },
    );
  }
  const profits = numbers(trades, "profit");
  const [entryTime, entryPrice, exitTime, amount] = (
    ["entryTime", "entryPrice", "exitTime", "amount"] as const
  ).map((name) => numbers(trades, name));
  const delayed = Array.from({ length: mostBars + 1 }, (_, bars) =>
    bars === 0 ? profits.map((profit, i) => profit / balances[i]) : new Float64Array(trades.rows),
  );
  for (let i = 0; i < trades.rows; i++) {
    const { timestamp, open } = candlesOf(textAt(trades.columns.symbol, i));
    // The candle in which the trade was entered: the last one that opens at its time or before.
    const first = lowerBound(timestamp, entryTime[i] + 1) - 1;
    const isAtOpen = first >= 0 && timestamp[first] === entryTime[i];
    const slipped = isAtOpen ? entryPrice[i] / open[first] : 1;
    const side = textAt(trades.columns.direction, i) === "short" ? -1 : 1;
    for (let bars = 1; bars <= mostBars; bars++) {
      const row = first + bars;
      if (first < 0 || row >= timestamp.length || timestamp[row] >= exitTime[i]) continue;
      const dearer = side * amount[i] * (open[row] * slipped - entryPrice[i]);
      delayed[bars][i] = (profits[i] - dearer) / balances[i];
    }
  }
  return delayed;
}

function numbers(table: Table<TradeColumn>, name: TradeColumn): Float64Array {
  const column: TableColumn = table.columns[name];
  return column instanceof Float64Array ? column : Float64Array.from(column.codes);
}

function textAt(column: TableColumn, row: number): string {
  return column instanceof Float64Array ? "" : (column.values[column.codes[row]] ?? "");
}
