import "#workbench/styles/tokens.css";
import { afterEach, expect, test } from "vitest";
import { combinatorialPurged } from "#engine/splits/combinatorialPurged.ts";
import { purgedKFold } from "#engine/splits/purgedKFold.ts";
import { unpurgedKFold } from "#engine/splits/unpurgedKFold.ts";
import { walkForwardFolds } from "#engine/splits/walkForwardFolds.ts";
import type { Output } from "#workbench/outputs/element.ts";
import { splitBands } from "#workbench/outputs/splitBands.ts";

let shown: Output | undefined;
function show(output: Output): Output {
  shown = output;
  document.body.replaceChildren(output);
  return output;
}
afterEach(() => shown?.destroy());

const t0 = Float64Array.from({ length: 200 }, (_, i) => Date.UTC(2024, 0, 1) + i * 3_600_000);
const labels = { t0, t1: t0.map((time) => time + 4 * 3_600_000) };
const text = (root: ParentNode, selector: string): string =>
  (root.querySelector(selector)?.textContent ?? "").replaceAll("\u202f", "");

test("each split is a line of bands, as wide on the screen as their samples are many", async () => {
  const plan = purgedKFold(labels, { k: 4, embargoMs: 6 * 3_600_000 });
  const root = show(splitBands(plan, labels));
  await expect.poll(() => root.querySelectorAll("svg.wf-plot").length).toBe(1);
  const widths = (part: string): number[] =>
    [...root.querySelectorAll(`.wf-band-${part} rect`)].map((bar) => bar.getBoundingClientRect().width);
  const tests = widths("test");
  expect(tests.length).toBe(4);
  const perSample = tests[0] / plan.splits[0].test.length;
  expect(widths("purged")[0] / perSample).toBeCloseTo(plan.splits[0].purged.length, 1);
  expect(widths("embargoed")[0] / perSample).toBeCloseTo(plan.splits[0].embargoed.length, 1);
  // Of 4 × 200 samples: 4 purged on each of six sides of a test, 6 embargoed behind each test but the last.
  expect(text(root, ".wf-splits-key")).toBe("train 69.8%test 25.0%purged 3.0%embargoed 2.3%");
});

test("hatching of purged and embargoed stretches is found where it is asked for", async () => {
  const root = show(splitBands(purgedKFold(labels, { embargoFraction: 0.02 })));
  await expect.poll(() => root.querySelectorAll("svg.wf-plot").length).toBe(1);
  for (const part of ["purged", "embargoed"]) {
    const fill = root.querySelector(`.wf-band-${part}`)?.getAttribute("fill") ?? "";
    const id = /url\(#(.*)\)/.exec(fill)?.[1] ?? "";
    expect(root.querySelector(`pattern#${id}`)).not.toBeNull();
  }
});

test("a split that does not purge says so, and tests that overlap do", () => {
  expect(text(show(splitBands(unpurgedKFold(50))), "figcaption")).toContain("not purged");
  expect(text(show(splitBands(purgedKFold(labels))), ".wf-splits-caution")).toBe("");
  const overlapping = walkForwardFolds({ startMs: 0, endMs: 1000, trainMs: 300, testMs: 200, stepMs: 100 });
  expect(text(show(splitBands(overlapping)), "figcaption")).toContain("tests overlap");
});

test("combinatorial splits say how many paths there are, and how many splits are drawn", () => {
  const root = show(splitBands(combinatorialPurged(labels, { groups: 9, testGroups: 3 })));
  expect(text(root, "figcaption")).toContain("84 splits of 200 samples, 28 paths");
  expect(text(root, "p")).toBe("The first 40 of 84 splits are drawn.");
});
