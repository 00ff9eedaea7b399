import type { Backtest } from "#engine/backtest/result.ts";
import { EngineError } from "#engine/core/errors.ts";
import { type AccountMetrics, type MetricsOptions, metricsOf } from "#engine/metrics/accountMetrics.ts";
import { describe } from "#runtime/describe.ts";
import type { Output } from "../outputs/element.ts";
import { stepper } from "../outputs/stepper/stepper.ts";
import { smallTearsheet } from "../outputs/tearsheet/smallTearsheet.ts";
import { tearsheetPage } from "../outputs/tearsheet/tearsheet.ts";
import { whatIf } from "../outputs/tearsheet/whatIf.ts";
import type { Backtests } from "./backtest.ts";
import { isBacktest } from "./resultKinds.ts";

export type TearsheetOptions = MetricsOptions & {
  /** Runs the same backtest with worse fills at once, instead of at the press of a button. */
  whatIf?: boolean;
};

/** `tearsheet(result)`, `metrics(result)` and `steps(result)` of cells, and what stands for a result that a cell shows by itself. */
export class Tearsheets {
  readonly #backtests: Backtests;

  constructor(backtests: Backtests) {
    this.#backtests = backtests;
  }

  whole = (result: Backtest, { whatIf: begin = false, ...compared }: TearsheetOptions = {}): Output => {
    requireBacktest("tearsheet", result);
    const backtests = this.#backtests;
    const panels = !backtests.knows(result)
      ? []
      : [
          {
            title: "What if the fills were worse",
            content: whatIf(result, (signal, onProgress) => backtests.worse(result, signal, onProgress), {
              begin,
            }),
          },
        ];
    return tearsheetPage(result, { ...compared, candles: backtests.candlesOf(result), panels });
  };

  metrics = (result: Backtest, options: MetricsOptions = {}): AccountMetrics => {
    requireBacktest("metrics", result);
    return metricsOf(result, options);
  };

  small = (result: Backtest): Output => smallTearsheet(result, () => this.whole(result));

  steps = (result: Backtest, { begin }: { begin?: number } = {}): Output => {
    requireBacktest("steps", result);
    const backtests = this.#backtests;
    return stepper(result, {
      stepAt: (index, signal) => backtests.step(result, index, signal),
      candles: backtests.candlesOf(result),
      begin,
    });
  };
}

function requireBacktest(call: string, value: unknown): void {
  if (isBacktest(value)) return;
  const given = describe(value).type;
  throw new EngineError(
    "tearsheet.not-a-backtest",
    `${call}: got a value of type ${given}; expected what await backtest(strategy, universe) gives. ` +
      "An evaluation over slices is shown by report(…).",
    { given },
  );
}
