import * as Inputs from "@observablehq/inputs";
import { html, svg } from "htl";
import type { Candles } from "#engine/candles/candles.ts";
import type { CellRun } from "#runtime/types.ts";
import { type CandleChartElement, type CandleChartOptions, reusableChart } from "../charts/candles.ts";
import { report } from "../outputs/report.ts";
import { splitBands } from "../outputs/splitBands.ts";
import { table } from "../outputs/table.ts";
import type { FrameSeries } from "../shell/protocol.ts";
import type { RunBacktest } from "./backtest.ts";
import type { DataCalls } from "./dataCalls.ts";
import { engineInCells } from "./engineInCells.ts";
import type { Evaluate } from "./evaluate.ts";
import type { CandlesOptions, LakeView, UniverseOptions } from "./lakeView.ts";
import type { RunLeakProbe } from "./leakProbe.ts";
import { md } from "./markdown.ts";
import type { RunMonteCarlo } from "./monteCarlo.ts";
import type { RunOptimise } from "./optimise.ts";
import type { RunSignificance } from "./significance.ts";
import type { Tearsheets } from "./tearsheet.ts";

/** The names in scope in every cell, besides those of other cells. */
export type Library = {
  /** The same for every cell. */
  values: Record<string, unknown>;
  /** Made at first use: what is large and not always wanted. */
  lazy: Record<string, () => unknown>;
  /** Made for each run of a cell that reads them. */
  perRun: Record<string, (run: CellRun) => unknown>;
  /** What a strategy may import from `"walkforward"`. */
  engineNames: readonly string[];
};

/** What cells may have done in workers, and how its results are shown. */
export type Doers = {
  evaluate: Evaluate;
  backtest: RunBacktest;
  optimise: RunOptimise;
  monteCarlo: RunMonteCarlo;
  significance: RunSignificance;
  leakProbe: RunLeakProbe;
  tearsheets: Tearsheets;
};

export function library(
  lake: LakeView,
  dataCalls: DataCalls,
  { evaluate, backtest, optimise, monteCarlo, significance, leakProbe, tearsheets }: Doers,
): Library {
  const charts = new ChartShelf();
  return {
    values: {
      ...engineInCells,
      Inputs,
      html,
      // Observable's name for the tag that its HTML cells use.
      htl: { html, svg },
      svg,
      md,
      table,
      report,
      splitBands,
      tearsheet: tearsheets.whole,
      metrics: tearsheets.metrics,
      steps: tearsheets.steps,
      series: (): FrameSeries[] => lake.series.map((one) => ({ ...one })),
      candles: (symbol: string, timeframe?: string, options?: CandlesOptions): Promise<Candles> =>
        lake.candles(symbol, timeframe, options),
      universe: (exchange?: string, timeframe?: string, options?: UniverseOptions): Promise<Candles[]> =>
        lake.universe(exchange, timeframe, options),
    },
    lazy: { Plot: () => import("../charts/plotTheme.ts").then(({ themedPlot }) => themedPlot) },
    perRun: {
      chart: (run) => charts.forRun(run),
      // The same as above, noted: a cell that is run again on other data asks for the same.
      candles:
        (run) =>
        (...given: Parameters<LakeView["candles"]>) =>
          dataCalls.note(run, "candles", given, lake.candles(...given)),
      universe:
        (run) =>
        (...given: Parameters<LakeView["universe"]>) =>
          dataCalls.note(run, "universe", given, lake.universe(...given)),
      leakProbe:
        (run) =>
        (subject: unknown, universe: Parameters<RunLeakProbe>[1], options: Parameters<RunLeakProbe>[2]) =>
          leakProbe(subject, universe, options, run),
      evaluate: (run) => (strategy: unknown, options?: Parameters<Evaluate>[1]) =>
        evaluate(strategy, options ?? {}, run),
      backtest:
        (run) =>
        (strategy: unknown, universe: Parameters<RunBacktest>[1], options: Parameters<RunBacktest>[2]) =>
          backtest(strategy, universe, options, run),
      optimise:
        (run) =>
        (strategy: unknown, universe: Parameters<RunOptimise>[1], options: Parameters<RunOptimise>[2]) =>
          optimise(strategy, universe, options, run),
      monteCarlo: (run) => (result: Parameters<RunMonteCarlo>[0], options?: Parameters<RunMonteCarlo>[1]) =>
        monteCarlo(result, options, run),
      significance:
        (run) => (result: Parameters<RunSignificance>[0], options?: Parameters<RunSignificance>[1]) =>
          significance(result, options, run),
    },
    engineNames: Object.keys(engineInCells),
  };
}

/**
 * Charts are kept for the next run of their cell: the n-th chart of a run takes over the element of the n-th chart
 * of the run before, so that a slider moves a line and the reader's zoom stays.
 */
class ChartShelf {
  readonly #cells = new Map<
    number,
    { run: number; before: CandleChartElement[]; now: CandleChartElement[] }
  >();

  forRun({ id, run }: CellRun): (candles: Candles, options?: CandleChartOptions) => CandleChartElement {
    const known = this.#cells.get(id);
    const shelf = known?.run === run ? known : { run, before: known?.now ?? [], now: [] };
    this.#cells.set(id, shelf);
    return (candles, options) => {
      const chart = reusableChart(shelf.before[shelf.now.length], candles, options);
      shelf.now.push(chart);
      return chart;
    };
  }
}
