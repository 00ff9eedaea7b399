import { element } from "./element.ts";

/** The elements of a table that stay while its data changes. */
export type TableFrame = {
  readonly root: HTMLElement;
  /** The grid: it has the focus and the scroll bars. */
  readonly scroller: HTMLElement;
  readonly headRow: HTMLElement;
  /** As tall as all rows would be, as far as a browser can draw that. */
  readonly body: HTMLElement;
  /** What is seen of the rows; it stays in view while the body scrolls by. */
  readonly window: HTMLElement;
  readonly note: HTMLElement;
  readonly copy: HTMLButtonElement;
  /** A share of 0 … 1, or undefined when there is nothing to wait for. */
  showProgress(share: number | undefined): void;
};

export function tableFrame(label: string, headPx: number): TableFrame {
  const headRow = element("div", { role: "row", class: "wf-table-heads", "aria-rowindex": 1 });
  const window = element("div", { role: "presentation", class: "wf-table-window" });
  const body = element("div", { role: "rowgroup", class: "wf-table-body" }, window);
  const scroller = element(
    "div",
    {
      role: "grid",
      class: "wf-table-grid",
      tabindex: 0,
      "aria-label": label,
      "aria-multiselectable": "true",
    },
    element("div", { role: "rowgroup", class: "wf-table-top" }, headRow),
    body,
  );
  const note = element("span", { class: "wf-table-note", role: "status" });
  const copy = element("button", { type: "button", class: "wf-quiet-button" }, "Copy as CSV");
  const done = element("span", { class: "wf-table-done" });
  const bar = element("div", { class: "wf-table-bar", hidden: true }, done);
  const root = element(
    "div",
    { class: "wf-table", style: `--wf-head:${headPx}px` },
    bar,
    scroller,
    element("div", { class: "wf-table-foot" }, note, copy),
  );
  return {
    root,
    scroller,
    headRow,
    body,
    window,
    note,
    copy,
    showProgress(share) {
      bar.hidden = share === undefined;
      done.style.width = `${Math.round((share ?? 0) * 100)}%`;
    },
  };
}
