import type { FoldReport, Optimisation } from "#engine/selection/optimisation.ts";
import { contourPlot, hasContour, type Pair, pairPlot } from "../../charts/pairPlots.ts";
import { type DrawnPoint, importancePlot, parallelPlot, slicePlot } from "../../charts/searchPlots.ts";
import { sensitivityPlot } from "../../charts/sensitivityPlot.ts";
import { element, type Output } from "../element.ts";
import { formatCount, formatNumber } from "../format.ts";
import { section } from "../reportParts.ts";
import { responsive } from "../responsive.ts";
import { choice, Redrawn } from "./choice.ts";
import { day } from "./foldTable.ts";
import { frontPanel } from "./frontPanel.ts";
import { lossName, pointWords } from "./lossWords.ts";

type Keep = <T extends Output>(part: T) => T;

/** The trials of one fold and, of several objectives, of one of them; both may be chosen. */
export function foldPanel({ folds, settings }: Optimisation): Output {
  const names = settings.losses.map(lossName);
  let fold = folds.length - 1;
  let objective = 0;
  const content = new Redrawn("wf-optimisation-fold");
  const draw = (): void =>
    content.draw((keep) => [
      ...(names.length > 1 ? [keep(frontPanel(folds[fold], names))] : []),
      ...trialPlots(folds[fold], objective, names[objective], keep),
    ]);
  const root = element(
    "section",
    { role: "group", "aria-label": "Trials of a fold" },
    element(
      "div",
      { class: "wf-optimisation-choices" },
      choice(
        "Trials in training of",
        folds.map(({ train }, k) => `Fold ${k + 1}: ${day(train.startMs)} – ${day(train.endMs)}`),
        fold,
        (index) => {
          fold = index;
          draw();
        },
      ),
      names.length > 1 &&
        choice("Loss below", names, objective, (index) => {
          objective = index;
          draw();
        }),
    ),
    content.root,
  );
  draw();
  return Object.assign(root, { destroy: () => content.destroy() });
}

function trialPlots(fold: FoldReport, objective: number, loss: string, keep: Keep): HTMLElement[] {
  const { trials } = fold.study;
  const complete = trials.filter(({ state, sameAs }) => state === "complete" && sameAs === undefined);
  const points = complete.map(
    ({ parameters, losses, index }): DrawnPoint => ({
      values: parameters,
      loss: losses[objective],
      isChosen: index === fold.chosen?.index,
    }),
  );
  if (points.length === 0) return [element("p", { class: "wf-report-empty" }, countWords(fold))];
  const names = [...new Set(complete.flatMap(({ parameters }) => Object.keys(parameters)))];
  const { importance } = fold.objectives[objective];
  const plots = (draw: (width: number) => Element): Output => keep(responsive(draw));
  return [
    element("p", {}, countWords(fold)),
    section(
      `Parameters to loss (${loss})`,
      plots((width) => parallelPlot(points, names, width)),
    ),
    element(
      "div",
      { class: "wf-report-pair" },
      importance !== undefined &&
        section(
          "What mattered: the share of the loss that each explains alone",
          plots((width) => importancePlot(importance.parameters, importance.together, width)),
        ),
      groundSection(fold, objective, keep),
    ),
    ...(names.length > 1 ? [keep(pairPanel(points, names, importance?.parameters))] : []),
    element(
      "div",
      { class: "wf-report-pair" },
      ...names.map((name) =>
        section(
          `Loss over ${name}`,
          plots((width) => slicePlot(points, name, width)),
        ),
      ),
    ),
  ];
}

/** How many points came to what. */
function countWords({ study: { trials }, reused }: FoldReport): string {
  const own = trials.filter(({ sameAs }) => sameAs === undefined);
  const failed = own.filter(({ state }) => state === "failed");
  const pruned = own.filter(({ state }) => state === "pruned");
  return [
    `${formatCount(own.length)} points${reused > 0 ? `, ${formatCount(reused)} of them taken over from the ledger` : ""}.`,
    pruned.length > 0 &&
      `${formatCount(pruned.length)} were given up on a part of the training and are not drawn.`,
    failed.length > 0 && `${formatCount(failed.length)} had no loss: ${failed[0].reason ?? ""}`,
  ]
    .filter((words) => words !== false)
    .join(" ");
}

