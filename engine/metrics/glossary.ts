import type { ActivityFigures } from "./accountMetrics.ts";
import type { BenchmarkMetrics } from "./benchmark.ts";
import type { Excursions } from "./excursions.ts";
import type { HoldingTimes } from "./holdingTimes.ts";
import type { RatioFigures } from "./ratioFigures.ts";
import type { ReturnFigures } from "./returnFigures.ts";
import type { RiskFigures } from "./riskFigures.ts";
import type { RiskMultiples } from "./riskMultiples.ts";
import type { TradeFigures } from "./tradeFigures.ts";

/** How a figure is to be written: a `"fraction"` as percent, `"money"` with the quote currency, `"multiple"` with an R. */
export type MetricUnit =
  | "fraction"
  | "ratio"
  | "money"
  | "count"
  | "durationMs"
  | "bps"
  | "multiple"
  | "years";

/** What a figure is called and what it means, for whoever reads it. */
export type MetricNote = {
  readonly title: string;
  readonly unit: MetricUnit;
  readonly meaning: string;
  /** Where it is NaN. Left out where it never is. */
  readonly undefinedWhen?: string;
  /** Whether its sign is the message: a gain or a loss. */
  readonly isSigned?: true;
};

type Notes<Figures> = { readonly [Name in keyof Figures]-?: MetricNote };

/** The families of `AccountMetrics` and each figure in them, in the order in which one should read. */
export type MetricNotes = {
  readonly returns: Notes<ReturnFigures>;
  readonly ratios: Notes<RatioFigures>;
  readonly risk: Notes<RiskFigures>;
  readonly trades: Notes<TradeFigures>;
  readonly holding: Notes<HoldingTimes>;
  readonly excursions: Notes<Excursions>;
  readonly riskMultiples: Notes<RiskMultiples>;
  readonly activity: Notes<ActivityFigures>;
  readonly benchmark: Notes<BenchmarkMetrics>;
};

export type MetricFamily = keyof MetricNotes;

/** What the families are called. */
export const FAMILY_TITLES: Readonly<Record<MetricFamily, string>> = {
  returns: "Returns",
  ratios: "Return by risk",
  risk: "Risk",
  trades: "Trades",
  holding: "Holding",
  excursions: "Excursions",
  riskMultiples: "R-multiples",
  activity: "Activity and costs",
  benchmark: "Beside the benchmark",
};

const NO_TRADES = "there was no trade";
const NO_DAYS = "there was no day";
const FEW_DAYS = "there were fewer than two days, or all returned the same";
const NO_FALL = "the account never fell";

