import type { BacktestOptions } from "../backtest/options.ts";
import { unhashedBacktest } from "../backtest/run.ts";
import type { Candles } from "../candles/candles.ts";
import { resample } from "../candles/resample.ts";
import { hashText } from "../core/hash.ts";
import type { Table } from "../core/table.ts";
import type { OrderInstruction } from "../orders/order.ts";
import type { DecideInput, Strategy } from "../strategy/contract.ts";
import type { Decision } from "../strategy/decision.ts";
import { featureRecipes } from "../strategy/featureRecipes.ts";
import { type ParameterValues, resolveParameters } from "../strategy/parameters.ts";
import type { PlainJson } from "../strategy/plainJson.ts";
import { readDecision } from "../strategy/readDecision.ts";
import { after } from "./known.ts";
import { recipeColumns } from "./recipes.ts";
import { closeTimes, type ProbeColumn, type SubjectFactory } from "./subject.ts";

type Input = DecideInput<ParameterValues, string, PlainJson>;
type Noted = { readonly time: number; readonly answer: unknown };

/**
 * A strategy as a subject, run by the backtest that runs it everywhere else. Its columns: each feature on each symbol;
 * what it decided at each time (the weight or the direction by symbol, orders by their content); its fills, by the next
 * close; the account's equity, and what it earned. `create` makes the strategy afresh where it can, so that what a module
 * keeps outside of its state does not reach the next run.
 */
export function strategySubject(
  create: () => Strategy,
  options: Omit<BacktestOptions, "finalise"> = {},
): SubjectFactory {
  return {
    create: () => {
      const strategy = create();
      const parameters = resolveParameters(strategy.parameters, options.parameters);
      return ({ candles }) => {
        const markets = marketsOf(candles, options.timeframe ?? strategy.timeframe);
        const features = recipeColumns(featureRecipes(strategy, parameters), markets);
        if (!canDecide(markets, strategy.history, options.startMs)) return features;
        const noted: Noted[] = [];
        // What is open at the end stays open: closing it there would be a trade that only the end has made.
        const result = unhashedBacktest(noting(strategy, noted), candles, {
          ...options,
          // A shorter way may be given up in its midst and begun anew: what was decided on it would be noted twice.
          ...(strategy.decide !== undefined && { path: "event" }),
          finalise: "keepOpen",
        });
        return [
          ...features,
          // Signals are made of features alone and ask nobody.
          ...(strategy.decide === undefined ? [] : decisionColumns(strategy.name, markets, noted)),
          ...fillColumns(candles, result.fills),
          ...accountColumns(result.equity),
        ];
      };
    },
  };
}

/**
 * The features of a strategy alone, as a subject: all of it that warms up. What it decides and what its account has
 * begin with the history by their nature.
 */
export function strategyFeatures(
  create: () => Strategy,
  options: Pick<BacktestOptions, "parameters" | "timeframe"> = {},
): SubjectFactory {
  return {
    create: () => {
      const strategy = create();
      const recipes = featureRecipes(strategy, resolveParameters(strategy.parameters, options.parameters));
      return ({ candles }) =>
        recipeColumns(recipes, marketsOf(candles, options.timeframe ?? strategy.timeframe));
    },
  };
}

function marketsOf(candles: readonly Candles[], timeframe: string): Candles[] {
  return candles.map((each) => (each.timeframe === timeframe ? each : resample(each, timeframe)));
}

/** Whether there is a close to decide at: with enough candles before it, or from the asked start on. */
function canDecide(markets: readonly Candles[], history: number, startMs: number | undefined): boolean {
  if (startMs === undefined) return markets.some(({ timestamp }) => timestamp.length > history);
  return markets.some((market) => (closeTimes(market).at(-1) ?? Number.NEGATIVE_INFINITY) > startMs);
}

