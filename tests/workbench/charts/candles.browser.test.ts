import "#workbench/styles/tokens.css";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { sma } from "#engine/indicators/sma.ts";
import { type CandleChartElement, candleChart, reusableChart } from "#workbench/charts/candles.ts";
import { setOutputHost } from "#workbench/outputs/host.ts";
import { wanderingUniverse } from "../workers/universe.ts";

let charts: CandleChartElement[] = [];

function shown(chart: CandleChartElement): CandleChartElement {
  charts.push(chart);
  if (!chart.isConnected) document.body.replaceChildren(chart);
  return chart;
}

// The pointer rests where the test before left it; over a chart it would move the crosshair.
beforeEach(async () => {
  const corner = document.createElement("div");
  corner.style.cssText = "position: fixed; right: 0; bottom: 0; width: 9px; height: 9px";
  document.body.replaceChildren(corner);
  await userEvent.hover(corner);
});

afterEach(() => {
  for (const chart of new Set(charts)) chart.destroy();
  charts = [];
  delete document.documentElement.dataset.theme;
});

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
/** Until the library has painted what it was given in the frame before. */
async function painted(): Promise<void> {
  for (let i = 0; i < 3; i++) await frame();
}
const legend = (): string =>
  document.querySelector(".wf-chart-legend")?.textContent?.replaceAll("\u202f", "") ?? "";

/** All pixels of the candles' pane, as one text. */
function pixels(): string {
  return [...document.querySelectorAll<HTMLCanvasElement>(".wf-chart-plot canvas")]
    .map((canvas) => canvas.toDataURL())
    .join();
}

function candles(rows: number): Candles {
  return wanderingUniverse(1, rows)[0];
}

describe("a chart of a hundred thousand candles", () => {
  const all = candles(100_000);

  test("opens on the latest and reads the last candle in its legend", async () => {
    const started = performance.now();
    const chart = shown(candleChart(all, { overlays: { average: sma(all.close, 20) } }));
    await painted();
    console.info(`100,000 candles shown after ${(performance.now() - started).toFixed(0)} ms`);
    expect(chart.visibleRange.toMs).toBe(all.timestamp[99_999] + 300_000);
    const average = sma(all.close, 20)[99_999];
    const decimals = legend().match(/average [\d]+\.(\d+)/)?.[1].length ?? 0;
    expect(legend()).toContain(`average ${average.toFixed(decimals)}`);
    expect(legend()).toContain(`C ${all.close[99_999].toFixed(decimals)}`);
  });

  test("a changed overlay is repainted while view, candles and element stay", async () => {
    const first = shown(candleChart(all, { overlays: { average: sma(all.close, 20) } }));
    await painted();
    first.show({ fromMs: all.timestamp[50_000], toMs: all.timestamp[50_200] });
    await painted();
    const range = first.visibleRange;
    const before = pixels();
    const times: number[] = [];
    for (const length of [30, 50, 80, 120]) {
      const started = performance.now();
      const again = shown(reusableChart(first, all, { overlays: { average: sma(all.close, length) } }));
      await painted();
      times.push(performance.now() - started);
      expect(again).toBe(first);
    }
    console.info(
      `average of another length repainted after ${times.map((time) => time.toFixed(0)).join(", ")} ms`,
    );
    expect(first.visibleRange).toEqual(range);
    expect(pixels()).not.toBe(before);
    expect(legend()).toContain(`average ${sma(all.close, 120)[50_199].toFixed(1).slice(0, -1)}`);
  });

  test("an option that is no longer given is gone", async () => {
    const first = shown(
      candleChart(all, { overlays: { average: sma(all.close, 20) }, panes: { same: all.close } }),
    );
    await painted();
    expect(legend()).toContain("same");
    shown(reusableChart(first, all, {}));
    await painted();
    expect(legend()).not.toContain("average");
    expect(legend()).not.toContain("same");
  });

  test("other candles of the same market keep the element, another market gets a new one", async () => {
    const first = shown(candleChart(all));
    await painted();
    expect(reusableChart(first, candles(90_000))).toBe(first);
    expect(reusableChart(first, { ...all, symbol: "X/Y" })).not.toBe(first);
    expect(reusableChart(undefined, all)).not.toBe(first);
  });
});

