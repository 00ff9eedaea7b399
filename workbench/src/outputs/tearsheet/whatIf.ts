import "../report.css";
import type { Backtest } from "#engine/backtest/result.ts";
import type { TrialsView } from "../deflated.ts";
import { element, type Output } from "../element.ts";
import { onDemand } from "../onDemand.ts";
import type { ProgressState } from "../progress.ts";
import { comparison, type Variant } from "./compareBacktests.ts";

export type { Variant };

/** Runs the same backtest under worse assumptions, one after the other. */
export type RunVariants = (
  signal: AbortSignal,
  onProgress: (progress: ProgressState) => void,
) => Promise<readonly Variant[]>;

/** What if the fills were worse: a button, or at once with `begin`, then the runs beside the original. */
export function whatIf(
  result: Backtest,
  run: RunVariants,
  {
    begin = false,
    trials,
  }: {
    begin?: boolean;
    /** What was tried, these runs among it, asked for after them. Default: the trials of the notebook on the page. */
    trials?: () => Promise<TrialsView>;
  } = {},
): Output {
  const stage = onDemand({
    label: "Run it with worse fills",
    title: "What if the fills were worse",
    begin,
    make: async (signal, onProgress) => {
      const all = [{ title: "as asked", result }, ...(await run(signal, onProgress))];
      const tried = await trials?.();
      return comparison(
        all.map((variant) => ({ ...variant, trials: tried })),
        "Figures with worse fills",
      );
    },
  });
  stage.classList.add("wf-whatif");
  const root = element(
    "div",
    {},
    element(
      "p",
      { class: "wf-report-hint" },
      "An edge that lives on the price at which it was filled is no edge. The same run with market orders at the worst " +
        "price of the next candle, with every order one candle later, with costs twice as high, and with all of that.",
    ),
    stage,
  );
  return Object.assign(root, { destroy: () => stage.destroy() });
}
