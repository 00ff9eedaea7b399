export { type AllocationInput, allocate } from "./allocation/allocate.ts";
export {
  type BlackLittermanOptions,
  blackLitterman,
  type Posterior,
  type View,
} from "./allocation/blackLitterman.ts";
export type { Construction } from "./allocation/construction.ts";
export { estimateCovariance, meanReturns } from "./allocation/covariance.ts";
export type { CovarianceEstimate, CovarianceEstimator } from "./allocation/covarianceEstimator.ts";
export { type Allocation, type Candidate, equalWeight } from "./allocation/equalWeight.ts";
export { type ClusterDistance, hierarchicalRiskParity } from "./allocation/hierarchicalRiskParity.ts";
export { type LookbackReturns, lookbackReturns } from "./allocation/lookbackReturns.ts";
export {
  maxSharpe,
  meanVariance,
  minimumVariance,
  type ReturnModel,
  type WeightBounds,
} from "./allocation/meanVariance.ts";
export type { ConstructedPortfolio } from "./allocation/portfolio.ts";
export { type RiskModel, riskShares } from "./allocation/riskModel.ts";
export { riskParity } from "./allocation/riskParity.ts";
export { inverseVolatility, oneOverN } from "./allocation/simple.ts";
export { backtestHash } from "./backtest/backtestHash.ts";
export type { ConstructionOptions, UniverseOptions } from "./backtest/construct.ts";
export { defineCapital, linkedCapital } from "./backtest/defineCapital.ts";
export type {
  BacktestOptions,
  CapitalInput,
  CapitalRule,
  FundingColumns,
  RebalanceOptions,
  StrategyMix,
  StrategyShare,
  VenueOptions,
} from "./backtest/options.ts";
export type {
  Assumptions,
  Backtest,
  BacktestMetrics,
  BacktestUniverse,
  Costs,
  StrategyResult,
} from "./backtest/result.ts";
export { type BacktestProgress, backtest, backtesting, unhashedBacktest } from "./backtest/run.ts";
export type { Broker } from "./broker/broker.ts";
export type { FeeModel, FeeTier } from "./broker/feeModel.ts";
export type { LatencyModel } from "./broker/latency.ts";
export type { LeverageTier } from "./broker/leverageTiers.ts";
export type { BrokerListener, FillReason } from "./broker/listener.ts";
export type { BrokerSettings, FillModel, MarketSpec, PathModel, VenueSettings } from "./broker/settings.ts";
export { SimulatedBroker } from "./broker/simulated.ts";
export type { SlippageModel } from "./broker/slippage.ts";
export {
  type CandleRow,
  type CandleSource,
  candleAt,
  candlesBetween,
  candlesFromColumns,
  candlesFromRows,
  dropDuplicates,
  lowerBound,
  newColumns,
  requireAscending,
  sliceCandles,
  sortCandles,
  sourceOf,
  takeCandles,
} from "./candles/build.ts";
export { CANDLE_COLUMNS, type Candle, type CandleColumns, type Candles } from "./candles/candles.ts";
export { columnsHash, dataHash } from "./candles/dataHash.ts";
export { findGaps, type Gap, type GapRepair, repairGaps } from "./candles/gaps.ts";
export { alignColumn, type Timeline, takeVisible, visibleRows } from "./candles/multiTimeframe.ts";
export { resample } from "./candles/resample.ts";
export { type CandleFinding, type CandleFindingKind, validateCandles } from "./candles/validate.ts";
export type { ArithmeticOperation } from "./catalogue/arithmetic.ts";
export { catalogue, catalogueEntry } from "./catalogue/catalogue.ts";
export {
  type CatalogueEntry,
  type CatalogueOutput,
  type CatalogueParameter,
  completeParameters,
  type Family,
  type IndicatorParameters,
  type Step,
  type Unit,
} from "./catalogue/entry.ts";
export { evaluateRecipes, RecipeEvaluator } from "./catalogue/evaluate.ts";
export {
  type CandleRecipes,
  candleRecipes,
  indicatorRecipe,
  isRecipe,
  type Recipe,
  type RecipeRows,
  recipeKey,
} from "./catalogue/recipe.ts";
export type { StepFactory } from "./catalogue/userStep.ts";
export {
  above,
  absolute,
  atr,
  type BinaryFunction,
  type BollingerRecipes,
  below,
  bollinger,
  both,
  change,
  crossAbove,
  crossBelow,
  dividedBy,
  either,
  ema,
  type HighLowCloseRecipes,
  log,
  type MacdRecipes,
  macd,
  minus,
  negative,
  not,
  percentileRank,
  plus,
  returns,
  rollingMax,
  rollingMin,
  rollingStd,
  rsi,
  shift,
  slope,
  sma,
  step,
  times,
  type UnaryFunction,
  wma,
  zscore,
} from "./catalogue/vocabulary.ts";
export { recipeWarmUp } from "./catalogue/warmUp.ts";
export { type Cancel, throwIfCanceled } from "./core/cancel.ts";
export { EngineError, type ErrorDetails, nearestName } from "./core/errors.ts";
export { Hasher, hashBytes, hashPlain, hashText, utf8 } from "./core/hash.ts";
export { isoMonth, isoTime } from "./core/isoTime.ts";
export { cos, exp, expm1, ln, log1p, pow, sin, tanh } from "./core/maths.ts";
export { Random, type RandomState } from "./core/random.ts";
export { mean, median, quantile, standardDeviation, sum, variance } from "./core/stats.ts";
export type { Table, TableColumn, TextColumn } from "./core/table.ts";
export {
  calendarOf,
  closeTime,
  DAY_MS,
  HOUR_MS,
  isFixedLength,
  isMultiple,
  MINUTE_MS,
  openTime,
  parseTimeframe,
  SECOND_MS,
  type Timeframe,
  type TimeframeCalendar,
  type TimeframeUnit,
  timeframeMs,
  WEEK_MS,
} from "./core/timeframe.ts";
export { ENGINE_VERSION } from "./core/version.ts";
export type { ExitReason, Exits, ProfitLevel } from "./exits/exits.ts";
export { exitsFromFreqtrade } from "./exits/freqtrade.ts";
export {
  acrossMarkets,
  crossSectionalRank,
  crossSectionalZscore,
  type MarketColumn,
} from "./features/crossSection.ts";
export { type Expansion, expandFeatures } from "./features/expand.ts";
export {
  type Feature,
  type FeatureMatrix,
  type FeatureSet,
  featureMatrix,
  featureSet,
  joinFeatures,
  namedFeatures,
  normaliseFeatures,
} from "./features/featureSet.ts";
export { normaliseAcross } from "./features/normaliseAcross.ts";
export { Atr, type HighLowClose } from "./indicators/atr.ts";
export { Bollinger, type BollingerColumns } from "./indicators/bollinger.ts";
export { Change } from "./indicators/change.ts";
export { Ema } from "./indicators/ema.ts";
export { Macd, type MacdColumns } from "./indicators/macd.ts";
export { PercentileRank } from "./indicators/percentileRank.ts";
export { Returns } from "./indicators/returns.ts";
export { RollingMax } from "./indicators/rollingMax.ts";
export { RollingMin } from "./indicators/rollingMin.ts";
export { RollingStd } from "./indicators/rollingStd.ts";
export { Rsi } from "./indicators/rsi.ts";
export { Shift } from "./indicators/shift.ts";
export { Slope } from "./indicators/slope.ts";
export { Sma } from "./indicators/sma.ts";
export { Wma } from "./indicators/wma.ts";
export { Zscore } from "./indicators/zscore.ts";
export { leakProbe } from "./leaks/probe.ts";
export { type LeakProbeOptions, type ProbeSteps, probing } from "./leaks/probing.ts";
export { recipeSubject } from "./leaks/recipes.ts";
export type {
  Carrier,
  ColumnReport,
  ColumnVerdict,
  Leak,
  LeakKind,
  LeakReport,
} from "./leaks/report.ts";
export type { ProbeRun, RunOutcome } from "./leaks/stages.ts";
export { strategySubject } from "./leaks/strategy.ts";
export {
  atCloses,
  heldOver,
  type Information,
  type ProbeAnswer,
  type ProbeColumn,
  type ProbeInput,
  type Subject,
  type SubjectFactory,
} from "./leaks/subject.ts";
export {
  type WarmUpColumn,
  type WarmUpOptions,
  type WarmUpReport,
  type WarmUpRun,
  warmingUp,
  warmUpAnalysis,
} from "./leaks/warmUp.ts";
export { carrierWords, columnWords, leakWords, reportWords } from "./leaks/words.ts";
export {
  type AccountMetrics,
  type AccountRecord,
  type ActivityFigures,
  accountMetrics,
  type MetricsOptions,
  metricsOf,
  type ResultRecord,
} from "./metrics/accountMetrics.ts";
export { type AggregateCurve, aggregateCurve } from "./metrics/aggregateCurve.ts";
export { annualReturn, compoundReturn } from "./metrics/annualReturn.ts";
export { autocorrelation, autocorrelationPenalty } from "./metrics/autocorrelation.ts";
export {
  type Benchmark,
  type BenchmarkCandles,
  type BenchmarkCurve,
  type BenchmarkMetrics,
  benchmarkMetrics,
} from "./metrics/benchmark.ts";
export { type CaptureSide, captureRatio } from "./metrics/capture.ts";
export { type CostShares, costShares, type PaidCosts } from "./metrics/costShare.ts";
export { type DailyCurve, dailyCurve } from "./metrics/dailyCurve.ts";
export { drawdownsOf, maxDrawdown } from "./metrics/drawdown.ts";
export {
  calmarRatio,
  martinRatio,
  painRatio,
  recoveryFactor,
  serenityIndex,
} from "./metrics/drawdownRatios.ts";
export { type DrawdownColumn, drawdownTable } from "./metrics/drawdownTable.ts";
export { type EquityMetrics, equityMetrics } from "./metrics/equityMetrics.ts";
export { type ExcursionColumns, type Excursions, excursions } from "./metrics/excursions.ts";
export { expectancy, expectancyRatio } from "./metrics/expectancy.ts";
export { type Exposure, exposures } from "./metrics/exposure.ts";
export {
  FAMILY_TITLES,
  METRIC_NOTES,
  type MetricFamily,
  type MetricNote,
  type MetricNotes,
  type MetricUnit,
} from "./metrics/glossary.ts";
export { type HoldingTimes, holdingTimes } from "./metrics/holdingTimes.ts";
export { kellyFraction } from "./metrics/kelly.ts";
export { type Moments, moments } from "./metrics/moments.ts";
export { gainToPain, omegaRatio } from "./metrics/omega.ts";
export { type Payoff, payoff } from "./metrics/payoff.ts";
export { type PeriodColumn, periodReturns } from "./metrics/periodReturns.ts";
export { type Regression, regression } from "./metrics/regression.ts";
export { type RiskMultiples, riskMultiples } from "./metrics/riskMultiples.ts";
export { sharpeRatio } from "./metrics/sharpe.ts";
export type { MonthSummary, SliceMetrics, SymbolSummary } from "./metrics/sliceMetrics.ts";
export { type SliceTrade, sliceMetrics } from "./metrics/sliceMetrics.ts";
export { sortinoRatio } from "./metrics/sortino.ts";
export { type Streaks, streaks } from "./metrics/streaks.ts";
export { systemQualityNumber } from "./metrics/systemQuality.ts";
export { tailRatio } from "./metrics/tailRatio.ts";
export { activeReturns, informationRatio, trackingError } from "./metrics/trackingError.ts";
export type { TradeFigure } from "./metrics/tradeColumns.ts";
export { type GroupColumn, groupTrades } from "./metrics/tradeGroups.ts";
export {
  hourKeys,
  monthKeys,
  type RegimeLabels,
  regimeKeys,
  textKeys,
  weekdayKeys,
} from "./metrics/tradeKeys.ts";
export { type TradeMetrics, tradeMetrics } from "./metrics/tradeMetrics.ts";
export {
  profitFactor,
  type TradeOutcome,
  type TradeSummary,
  tradeSummary,
  winRate,
} from "./metrics/tradeSummary.ts";
export { conditionalDrawdown, painIndex, ulcerIndex } from "./metrics/ulcerIndex.ts";
export {
  cornishFisherExpectedShortfall,
  cornishFisherValueAtRisk,
  historicalExpectedShortfall,
  historicalValueAtRisk,
  type TailOptions,
} from "./metrics/valueAtRisk.ts";
export { annualVolatility, downsideDeviation } from "./metrics/volatility.ts";
export { type Proportion, wilsonInterval, Z_95 } from "./metrics/wilson.ts";
export { accountReturns, accountTurnover, closedBalances } from "./montecarlo/accountReturns.ts";
export type { PathSummary } from "./montecarlo/pathLog.ts";
export type { PathOptions } from "./montecarlo/pathOptions.ts";
export type { DrawOptions } from "./montecarlo/tradeDraw.ts";
export {
  type PathProgress,
  simulateTrades,
  simulatingTrades,
  type TradePathOptions,
  type TradePaths,
} from "./montecarlo/tradePaths.ts";
export type {
  Attached,
  Fill,
  LadderRung,
  Liquidity,
  OrderInstruction,
  OrderRequest,
  OrderStatus,
  OrderType,
  Side,
  TimeInForce,
  Trail,
  TriggerBy,
} from "./orders/order.ts";
export type { Blackout, ClosedHours } from "./risk/calendar.ts";
export {
  maxAge,
  maxAtrFraction,
  maxSpreadBps,
  minQuoteVolume,
  type Refusal,
  refusalText,
  rising,
  rsiBand,
} from "./risk/gates.ts";
export { type RiskPreset, RULE_DEFAULTS } from "./risk/presets.ts";
export { type RiskRuleEntry, riskRules, riskRulesTable } from "./risk/riskRules.ts";
export type { RiskRules, RuleName, RuleParameters } from "./risk/rules.ts";
export { type RiskSettings, riskSettings } from "./risk/settings.ts";
export { defineLoss, type LossFunction, type LossView } from "./selection/ownLoss.ts";
export type { MarketEvent, SessionCommand, SessionEvent, SessionInput } from "./session/events.ts";
export { Feed } from "./session/feed.ts";
export { Session, type SessionListener } from "./session/session.ts";
export type { SessionSettings, SessionStrategy } from "./session/settings.ts";
export type {
  EquityColumn,
  FillColumn,
  OrderColumn,
  PositionColumn,
  RiskEventColumn,
  TradeColumn,
} from "./session/tables.ts";
export { Tape } from "./session/tape.ts";
export { type BacktestOverfitting, backtestOverfitting } from "./significance/backtestOverfitting.ts";
export {
  type BootstrapInterval,
  type BootstrapIntervals,
  bootstrapInterval,
  bootstrapIntervals,
  type IntervalOptions,
  type Statistic,
} from "./significance/bootstrapInterval.ts";
export {
  deflatedSharpe,
  expectedMaximum,
  expectedMaximumSharpe,
  type TrialSpread,
} from "./significance/deflatedSharpe.ts";
export { type EffectiveTrials, effectiveTrials } from "./significance/effectiveTrials.ts";
export { type Haircut, type HaircutSharpe, haircutSharpe } from "./significance/haircutSharpe.ts";
export { minimumBacktestLength } from "./significance/minimumBacktestLength.ts";
export { minimumTrackRecord } from "./significance/minimumTrackRecord.ts";
export { type Adjustment, adjustPValues } from "./significance/multipleTests.ts";
export { type BlockLengths, optimalBlockLength } from "./significance/optimalBlockLength.ts";
export { probabilisticSharpe } from "./significance/probabilisticSharpe.ts";
export { type RealityCheck, type ResamplingOptions, realityCheck } from "./significance/realityCheck.ts";
export {
  type RuleOptions,
  type RuleSignificance,
  ruleSignificance,
} from "./significance/ruleSignificance.ts";
export { type SharpeEstimate, sharpeEstimate, sharpeStandardError } from "./significance/sharpeEstimate.ts";
export { type SuperiorAbility, superiorAbility } from "./significance/superiorAbility.ts";
export { type KellyEstimate, kellyEstimate } from "./sizing/kellyEstimate.ts";
export { sizeOf } from "./sizing/sizeOf.ts";
export type { Size, Sizing, SizingInput } from "./sizing/sizing.ts";
export {
  type PathDistribution,
  pathDistribution,
  pathsOf,
} from "./splits/combinatorialPaths.ts";
export {
  type CombinatorialOptions,
  type CombinatorialPlan,
  combinatorialPurged,
} from "./splits/combinatorialPurged.ts";
export type { EmbargoOptions } from "./splits/embargo.ts";
export type { SampleRange } from "./splits/groups.ts";
export type { LabelSpans } from "./splits/labels.ts";
export type { TestCover, WalkForwardKind } from "./splits/layFolds.ts";
export { type KFoldOptions, purgedKFold } from "./splits/purgedKFold.ts";
export type { SampleSplit, SplitName, SplitPlan } from "./splits/splitPlan.ts";
export { unpurgedKFold } from "./splits/unpurgedKFold.ts";
export {
  type Fold,
  type FoldOptions,
  type FoldsByCount,
  type FoldsByLength,
  type TimeSpan,
  type WalkForwardFolds,
  walkForwardFolds,
} from "./splits/walkForwardFolds.ts";
export {
  type RowFold,
  type RowFoldOptions,
  type RowSpan,
  type WalkForwardRows,
  walkForwardRows,
} from "./splits/walkForwardRows.ts";
export { type WalkForwardPlan, walkForwardSplits } from "./splits/walkForwardSplits.ts";
export { builtInStrategies, builtInStrategy, macdRsiConfluence, momentumRank } from "./strategies/index.ts";
export type {
  DecideInput,
  FeatureInputs,
  FillInput,
  OrderInput,
  Strategy,
  StrategyDefinition,
  TimeframeInputs,
} from "./strategy/contract.ts";
export { defineStrategy } from "./strategy/contract.ts";
export type {
  Decision,
  OrderDecision,
  SignalDecision,
  Target,
  TargetDecision,
  Weights,
} from "./strategy/decision.ts";
export { linkStrategyText, sealedNames } from "./strategy/link.ts";
export type {
  FillView,
  Holding,
  Market,
  OrderView,
  PortfolioView,
  PositionView,
  Row,
} from "./strategy/market.ts";
export {
  linkedStrategy,
  type StrategyModule,
  strategyHash,
  strategyModule,
  withHash,
} from "./strategy/module.ts";
export {
  type BooleanParameter,
  boolean,
  type ChoiceParameter,
  choice,
  decimal,
  int,
  type NumberParameter,
  type ParameterSpec,
  type ParameterSpecs,
  type ParameterValue,
  type ParameterValues,
  parseParameters,
  resolveParameters,
} from "./strategy/parameters.ts";
export type { PlainJson } from "./strategy/plainJson.ts";
export type { Signal, SignalRecipes } from "./strategy/signal.ts";
export { CandleBootstrap } from "./stress/candleBootstrap.ts";
export {
  type CandlePathPart,
  type CandlePaths,
  type CandlePathTask,
  candlePathPart,
  candlePaths,
  joinCandlePaths,
} from "./stress/candlePaths.ts";
export { delayedReturns } from "./stress/delayedReturns.ts";
export { noisyCandles } from "./stress/noisyCandles.ts";
export { type CandlePerturbation, perturbCandles } from "./stress/perturbCandles.ts";
export { trialIdentity } from "./trials/identity.ts";
export { type LedgerFault, type LedgerHead, TrialLedger } from "./trials/ledger.ts";
export { backtestFigures, evaluationFigures } from "./trials/outcome.ts";
export { readTrial } from "./trials/readTrial.ts";
export type { ClearedRecord, LedgerRecord, TrialRecord } from "./trials/record.ts";
export { unpackReturns } from "./trials/returns.ts";
export { type Scored, type ScoredPoint, ScoredPoints } from "./trials/scored.ts";
export { deflatedBy, ONE_TRIAL, summariseTrials, type TrialSummary } from "./trials/summary.ts";
export type { PackedReturns, ReturnFigures, Trial, TrialKind } from "./trials/trial.ts";
export { trialOfBacktest, trialOfEvaluation } from "./trials/trialOf.ts";
export { type SweptPoint, trialsOfSweep } from "./trials/trialsOfSweep.ts";
export type { UniverseMeasure, UniverseRule } from "./universe/rules.ts";
export {
  type LeftOut,
  type SelectUniverseOptions,
  selectUniverse,
  type UniverseSelection,
} from "./universe/selectUniverse.ts";
export { type EvaluationProgress, evaluate, evaluation } from "./walkforward/evaluate.ts";
export { evaluationHash } from "./walkforward/evaluationHash.ts";
export { type PositionOutcome, positionOutcome } from "./walkforward/position.ts";
export type {
  Evaluation,
  EvaluationSettings,
  EvaluationUniverse,
  SliceCounts,
  Trade,
} from "./walkforward/result.ts";
export type { EvaluateOptions } from "./walkforward/settings.ts";
export { selectSymbols } from "./walkforward/universe.ts";
