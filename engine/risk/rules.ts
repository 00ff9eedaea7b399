import type { Blackout, ClosedHours } from "./calendar.ts";

/**
 * Every rule with its parameters. Fractions are 0 … 1 of what the field's comment names, times are milliseconds.
 * A cap is passed only by more than one part in 10⁹, so that rounding in amount × price never refuses an order.
 */
export type RuleParameters = {
  // Gates: looked at before an order, in this order. They refuse what opens or enlarges a position.
  /** Refuses while equity is at or below `minFraction` of the starting equity, and figures that are no numbers. */
  readonly solvency: { readonly minFraction: number };
  /** Symbols or market ids that alone may be traded; `*` stands for any text. */
  readonly whitelist: readonly string[];
  /** Symbols or market ids that may not be traded; `*` stands for any text. */
  readonly blacklist: readonly string[];
  /** Weekly hours without new positions. */
  readonly closedHours: readonly ClosedHours[];
  /** Events around which no position is opened. */
  readonly blackouts: readonly Blackout[];
  /** New orders in any 60 seconds. */
  readonly ordersPerMinute: { readonly perMarket?: number; readonly perAccount?: number };
  /** Positions opened in a UTC day, 00:00 included. Scaling in is no new trade, turning round is one. */
  readonly tradesPerDay: { readonly perAccount?: number; readonly perMarket?: number };
  /** Spread of the last quote in hundredths of a percent; does not judge a market without quotes. */
  readonly spread: { readonly maxBps: number };
  /**
   * Annual standard deviation of the market's returns from one sample to the next, over the last `samples` of them
   * (365 days a year). Does not judge before `minSamples`.
   */
  readonly volatility: {
    readonly maxAnnual: number;
    readonly sampleMs: number;
    readonly samples: number;
    readonly minSamples: number;
  };
  /**
   * How far a price may lie from the last one: `throughFraction` on the side where it costs (a buy above, a sell
   * below), `awayFraction` where it waits.
   */
  readonly priceCollar: { readonly throughFraction: number; readonly awayFraction: number };
  /** Notional of one order, as a fraction of equity or in quote currency. */
  readonly orderSize: { readonly maxFraction?: number; readonly maxQuote?: number };
  /** Notional of one market's position with its live orders, as a fraction of equity or in quote currency. */
  readonly positionSize: { readonly maxFraction?: number; readonly maxQuote?: number };
  /** Notional of all positions with their live orders, as fractions of equity: sizes added up, and longs less shorts. */
  readonly exposure: { readonly maxGross?: number; readonly maxNet?: number };
  /** `exposure.maxGross` for each category of markets; `limits` gives a category its own. */
  readonly categoryExposure: {
    readonly maxFraction: number;
    /** Category by symbol or market id; `*` stands for any text, the first match counts. */
    readonly categories: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, number>>;
  };
  /**
   * A new position may have at most `maxCorrelated` others beside it that move with it: correlation of the returns
   * above `max` in the same direction, or below −`max` in the opposite one. Does not judge before `minSamples`.
   */
  readonly correlation: {
    readonly max: number;
    readonly maxCorrelated: number;
    readonly sampleMs: number;
    readonly samples: number;
    readonly minSamples: number;
  };
  /** Leverage of one order. */
  readonly leverage: { readonly max: number };
  /** Margin in use after the order, as a fraction of equity. Spot uses none. */
  readonly marginUse: { readonly maxFraction: number };
  /** Distance to the target by distance to the stop; does not judge an order that lacks one of them. */
  readonly rewardToRisk: { readonly min: number };
  /**
   * What all stops together lose, as a fraction of equity (Elder's 6 % rule). `withoutStop`: a position without a
   * stop is left out (`"ignore"`), counts with its whole notional (`"whole"`), or is refused (`"refuse"`).
   */
  readonly openRisk: {
    readonly maxFraction: number;
    readonly withoutStop: "ignore" | "whole" | "refuse";
  };

  // Breakers: over the account, a market or an exchange.
  /**
   * Loss since the UTC day began. A mark at 00:00 still belongs to the day that ends, and is where the new one
   * starts. Trips again the same day at twice the loss, at three times …
   */
  readonly dailyLoss: { readonly fraction: number; readonly pauseMs: number };
  /** Loss since the peak of equity. Trips again at twice the drawdown, at three times …, until a new peak. */
  readonly drawdown: { readonly fraction: number; readonly pauseMs: number };
  /** Loss since the peak of equity that ends it all. */
  readonly maxDrawdown: { readonly fraction: number };
  /** Closed trades that lost, one after another; the count begins anew after a trip. */
  readonly losingTrades: { readonly count: number; readonly pauseMs: number };
  /** Share of the last `orders` orders that the exchange rejected; judges from `orders` of them on. */
  readonly errorRate: { readonly maxFraction: number; readonly orders: number; readonly pauseMs: number };
  /** Move of a market's price inside `windowMs`; the measure begins anew after a trip. */
  readonly priceSpike: { readonly fraction: number; readonly windowMs: number };
  /** More errors of one exchange than `max` inside `windowMs`. */
  readonly exchangeErrors: { readonly max: number; readonly windowMs: number; readonly pauseMs: number };
  /** Time since a position was opened, whatever was added since. */
  readonly positionAge: { readonly maxMs: number };

  // Protections after freqtrade: over the trades that closed in the last `lookbackMs`.
  /** After each closed trade its market rests. */
  readonly cooldown: { readonly pauseMs: number };
  /** `trades` or more losing exits by a stop: the account rests, or only the market (`perMarket`). */
  readonly stopLossGuard: {
    readonly trades: number;
    readonly lookbackMs: number;
    readonly pauseMs: number;
    readonly perMarket: boolean;
  };
  /** Drawdown of the closed trades' profit above `fraction` of equity, judged from `minTrades` on. */
  readonly drawdownGuard: {
    readonly fraction: number;
    readonly minTrades: number;
    readonly lookbackMs: number;
    readonly pauseMs: number;
  };
  /** A market's returns over `minTrades` or more trades add up to less than `minReturn`: it rests. */
  readonly lowProfitPairs: {
    readonly minReturn: number;
    readonly minTrades: number;
    readonly lookbackMs: number;
    readonly pauseMs: number;
  };

  // Reductions: of the size of new positions. The smallest factor counts, they do not multiply.
  /** Trades lost one after another; a trade that wins restores the size. */
  readonly losingStreak: { readonly count: number; readonly factor: number };
  /**
   * Drawdown of `share` of what `maxDrawdown` allows (of `drawdown`'s fraction where that is off, of 20 % where both
   * are); restored when half of that drawdown has been made good.
   */
  readonly drawdownSize: { readonly share: number; readonly factor: number };
};

export type RuleName = keyof RuleParameters;

/** Rules as they are in force: each with all of its parameters, or `false`. Plain JSON. */
export type RiskRules = { readonly [Rule in RuleName]: RuleParameters[Rule] | false };
