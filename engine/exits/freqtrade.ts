import type { Exits, Trailing } from "./exits.ts";

/** The exits of a freqtrade strategy, under freqtrade's own names. */
export type FreqtradeExits = {
  /** Minutes to profit; minutes are texts in a freqtrade configuration. */
  readonly minimal_roi?: Readonly<Record<string, number>>;
  /** Below zero: −0.1 gives up 10 % of the stake. */
  readonly stoploss?: number;
  readonly trailing_stop?: boolean;
  readonly trailing_stop_positive?: number;
  readonly trailing_stop_positive_offset?: number;
  readonly trailing_only_offset_is_reached?: boolean;
};

/**
 * Freqtrade's exits as a plan with the same meaning (https://www.freqtrade.io/en/stable/stoploss/): fractions of the
 * stake, profits after fees, the trail as wide as the stop until `trailing_stop_positive_offset`, then
 * `trailing_stop_positive`; with `trailing_only_offset_is_reached` no trail before the offset. To follow freqtrade
 * inside the candle too, fill with the path `"favourableFirst"`: its trail sees the candle's high before its low.
 */
export function exitsFromFreqtrade(given: FreqtradeExits): Exits {
  const { stoploss, minimal_roi: roi } = given;
  return {
    fractionsOf: "stake",
    ...(roi !== undefined && { roi }),
    // A stop of 99 % and more is how freqtrade says "none".
    ...(stoploss !== undefined && stoploss > -0.99 && { stopLoss: { kind: "fixed", fraction: -stoploss } }),
    ...(given.trailing_stop === true && { trailing: trailing(given) }),
  };
}

function trailing(given: FreqtradeExits): Trailing {
  const {
    stoploss = -0.1,
    trailing_stop_positive: positive,
    trailing_stop_positive_offset: offset = 0,
  } = given;
  const width = -stoploss;
  const isHeldBack = given.trailing_only_offset_is_reached === true && offset > 0;
  if (positive === undefined) {
    return {
      kind: "fraction",
      fraction: width,
      ...(isHeldBack && { activation: { fraction: offset } }),
    };
  }
  if (isHeldBack) return { kind: "fraction", fraction: positive, activation: { fraction: offset } };
  return { kind: "fraction", fraction: width, tighter: { from: { fraction: offset }, fraction: positive } };
}
