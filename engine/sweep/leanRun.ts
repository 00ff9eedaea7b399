import type { SignalScan } from "../backtest/signalScan.ts";
import { payableOf } from "../broker/accountChecks.ts";
import { maxLeverage } from "../broker/leverageTiers.ts";
import { liquidationPrice } from "../broker/liquidationPrice.ts";
import { amountFault, floorToStep, notionalFault } from "../broker/marketRules.ts";
import type { MarketState } from "../broker/marketState.ts";
import type { CandleColumns } from "../candles/candles.ts";
import { DailyReturns } from "../metrics/equityMetrics.ts";
import type { SessionStrategy } from "../session/settings.ts";
import { sizeEntry } from "../session/sizeEntry.ts";

/** What every point of a sweep has in common. */
export type LeanMarket = {
  readonly candles: CandleColumns;
  /** The first row that a decision is made at, and the row after the last. */
  readonly from: number;
  readonly to: number;
  /** The last row of each UTC day among them. */
  readonly dayEnds: Int32Array;
  readonly state: MarketState;
  readonly startingBalance: number;
  /** No position is opened at an equity of this or less. */
  readonly leastEquity: number;
  /** What slippage adds to a price, as a fraction. */
  readonly slippage: number;
};

export type LeanSignals = {
  readonly enterLong: SignalScan;
  readonly exitLong: SignalScan;
  readonly enterShort: SignalScan;
  readonly exitShort: SignalScan;
};

/** What is left of a run without tables. */
export type LeanOutcome = {
  readonly finalEquity: number;
  readonly maxDrawdown: number;
  readonly days: DailyReturns;
  readonly dailyReturns: Float32Array;
  /** Of each closed trade, in quote currency after costs, and as a fraction of what it staked. */
  readonly profits: readonly number[];
  readonly returns: readonly number[];
};

/** More than a rounding less than what is held would leave a position behind. */
const DUST = 1e-12;

/**
 * One strategy of signals over one market, in numbers alone: fills at the next open, equity at each close, but nothing
 * written down but its end, its days, its deepest fall and its trades. The arithmetic is the account's and the
 * broker's, in their order, so that the figures are the single run's to the bit. Undefined where something came up
 * that this has no rule for (a refusal, a liquidation, an exit and an entry at once): then the single run has to do it.
 */
