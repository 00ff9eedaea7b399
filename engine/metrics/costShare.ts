/** What an account paid, in quote currency, each above zero where it was a cost. */
export type PaidCosts = {
  readonly fees: number;
  readonly slippage: number;
  readonly funding: number;
  readonly liquidation: number;
};

/** Costs beside what they were paid for. */
export type CostShares = {
  readonly totalCosts: number;
  readonly costsOfStart: number;
  /** Part of the profit before costs that they took; above 1 they took more than there was. */
  readonly costsOfGross: number;
  /** By what was bought and sold, basis points: what one trades must move for each side to pay. */
  readonly costsBps: number;
};

/**
 * `profit` is what was left after costs, `traded` the value of all fills. NaN where there is nothing to divide by: no
 * profit before costs, nothing traded.
 */
export function costShares(
  { fees, slippage, funding, liquidation }: PaidCosts,
  account: { readonly startingBalance: number; readonly profit: number; readonly traded: number },
): CostShares {
  const totalCosts = fees + slippage + funding + liquidation;
  const gross = account.profit + totalCosts;
  return {
    totalCosts,
    costsOfStart: totalCosts / account.startingBalance,
    costsOfGross: gross > 0 ? totalCosts / gross : Number.NaN,
    costsBps: account.traded > 0 ? (10_000 * totalCosts) / account.traded : Number.NaN,
  };
}