/** Every figure of `accountMetrics` in words. The sources stand in the docstrings of the functions. */
export const METRIC_NOTES: MetricNotes = {
  returns: {
    totalReturn: signed(fraction("Total return", "Equity at the end by the starting balance, less 1.")),
    annualReturn: signed(
      fraction(
        "Annual return (CAGR)",
        "The return of every year of 365 days that would have come to the same, compounded.",
        "no time passed, or nothing was left",
      ),
    ),
    meanDay: signed(fraction("Mean day", "Mean of the returns from day to day (UTC).", NO_DAYS)),
    geometricDay: signed(
      fraction("Geometric day", "The return of every day that would have come to the same.", NO_DAYS),
    ),
    geometricMonth: signed(
      fraction(
        "Geometric month",
        "The return of every month that would have come to the same; first and last count as whole.",
        NO_DAYS,
      ),
    ),
    bestDay: signed(fraction("Best day", "Largest return of a day.", NO_DAYS)),
    worstDay: signed(fraction("Worst day", "Smallest return of a day.", NO_DAYS)),
    bestMonth: signed(fraction("Best month", "Largest return of a calendar month.", NO_DAYS)),
    worstMonth: signed(fraction("Worst month", "Smallest return of a calendar month.", NO_DAYS)),
    winningDays: fraction("Winning days", "Share of the days with a return above zero.", NO_DAYS),
    winningMonths: fraction("Winning months", "Share of the months with a return above zero.", NO_DAYS),
    averageUpMonth: signed(
      fraction("Average up month", "Mean return of the months that gained.", "no month gained"),
    ),
    averageDownMonth: signed(
      fraction("Average down month", "Mean return of the months that lost.", "no month lost"),
    ),
    longestWinningDays: count("Longest run of winning days", "Days in a row with a return above zero."),
    longestLosingDays: count("Longest run of losing days", "Days in a row with a return below zero."),
    days: count("Days", "UTC days with a value of the account."),
    years: note("years", "Years", "From the start to the last value, in years of 365 days."),
  },
  ratios: {
    sharpe: ratio(
      "Sharpe ratio",
      "Mean of the daily returns by their standard deviation (n − 1), × √365; no interest is taken off.",
      FEW_DAYS,
    ),
    smartSharpe: ratio(
      "Smart Sharpe",
      "Sharpe ratio divided by what neighbouring days that depend on each other add to it.",
      "there were fewer than three days, or all returned the same",
    ),
    sortino: ratio(
      "Sortino ratio",
      "Mean of the daily returns by their downside deviation over all days, × √365.",
      "no day lost",
    ),
    smartSortino: ratio(
      "Smart Sortino",
      "Sortino ratio divided by what neighbouring days that depend on each other add to it.",
      "no day lost, or there were fewer than three",
    ),
    calmar: ratio("Calmar ratio", "Annual return by the deepest drawdown of the whole span.", NO_FALL),
    omega: ratio(
      "Omega ratio",
      "Sum of the days' gains by the sum of their losses.",
      "no day gained or lost",
    ),
    gainToPain: ratio(
      "Gain to pain",
      "Sum of the months' returns by the sum of the losing ones among them (Schwager).",
      "no month gained or lost",
    ),
    ulcerPerformance: ratio("Ulcer performance (Martin)", "Annual return by the ulcer index.", NO_FALL),
    painRatio: ratio("Pain ratio", "Annual return by the pain index.", NO_FALL),
    recoveryFactor: ratio("Recovery factor", "Total return by the deepest drawdown.", NO_FALL),
    serenity: ratio(
      "Serenity index",
      "Sum of the daily returns by ulcer index × pitfall, the conditional drawdown by the days' deviation.",
      NO_FALL,
    ),
    commonSense: ratio(
      "Common sense ratio",
      "Omega ratio × tail ratio: do gains outweigh, and are the large moves gains.",
      "either of them is",
    ),
  },
  risk: {
    annualVolatility: fraction(
      "Volatility",
      "Standard deviation (n − 1) of the daily returns, × √365.",
      "there were fewer than two days",
    ),
    downsideDeviation: fraction(
      "Downside deviation",
      "Root of the mean square of the losing days over all days, × √365.",
      NO_DAYS,
    ),
    maxDrawdown: fraction(
      "Deepest drawdown",
      "Largest fall from a peak, at any close, as a share of the peak.",
    ),
    averageDrawdown: fraction(
      "Average drawdown",
      "Mean depth of all drawdowns, the small ones too.",
      NO_FALL,
    ),
    drawdownCount: count("Drawdowns", "Falls below an earlier peak, each counted until the peak is back."),
    longestDrawdownMs: duration(
      "Longest drawdown",
      "From a peak until it was back, or until the end.",
      NO_FALL,
    ),
    averageDrawdownMs: duration(
      "Average length of a drawdown",
      "Mean of the same of all drawdowns.",
      NO_FALL,
    ),
    timeUnderWater: fraction(
      "Time under water",
      "Share of the time below an earlier peak.",
      "no time passed",
    ),
    ulcerIndex: fraction(
      "Ulcer index",
      "Root of the mean square of the drawdowns at the end of each day.",
      NO_DAYS,
    ),
    painIndex: fraction("Pain index", "Mean of the drawdowns at the end of each day.", NO_DAYS),
    conditionalDrawdown: fraction(
      "Conditional drawdown",
      "Mean of the drawdowns of the worst 5 % of the days.",
      NO_DAYS,
    ),
    valueAtRisk: fraction(
      "Value at risk, 95 %",
      "Loss that one day in twenty exceeded: the 5 % quantile of the daily returns.",
      NO_DAYS,
    ),
    expectedShortfall: fraction(
      "Expected shortfall, 95 % (CVaR)",
      "Mean loss of the days that were no better than the value at risk.",
      NO_DAYS,
    ),
    cornishFisherValueAtRisk: fraction(
      "Value at risk by Cornish–Fisher",
      "The same of a distribution with the mean, deviation, skew and kurtosis of the days.",
      "all days returned the same, or their skew is too large for the expansion",
    ),
    cornishFisherShortfall: fraction(
      "Shortfall by Cornish–Fisher",
      "Mean loss beyond it under the same expansion (Maillard).",
      "all days returned the same, or their skew is too large for the expansion",
    ),
    skew: ratio(
      "Skew",
      "Third standardised moment of the daily returns: below 0 large losses are likelier than gains.",
      FEW_DAYS,
    ),
    kurtosis: ratio(
      "Kurtosis",
      "Fourth standardised moment of the daily returns, raw: 3 for a normal distribution.",
      FEW_DAYS,
    ),
    tailRatio: ratio(
      "Tail ratio",
      "95 % quantile of the daily returns by the size of the 5 % quantile.",
      "the 5 % quantile is 0",
    ),
    autocorrelation: ratio(
      "Autocorrelation",
      "Correlation of each day's return with that of the day before.",
      "there were fewer than three days, or all returned the same",
    ),
  },
  trades: {
    tradeCount: count("Trades", "Closed positions, from the first entry to the exit that made them flat."),
    winRate: fraction("Win rate", "Share of the trades with a profit above zero after costs.", NO_TRADES),
    winRateLow: fraction(
      "Win rate, at least",
      "Lower end of Wilson's 95 % interval, were trades independent.",
    ),
    winRateHigh: fraction(
      "Win rate, at most",
      "Upper end of Wilson's 95 % interval, were trades independent.",
    ),
    winCount: count("Winners", "Trades with a profit above zero."),
    lossCount: count("Losers", "Trades with a loss; those that break even are neither."),
    netProfit: signed(money("Net profit", "Sum of the trades' profits after costs.")),
    grossProfit: money("Gross profit", "Sum of the winners' profits."),
    grossLoss: money("Gross loss", "Sum of the losers' losses, above zero."),
    profitFactor: ratio("Profit factor", "Gross profit by gross loss.", "no trade won or lost"),
    averageWin: money("Average win", "Mean profit of the winners.", "no trade won"),
    averageLoss: money("Average loss", "Mean loss of the losers, above zero.", "no trade lost"),
    payoffRatio: ratio("Payoff ratio", "Average win by average loss.", "no trade won, or none lost"),
    expectancy: signed(money("Expectancy", "Mean profit of a trade.", NO_TRADES)),
    expectancyRatio: ratio(
      "Expectancy ratio",
      "Expectancy by the average loss: what is earned for each unit that a loser costs.",
      "no trade lost",
    ),
    systemQuality: ratio(
      "System quality number (SQN)",
      "√n × mean by standard deviation of the trades' profits; n is not capped.",
      "there were fewer than two trades, or all were the same",
    ),
    kellyFraction: signed(
      fraction(
        "Kelly fraction",
        "Win rate less loss rate by payoff ratio: what to risk for the fastest growth, were the odds known.",
        "no trade won, or none lost",
      ),
    ),
    meanReturn: signed(fraction("Mean return of a trade", "By what it staked, each trade alike.", NO_TRADES)),
    medianReturn: signed(fraction("Median return of a trade", "Half of the trades did better.", NO_TRADES)),
    bestReturn: signed(fraction("Best trade", "Largest return by what was staked.", NO_TRADES)),
    worstReturn: signed(fraction("Worst trade", "Smallest return by what was staked.", NO_TRADES)),
    bestProfit: signed(money("Best trade, in money", "Largest profit of a trade.", NO_TRADES)),
    worstProfit: signed(money("Worst trade, in money", "Smallest profit of a trade.", NO_TRADES)),
    longestWinStreak: count("Longest winning streak", "Winners in a row, in order of exit."),
    longestLossStreak: count("Longest losing streak", "Losers in a row, in order of exit."),
    currentStreak: signed(count("Streak at the end", "Winners in a row at the end, or below 0 losers.")),
    tradesPerYear: ratio("Trades a year", "By years of 365 days.", "no time passed"),
  },
  holding: {
    averageMs: duration(
      "Average holding",
      "From the first entry to the last exit, mean of all trades.",
      NO_TRADES,
    ),
    medianMs: duration("Median holding", "Half of the trades were held longer.", NO_TRADES),
    longestMs: duration("Longest holding", "Of any trade.", NO_TRADES),
    averageWinMs: duration("Average holding of winners", "Mean of the winners.", "no trade won"),
    averageLossMs: duration(
      "Average holding of losers",
      "Mean of the losers: longer than the winners' where losses are let run.",
      "no trade lost",
    ),
  },
  excursions: {
    meanAdverse: fraction(
      "Mean adverse excursion (MAE)",
      "How far the price went against a trade while it was open, of its entry price.",
      NO_TRADES,
    ),
    worstAdverse: fraction("Largest adverse excursion", "Of any trade.", NO_TRADES),
    winnersMeanAdverse: fraction(
      "Winners' mean adverse excursion",
      "Where a stop would have cost gains.",
      "no trade won",
    ),
    meanFavourable: fraction(
      "Mean favourable excursion (MFE)",
      "How far the price went for a trade while it was open, of its entry price.",
      NO_TRADES,
    ),
    bestFavourable: fraction("Largest favourable excursion", "Of any trade.", NO_TRADES),
    losersMeanFavourable: fraction(
      "Losers' mean favourable excursion",
      "What a target or a trail would have kept.",
      "no trade lost",
    ),
    edgeRatio: ratio(
      "Edge ratio",
      "Mean favourable by mean adverse excursion: above 1 entries tend to go the right way.",
      "no trade went against its entry",
    ),
    meanGivenBack: fraction(
      "Mean given back",
      "From the best price while open to the price of the exit, before costs.",
      NO_TRADES,
    ),
  },
  riskMultiples: {
    count: count("Trades with a stop", "Only these have an R: what the first stop put at risk."),
    mean: signed(multiple("Mean R", "Expectancy for each unit that was risked.", "no trade had a stop")),
    median: signed(multiple("Median R", "Half of the trades with a stop did better.", "no trade had a stop")),
    deviation: multiple("Deviation of R", "Standard deviation (n − 1).", "fewer than two trades had a stop"),
    best: signed(multiple("Best R", "Of any trade with a stop.", "no trade had a stop")),
    worst: signed(multiple("Worst R", "Of any trade with a stop.", "no trade had a stop")),
    beyondStop: fraction(
      "Beyond the stop",
      "Share of them that lost more than 1 R: gaps, slippage, costs, stops that were moved.",
      "no trade had a stop",
    ),
    systemQuality: ratio(
      "System quality number of R",
      "√n × mean by standard deviation of the multiples, as Tharp has it; n is not capped.",
      "fewer than two trades had a stop, or all were the same",
    ),
  },
  activity: {
    timeInMarket: fraction("Time in the market", "Share of the closes with an open position.", NO_DAYS),
    meanExposure: fraction(
      "Mean exposure",
      "Value of the positions by equity, longs and shorts added, mean of all closes.",
      NO_DAYS,
    ),
    maxExposure: fraction("Largest exposure", "The same at its largest.", NO_DAYS),
    meanNetExposure: fraction("Mean net exposure", "The same with shorts taken off.", NO_DAYS),
    maxOpenPositions: count("Most open positions", "At any close.", NO_DAYS),
    turnover: ratio("Turnover", "What was bought and sold by the mean equity, over the whole span."),
    annualTurnover: ratio("Turnover a year", "The same by years of 365 days.", "no time passed"),
    totalCosts: money("Costs", "Fees, slippage, funding and liquidation together."),
    costsOfStart: fraction("Costs by the start", "Costs by the starting balance."),
    costsOfGross: fraction(
      "Costs by the profit before them",
      "The part that they took; above 100 % they took more than there was.",
      "there was no profit before costs",
    ),
    costsBps: note(
      "bps",
      "Costs by what was traded",
      "What each side of a trade paid, in hundredths of a percent.",
      "nothing was traded",
    ),
  },
  benchmark: {
    days: count("Days of both", "Days that the account and the benchmark both have."),
    benchmarkReturn: signed(fraction("Benchmark's return", "Over those days.", "the two share no day")),
    benchmarkAnnualReturn: signed(
      fraction("Benchmark's annual return", "Compounded.", "the two share no day"),
    ),
    excessReturn: signed(
      fraction("Excess return", "Annual return less the benchmark's.", "the two share no day"),
    ),
    alpha: signed(
      fraction(
        "Alpha",
        "Jensen's: mean daily return less beta × the benchmark's, × 365; no interest is taken off.",
        "the benchmark stood still, or two days are missing",
      ),
    ),
    beta: ratio(
      "Beta",
      "How much of the benchmark's moves the account takes: covariance by the benchmark's variance.",
      "the benchmark stood still, or two days are missing",
    ),
    correlation: ratio("Correlation", "Pearson's, of daily returns.", "one of the two stood still"),
    rSquared: fraction(
      "R²",
      "Share of the variance that the benchmark explains.",
      "one of the two stood still",
    ),
    informationRatio: ratio(
      "Information ratio",
      "Mean daily return above the benchmark's by its deviation, × √365.",
      "the two never parted",
    ),
    trackingError: fraction(
      "Tracking error",
      "Standard deviation (n − 1) of the daily difference, × √365.",
      "there were fewer than two days",
    ),
    upCapture: ratio(
      "Up capture",
      "Geometric mean return of the days on which the benchmark rose, by the benchmark's own.",
      "the benchmark never rose",
    ),
    downCapture: ratio("Down capture", "The same of the days on which it fell.", "the benchmark never fell"),
    treynor: ratio("Treynor ratio", "Annual return by beta.", "beta is"),
    daysAhead: fraction(
      "Days ahead",
      "Share of the days on which the account did better.",
      "the two share no day",
    ),
    benchmarkVolatility: fraction(
      "Benchmark's volatility",
      "Of its daily returns, × √365.",
      "there were fewer than two days",
    ),
    benchmarkSharpe: ratio("Benchmark's Sharpe ratio", "Of the same days.", FEW_DAYS),
    benchmarkMaxDrawdown: fraction(
      "Benchmark's deepest drawdown",
      "At the end of a day.",
      "the two share no day",
    ),
  },
};

function note(unit: MetricUnit, title: string, meaning: string, undefinedWhen?: string): MetricNote {
  return { title, unit, meaning, ...(undefinedWhen === undefined ? {} : { undefinedWhen }) };
}

function fraction(title: string, meaning: string, undefinedWhen?: string): MetricNote {
  return note("fraction", title, meaning, undefinedWhen);
}

function ratio(title: string, meaning: string, undefinedWhen?: string): MetricNote {
  return note("ratio", title, meaning, undefinedWhen);
}

function money(title: string, meaning: string, undefinedWhen?: string): MetricNote {
  return note("money", title, meaning, undefinedWhen);
}

function count(title: string, meaning: string, undefinedWhen?: string): MetricNote {
  return note("count", title, meaning, undefinedWhen);
}

function duration(title: string, meaning: string, undefinedWhen?: string): MetricNote {
  return note("durationMs", title, meaning, undefinedWhen);
}

function multiple(title: string, meaning: string, undefinedWhen?: string): MetricNote {
  return note("multiple", title, meaning, undefinedWhen);
}

function signed(unsigned: MetricNote): MetricNote {
  return { ...unsigned, isSigned: true };
}
