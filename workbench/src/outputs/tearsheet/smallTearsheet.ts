import "../shared.css";
import "../report.css";
import "./tearsheet.css";
import type { Backtest } from "#engine/backtest/result.ts";
import { element, type Output } from "../element.ts";
import { figures, titleLine } from "../reportParts.ts";
import { headline, subtitle } from "./figures.ts";
import { equityOf, nameOf } from "./tearsheet.ts";

/** A backtest in brief, the headline and the equity, with a door to the whole page. */
export function smallTearsheet(result: Backtest, whole: () => Output): Output {
  let inside: Output = equityOf([{ name: nameOf(result), result }], 180);
  const head = titleLine(nameOf(result), result.universe.simulated, subtitle(result));
  const numbers = figures(headline(result));
  const door = element("button", { type: "button", class: "wf-button" }, "Open the tearsheet");
  const root = element(
    "article",
    { class: "wf-report wf-tearsheet", "aria-label": `Backtest of ${nameOf(result)}, in brief` },
    head,
    numbers,
    inside,
    element("div", {}, door),
  );
  door.addEventListener("click", () => {
    inside.destroy();
    numbers.destroy();
    inside = whole();
    root.replaceWith(inside);
    // The focus goes with what one opened.
    inside.tabIndex = -1;
    inside.focus({ preventScroll: true });
  });
  return Object.assign(root, {
    destroy: () => {
      inside.destroy();
      numbers.destroy();
    },
  });
}
