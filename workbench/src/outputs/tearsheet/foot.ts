import type { Backtest } from "#engine/backtest/result.ts";
import { element, type Output } from "../element.ts";
import { formatCount, formatTime } from "../format.ts";
import { identity, pairs } from "../reportParts.ts";
import { table } from "../table.ts";

/** The assumptions under which the fills were made, how the run was asked for, every order and fill, and the hashes. */
export function foot(result: Backtest, keep: <T extends Output>(part: T) => T): HTMLElement {
  const { settings, strategies, assumptions, dataHash, hash, engineVersion, universe, path } = result;
  const hashes = strategies.map((one): [string, string] => [
    strategies.length > 1 ? one.name : "strategy",
    one.hash,
  ]);
  return element(
    "footer",
    {},
    element(
      "div",
      { class: "wf-assumptions" },
      element("div", { class: "wf-report-caption" }, "How the fills were made"),
      element("ul", {}, ...assumptions.sentences.map((sentence) => element("li", {}, sentence))),
    ),
    pairs("Settings", settingPairs(settings)),
    ...strategies.map(({ name, parameters }) => {
      const given = Object.entries(parameters).map(([key, value]): [string, string] => [key, String(value)]);
      return given.length > 0 && pairs(strategies.length > 1 ? `Parameters of ${name}` : "Parameters", given);
    }),
    identity(
      [["result", hash], ...hashes, ["data", dataHash]],
      `Engine ${engineVersion}, ${path === "fast" ? "by columns" : "event by event"}. Symbols: ${universe.symbols.join(", ")}.`,
    ),
    element(
      "div",
      { class: "wf-doors" },
      door(`All ${formatCount(result.orders.rows)} orders`, result.orders.rows, () =>
        keep(table(result.orders, { label: "Orders" })),
      ),
      door(`All ${formatCount(result.fills.rows)} fills`, result.fills.rows, () =>
        keep(table(result.fills, { label: "Fills" })),
      ),
      door(`All ${formatCount(result.positions.rows)} changes of positions`, result.positions.rows, () =>
        keep(table(result.positions, { label: "Positions" })),
      ),
    ),
  );
}

/** What is large and seldom wanted, made when it is opened. */
function door(words: string, rows: number, content: () => Output): HTMLElement | false {
  if (rows === 0) return false;
  const made = element("details", {}, element("summary", {}, words));
  made.addEventListener("toggle", () => made.append(content()), { once: true });
  return made;
}

/** Plain settings as they are; lists and records as JSON; times as times. */
function settingPairs(settings: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(settings).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return [];
    const words = name
      .replace(/Ms$/, "")
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .toLowerCase();
    const isTime = /^(start|end)Ms$/.test(name) && typeof value === "number";
    if (isTime) return [[words, `${formatTime(value)} UTC`]];
    if (typeof value !== "object") return [[words, String(value)]];
    const isEmpty = Object.keys(value).length === 0;
    return isEmpty
      ? []
      : [[words, JSON.stringify(value).replaceAll('"', "").replaceAll(",", ", ").replaceAll(":", " ")]];
  });
}
