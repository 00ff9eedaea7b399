import "../report.css";
import type { Backtest } from "#engine/backtest/result.ts";
import { element, type Output } from "../element.ts";
import { progress } from "../progress.ts";
import { comparison, type Variant } from "./compareBacktests.ts";

export type { Variant };

export type WhatIfProgress = { done: number; total: number; secondsLeft: number | null };

/** Runs the same backtest under worse assumptions, one after the other. */
export type RunVariants = (
  signal: AbortSignal,
  onProgress: (progress: WhatIfProgress) => void,
) => Promise<readonly Variant[]>;

/** What if the fills were worse: a button, or at once with `begin`, then the runs beside the original. */
export function whatIf(
  result: Backtest,
  run: RunVariants,
  { begin = false }: { begin?: boolean } = {},
): Output {
  let shown: Output | undefined;
  const controller = new AbortController();
  const stage = element("div", { class: "wf-whatif", "aria-live": "polite" });
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
  const start = async (): Promise<void> => {
    const own = new AbortController();
    const bar = progress("What if the fills were worse", { onCancel: () => own.abort() });
    stage.replaceChildren(bar);
    try {
      const variants = await run(AbortSignal.any([own.signal, controller.signal]), (step) =>
        bar.update(step),
      );
      shown = comparison([{ title: "as asked", result }, ...variants], "Figures with worse fills");
      stage.replaceChildren(shown);
    } catch (error) {
      if (controller.signal.aborted) return;
      const words = own.signal.aborted ? "Canceled." : error instanceof Error ? error.message : String(error);
      stage.replaceChildren(element("p", { role: "alert", class: "wf-report-empty" }, words), button());
    }
  };
  const button = (): HTMLButtonElement => {
    const made = element("button", { type: "button", class: "wf-button" }, "Run it with worse fills");
    made.addEventListener("click", () => void start());
    return made;
  };
  if (begin) void start();
  else stage.append(button());
  return Object.assign(root, {
    destroy: () => {
      controller.abort();
      shown?.destroy();
    },
  });
}
