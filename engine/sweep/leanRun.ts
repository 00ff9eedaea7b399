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
  const { candles, from, to, dayEnds, state, startingBalance } = market;
  const { open, close, high, low } = candles;
  const { rules, isSpot, tiers } = state;
  const leverage = isSpot ? 1 : state.leverage;
  const trader = new LeanTrader(market);
  const days = new DailyReturns(startingBalance);
  const dailyReturns = new Float32Array(dayEnds.length);

  let peak = startingBalance;
  let maxDrawdown = 0;
  let day = 0;

  // A decision is made at `row`; the position as it is there was taken at its open or before.
  for (let row = from; row < to; ) {
    const { balance, amount, cost, liquidation } = trader;
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
        tradeReturns: trader.returns,
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
        if (!trader.exit(price)) return undefined;
      }
    }
    if (leaves && !trader.exit(price)) return undefined;
    if (size > 0 && !trader.enter(direction, size, price)) return undefined;
    row = next + 1;
  }

  // What is open at the end is closed at the last price.
  if (trader.amount !== 0 && !trader.exit(close[to - 1])) return undefined;
  const { balance, profits, returns } = trader;
  if (day < dayEnds.length) dailyReturns[day] = days.close(balance);
  if (peak - balance > maxDrawdown * peak) maxDrawdown = (peak - balance) / peak;
  return { finalEquity: balance, maxDrawdown, days, dailyReturns, profits, returns };
}

/** The account of a lean run. An object of its own: numbers in it change in place, where locals shared by functions do not. */
class LeanTrader {
  balance: number;
  /** Signed; cost as the amount. */
  amount = 0;
  cost = 0;
  /** NaN for nowhere. */
  liquidation = Number.NaN;
  readonly profits: number[] = [];
  readonly returns: number[] = [];
  readonly #market: LeanMarket;
  readonly #leverage: number;
  #entryFee = 0;
  #entryCost = 0;

  constructor(market: LeanMarket) {
    const { isSpot, leverage } = market.state;
    this.#market = market;
    this.#leverage = isSpot ? 1 : leverage;
    this.balance = market.startingBalance;
  }

  /** Leaves the position at a price of the market; false where only the session knows how. */
  exit(reference: number): boolean {
    const { state, slippage } = this.#market;
    const { fees } = state.venue;
    const { amount, cost, liquidation } = this;
    const isLiquidated = amount > 0 ? reference <= liquidation : reference >= liquidation;
    const left = Math.abs(amount);
    const size = floorToStep(left, state.rules.amountStep);
    const isWhole = amountFault(state.rules, size) === undefined && size >= left * (1 - DUST);
    if (isLiquidated || !isWhole) return false;
    const direction = amount > 0 ? -1 : 1;
    const taken = Math.min(size, left);
    const price = slippage === 0 ? reference : reference * (1 + direction * slippage);
    const fee = taken * price * fees.takerRate + fees.perFill;
    const realised = amount * price - cost;
    this.balance += realised - fee;
    const profit = realised - (this.#entryFee + fee);
    this.profits.push(profit);
    this.returns.push(profit / this.#entryCost);
    this.amount = 0;
    this.cost = 0;
    return true;
  }

  /** Opens a position of at most so much; false where the session would refuse. */
  enter(direction: number, wanted: number, reference: number): boolean {
    const { state, slippage } = this.#market;
    const { fees } = state.venue;
    const leverage = this.#leverage;
    const rate = fees.takerRate;
    const price = slippage === 0 ? reference : reference * (1 + direction * slippage);
    const free = this.balance - fees.perFill;
    const payable = payableOf(free, 0, price, rate, leverage, wanted, true, state.rules);
    if (!(payable > 0)) return false;
    const fee = payable * price * rate + fees.perFill;
    const amount = direction * payable;
    const cost = amount * price;
    this.amount = amount;
    this.cost = cost;
    this.balance -= fee;
    this.#entryFee = fee;
    this.#entryCost = payable * price;
    if (!state.isSpot) {
      this.liquidation = liquidationPrice(amount, cost / amount, Math.abs(cost) / leverage, state.tiers);
    }
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
  // No equity above this is a deeper fall, whatever rounding does: most rows need one comparison and no arithmetic.
  let limit = limitOf(peak, maxDrawdown);
  for (let i = from; i < to; i++) {
    const value = balance + (amount * close[i] - cost);
    if (value > peak) {
      peak = value;
      limit = limitOf(peak, maxDrawdown);
    } else if (value < limit && peak - value > maxDrawdown * peak) {
      maxDrawdown = (peak - value) / peak;
      limit = limitOf(peak, maxDrawdown);
    }
  }
  fallen.peak = peak;
  fallen.maxDrawdown = maxDrawdown;
  return fallen;
}

/** Rounding is far below this part of an equity. */
const MARGIN = 1e-9;

function limitOf(peak: number, maxDrawdown: number): number {
  return peak - peak * maxDrawdown + Math.abs(peak) * MARGIN;
}
