import type { Table } from "#engine/core/table.ts";
import type { AccountMetrics } from "#engine/metrics/accountMetrics.ts";
import type { GroupColumn } from "#engine/metrics/tradeGroups.ts";
import { element, type Output } from "../element.ts";
import { numbersOf, textAt } from "../engineTable.ts";
import { formatDuration, formatNumber, formatPercent, MISSING } from "../format.ts";
import { table } from "../table.ts";
import { money } from "./figures.ts";

/** The groupings in the order in which they are offered, and what each goes by. */
const GROUPINGS = [
  ["bySymbol", "symbol", "By market."],
  ["byMonth", "month", "By the month of the exit, UTC."],
  ["byWeekday", "weekday", "By the weekday of the entry, UTC."],
  ["byHour", "hour", "By the hour of the entry, UTC."],
  ["byExitReason", "exit", "By what closed the trade."],
  ["byTag", "tag", "By the reason that its entry was given."],
  ["byDirection", "direction", "Longs and shorts."],
  ["byStrategy", "strategy", "By strategy."],
  ["byRegime", "regime", "By the label in force at the entry."],
] as const;

type Grouping = (typeof GROUPINGS)[number];

/** The trades by group, one grouping at a time; a button for each that tells the trades apart. */
export function groupPanel(metrics: AccountMetrics, { quote = "" }: { quote?: string } = {}): Output {
  const offered = GROUPINGS.filter(([key]) => {
    const groups = metrics[key];
    // One group says what the whole says; of markets, months and reasons one still wants the name.
    const least = key === "byStrategy" || key === "byTag" ? 2 : 1;
    return groups !== undefined && groups.rows >= least;
  });
  const stage = element("div", { class: "wf-groups-stage" });
  const words = element("p", { class: "wf-report-hint" });
  let shown: Output | undefined;
  const choose = (chosen: Grouping): void => {
    const [key, , sentence] = chosen;
    const groups = metrics[key];
    if (groups === undefined) return;
    shown?.destroy();
    shown = groupTable(groups, chosen, quote);
    stage.replaceChildren(shown);
    words.textContent = `${sentence} Win rates with Wilson’s 95 % interval: small groups differ by chance alone.`;
    for (const [i, button] of buttons.entries())
      button.setAttribute("aria-pressed", String(offered[i] === chosen));
  };
  const buttons = offered.map((grouping) => {
    const button = element("button", { type: "button", class: "wf-choice" }, grouping[1]);
    button.addEventListener("click", () => choose(grouping));
    return button;
  });
  const root = element(
    "div",
    { class: "wf-groups" },
    element("div", { class: "wf-choices", role: "group", "aria-label": "Group the trades by" }, ...buttons),
    words,
    stage,
  );
  if (offered.length > 0) choose(offered[0]);
  return Object.assign(root, { destroy: () => shown?.destroy() });
}

function groupTable(groups: Table<GroupColumn>, [key, name]: Grouping, quote: string): Output {
  const column = (of: GroupColumn): Float64Array => numbersOf(groups, of);
  const percent = (value: unknown): string => formatPercent(numberOf(value), 2, { signed: true });
  return table(
    {
      [name]: Array.from({ length: groups.rows }, (_, row) => textAt(groups, "group", row) || MISSING),
      trades: column("trades"),
      "win rate": column("winRate"),
      "at least": column("winRateLow"),
      "at most": column("winRateHigh"),
      profit: column("profit"),
      "profit factor": column("profitFactor"),
      "mean return": column("meanReturn"),
      best: column("bestReturn"),
      worst: column("worstReturn"),
      "mean profit": column("expectancy"),
      held: column("averageHoldingMs"),
    },
    {
      label: `Trades ${key === "byExitReason" ? "by exit reason" : `by ${name}`}`,
      stats: false,
      signed: ["profit", "mean return", "best", "worst", "mean profit"],
      formats: {
        "win rate": (value) => formatPercent(numberOf(value), 1),
        "at least": (value) => formatPercent(numberOf(value), 0),
        "at most": (value) => formatPercent(numberOf(value), 0),
        profit: (value) => money(numberOf(value), quote, { signed: true }),
        "profit factor": (value) => formatNumber(numberOf(value), 2),
        "mean return": percent,
        best: percent,
        worst: percent,
        "mean profit": (value) => money(numberOf(value), quote, { signed: true }),
        held: (value) => formatDuration(numberOf(value)),
      },
    },
  );
}

const numberOf = (value: unknown): number => (value === null ? Number.NaN : Number(value));
