import { EngineError } from "../core/errors.ts";
import type { Numbers } from "../core/stats.ts";

/**
 * What each trade made of the account's closed balance before it, as a fraction: `profits` in quote currency, after costs,
 * in order of the exits. Compounded in this order they give the balance that the account ended with, whatever the trades
 * staked and however many were open at once. Throws `montecarlo.account-empty` where the balance comes down to 0 before
 * the last trade: what a trade then made of it is no number.
 */
export function accountReturns(profits: Numbers, startingBalance: number): Float64Array {
  const balances = closedBalances(profits, startingBalance);
  return balances.map((balance, i) => profits[i] / balance);
}

/** The balance before each trade: what it began with and all profits of the trades that ended before. */
export function closedBalances(profits: Numbers, startingBalance: number): Float64Array {
  const balances = new Float64Array(profits.length);
  let balance = startingBalance;
  for (let i = 0; i < profits.length; i++) {
    if (!(balance > 0)) {
      throw new EngineError(
        "montecarlo.account-empty",
        `accountReturns: the account stands at ${balance} before trade ${i}; expected a balance above 0 throughout. ` +
          'Take the returns on the starting balance and stake: "fixed".',
        { trade: i, balance },
      );
    }
    balances[i] = balance;
    balance += profits[i];
  }
  return balances;
}

/**
 * What each trade bought and sold by the balance that its return is a fraction of (`closedBalances`, or the starting
 * balance throughout): what dearer fills are charged on. `amount` in base currency, prices in quote currency.
 */
export function accountTurnover(
  trades: { readonly amount: Numbers; readonly entryPrice: Numbers; readonly exitPrice: Numbers },
  balances: Float64Array,
): Float64Array {
  const { amount, entryPrice, exitPrice } = trades;
  return balances.map((balance, i) => (amount[i] * (entryPrice[i] + exitPrice[i])) / balance);
}
