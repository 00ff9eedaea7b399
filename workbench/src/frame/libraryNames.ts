import { catalogue } from "#engine/catalogue/catalogue.ts";
import type { KnownName } from "../editor/completion.ts";

/** What the catalogue does not describe, in a line each: the names a notebook is written with. */
const DESCRIBED: Record<string, readonly [signature: string, doc: string]> = {
  candles: [
    "(symbol, timeframe?, { exchange?, market?, fromMs?, toMs? })",
    "Candles of one symbol from the lake as columns; a higher timeframe is put together from whole candles.",
  ],
  universe: ["(exchange?, timeframe?, { symbols?, market? })", "Candles of every symbol of an exchange."],
  series: ["()", "What the lake holds: exchange, symbol, timeframe, rows, span."],
  chart: ["(candles, { overlays?, panes?, markers?, height? })", "An interactive candlestick chart."],
  table: [
    "(rows, { columns?, sort?, height? })",
    "A table of records, columns, candles or an Arrow table, of any length.",
  ],
  report: ["(evaluation)", "An evaluation with its headline, slices, curve and trades."],
  evaluate: [
    "(strategy, { universe?, parameters?, windowMs?, shiftMs?, feeBps? })",
    "Walk-forward slices in a worker. The strategy is the name of a built-in one or what defineStrategy gave.",
  ],
  backtest: [
    "(strategy | { strategies, capital? }, universe?, { parameters?, startingBalance?, feeBps?, slippageBps?, sizing?, exits?, risk?, fillModel? … })",
    "One portfolio folded over the history, order by order, in a worker. Its tables (result.trades) can be queried by SQL.",
  ],
  optimise: [
    "(strategy, universe?, { trials?, sampler?, loss? | objectives?, choose?, pruner?, folds?, search?, seed?, batch?, backtest? })",
    "Searches the parameters on each fold's past and judges the choice on what followed, in workers. Shows itself.",
  ],
  tearsheet: [
    "(result, { whatIf?, benchmark?, regimes?, daysPerYear? })",
    "A backtest as a page: equity, months, costs, every trade on its chart, all metrics, the assumptions and the hash.",
  ],
  metrics: [
    "(result, { benchmark?, regimes?, daysPerYear? })",
    "Every figure of a backtest by families, its drawdowns and its trades by group; the tables can be queried by SQL (m.bySymbol).",
  ],
  monteCarlo: [
    "(result, { order?, runLength?, skip?, maxExtraBps?, maxDelayBars?, stake? | candles?, blockBars?, noise?, paths?, seed?, ruinLevel? })",
    "What a backtest could have come to: its trades drawn again, missed, late or dearer, or the whole of it on changed candles.",
  ],
  significance: [
    "(result, { trials?, resamples?, confidence?, blocks?, seed? })",
    "How likely a result is luck: probabilistic and deflated Sharpe, haircut, overfitting, reality check, intervals.",
  ],
  ruleSignificance: [
    "(positions, opens, { by?, permutations?, seed? })",
    "Before any backtest: do a rule's positions know anything of the next move, the market's drift taken off?",
  ],
  sharpeEstimate: [
    "(returns)",
    "Sharpe ratio of one period with its skew and raw kurtosis, for the tests that want it.",
  ],
  probabilisticSharpe: [
    "(estimate, { benchmark? })",
    "Probability that the true Sharpe ratio is above the benchmark.",
  ],
  deflatedSharpe: [
    "(estimate, { trials, variance })",
    "The same as the best of so many trials whose ratios have this variance.",
  ],
  backtestOverfitting: [
    "(trials, { blocks? })",
    "How often the trial that is best on one half of the time is in the worse half on the other.",
  ],
  realityCheck: [
    "(trials, { resamples?, blockLength?, seed? })",
    "Chance that the best of so many without an edge looks as good (White).",
  ],
  superiorAbility: [
    "(trials, { resamples?, blockLength?, seed? })",
    "The same without poor trials in the way, with three p-values (Hansen).",
  ],
  bootstrapIntervals: [
    "(returns, { name: (returns) => number }, { resamples?, confidence?, blockLength?, seed? })",
    "Intervals of any figures of returns by the stationary bootstrap.",
  ],
  simulateTrades: [
    "(returns, { order?, runLength?, skip?, stake?, paths?, seed?, ruinLevel? })",
    "Paths of drawn trades at once, on this page: bands, drawdowns, ruin.",
  ],
  perturbCandles: [
    '(universe, { kind: "bootstrap", blockBars? } | { kind: "noise", noise? }, { seed?, path? })',
    "A changed copy of candles, to run anything on.",
  ],
  leakProbe: [
    "(strategy | value | recipes | function, candles?, { cuts?, seed?, tolerance?, backtest?, warmUp? })",
    "Does it see the future? Made again on shortened and changed futures, by the cells that made it, in a worker.",
  ],
  steps: [
    "(result, { begin? })",
    "Steps through a backtest, candle by candle: market, features, orders, account.",
  ],
  walkForwardFolds: [
    "({ startMs, endMs, folds | trainMs, testMs, stepMs?, kind?, labelMs?, embargoMs?, minTrainMs?, alignMs? })",
    "Folds over time: each is trained on the past and tested on what comes next, after the embargo.",
  ],
  walkForwardRows: [
    "({ rows, folds | trainRows, testRows, stepRows?, kind?, labelRows?, embargoRows?, minTrainRows?, alignRows? })",
    "Walk-forward folds counted in rows of columns.",
  ],
  walkForwardSplits: [
    "({ t0, t1 }, folds)",
    "The samples of walk-forward folds by index, without training labels that reach into the test.",
  ],
  purgedKFold: [
    "({ t0, t1 }, { k?, embargoFraction?, embargoMs? })",
    "k-fold in order of time; training labels that overlap a test's are dropped, and so is what follows it closely.",
  ],
  combinatorialPurged: [
    "({ t0, t1 }, { groups?, testGroups?, embargoFraction?, embargoMs? })",
    "Every choice of groups as a test, purged and embargoed: many out-of-sample paths instead of one.",
  ],
  pathsOf: [
    "(plan, predictionsBySplit)",
    "Joins what each split predicted of its test to the paths through the whole history.",
  ],
  pathDistribution: [
    "(paths, statistic)",
    "How a statistic is spread over the paths: mean, deviation, quantiles.",
  ],
  unpurgedKFold: [
    "(samples, { k? })",
    "k-fold without purging: where labels look ahead, its score is too good.",
  ],
  splitBands: [
    "(splits, labels?)",
    "Splits as bands over time: what trains, what is tested, purged, embargoed.",
  ],
  defineStrategy: [
    "({ name, timeframe, history, parameters, features, decide })",
    "A strategy: recipes for its features, and a decision at each time.",
  ],
  defineLoss: [
    "((metrics, { returns, profits, parameters }) => number)",
    "Marks a function as a loss for optimise, the smaller the better; one that is written in the call needs no mark.",
  ],
  defineCapital: [
    "({ every, symbol?, features?, weights })",
    "A rule that divides one account among several strategies: backtest({ strategies: [{ strategy }, …], capital }, …).",
  ],
  int: ["(default, min, max)", "A whole-number parameter of a strategy."],
  decimal: ["(default, min, max)", "A decimal parameter of a strategy."],
  boolean: ["(default)", "A parameter of a strategy that is on or off."],
  choice: ["(default, options)", "A parameter of a strategy that is one of a few words."],
  resample: ["(candles, timeframe)", "Candles of a higher timeframe, aligned to the calendar."],
  display: ["(value)", "Shows a value under the cell; gives it back."],
  view: ["(input)", "Shows an input; its value is what other cells read."],
  Plot: ["", "Observable Plot: marks, scales, facets."],
  Inputs: ["", "Observable's inputs: range, select, toggle, text, table …"],
  html: ["`…`", "An element from HTML."],
  md: ["`…`", "Prose from Markdown."],
  invalidation: ["", "A promise that resolves when the cell runs again: the place for cleaning up."],
  ident: ["(name)", "A table or column name for an interpolation in SQL."],
};

/** The library for completion, described from the catalogue where it has an entry. */
export function libraryNames(library: Record<string, unknown>): KnownName[] {
  const names = new Set([...Object.keys(DESCRIBED), ...Object.keys(library)]);
  return [...names].map((name): KnownName => {
    const entry = catalogue.get(name);
    if (entry !== undefined) {
      const inputs = entry.inputs.includes("values") ? ["values"] : ["candles"];
      const parameters = entry.parameters.map((parameter) => `${parameter.name} = ${parameter.default}`);
      return {
        name,
        kind: "function",
        signature: `(${[...inputs, ...parameters].join(", ")})`,
        doc: `${entry.title}. ${entry.reading}\n${entry.source}`,
      };
    }
    const described = DESCRIBED[name];
    const value = library[name];
    const kind =
      typeof value === "function" ? "function" : typeof value === "object" ? "namespace" : "constant";
    return {
      name,
      kind: described === undefined ? kind : name === "Plot" ? "namespace" : kind,
      signature: described?.[0],
      doc: described?.[1],
    };
  });
}
