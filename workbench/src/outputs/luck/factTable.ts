import { element } from "../element.ts";

/** A small table of words and figures: names in the first column, figures to the right. */
export function factTable(
  head: readonly string[],
  rows: readonly (readonly (string | Node)[])[],
  label: string,
  className = "",
): HTMLElement {
  return element(
    "div",
    { class: `wf-compare-scroll wf-facts ${className}`, tabindex: 0, role: "group", "aria-label": label },
    element(
      "table",
      {},
      head.some((name) => name !== "") &&
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            // A head without a name would be announced as one.
            ...head.map((name) => (name === "" ? element("td") : element("th", { scope: "col" }, name))),
          ),
        ),
      element(
        "tbody",
        {},
        ...rows.map(([name, ...values]) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, name),
            ...values.map((value) => element("td", {}, value)),
          ),
        ),
      ),
    ),
  );
}
