import { element } from "../element.ts";
import { formatPercent } from "../format.ts";
import type { MonthReturn } from "./periods.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** At this return a cell is as dark as it gets, as a fraction of the largest month. */
const DARKEST_PERCENT = 42;

/** Returns of the months, a year to a line, each cell as dark as its month was good or bad; the sign stands in it too. */
export function monthGrid(months: readonly MonthReturn[]): HTMLElement {
  const years = [...new Set(months.map(({ year }) => year))];
  const largest = Math.max(...months.map(({ value }) => Math.abs(value)), 1e-9);
  const cell = (value: number | undefined): HTMLElement => {
    if (value === undefined) return element("td", {});
    const tone = value >= 0 ? "var(--gain)" : "var(--loss)";
    const share = Math.round((Math.abs(value) / largest) * DARKEST_PERCENT);
    return element(
      "td",
      { style: `background:color-mix(in srgb, ${tone} ${share}%, var(--paper))` },
      formatPercent(value, 1, { signed: true }),
    );
  };
  return element(
    "div",
    { class: "wf-months", tabindex: 0, role: "group", "aria-label": "Monthly returns" },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "col" }, element("span", { class: "wf-hidden" }, "Year")),
          ...MONTHS.map((name) => element("th", { scope: "col" }, name)),
          element("th", { scope: "col" }, "year"),
        ),
      ),
      element(
        "tbody",
        {},
        ...years.map((year) => {
          const own = months.filter((month) => month.year === year);
          const whole = own.reduce((product, { value }) => product * (1 + value), 1) - 1;
          return element(
            "tr",
            {},
            element("th", { scope: "row" }, String(year)),
            ...MONTHS.map((_, month) => cell(own.find((one) => one.month === month)?.value)),
            element(
              "td",
              { class: "wf-months-year", "data-tone": whole > 0 ? "gain" : "loss" },
              formatPercent(whole, 1, { signed: true }),
            ),
          );
        }),
      ),
    ),
  );
}
