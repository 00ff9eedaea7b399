import "./report.css";
import { element, type Output } from "./element.ts";
import { type ProgressState, progress } from "./progress.ts";

export type OnDemand = {
  /** Of the button, and of the progress. */
  label: string;
  title: string;
  make(signal: AbortSignal, onProgress: (state: ProgressState) => void): Promise<Output>;
  /** At once, without a button. */
  begin?: boolean;
};

/** What takes a while to make: a button, then how far it is, then what was made, or why it was not and the button again. */
export function onDemand({ label, title, make, begin = false }: OnDemand): Output {
  let shown: Output | undefined;
  const controller = new AbortController();
  const root = element("div", { "aria-live": "polite" });
  const start = async (): Promise<void> => {
    const own = new AbortController();
    const bar = progress(title, { onCancel: () => own.abort() });
    root.replaceChildren(bar);
    try {
      const made = await make(AbortSignal.any([own.signal, controller.signal]), (state) => bar.update(state));
      if (controller.signal.aborted) return made.destroy();
      shown = made;
      root.replaceChildren(shown);
    } catch (error) {
      if (controller.signal.aborted) return;
      const words = own.signal.aborted ? "Canceled." : error instanceof Error ? error.message : String(error);
      root.replaceChildren(element("p", { role: "alert", class: "wf-report-empty" }, words), button());
    }
  };
  const button = (): HTMLButtonElement => {
    const made = element("button", { type: "button", class: "wf-button" }, label);
    made.addEventListener("click", () => void start());
    return made;
  };
  if (begin) void start();
  else root.append(button());
  return Object.assign(root, {
    destroy: () => {
      controller.abort();
      shown?.destroy();
    },
  });
}
