/** The figures of closed trades; NaN where there is nothing to say. */
export type TradeMetrics = {
  readonly tradeCount: number;
  /** Share of trades with a profit above zero. */
  readonly winRate: number;
  /** Sum of the profits by sum of the losses, in money; Infinity with profits and no loss. */
  readonly profitFactor: number;
  readonly meanTradeReturn: number;
  readonly medianTradeReturn: number;
  /** Mean profit of a trade in quote currency. */
  readonly expectancy: number;
};

/** `profit` in quote currency after costs, `returns` as fractions of what each trade staked. */
export function tradeMetrics(profit: Float64Array, returns: Float64Array): TradeMetrics {
  const count = profit.length;
  let wins = 0;
  let gains = 0;
  let losses = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (profit[i] > 0) {
      wins++;
      gains += profit[i];
    } else losses -= profit[i];
    total += returns[i];
  }
  return {
    tradeCount: count,
    winRate: count === 0 ? Number.NaN : wins / count,
    profitFactor: gains / losses,
    meanTradeReturn: total / count,
    medianTradeReturn: quickMedian(returns),
    expectancy: (gains - losses) / count,
  };
}

/** The median by Hoare's selection, in time that grows with the count alone: a sort would cost more than the trades. */
function quickMedian(values: Float64Array): number {
  const count = values.length;
  if (count === 0) return Number.NaN;
  const left = values.slice();
  const upper = select(left, count >>> 1);
  if (count % 2 === 1) return upper;
  // What the selection left below its place holds the other middle value.
  let lower = -Infinity;
  for (let i = 0; i < count >>> 1; i++) if (left[i] > lower) lower = left[i];
  return (lower + upper) / 2;
}

function select(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swap = values[i];
      values[i++] = values[j];
      values[j--] = swap;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place];
}