describe("moving about", () => {
  const all = candles(20_000);
  const width = ({ visibleRange: { fromMs, toMs } }: CandleChartElement): number => toMs - fromMs;

  test("keys pan and zoom; Home and End go to the ends", async () => {
    const chart = shown(candleChart(all));
    await painted();
    chart.focus();
    const start = chart.visibleRange;
    await userEvent.keyboard("{ArrowLeft}");
    expect(chart.visibleRange.fromMs).toBeLessThan(start.fromMs);
    const before = width(chart);
    await userEvent.keyboard("-");
    expect(width(chart)).toBeGreaterThan(before);
    await userEvent.keyboard("{+}{+}");
    expect(width(chart)).toBeLessThan(before);
    await userEvent.keyboard("{Home}");
    expect(chart.visibleRange.fromMs).toBe(all.timestamp[0]);
    await userEvent.keyboard("{End}");
    expect(chart.visibleRange.toMs).toBe(all.timestamp[19_999] + 300_000);
  });

  test("the wheel zooms with the focus in the chart and leaves the page alone without", async () => {
    const chart = shown(candleChart(all));
    await painted();
    const stage = chart.querySelector(".wf-chart-stage")!;
    const turn = (): boolean =>
      stage.dispatchEvent(
        new WheelEvent("wheel", { deltaY: -200, clientX: 300, bubbles: true, cancelable: true }),
      );
    const before = width(chart);
    expect(turn()).toBe(true);
    expect(width(chart)).toBe(before);
    chart.focus();
    expect(turn()).toBe(false);
    expect(width(chart)).toBeLessThan(before);
  });

  test("all of it is shown in bars of many candles, and the listener is told the span", async () => {
    const told: number[] = [];
    const chart = shown(candleChart(all, { onVisibleRange: ({ fromMs }) => told.push(fromMs) }));
    await painted();
    await userEvent.click(chart.querySelector("[aria-label='Show everything']")!);
    expect(chart.querySelector(".wf-chart-status")?.textContent).toMatch(/candles a bar/);
    expect(told.at(-1)).toBe(all.timestamp[0]);
  });

  test("a trade is painted where it happened", async () => {
    const trade = {
      symbol: all.symbol,
      direction: "long" as const,
      entryTime: all.timestamp[19_950],
      entryPrice: all.open[19_950],
      exitTime: all.timestamp[19_980],
      exitPrice: all.open[19_980],
      return: 0.01,
    };
    const chart = shown(candleChart(all));
    await painted();
    const without = pixels();
    chart.update({ markers: [{ ...trade, symbol: "OTHER/USDT" }] });
    await painted();
    expect(pixels()).toBe(without);
    chart.update({ markers: [trade] });
    await painted();
    expect(pixels()).not.toBe(without);
  });

  test("light and dark change under it", async () => {
    shown(candleChart(all));
    await painted();
    const light = pixels();
    document.documentElement.dataset.theme = "dark";
    await painted();
    expect(pixels()).not.toBe(light);
  });

  test("a picture is handed to the page around it as PNG", async () => {
    const files: { filename: string; bytes: Uint8Array }[] = [];
    setOutputHost({
      copy: () => Promise.resolve(),
      download: (filename, _, bytes) => {
        files.push({ filename, bytes });
        return Promise.resolve();
      },
    });
    const chart = shown(candleChart(all));
    await painted();
    await userEvent.click(chart.querySelector("[aria-label='Save a picture as PNG']")!);
    await expect.poll(() => files.length).toBe(1);
    expect(files[0].filename).toBe("C0-USDT-5m.png");
    expect([...files[0].bytes.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
  });
});

describe("what a chart is given", () => {
  test("a column of another length is an error that names it", () => {
    const few = candles(100);
    expect(() => candleChart(few, { overlays: { average: new Float64Array(99) } })).toThrow(EngineError);
  });

  test("no candles at all make an empty chart", async () => {
    shown(candleChart(candles(0)));
    await painted();
    expect(document.querySelector(".wf-chart-plot canvas")).not.toBeNull();
  });

  test("a million candles", async () => {
    const million = candles(1_000_000);
    const started = performance.now();
    const chart = shown(candleChart(million));
    await painted();
    console.info(`1,000,000 candles shown after ${(performance.now() - started).toFixed(0)} ms`);
    const whole = performance.now();
    await userEvent.click(chart.querySelector("[aria-label='Show everything']")!);
    await painted();
    console.info(`and all of them after another ${(performance.now() - whole).toFixed(0)} ms`);
    expect(chart.visibleRange.fromMs).toBe(million.timestamp[0]);
  });
});
