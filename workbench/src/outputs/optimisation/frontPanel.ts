import type { FoldReport } from "#engine/selection/optimisation.ts";
import { type ParetoPoint, paretoPlot } from "../../charts/paretoPlot.ts";
import { element, type Output } from "../element.ts";
import { formatCount } from "../format.ts";
import { pairs, section } from "../reportParts.ts";
import { responsive } from "../responsive.ts";
import { choice, Redrawn } from "./choice.ts";
import { pointWords, shown } from "./lossWords.ts";

/** The Pareto front of a fold: two objectives against each other, and the parameters of the point that is looked at. */
export function frontPanel({ study, chosen }: FoldReport, names: readonly string[]): Output {
  const complete = study.trials.filter(({ state, sameAs }) => state === "complete" && sameAs === undefined);
  // Where two points lose the same, the pointer finds the last: the deployed one.
  complete.sort((a, b) => Number(a.index === chosen?.index) - Number(b.index === chosen?.index));
  const onFront = new Set(study.front.map(({ index }) => index));
  const sides: [number, number] = [0, 1];
  let looked = chosen?.index;
  const content = new Redrawn("wf-optimisation-front");

  const draw = (): void =>
    content.draw((keep) => {
      const [x, y] = sides;
      const points = complete.map(
        ({ index, losses, parameters }): ParetoPoint => ({
          index,
          x: losses[x],
          y: losses[y],
          isFront: onFront.has(index),
          isChosen: index === chosen?.index,
          words: `${pointWords(parameters)}\n${names.map((name, m) => `${name} ${shown(losses[m])}`).join(" · ")}`,
        }),
      );
      const onLook = (index: number): void => {
        looked = index;
        draw();
      };
      return [
        keep(
          responsive((width) =>
            paretoPlot(points, {
              width,
              names: [names[x], names[y]],
              hasStair: names.length === 2,
              looked,
              onLook,
            }),
          ),
        ),
        card(onLook),
      ];
    });

  /** The point that is looked at; the front's own may be chosen from a list too, without a mouse. */
  const card = (onLook: (index: number) => void): HTMLElement => {
    const trial = complete.find(({ index }) => index === looked);
    const listed = [...study.front].sort((a, b) => a.losses[sides[0]] - b.losses[sides[0]]);
    const place = listed.findIndex(({ index }) => index === looked);
    const labels = listed.map(
      ({ losses, index }) =>
        `${losses.map(shown).join(" / ")}${index === chosen?.index ? " (deployed)" : ""}`,
    );
    const isOff = place < 0;
    return element(
      "div",
      {
        class: "wf-optimisation-point",
        role: "group",
        "aria-label": "Point of the front",
        "aria-live": "polite",
      },
      choice("Point", isOff ? ["off the front", ...labels] : labels, isOff ? 0 : place, (k) => {
        const picked = listed[isOff ? k - 1 : k];
        if (picked !== undefined) onLook(picked.index);
      }),
      trial === undefined
        ? element("p", { class: "wf-report-empty" }, "Choose a point.")
        : pairs(
            trial.index === chosen?.index ? "Parameters, deployed" : "Parameters",
            Object.entries(trial.parameters).map(([name, value]) => [name, shown(value)] as const),
          ),
      trial !== undefined &&
        pairs(
          "Losses",
          trial.losses.map((loss, m) => [names[m], shown(loss)] as const),
        ),
    );
  };

  const axis = (label: string, k: 0 | 1): HTMLElement =>
    choice(label, names, sides[k], (index) => {
      sides[k] = index;
      draw();
    });
  const root = section(
    `Pareto front: ${formatCount(study.front.length)} of ${formatCount(complete.length)} points that no other beats in every objective; left and down is better`,
    ...(names.length > 2
      ? [element("div", { class: "wf-optimisation-choices" }, axis("Across", 0), axis("and up", 1))]
      : []),
    content.root,
  );
  draw();
  return Object.assign(root, { destroy: () => content.destroy() });
}
