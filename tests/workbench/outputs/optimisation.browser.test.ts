import { afterEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { above, below, ema, minus, rsi, sma } from "#engine/catalogue/vocabulary.ts";
import {
  type Optimisation,
  type OptimisationOptions,
  optimisingStrategy,
} from "#engine/selection/optimisation.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { boolean, choice, decimal, int } from "#engine/strategy/parameters.ts";
import type { Output } from "#workbench/outputs/element.ts";
import { optimisationView } from "#workbench/outputs/optimisation/optimisationView.ts";
import { plantedMarket } from "../../planted/market.ts";
import { COSTS, follower } from "../../planted/workflow.ts";

const candles = plantedMarket({ seed: 5, hours: 2400, drift: 0.25 });

/** Parameters of every kind: a choice decides which length matters, a switch stands beside. */
const mixed = defineStrategy({
  name: "mixed",
  timeframe: "1h",
  history: 120,
  parameters: {
    average: choice("ema", ["ema", "sma"]),
    emaLength: int(20, 5, 60, { activeWhen: { parameter: "average", is: "ema" } }),
    smaLength: int(20, 5, 60, { activeWhen: { parameter: "average", is: "sma" } }),
    isPatient: boolean(false),
    band: decimal(1, 0, 10),
  },
  features: ({ close, parameters }) => ({
    away: minus(
      close,
      parameters.average === "ema" ? ema(close, parameters.emaLength) : sma(close, parameters.smaLength),
    ),
    rsi: rsi(close, parameters.isPatient ? 40 : 14),
  }),
  signals: ({ rsi: value }, { band }) => ({
    enterLong: above(value, 50 + Number(band)),
    exitLong: below(value, 50),
  }),
});

function optimised(
  options: OptimisationOptions,
  strategy: typeof follower | typeof mixed = follower,
): Optimisation {
  const steps = optimisingStrategy(strategy as typeof follower, [candles], {
    trials: 40,
    seed: 3,
    folds: { folds: 2 },
    backtest: { ...COSTS, simulated: true },
    ...options,
  });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

let shown: Output | undefined;
function show(result: Optimisation): Output {
  shown = optimisationView(result);
  document.body.append(shown);
  return shown;
}
afterEach(async () => {
  shown?.destroy();
  shown?.remove();
  await page.viewport(1200, 900);
});

const plot = (root: Element, label: string): Element | null => root.querySelector(`[aria-label="${label}"]`);

describe("an optimisation as it is shown", () => {
  test("has cells and contours of two parameters that may be chosen, slices, importance and the ground", async () => {
    const result = optimised({ loss: "sharpe", sampler: "quasiMonteCarlo" });
    const root = show(result);
    for (const label of [
      "Mean loss over length and band",
      "Contours of the loss over length and band",
      "Loss over length",
      "Loss over band",
      "How much of the loss each parameter explains",
      "Losses of points and of their neighbours",
    ]) {
      const turned = label.replace("length and band", "band and length");
      await expect.poll(() => plot(root, label) ?? plot(root, turned)).not.toBeNull();
    }
    expect(root.querySelector('[data-hash="result"]')?.textContent).toBe(result.hash);
    const second = root.querySelector<HTMLSelectElement>('[aria-label="Loss over two parameters"] select');
    if (second === null) throw new Error("There is nothing to choose.");
    await userEvent.selectOptions(second, second.value === "0" ? "1" : "0");
    await expect.poll(() => root.textContent).toContain("Choose two parameters.");
  });

  test("draws choices, switches and parameters that only matter at times", async () => {
    const root = show(optimised({ loss: "sharpe", sampler: "random", trials: 60 }, mixed));
    for (const name of ["average", "emaLength", "smaLength", "isPatient", "band"]) {
      await expect.poll(() => plot(root, `Loss over ${name}`)).not.toBeNull();
    }
    const [first, second] = root.querySelectorAll<HTMLSelectElement>(
      '[aria-label="Loss over two parameters"] select',
    );
    const choose = async (a: string, b: string): Promise<void> => {
      for (const [select, name] of [
        [first, a],
        [second, b],
      ] as const) {
        const option = [...select.options].find(({ text }) => text === name);
        await userEvent.selectOptions(select, option?.value ?? "");
      }
    };
    for (const [a, b] of [
      ["average", "isPatient"],
      ["average", "band"],
      ["band", "average"],
      ["emaLength", "band"],
    ]) {
      await choose(a, b);
      const cells = () => plot(root, `Mean loss over ${a} and ${b}`)?.querySelectorAll("rect").length ?? 0;
      await expect.poll(cells).toBeGreaterThan(2);
    }
    await expect.poll(() => plot(root, "Contours of the loss over emaLength and band")).not.toBeNull();
    await choose("emaLength", "smaLength");
    await expect.poll(() => root.textContent).toContain("the one rules the other out");
    // No line of a point goes through an axis on which it has no place.
    const lines = plot(root, "Points tried, as lines over their parameters to their loss");
    for (const path of lines?.querySelectorAll("path") ?? [])
      expect(path.getAttribute("d")).not.toMatch(/NaN/);
  });

  test("shows the front of several objectives, marks what is deployed, and tells of the point that is picked", async () => {
    const result = optimised({
      objectives: ["sharpe", "maxDrawdown"],
      sampler: { kind: "nsga2", population: 10 },
    });
    const root = show(result);
    await expect.poll(() => plot(root, "Pareto front of sharpe and maxDrawdown")).not.toBeNull();
    const last = result.folds[1];
    const card = () => root.querySelector('[aria-label="Point of the front"]')?.textContent ?? "";
    expect(card()).toContain("Parameters, deployed");
    expect(card()).toContain(String(last.chosen?.parameters.length));
    expect(plot(root, "Pareto front of sharpe and maxDrawdown")?.textContent).toContain("deployed");
    // By the list, without a mouse.
    const list = root.querySelector<HTMLSelectElement>('[aria-label="Point of the front"] select');
    const other = [...(list?.options ?? [])].find(({ text }) => !text.includes("deployed"));
    if (list && other) {
      const wanted = last.study.front.find(({ losses }) =>
        other.text.startsWith(losses.map((l) => l.toFixed(3).replace("-", "−")).join(" / ")),
      );
      await userEvent.selectOptions(list, other.value);
      await expect.poll(card).not.toContain("Parameters, deployed");
      if (wanted) expect(card()).toContain(String(wanted.parameters.length));
    }
    // By a click on a dot.
    const click = async (): Promise<void> => {
      const dots =
        plot(root, "Pareto front of sharpe and maxDrawdown")?.querySelectorAll('circle[r="8"]') ?? [];
      const ring = dots[0]?.getBoundingClientRect();
      const svg = plot(root, "Pareto front of sharpe and maxDrawdown");
      if (ring === undefined || svg === null) return;
      const at = { clientX: ring.x + ring.width / 2, clientY: ring.y + ring.height / 2, bubbles: true };
      svg.dispatchEvent(new PointerEvent("pointerenter", { ...at, pointerType: "mouse" }));
      svg.dispatchEvent(new PointerEvent("pointermove", { ...at, pointerType: "mouse" }));
      await new Promise(requestAnimationFrame);
      svg.dispatchEvent(new MouseEvent("click", at));
    };
    await expect
      .poll(async () => {
        await click();
        return card();
      })
      .toContain("Parameters, deployed");
    expect(root.textContent).toContain("the one nearest to the best of all of them at once");
  });

  test("stays within a phone's width", async () => {
    await page.viewport(390, 800);
    const root = show(
      optimised({ objectives: ["sharpe", "maxDrawdown", "expectancy"], sampler: { kind: "nsga3" } }, mixed),
    );
    await expect.poll(() => plot(root, "Pareto front of sharpe and maxDrawdown")).not.toBeNull();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
    for (const svg of root.querySelectorAll("svg"))
      expect(svg.getBoundingClientRect().right).toBeLessThanOrEqual(391);
  });
});
