import { afterEach, describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { Random } from "#engine/core/random.ts";
import { simulateTrades } from "#engine/montecarlo/tradePaths.ts";
import { assess } from "#engine/significance/assess.ts";
import type { Output } from "#workbench/outputs/element.ts";
import type { MonteCarlo } from "#workbench/outputs/luck/monteCarlo.ts";
import { monteCarloView } from "#workbench/outputs/luck/monteCarloView.ts";
import { candleWords, tradeWords } from "#workbench/outputs/luck/monteCarloWords.ts";
import { significanceView } from "#workbench/outputs/luck/significanceView.ts";
import { headlineStatistics } from "#workbench/workers/study.ts";

const draws = (count: number, seed: string, mean = 0.001): Float64Array => {
  const random = Random.seeded(seed).stream("returns");
  return Float64Array.from({ length: count }, () => random.normal(mean, 0.02));
};

let shown: Output | undefined;
function show(made: Output): Output {
  document.body.append(made);
  shown = made;
  return made;
}
afterEach(() => {
  shown?.destroy();
  shown?.remove();
});

const figure = (root: Element, name: string): string =>
  root.querySelector(`[data-figure="${name}"] dd`)?.textContent ?? "";

function monteCarlo(options: Parameters<typeof simulateTrades>[1] = {}): MonteCarlo {
  const { trades, ...summary } = simulateTrades(draws(120, "trades"), { paths: 400, ...options });
  return {
    ...summary,
    method: "trades",
    of: "averages",
    backtest: "ab",
    simulated: true,
    words: tradeWords(trades, 400, {}),
  };
}

describe("what a backtest could have come to, as it is shown", () => {
  test("has the shares that the paths have, and a fan with its edges named", async () => {
    const result = monteCarlo();
    const root = show(monteCarloView(result));
    const losing = result.finalEquity.filter((value) => value < 1).length / 400;
    expect(figure(root, "chance of a loss")).toBe(`${(losing * 100).toFixed(1)}\u202f%`);
    const table = root.querySelector('[aria-label="Share of paths by depth"]')?.textContent ?? "";
    const deep = result.maxDrawdown.filter((value) => value >= 0.2).length / 400;
    expect(table).toContain(`${(deep * 100).toFixed(1)}\u202f%`);
    await expect.poll(() => root.querySelector('[aria-label^="Bands of the equity"]')).not.toBeNull();
    const fan = root.querySelector('[aria-label^="Bands of the equity"]')?.textContent ?? "";
    for (const text of ["95\u202f%", "5\u202f%", "backtest"]) expect(fan).toContain(text);
    expect(root.textContent).toContain("simulated");
  });

  test("takes a logarithmic axis where the fan opens far, and draws paths that end in nothing", async () => {
    const wide = show(monteCarloView(monteCarlo({ quantiles: [0.01, 0.99] })));
    await expect.poll(() => wide.querySelector('[aria-label^="Bands of the equity"]')).not.toBeNull();
    wide.destroy();
    wide.remove();
    const ruined = {
      ...monteCarlo(),
      finalEquity: new Float64Array(400),
      lowestEquity: new Float64Array(400),
    };
    const bands = ruined.bands.map((band) => band.map((value, i) => (i > 50 ? 0 : value)));
    const root = show(monteCarloView({ ...ruined, bands, ruinedPaths: 400, ruinProbability: 1 }));
    await expect.poll(() => root.querySelector('[aria-label^="Bands of the equity"]')).not.toBeNull();
    expect(figure(root, "chance of ruin")).toBe("100.0\u202f%");
  });

  test("says in words what was random", () => {
    expect(tradeWords(313, 1000, { order: "shuffled", skip: 0.1 })).toBe(
      "1\u202f000 paths of 313 trades in random order, 10\u202f% of them missed",
    );
    expect(tradeWords(1, 1, { runLength: 5, maxDelayBars: 1, maxExtraBps: 2.5 })).toBe(
      "1 path of 1 trade drawn again in runs of 5 on average, entered up to 1 candle later, each side up to 2.5 bps dearer",
    );
    expect(candleWords(20, { kind: "noise" })).toContain("noise of 10\u202f% of each one's range");
    expect(candleWords(20, { kind: "bootstrap", blockBars: 24 })).toContain("in blocks of 24 on average");
  });
});

describe("how likely a result is luck, as it is shown", () => {
  const trials = Array.from({ length: 12 }, (_, k) => draws(200, `trial ${k}`));
  const common = { of: "averages", result: "ab", simulated: false, counted: "12 trials given", leftOut: 0 };

  test("has each test's figure and the intervals", async () => {
    const assessment = assess(
      { returns: trials[3], periodsPerYear: 365, trials, own: 3, statistics: headlineStatistics(365) },
      { resamples: 100 },
    );
    const root = show(significanceView({ ...assessment, ...common }));
    expect(figure(root, "deflated")).toBe(assessment.deflated.toFixed(2));
    expect(figure(root, "overfitting")).toMatch(/^\d+\u202f%$/);
    const tests = root.querySelector('[aria-label="What each test says"]')?.textContent ?? "";
    for (const name of ["Bonferroni", "Holm", "White 2000", "Hansen 2005"]) expect(tests).toContain(name);
    await expect.poll(() => root.querySelector('[aria-label^="Sharpe ratio of the chosen"]')).not.toBeNull();
  });

  test("says why there is no figure instead of showing 0", () => {
    const assessment = assess({
      returns: new Float64Array(40),
      periodsPerYear: 365,
      statistics: headlineStatistics(365),
    });
    const root = show(significanceView({ ...assessment, ...common }));
    expect(figure(root, "Sharpe")).toBe("–");
    expect(figure(root, "deflated")).toBe("–");
    expect(root.textContent).toContain("all the same");
    expect(root.textContent).toContain("Nothing was chosen");
    expect(root.textContent).not.toContain("NaN");
  });

  test("keeps its words readable on a phone", async () => {
    await page.viewport(390, 800);
    const assessment = assess(
      { returns: trials[0], periodsPerYear: 365, trials, statistics: headlineStatistics(365) },
      { resamples: 20 },
    );
    const root = show(significanceView({ ...assessment, ...common }));
    const words = root.querySelector(".wf-facts-words")?.getBoundingClientRect();
    expect(words?.width).toBeGreaterThan(200);
    expect(words?.right).toBeLessThanOrEqual(390);
    await page.viewport(1200, 900);
  });
});
