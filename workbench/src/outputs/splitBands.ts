import "./shared.css";
import "./splitBands.css";
import type { LabelSpans } from "#engine/splits/labels.ts";
import type { SplitPlan } from "#engine/splits/splitPlan.ts";
import { splitPlot } from "../charts/splitPlot.ts";
import { type BandPart, bandsOf, type Splits } from "./bands.ts";
import { element, type Output } from "./element.ts";
import { formatCount, formatPercent } from "./format.ts";
import { responsive } from "./responsive.ts";

const PARTS: readonly BandPart[] = ["train", "test", "purged", "embargoed"];

/**
 * Splits as bands, a line for each: what trains, what is tested, what is purged and what is embargoed. Folds stand on their
 * own axis; splits of samples are counted, or stand on a time axis where the labels that they were made of are given.
 */
export function splitBands(splits: Splits, labels?: LabelSpans): Output {
  const bands = bandsOf(splits, labels);
  const { title, words, caution } = described(splits);
  const picture = responsive((width) => splitPlot(bands, width, `${title}: ${words}`));
  const present = PARTS.filter((part) => bands.bands.some((band) => band.part === part));
  const root = element(
    "figure",
    { class: "wf-splits", "aria-label": `${title}: ${words}` },
    element(
      "figcaption",
      {},
      element("strong", {}, title),
      element("span", {}, words),
      caution !== undefined && element("span", { class: "wf-splits-caution" }, caution),
    ),
    element("ul", { class: "wf-splits-key" }, ...present.map((part) => keyOf(part, splits))),
    picture,
    bands.shown < bands.splits &&
      element(
        "p",
        {},
        `The first ${formatCount(bands.shown)} of ${formatCount(bands.splits)} splits are drawn.`,
      ),
  );
  return Object.assign(root, { destroy: () => picture.destroy() });
}

/** A part with its share of the samples, as a mean over the splits. */
function keyOf(part: BandPart, splits: Splits): HTMLElement {
  const share = "folds" in splits ? "" : ` ${formatPercent(meanShare(splits, part), 1)}`;
  return element("li", {}, element("i", { "data-part": part, "aria-hidden": true }), `${part}${share}`);
}

function meanShare({ splits, samples }: SplitPlan, part: BandPart): number {
  return splits.reduce((sum, split) => sum + split[part].length, 0) / (splits.length * samples);
}

function described(splits: Splits): { title: string; words: string; caution?: string } {
  const caution =
    "cover" in splits && splits.cover === "overlapping"
      ? "tests overlap: some of the time is tested more than once"
      : undefined;
  if ("folds" in splits) {
    const gaps = splits.cover === "gapped" ? ", some time between tests is never tested" : "";
    return {
      title: `Walk-forward, ${splits.kind}`,
      words: `${formatCount(splits.folds.length)} folds${gaps}`,
      caution,
    };
  }
  const words = `${formatCount(splits.splits.length)} splits of ${formatCount(splits.samples)} samples`;
  if (!splits.isPurged) {
    return { title: splits.name, words, caution: "not purged: training may see what the test asks for" };
  }
  const paths = "paths" in splits ? `, ${formatCount(splits.paths)} paths` : "";
  return { title: splits.name, words: words + paths, caution };
}