/** Plateau or peak: the deployed point and the best surroundings beside each other. */
function groundSection({ objectives }: FoldReport, objective: number, keep: Keep): HTMLElement | false {
  const around = objectives[objective].sensitivity;
  if (around === undefined) return false;
  const { best, own, plateau } = around;
  const rows = [
    { name: "deployed", around: own },
    ...(best.trial.index === own.trial.index ? [] : [{ name: "smallest loss", around: best }]),
    ...(plateau === undefined || [best.trial.index, own.trial.index].includes(plateau.trial.index)
      ? []
      : [{ name: "best plateau", around: plateau }]),
  ];
  const grounds = rows.map(({ name, around: { trial, mean, worst } }) => ({
    name,
    own: trial.losses[0],
    mean,
    worst,
  }));
  const words = Number.isNaN(own.fall)
    ? "The deployed point has too few neighbours to tell whether it stands on a plateau or on a peak."
    : `Its ${formatCount(own.neighbours.length)} neighbours lose ${formatNumber(own.fall, 2)} standard deviations of all ` +
      `points more than the deployed point: ${own.fall <= 1 ? "a plateau" : "a peak, and other data are unlikely to have it in the same place"}.`;
  const elsewhere = rows.find(({ name }) => name === "best plateau");
  return section(
    "Plateau or peak: each point (dot) and what its neighbours lose on average and at worst",
    keep(responsive((width) => sensitivityPlot(grounds, width))),
    element("p", { class: "wf-report-note" }, words),
    elsewhere !== undefined &&
      element(
        "p",
        { class: "wf-report-note" },
        `The best plateau is around ${pointWords(elsewhere.around.trial.parameters)}.`,
      ),
  );
}

/** Two parameters that may be chosen, as cells and, where both are numbers, as contours. */
function pairPanel(
  points: readonly DrawnPoint[],
  names: readonly string[],
  importance: Readonly<Record<string, number>> | undefined,
): Output {
  const weight = (name: string): number => importance?.[name] ?? 0;
  const order = names.map((_, k) => k).sort((a, b) => weight(names[b]) - weight(names[a]) || a - b);
  const haveBoth = (a: number, b: number): boolean =>
    points.some(({ values }) => values[names[a]] !== undefined && values[names[b]] !== undefined);
  // What matters most, and what matters most beside it.
  const chosen: [number, number] = [
    order[0],
    order.find((k) => k !== order[0] && haveBoth(order[0], k)) ?? order[1],
  ];
  const content = new Redrawn("wf-report-pair");
  const draw = (): void =>
    content.draw((keep) => {
      const pair: Pair = [names[chosen[0]], names[chosen[1]]];
      if (pair[0] === pair[1]) return [element("p", { class: "wf-report-empty" }, "Choose two parameters.")];
      if (!haveBoth(...chosen))
        return [
          element("p", { class: "wf-report-empty" }, "No point has both: the one rules the other out."),
        ];
      return [
        section("Mean loss in cells", keep(responsive((width) => pairPlot(points, pair, width)))),
        hasContour(points, pair) &&
          section(
            "Contours between the points",
            keep(responsive((width) => contourPlot(points, pair, width))),
          ),
      ];
    });
  const side = (label: string, k: 0 | 1): HTMLElement =>
    choice(label, names, chosen[k], (index) => {
      chosen[k] = index;
      draw();
    });
  const root = element(
    "section",
    { role: "group", "aria-label": "Loss over two parameters" },
    element("div", { class: "wf-optimisation-choices" }, side("Loss over", 0), side("and", 1)),
    content.root,
  );
  draw();
  return Object.assign(root, { destroy: () => content.destroy() });
}
