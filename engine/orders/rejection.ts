/**
 * Why an order, an amendment or a cancellation was refused: the closed list. The sentence says what was expected and how
 * to mend it; what was given is added by `refusalMessage`.
 */
export const REJECTIONS = {
  unknownSymbol: "The session has no such market; use one of its symbols.",
  duplicateClientOrderId: "A clientOrderId names one order of a session; choose another, or leave it out.",
  reservedClientOrderId: 'Names that begin with "#" are the session\'s own; choose another, or leave it out.',
  unknownOrder: "No live order has this clientOrderId; look at the open orders.",
  orderFinished: "The order has ended and can no longer be changed.",
  orderNotAccepted: "The order has not reached the market yet; wait for it, or cancel it.",
  orderChanging: "A change or the cancellation of the order is under way; wait for it to arrive.",
  sideInvalid: "side must be buy or sell.",
  typeInvalid: "type must be market, limit, stop, stopLimit, takeProfit, takeProfitLimit or trailingStop.",
  triggerByInvalid: "triggerBy must be last or mark.",
  amountInvalid:
    "The amount must be a finite number above zero in base currency; the side gives the direction.",
  amountOffStep:
    "The amount must be a multiple of the market's amountStep; round it down or set rounding to toMarket.",
  amountBelowMinimum: "The amount must be at least the market's minAmount.",
  amountAboveMaximum: "The amount must be at most the market's maxAmount; split the order.",
  notionalBelowMinimum: "Amount × price must be at least the market's minNotional, in quote currency.",
  notionalAboveMaximum:
    "Amount × price must be at most the market's maxNotional, in quote currency; split the order.",
  amountBelowFilled: "An amended amount must be above what has been filled; cancel the rest instead.",
  priceInvalid: "The limit price must be a finite number above zero, in quote currency.",
  priceMissing: "Orders of this type need a limit price.",
  priceUnexpected: "Orders of this type take no limit price; leave it out or choose the limit type.",
  priceOffTick:
    "The price must be a multiple of the market's priceTick; round it or set rounding to toMarket.",
  triggerPriceInvalid: "The trigger price must be a finite number above zero, in quote currency.",
  triggerPriceMissing: "Orders of this type need a triggerPrice.",
  triggerPriceUnexpected: "Orders of this type take no triggerPrice; leave it out or choose a stop type.",
  triggerPriceOffTick:
    "The trigger price must be a multiple of the market's priceTick; round it or set rounding to toMarket.",
  trailMissing: "A trailing stop needs a trail.",
  trailUnexpected: "Only a trailing stop takes a trail.",
  trailInvalid:
    "A trail's distance must be above zero, and below 1 as a fraction; its prices must be above zero.",
  triggersAtOnce:
    "The price is already beyond the trigger: a selling stop belongs below the price and a buying stop above it, a take-profit the other way round.",
  stopOnWrongSide: "A stop-loss must lie below the entry of a long and above the entry of a short.",
  targetOnWrongSide: "A take-profit must lie above the entry of a long and below the entry of a short.",
  ladderInvalid:
    "A ladder needs at least one rung; its fractions must be above zero and add up to at most 1.",
  attachedToReduceOnly: "Protective orders cannot be attached to an order that only reduces.",
  timeInForceInvalid: "timeInForce must be GTC, IOC, FOK or GTD.",
  expireTimeMissing: "A GTD order needs an expireTime in UTC milliseconds.",
  expireTimeUnexpected: "Only a GTD order takes an expireTime.",
  expireTimePast: "The expireTime must be later than the order's submission.",
  postOnlyNotLimit: "Only a resting limit order can be post-only: not another type, not IOC, not FOK.",
  postOnlyWouldCross: "A post-only order must not fill at once; move its price away from the market.",
  ocoAcrossMarkets: "The orders of one OCO group must be on one market.",
  reduceOnlyWithoutPosition: "A reduce-only order needs a position on the other side; there is none.",
  insufficientBalance:
    "The free balance does not cover what the order costs with its fee; lower the amount or the leverage's use.",
  insufficientBase: "The order sells more than is held and not yet offered by other orders.",
  shortOnSpot: "A spot market cannot be sold short: nothing of the base currency is held.",
  leverageInvalid: "Leverage must be a finite number of at least 1, and 1 on spot.",
  leverageAboveTier:
    "The market allows less leverage for a position of this size; lower the leverage or the amount.",
  marketInUse: "Another strategy has a position or orders on this market; strategies cannot share one.",
  tooManyOpenOrders: "The market has as many open orders as it takes; cancel some first.",
} as const satisfies Readonly<Record<string, string>>;

export type Rejection = keyof typeof REJECTIONS;

/** What was given, what was expected and how to mend it, in one text. */
export function refusalMessage(reason: Rejection, given: string): string {
  return `${reason}: ${given}. ${REJECTIONS[reason]}`;
}

/**
 * Why a live order ended without filling to its amount, besides what a caller gives as his own reason. An order can
 * also be canceled for a `Rejection` that was found only when it came to fill.
 */
export type CancelReason =
  | "requested"
  /** Another order of its OCO group filled. */
  | "oco"
  /** The protective order of the same entry on the other side filled. */
  | "bracket"
  /** It only reduces, and the position has gone or turned. */
  | "positionClosed"
  /** What an IOC order did not fill at once. */
  | "iocRemainder"
  /** The market could not give a FOK order all of its amount at once. */
  | "fokShortOfVolume"
  /** The position of its market was liquidated. */
  | "liquidated"
  /** GTD. */
  | "expired";