/** The same strategy, which notes what it answers and when. */
function noting(strategy: Strategy, noted: Noted[]): Strategy {
  const note = <I extends Input, A>(handler: ((input: I) => A) | undefined) =>
    handler === undefined
      ? undefined
      : (input: I): A => {
          const answer = handler(input);
          noted.push({ time: input.market.time, answer });
          return answer;
        };
  const decide = note<Input, Decision>(strategy.decide);
  const onFill = note(strategy.onFill);
  const onOrder = note(strategy.onOrder);
  return { ...strategy, ...(decide && { decide }), ...(onFill && { onFill }), ...(onOrder && { onOrder }) };
}

/**
 * A column for each symbol, whether it is ever decided upon or not: with another future it may be. Orders are told apart
 * by their content; one that names no symbol belongs to all.
 */
function decisionColumns(name: string, markets: readonly Candles[], noted: readonly Noted[]): ProbeColumn[] {
  const universe = [...new Set(markets.map(({ symbol }) => symbol))];
  const time = Float64Array.from(noted, (each) => each.time);
  const columns = new Map(universe.map((symbol) => [symbol, new Float64Array(noted.length)]));
  const decide = (symbol: string, i: number, value: number): void => {
    const column = columns.get(symbol);
    if (column !== undefined) column[i] = value;
  };
  for (const [i, { time: at, answer }] of noted.entries()) {
    if (answer === undefined) continue;
    const read = readDecision(answer, { strategy: name, time: at, universe, isInView: () => true });
    if (read.kind === "targets") for (const { symbol, weight } of read.targets) decide(symbol, i, weight);
    else if (read.kind === "signals")
      for (const { symbol, direction } of read.signals)
        decide(symbol, i, direction === "long" ? 1 : direction === "short" ? -1 : 0.5);
    else
      for (const symbol of universe) {
        const own = read.orders.filter((each) => (symbolOf(each) ?? symbol) === symbol);
        if (own.length > 0) decide(symbol, i, codeOf(JSON.stringify(own)));
      }
  }
  return [...columns].map(([symbol, values]) => ({ name: `decides ${symbol}`, time, values }));
}

function symbolOf(instruction: OrderInstruction): string | undefined {
  if (instruction.action === "submit") return instruction.order.symbol;
  return instruction.action === "cancelAll" ? instruction.symbol : undefined;
}

/** The signed amount and the price of each fill of a symbol, known by the first close after it. */
function fillColumns(candles: readonly Candles[], { rows, columns }: Table): ProbeColumn[] {
  const { symbol, side } = columns;
  const at = columns.time as Float64Array;
  const [price, amount] = [columns.price as Float64Array, columns.amount as Float64Array];
  return candles.flatMap((market): ProbeColumn[] => {
    if (symbol instanceof Float64Array || side instanceof Float64Array) return [];
    const closes = closeTimes(market);
    const own: number[] = [];
    for (let i = 0; i < rows; i++) if (symbol.values[symbol.codes[i]] === market.symbol) own.push(i);
    if (own.length === 0) return [];
    const time = Float64Array.from(own, (i) => closes[after(closes, at[i])] ?? Number.POSITIVE_INFINITY);
    const sign = (i: number): number => (side.values[side.codes[i]] === "sell" ? -1 : 1);
    return [
      { name: `fill price ${market.symbol}`, time, values: Float64Array.from(own, (i) => price[i]) },
      { name: `fills ${market.symbol}`, time, values: Float64Array.from(own, (i) => sign(i) * amount[i]) },
    ];
  });
}

function accountColumns({ columns }: Table): ProbeColumn[] {
  const [time, equity] = [columns.time as Float64Array, columns.equity as Float64Array];
  const earned = equity.map((value, i) => (i === 0 ? 0 : value - equity[i - 1]));
  return [
    { name: "equity", time, values: equity },
    { name: "earned", time, values: earned, kind: "earned" },
  ];
}

/** A text as a number of 52 bits: equal texts are equal numbers, and different ones differ. */
function codeOf(text: string): number {
  return Number.parseInt(hashText(text).slice(0, 13), 16);
}