export function leanRun(
  market: LeanMarket,
  signals: LeanSignals,
  spec: SessionStrategy,
): LeanOutcome | undefined {
  const { candles, from, to, dayEnds, state, startingBalance, slippage } = market;
  const { open, close, high, low } = candles;
  const { rules, isSpot, tiers } = state;
  const { fees } = state.venue;
  const rate = fees.takerRate;
  const leverage = isSpot ? 1 : state.leverage;
  const profits: number[] = [];
  const returns: number[] = [];
  const days = new DailyReturns(startingBalance);
  const dailyReturns = new Float32Array(dayEnds.length);

  let balance = startingBalance;
  let amount = 0;
  let cost = 0;
  let entryFee = 0;
  let entryCost = 0;
  let liquidation = Number.NaN;
  let peak = startingBalance;
  let maxDrawdown = 0;
  let day = 0;

  // A decision is made at `row`; the position as it is there was taken at its open or before.
  for (let row = from; row < to; ) {
    const first = amount > 0 ? signals.exitLong : signals.enterLong;
    const second = amount < 0 ? signals.exitShort : signals.enterShort;
    const near = first.next(row, to);
    const next = second.next(row, near);
    const end = Math.min(next + 1, to);

    // Equity at the closes up to and with that of the decision.
    if (amount === 0) {
      if (balance > peak) peak = balance;
      else if (peak - balance > maxDrawdown * peak) maxDrawdown = (peak - balance) / peak;
      for (; day < dayEnds.length && dayEnds[day] < end; day++) dailyReturns[day] = days.close(balance);
    } else {
      if (!isSpot) {
        for (let i = row; i < end; i++) {
          if (amount > 0 ? low[i] <= liquidation : high[i] >= liquidation) return undefined;
        }
      }
      // The very last row is written once more, after everything has been closed.
      const last = end === to ? to - 1 : end;
      const fallen = deepestOf(close, row, last, balance, amount, cost, peak, maxDrawdown);
      peak = fallen.peak;
      maxDrawdown = fallen.maxDrawdown;
      for (; day < dayEnds.length && dayEnds[day] < last; day++) {
        dailyReturns[day] = days.close(balance + (amount * close[dayEnds[day]] - cost));
      }
    }
    if (next >= to - 1) break;

    const isLong = signals.enterLong.isSetAt(next);
    const isShort = signals.enterShort.isSetAt(next);
    const leaves =
      (amount > 0 && signals.exitLong.isSetAt(next)) || (amount < 0 && signals.exitShort.isSetAt(next));
    const direction = isLong === isShort ? 0 : isLong ? 1 : -1;
    if (leaves && amount * direction > 0) return undefined;
    const price = open[next + 1];
    let size = 0;
    if (direction !== 0 && amount * direction <= 0) {
      if (isSpot && direction < 0) return undefined;
      const equity = amount === 0 ? balance : balance + (amount * close[next] - cost);
      const sized = sizeEntry(spec, 0, next, spec.sizing, {
        equity,
        price: close[next],
        stopPrice: Number.NaN,
        confidence: Number.NaN,
        tradeReturns: returns,
      });
      if (!("refusal" in sized)) {
        if (!(equity > market.leastEquity)) return undefined;
        size = floorToStep(sized.amount, rules.amountStep);
        const notional = size * close[next];
        const isRefused =
          amountFault(rules, size) !== undefined ||
          notionalFault(rules, notional, false) !== undefined ||
          (!isSpot && maxLeverage(tiers, Math.abs(amount + direction * size) * close[next]) < leverage);
        if (isRefused) return undefined;
      }
      if (amount !== 0 && !leaves) {
        // Turning: what lies the other way is left first.
        if (!exit(price)) return undefined;
      }
    }
    if (leaves && !exit(price)) return undefined;
    if (size > 0 && !enter(direction, size, price)) return undefined;
    row = next + 1;
  }

  // What is open at the end is closed at the last price.
  if (amount !== 0 && !exit(close[to - 1])) return undefined;
  if (day < dayEnds.length) dailyReturns[day] = days.close(balance);
  if (peak - balance > maxDrawdown * peak) maxDrawdown = (peak - balance) / peak;
  return { finalEquity: balance, maxDrawdown, days, dailyReturns, profits, returns };

  function exit(reference: number): boolean {
    const isLiquidated = amount > 0 ? reference <= liquidation : reference >= liquidation;
    const left = Math.abs(amount);
    const size = floorToStep(left, rules.amountStep);
    if (isLiquidated || amountFault(rules, size) !== undefined || !(size >= left * (1 - DUST))) return false;
    const direction = amount > 0 ? -1 : 1;
    const taken = Math.min(size, left);
    const price = slippage === 0 ? reference : reference * (1 + direction * slippage);
    const fee = taken * price * rate + fees.perFill;
    const realised = amount * price - cost;
    balance += realised - fee;
    const profit = realised - (entryFee + fee);
    profits.push(profit);
    returns.push(profit / entryCost);
    amount = 0;
    cost = 0;
    return true;
  }

  function enter(direction: number, wanted: number, reference: number): boolean {
    const price = slippage === 0 ? reference : reference * (1 + direction * slippage);
    const payable = payableOf(balance - fees.perFill, 0, price, rate, leverage, wanted, true, rules);
    if (!(payable > 0)) return false;
    const fee = payable * price * rate + fees.perFill;
    amount = direction * payable;
    cost = amount * price;
    balance -= fee;
    entryFee = fee;
    entryCost = payable * price;
    if (!isSpot) liquidation = liquidationPrice(amount, cost / amount, Math.abs(cost) / leverage, tiers);
    return true;
  }
}

const fallen = { peak: Number.NaN, maxDrawdown: Number.NaN };

/** The highest equity and the deepest fall over closes at which the position stays. One object answers all calls. */
function deepestOf(
  close: Float64Array,
  from: number,
  to: number,
  balance: number,
  amount: number,
  cost: number,
  peakBefore: number,
  drawdownBefore: number,
): typeof fallen {
  let peak = peakBefore;
  let maxDrawdown = drawdownBefore;
  for (let i = from; i < to; i++) {
    const value = balance + (amount * close[i] - cost);
    if (value > peak) peak = value;
    else if (peak - value > maxDrawdown * peak) maxDrawdown = (peak - value) / peak;
  }
  fallen.peak = peak;
  fallen.maxDrawdown = maxDrawdown;
  return fallen;
}
