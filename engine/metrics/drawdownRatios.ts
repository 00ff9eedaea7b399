/** What an account earned by what it fell on the way. All are NaN where it never fell: nothing is known of its falls. */

/** Calmar ratio (Young 1991): annual return by deepest drawdown, here over the whole span rather than 36 months. */
export function calmarRatio(annualReturn: number, maxDrawdown: number): number {
  return by(annualReturn, maxDrawdown);
}

/** Ulcer performance index, also Martin ratio (Martin and McCann 1989): annual return by ulcer index; no interest off. */
export function martinRatio(annualReturn: number, ulcerIndex: number): number {
  return by(annualReturn, ulcerIndex);
}

/** Pain ratio (Becker 2006): annual return by pain index. */
export function painRatio(annualReturn: number, painIndex: number): number {
  return by(annualReturn, painIndex);
}

/** Recovery factor: the return of the whole span by the deepest drawdown. Grows with the span, so compare like spans. */
export function recoveryFactor(totalReturn: number, maxDrawdown: number): number {
  return by(totalReturn, maxDrawdown);
}

/**
 * Serenity index (KeyQuant 2013; in quantstats and Jesse): the sum of the returns by ulcer index × pitfall, which is the
 * conditional drawdown by the deviation of the returns.
 */
export function serenityIndex(
  returnSum: number,
  falls: { readonly ulcerIndex: number; readonly conditionalDrawdown: number; readonly deviation: number },
): number {
  const pitfall = by(falls.conditionalDrawdown, falls.deviation);
  return by(returnSum, falls.ulcerIndex * pitfall);
}

function by(gain: number, fall: number): number {
  return fall > 0 ? gain / fall : Number.NaN;
}
