/**
 * Every order that was asked for, refused ones too, in order of submission. `orderId` is its running number in the
 * session, `clientOrderId` the name that its author gave it, where he did. `reason` says why it was refused or ended.
 */
export type OrderColumn =
  | "orderId"
  | "clientOrderId"
  | "symbol"
  | "strategy"
  | "side"
  | "type"
  | "status"
  | "amount"
  | "filled"
  | "average"
  | "price"
  | "triggerPrice"
  | "timeInForce"
  | "reduceOnly"
  | "submitTime"
  | "endTime"
  | "reason"
  | "tag";

/** Every execution, in order. `slippage` is what the price moved against the order, in quote currency for the fill. */
export type FillColumn =
  | "tradeId"
  | "time"
  | "orderId"
  | "symbol"
  | "strategy"
  | "side"
  | "price"
  | "amount"
  | "fee"
  | "slippage"
  | "liquidity"
  | "reason";

/**
 * Every closed position from its first entry to the fill that made it flat, in order of exit. `return` is a fraction of
 * the cost of the entries; excursions are positive fractions of the entry price; `riskMultiple` is the profit by what
 * the first stop risked, NaN without a stop.
 */
export type TradeColumn =
  | "symbol"
  | "strategy"
  | "direction"
  | "entryTime"
  | "entryPrice"
  | "exitTime"
  | "exitPrice"
  | "amount"
  | "profit"
  | "return"
  | "fees"
  | "funding"
  | "maxAdverseExcursion"
  | "maxFavourableExcursion"
  | "bars"
  | "entryReason"
  | "exitReason"
  | "stopPrice"
  | "targetPrice"
  | "riskMultiple";

/** Every change of a position: the amount held from `time` on, signed, and its average entry price. */
export type PositionColumn = "time" | "symbol" | "strategy" | "amount" | "entryPrice" | "realised";

/**
 * The account at each close of the candles that were fed. `exposure` and `netExposure` are position values by equity,
 * `drawdown` a positive fraction of the peak before it.
 */
export type EquityColumn =
  | "time"
  | "equity"
  | "cash"
  | "exposure"
  | "netExposure"
  | "drawdown"
  | "openPositions"
  | "marginUsed";

/** Every refusal and trip of a risk rule, in order. `untilMs` is when a pause or a refusal ends, NaN without a stated end. */
export type RiskEventColumn =
  | "time"
  | "rule"
  | "market"
  | "value"
  | "limit"
  | "action"
  | "untilMs"
  | "message";
