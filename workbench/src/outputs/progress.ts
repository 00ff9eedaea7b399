import "./shared.css";
import "./progress.css";
import { element, type Output } from "./element.ts";
import { formatDuration, formatPercent } from "./format.ts";

export type ProgressState = {
  readonly done: number;
  /** Null while nobody knows. */
  readonly total: number | null;
  readonly secondsLeft: number | null;
};

export type ProgressElement = Output<{ update(state: ProgressState): void }>;

/**
 * How far something is, quietly: nothing for the first 300 ms, then a bar, and after a second the time left and a way
 * to cancel it. The waiting is done by the style sheet, so an answer within 300 ms shows nothing at all.
 */
export function progress(label: string, { onCancel }: { onCancel?: () => void } = {}): ProgressElement {
  const fill = element("span", { class: "wf-progress-fill" });
  const bar = element(
    "div",
    { class: "wf-progress-bar", role: "progressbar", "aria-label": label, "aria-valuemin": 0 },
    fill,
  );
  const words = element("span", { class: "wf-progress-words" });
  const cancel = onCancel && element("button", { type: "button", class: "wf-quiet-button" }, "Cancel");
  cancel?.addEventListener("click", () => {
    cancel.disabled = true;
    words.textContent = "canceling";
    onCancel?.();
  });
  const root = element(
    "div",
    { class: "wf-progress" },
    bar,
    element("div", { class: "wf-progress-line" }, element("span", {}, label), words, cancel),
  );
  const update = ({ done, total, secondsLeft }: ProgressState): void => {
    const isKnown = total !== null && total > 0;
    bar.classList.toggle("is-unknown", !isKnown);
    if (!isKnown) {
      bar.removeAttribute("aria-valuenow");
      return;
    }
    const share = Math.min(1, done / total);
    bar.setAttribute("aria-valuemax", String(total));
    bar.setAttribute("aria-valuenow", String(done));
    fill.style.width = `${share * 100}%`;
    if (!cancel?.disabled) words.textContent = progressWords(share, secondsLeft);
  };
  update({ done: 0, total: null, secondsLeft: null });
  return Object.assign(root, { update, destroy: () => root.remove() });
}

/** `41 %, 12 s left`; the time is rounded as coarsely as it is uncertain. */
export function progressWords(share: number, secondsLeft: number | null): string {
  const part = formatPercent(share, 0);
  if (secondsLeft === null) return part;
  const rounded =
    secondsLeft < 10
      ? Math.ceil(secondsLeft)
      : secondsLeft < 60
        ? Math.ceil(secondsLeft / 5) * 5
        : Math.ceil(secondsLeft / 60) * 60;
  return `${part}, ${formatDuration(Math.max(1, rounded) * 1000)} left`;
}
