import type { BacktestDetails } from "#server/contract.ts";
import { element, type Output } from "../../outputs/element.ts";
import { onDemand } from "../../outputs/onDemand.ts";
import { stepper } from "../../outputs/stepper/stepper.ts";
import type { TearsheetOptions } from "../../outputs/tearsheet/tearsheet.ts";
import { whatIf } from "../../outputs/tearsheet/whatIf.ts";
import { RunAgain } from "../../state/runAgain.ts";
import { runCandles } from "../../state/runCandles.ts";
import { runTrials } from "../../trials/runTrials.ts";

type Panel = NonNullable<TearsheetOptions["panels"]>[number];

/** What a kept backtest can still be asked for when it is made again: worse fills, and its steps; or why it cannot. */
export function againPanels({ run, backtest, ingredients }: BacktestDetails): Panel[] {
  if (ingredients === null) {
    return [
      {
        title: "What if the fills were worse, and step by step",
        content: plain(
          "Not from here: this run was kept by an earlier version, without its strategy's text. Run its cell again, or " +
            "start it again from New run, and the run that is kept then has both.",
        ),
      },
    ];
  }
  const again = new RunAgain(run, backtest, ingredients);
  const worse = whatIf(backtest, (signal, onProgress) => again.worse(signal, onProgress), {
    trials: () => again.counted().then(() => runTrials(run)),
  });
  const steps = onDemand({
    label: "Step through it",
    title: "Making the run again",
    async make(signal, onProgress) {
      const made = await again.made(signal, onProgress);
      return stepper(made.result, {
        stepAt: (index, asked) => again.step(made, index, asked),
        candles: runCandles(backtest),
      });
    },
  });
  const destroy = steps.destroy.bind(steps);
  steps.destroy = () => {
    destroy();
    again.destroy();
  };
  return [
    { title: "What if the fills were worse", content: worse },
    { title: "Step by step", content: steps },
  ];
}

function plain(text: string): Output {
  return Object.assign(element("p", { class: "wf-report-hint" }, text), { destroy: () => undefined });
}
