import type { BacktestOptions, VenueOptions } from "../backtest/options.ts";
import type { FeeModel } from "../broker/feeModel.ts";
import type { SlippageModel } from "../broker/slippage.ts";

/** The same backtest under one worse assumption. */
export type WorseFills = {
  readonly name: "worstPrice" | "oneCandleLater" | "doubledCosts" | "together";
  /** What is worse, in words. */
  readonly title: string;
  readonly options: BacktestOptions;
};

/** The engine's own fee where none is asked for, in hundredths of a percent. */
const DEFAULT_FEE_BPS = 10;

/** What if the fills were worse: a backtest's options under each of three worse assumptions, and under all of them. */
export function worseFills(options: BacktestOptions = {}): WorseFills[] {
  const worstPrice = (given: BacktestOptions): BacktestOptions => ({ ...given, fillModel: "nextWorst" });
  const later = (given: BacktestOptions): BacktestOptions => ({
    ...given,
    delayBars: (given.delayBars ?? 0) + 1,
  });
  return [
    {
      name: "worstPrice",
      title: "market orders at the next candle's worst price",
      options: worstPrice(options),
    },
    { name: "oneCandleLater", title: "every order one candle later", options: later(options) },
    { name: "doubledCosts", title: "fees and slippage doubled", options: doubledCosts(options) },
    { name: "together", title: "all three together", options: doubledCosts(later(worstPrice(options))) },
  ];
}

/** Fees and slippage twice as high, on every venue; a rebate is not paid. What funding costs is the market's. */
export function doubledCosts(options: BacktestOptions): BacktestOptions {
  const { feeBps, fees, slippageBps, slippage, venues, ...others } = options;
  return {
    ...others,
    ...(fees === undefined ? { feeBps: twice(feeBps ?? DEFAULT_FEE_BPS) } : { fees: doubledFees(fees) }),
    ...(slippageBps !== undefined && { slippageBps: 2 * slippageBps }),
    ...(slippage !== undefined && { slippage: doubledSlippage(slippage) }),
    ...(venues !== undefined && {
      venues: Object.fromEntries(Object.entries(venues).map(([name, venue]) => [name, doubledVenue(venue)])),
    }),
  };
}

function doubledVenue(venue: VenueOptions): VenueOptions {
  return {
    ...venue,
    ...(venue.fees !== undefined && { fees: doubledFees(venue.fees) }),
    ...(venue.slippage !== undefined && { slippage: doubledSlippage(venue.slippage) }),
  };
}

function doubledFees(fees: FeeModel): FeeModel {
  const rates = <T extends { makerBps: number; takerBps: number }>(given: T): T => ({
    ...given,
    makerBps: twice(given.makerBps),
    takerBps: twice(given.takerBps),
  });
  if (fees.kind === "tiered") return { ...fees, tiers: fees.tiers.map(rates) };
  const doubled = rates(fees);
  return fees.perFillQuote === undefined ? doubled : { ...doubled, perFillQuote: twice(fees.perFillQuote) };
}

function doubledSlippage(slippage: SlippageModel): SlippageModel {
  switch (slippage.kind) {
    case "none":
      return slippage;
    case "fixedBps":
      return { ...slippage, bps: 2 * slippage.bps };
    case "volumeShare":
      // Zipline's price impact where none is given.
      return { ...slippage, priceImpact: 2 * (slippage.priceImpact ?? 0.1) };
    case "bookWalk":
      return slippage.depth === undefined
        ? slippage
        : {
            ...slippage,
            depth: slippage.depth.map((step) => ({ ...step, distanceBps: 2 * step.distanceBps })),
          };
  }
}

/** Twice a cost; what was paid to us is nothing. */
function twice(cost: number): number {
  return Math.max(0, 2 * cost);
}
