import { element } from "../element.ts";
import { formatNumber, formatPercent, formatShort, formatTime, MISSING } from "../format.ts";
import { section } from "../reportParts.ts";
import { type TableElement, table } from "../table.ts";
import type { StepStrategy, StepView } from "./stepView.ts";

/** The parts of a step below its chart; made once and filled anew at each step, so that nothing jumps. */
export type StepTables = {
  readonly root: HTMLElement;
  readonly events: HTMLElement;
  readonly answers: HTMLElement;
  readonly markets: TableElement;
  readonly orders: HTMLElement;
  readonly positions: HTMLElement;
  destroy(): void;
};

export function stepTables(): StepTables {
  const events = element("ul", { class: "wf-stepper-list" });
  const answers = element("div", { class: "wf-stepper-answers" });
  const orders = element("div", {});
  const positions = element("div", {});
  const markets = table([], { label: "Markets and features", stats: false, formats: {} });
  const root = element(
    "div",
    { class: "wf-stepper-parts" },
    section("What happened here", events),
    section("What the strategy answered", answers),
    section("Positions", positions),
    section("Open orders", orders),
    section("Markets, and the features as the strategy saw them", markets),
  );
  return { root, events, answers, orders, positions, markets, destroy: () => markets.destroy() };
}

export function showStep(parts: StepTables, view: StepView): void {
  parts.events.replaceChildren(
    ...(view.events.length === 0
      ? [element("li", { class: "is-quiet" }, "Nothing: no order, no fill, no rule.")]
      : view.events.map(({ kind, words }) =>
          element("li", { "data-kind": kind }, element("b", {}, kind), ` ${words}`),
        )),
  );
  parts.answers.replaceChildren(
    ...view.strategies.map((strategy) => answersOf(strategy, view.strategies.length > 1)),
  );
  parts.positions.replaceChildren(
    plainTable(
      ["symbol", "amount", "entry", "price", "unrealised", "stop", "liquidation"],
      view.positions.map((one) => [
        one.symbol,
        formatShort(one.amount, 6),
        formatShort(one.entryPrice, 6),
        formatShort(one.price, 6),
        formatNumber(one.unrealised, 2),
        number(one.stopPrice),
        number(one.liquidationPrice),
      ]),
      "No position.",
    ),
  );
  parts.orders.replaceChildren(
    plainTable(
      ["symbol", "side", "type", "amount", "filled", "price", "trigger", "since", "tag"],
      view.orders.map((one) => [
        ...[one.symbol, one.side, one.type, formatShort(one.amount, 6), formatShort(one.filled, 6)],
        ...[number(one.price), number(one.triggerPrice), formatTime(one.submitted), one.tag],
      ]),
      "No open order.",
    ),
  );
  parts.markets.update(marketColumns(view));
}

/** Markets as columns: the candle, its change, and every feature under its name. */
function marketColumns({ markets, strategies }: StepView): Record<string, unknown[]> {
  const columns: Record<string, unknown[]> = {};
  const add = (name: string, values: unknown[]): void => {
    columns[name] = values;
  };
  add(
    "symbol",
    markets.map(({ symbol }) => symbol),
  );
  if (strategies.length > 1)
    add(
      "strategy",
      markets.map(({ strategy }) => strategy),
    );
  add(
    "candle",
    markets.map(({ timestamp }) => formatTime(timestamp)),
  );
  for (const name of ["open", "high", "low", "close", "volume"] as const)
    add(
      name,
      markets.map((one) => one[name]),
    );
  add(
    "change",
    markets.map(({ open, close }) => formatPercent(close / open - 1, 2, { signed: true })),
  );
  const features = [...new Set(markets.flatMap((one) => Object.keys(one.features)))];
  for (const name of features) {
    // A feature may be called as a column of the candle is.
    add(
      name in columns ? `feature ${name}` : name,
      markets.map((one) => one.features[name] ?? Number.NaN),
    );
  }
  return columns;
}

function answersOf({ name, kind, answers, state }: StepStrategy, isNamed: boolean): HTMLElement {
  const words = {
    none: "It was not asked: no candle of its timeframe closed.",
    targets: answers.length === 0 ? "Hold nothing." : "Weights to hold:",
    signals: answers.length === 0 ? "No signal." : "Signals:",
    orders: answers.length === 0 ? "No order." : "Orders:",
    columns: answers.length === 0 ? "No signal in its columns." : "Signals of its columns:",
  }[kind];
  return element(
    "div",
    {},
    isNamed && element("b", {}, `${name}: `),
    element("p", { class: answers.length === 0 ? "is-quiet" : undefined }, words),
    answers.length > 0 &&
      element(
        "ul",
        { class: "wf-stepper-list" },
        ...answers.map((answer) => element("li", {}, answerWords(answer))),
      ),
    state !== "null" && state !== "" && element("p", { class: "is-quiet" }, `Its memory: ${state}`),
  );
}

/** `BTC/USDT long · stop price 41 200 · tag breakout`: the symbol and the direction first, then what else was said. */
export function answerWords(answer: Readonly<Record<string, unknown>>): string {
  const { symbol, direction, ...others } = answer;
  const head = [symbol, direction].filter((part) => part !== undefined).join(" ");
  const rest = Object.entries(others).flatMap(([name, value]) => {
    if (value === undefined || (typeof value === "number" && Number.isNaN(value))) return [];
    const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
    return [
      `${words} ${typeof value === "number" ? formatShort(value, 6) : typeof value === "string" ? value : JSON.stringify(value)}`,
    ];
  });
  return [head, ...rest].filter((part) => part !== "").join(" · ");
}

function plainTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  none: string,
): HTMLElement {
  if (rows.length === 0) return element("p", { class: "is-quiet" }, none);
  return element(
    "div",
    { class: "wf-stepper-scroll", tabindex: 0, role: "group", "aria-label": heads.join(", ") },
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
      element(
        "tbody",
        {},
        ...rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell || MISSING)))),
      ),
    ),
  );
}

function number(value: number): string {
  return Number.isNaN(value) ? MISSING : formatShort(value, 6);
}
