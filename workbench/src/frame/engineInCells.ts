import * as engine from "#engine";

/**
 * The engine as cells have it: all but what runs a strategy where it is called. In a cell that would hold the page, and
 * nobody would count it; `evaluate`, `backtest` and `optimise` of cells go to the workers, which do.
 */
const { backtest, backtesting, unhashedBacktest, evaluate, evaluation, strategySubject, ...inCells } = engine;

export const engineInCells = inCells;
