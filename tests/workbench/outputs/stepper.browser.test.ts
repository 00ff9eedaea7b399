import "#workbench/styles/tokens.css";
import { afterEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { CandleChartElement } from "#workbench/charts/candles.ts";
import type { Output } from "#workbench/outputs/element.ts";
import { numbersOf } from "#workbench/outputs/engineTable.ts";
import { stepper } from "#workbench/outputs/stepper/stepper.ts";
import { answerWords } from "#workbench/outputs/stepper/stepTables.ts";
import type { StepView } from "#workbench/outputs/stepper/stepView.ts";
import { wanderingUniverse } from "../workers/universe.ts";
import { sampleBacktest } from "./sampleBacktest.ts";

const universe = wanderingUniverse(2, 2000);
const result = sampleBacktest(universe);
const times = numbersOf(result.equity, "time");

/** A step with its number in every part, so that what is shown tells which one it is. */
const viewOf = (index: number): StepView => ({
  index,
  time: times[index],
  markets: universe.map(({ symbol }) => ({
    ...{ symbol, strategy: "sample", timestamp: times[index] - 300_000 },
    ...{ open: 1, high: 2, low: 0.5, close: 1.5, volume: 10, features: { number: index } },
  })),
  strategies: [
    { name: "sample", kind: "signals", answers: [{ symbol: "C0/USDT", direction: "long" }], state: "null" },
  ],
  events: [{ kind: "fill", words: `fill of step ${index}` }],
  orders: [],
  positions: [],
  account: { equity: 10_000 + index, cash: 5000, exposure: 0.5 },
});

let shown: Output | undefined;
let asked: number[] = [];
function show(stepAt: (index: number) => Promise<StepView> = async (index) => viewOf(index)): Output {
  asked = [];
  shown = stepper(result, {
    stepAt: (index) => {
      asked.push(index);
      return stepAt(index);
    },
    candles: (symbol) => universe.find((one) => one.symbol === symbol)!,
    begin: 100,
  });
  document.body.replaceChildren(shown);
  return shown;
}
afterEach(() => {
  // Twice: a cell ends what it showed, and every part of it by itself.
  shown?.destroy();
  shown?.destroy();
});

const text = (root: Element): string => root.textContent ?? "";

test("keys go step by step, in tens, from entry to entry and to the ends", async () => {
  const root = show();
  await expect.poll(() => text(root)).toContain("fill of step 100");
  root.focus();
  const steps: [string, number][] = [
    ["{ArrowRight}", 101],
    ["{ArrowLeft}", 100],
    ["{Shift>}{ArrowRight}{/Shift}", 110],
    ["{Home}", 0],
    ["{End}", times.length - 1],
    ["{ArrowRight}", times.length - 1],
  ];
  for (const [keys, index] of steps) {
    await userEvent.keyboard(keys);
    await expect.poll(() => text(root)).toContain(`fill of step ${index}`);
  }
  await userEvent.keyboard("{Home}");
  const entry = numbersOf(result.trades, "entryTime").find((time) => times.findIndex((at) => at > time) > 0)!;
  await userEvent.keyboard("]");
  await expect.poll(() => text(root)).toContain(`fill of step ${times.findIndex((at) => at > entry)}`);
});

test("of steps that are asked for while one is being made only the last is made", async () => {
  let finish: () => void = () => undefined;
  const root = show((index) =>
    index === 100
      ? new Promise((resolve) => (finish = () => resolve(viewOf(index))))
      : Promise.resolve(viewOf(index)),
  );
  root.focus();
  for (let n = 0; n < 5; n++) await userEvent.keyboard("{ArrowRight}");
  finish();
  await expect.poll(() => text(root)).toContain("fill of step 105");
  expect(asked).toEqual([100, 105]);
});

test("the chart ends with the last candle that had closed", async () => {
  const root = show();
  const chart = (): CandleChartElement | null => root.querySelector<CandleChartElement>(".wf-chart");
  await expect.poll(() => chart()).not.toBeNull();
  expect(chart()?.candles.timestamp.at(-1)).toBe(times[100] - 300_000);
  root.focus();
  await userEvent.keyboard("{ArrowRight}");
  await expect.poll(() => chart()?.candles.timestamp.at(-1)).toBe(times[101] - 300_000);
});

test("a step that fails is told, and the next one works", async () => {
  const root = show((index) =>
    index === 100 ? Promise.reject(new Error("The worker died.")) : Promise.resolve(viewOf(index)),
  );
  await expect.poll(() => text(root.querySelector("[role=alert]")!)).toBe("The worker died.");
  root.focus();
  await userEvent.keyboard("{ArrowRight}");
  await expect.poll(() => text(root)).toContain("fill of step 101");
  expect(root.querySelector<HTMLElement>("[role=alert]")?.hidden).toBe(true);
});

test("an answer is written with its symbol and direction first, and without what is not there", () => {
  expect(
    answerWords({
      stopPrice: 41_200,
      symbol: "BTC/USDT",
      direction: "long",
      tag: "x",
      targetPrice: undefined,
    }),
  ).toBe("BTC/USDT long · stop price 41\u202f200 · tag x");
});
