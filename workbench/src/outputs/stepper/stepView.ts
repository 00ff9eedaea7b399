/** What a backtest looked like right after one time at which candles closed: plain data, made in a worker. */
export type StepView = {
  /** Row of the result's equity table. */
  readonly index: number;
  /** Close of the candles, UTC milliseconds. */
  readonly time: number;
  readonly markets: readonly StepMarket[];
  readonly strategies: readonly StepStrategy[];
  /** What happened at this time, in its order. */
  readonly events: readonly StepEvent[];
  readonly orders: readonly StepOrder[];
  readonly positions: readonly StepPosition[];
  readonly account: {
    readonly equity: number;
    readonly cash: number;
    /** Position values by equity. */
    readonly exposure: number;
  };
};

/** The latest candle of a market that had closed; its features as the strategy saw them, NaN while unknown. */
export type StepMarket = {
  readonly symbol: string;
  readonly strategy: string;
  /** Open time of the candle. */
  readonly timestamp: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly features: Readonly<Record<string, number>>;
};

/** What a strategy answered, if it was asked at this time. */
export type StepStrategy = {
  readonly name: string;
  readonly kind: "targets" | "signals" | "orders" | "columns" | "none";
  /** One record for each target, signal or order, as the strategy wrote it. */
  readonly answers: readonly Readonly<Record<string, unknown>>[];
  /** Its memory afterwards, as JSON. */
  readonly state: string;
};

export type StepEvent = {
  readonly kind: "order" | "fill" | "funding" | "liquidation" | "risk";
  readonly words: string;
};

export type StepOrder = {
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly amount: number;
  readonly filled: number;
  readonly price: number;
  readonly triggerPrice: number;
  readonly submitted: number;
  readonly tag: string;
};

export type StepPosition = {
  readonly symbol: string;
  readonly amount: number;
  readonly entryPrice: number;
  readonly price: number;
  readonly unrealised: number;
  readonly stopPrice: number;
  readonly liquidationPrice: number;
};
