import "#workbench/styles/tokens.css";
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { setOutputHost } from "#workbench/outputs/host.ts";
import { type TableElement, table } from "#workbench/outputs/table.ts";

const ROWS = 1_000_000;
let shown: TableElement | undefined;

function show(value: unknown, options: Parameters<typeof table>[1] = {}): TableElement {
  shown = table(value, options);
  document.body.replaceChildren(shown);
  return shown;
}

afterEach(() => shown?.destroy());

const grid = (): HTMLElement => document.querySelector<HTMLElement>("[role=grid]")!;
const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

/** Texts of the rows that a person sees, from top to bottom. */
function visibleRows(): string[][] {
  const place = document.querySelector(".wf-table-window")!.getBoundingClientRect();
  return [...document.querySelectorAll<HTMLElement>(".wf-table-row")]
    .map((row) => ({ row, box: row.getBoundingClientRect() }))
    .filter(({ box }) => box.bottom > place.top + 1 && box.top < place.bottom - 1)
    .sort((a, b) => a.box.top - b.box.top)
    .map(({ row }) => [...row.children].map((cell) => cell.textContent ?? ""));
}

function million(): Record<string, Float64Array> {
  const index = Float64Array.from({ length: ROWS }, (_, i) => i);
  const price = Float64Array.from({ length: ROWS }, (_, i) => ((i * 7919) % 100_003) / 100);
  return { index, price };
}

describe("a table of a million rows", () => {
  test("End shows the last row and Home the first", async () => {
    show(million());
    grid().focus();
    const started = performance.now();
    await userEvent.keyboard("{End}");
    await frame();
    console.info(`End after ${(performance.now() - started).toFixed(1)} ms`);
    expect(visibleRows().at(-1)?.[0]).toBe("999\u202f999");
    expect(grid().getAttribute("aria-rowcount")).toBe("1000001");
    await userEvent.keyboard("{Home}");
    await frame();
    expect(visibleRows()[0][0]).toBe("0");
  });

  test("every place of the scroll bar shows the rows that belong there", async () => {
    show(million());
    const scroller = grid();
    for (const share of [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]) {
      scroller.scrollTop = share * (scroller.scrollHeight - scroller.clientHeight);
      await frame();
      await frame();
      const first = Number(visibleRows()[0][0].replaceAll("\u202f", ""));
      // The bar runs one to one near the ends, so between them it is off by up to two screens.
      const slack = share === 0 || share === 1 ? 0 : 24;
      expect(Math.abs(first - share * (ROWS - 12))).toBeLessThanOrEqual(slack);
    }
  });

  test("small scrolls move by single rows wherever the table stands", async () => {
    const made = show(million());
    made.goTo(600_000);
    await frame();
    const before = Number(visibleRows()[0][0].replaceAll("\u202f", ""));
    grid().scrollTop += 24;
    await frame();
    await frame();
    expect(Number(visibleRows()[0][0].replaceAll("\u202f", ""))).toBe(before + 1);
  });

  test("scrolling shows consecutive rows in every frame", async () => {
    show(million());
    const scroller = grid();
    let longest = 0;
    let last = await frame();
    for (let i = 0; i < 120; i++) {
      scroller.scrollTop += 37 * (1 + (i % 40));
      const now = await frame();
      longest = Math.max(longest, now - last);
      last = now;
      const numbers = visibleRows().map(([index]) => Number(index.replaceAll("\u202f", "")));
      numbers.forEach((number, at) => {
        if (at > 0) expect(number).toBe(numbers[at - 1] + 1);
      });
    }
    console.info(`longest frame ${longest.toFixed(1)} ms`);
  });

  test("sorts by a column without holding the page, ties in their first order", async () => {
    const data = million();
    const made = show(data);
    let longest = 0;
    let last = performance.now();
    let running = true;
    const beat = (): void => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
      if (running) setTimeout(beat);
    };
    beat();
    const started = performance.now();
    await made.sortBy("price", "descending");
    running = false;
    console.info(
      `sorted in ${(performance.now() - started).toFixed(0)} ms, longest hold ${longest.toFixed(1)} ms`,
    );
    const expected = Array.from({ length: ROWS }, (_, i) => i).sort(
      (a, b) => data.price[b] - data.price[a] || a - b,
    );
    const rows = visibleRows().map(([index]) => Number(index.replaceAll("\u202f", "")));
    expect(rows).toEqual(expected.slice(0, rows.length));
  });
});

describe("a small table", () => {
  const records = [
    { symbol: "BTC/USDT", close: 60123.45, openMs: 1709269200000 },
    { symbol: "ETH/USDT", close: null, openMs: 1709272800000 },
    { symbol: "ADA/USDT", close: 0.5, openMs: 1709276400000 },
  ];

  test("writes numbers on one decimal point, times in UTC and a dash for what is missing", () => {
    show(records);
    expect(visibleRows()).toEqual([
      ["BTC/USDT", "60\u202f123.45", "2024-03-01 05:00"],
      ["ETH/USDT", "–", "2024-03-01 06:00"],
      ["ADA/USDT", "0.50", "2024-03-01 07:00"],
    ]);
  });

  test("is sorted from the head by keyboard: ascending, descending, as it came", async () => {
    show(records);
    grid().focus();
    await userEvent.keyboard("{ArrowUp}{ArrowRight}{Enter}");
    await expect
      .poll(() => visibleRows().map(([symbol]) => symbol))
      .toEqual(["ADA/USDT", "BTC/USDT", "ETH/USDT"]);
    expect(document.querySelector("[aria-sort=ascending]")?.textContent).toContain("close");
    await userEvent.keyboard("{Enter}");
    await expect
      .poll(() => visibleRows().map(([symbol]) => symbol))
      .toEqual(["BTC/USDT", "ADA/USDT", "ETH/USDT"]);
    await userEvent.keyboard("{Enter}");
    await expect
      .poll(() => visibleRows().map(([symbol]) => symbol))
      .toEqual(["BTC/USDT", "ETH/USDT", "ADA/USDT"]);
  });

  test("a clicked row is told by its number in the source, whatever the order", async () => {
    const clicked: number[] = [];
    const made = show(records, { onRowClick: (row) => clicked.push(row) });
    await made.sortBy("symbol", "ascending");
    await userEvent.click(document.querySelectorAll(".wf-table-row")[0]);
    expect(clicked).toEqual([2]);
  });

  test("only columns in view exist, and the cursor reaches the others", async () => {
    const wide = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`feature${i}`, [i, i + 1]]));
    show(wide);
    expect(document.querySelectorAll("[role=columnheader]").length).toBeLessThan(30);
    grid().focus();
    await userEvent.keyboard("{Control>}{ArrowRight}{/Control}");
    await frame();
    expect(document.querySelector(".wf-table-cell.is-active")?.textContent).toBe("399");
  });
});

describe("a table's rows and columns by hand", () => {
  const records = Array.from({ length: 30 }, (_, i) => ({ name: `row ${i}`, value: i / 4 }));

  test("a selection is copied as CSV, in the order that is shown", async () => {
    const copied: string[] = [];
    setOutputHost({
      copy: (text) => {
        copied.push(text);
        return Promise.resolve();
      },
      download: () => Promise.resolve(),
    });
    const made = show(records);
    await made.sortBy("value", "descending");
    grid().focus();
    made.goTo(0);
    await userEvent.keyboard("{Shift>}{ArrowDown}{/Shift}{Control>}c{/Control}");
    expect(copied).toEqual(["name,value\r\nrow 29,7.25\r\nrow 28,7\r\n"]);
    await expect.poll(() => document.querySelector(".wf-table-note")?.textContent).toBe("Copied 2 rows.");
  });

  test("Alt and an arrow widen the column under the cursor, rows and head alike", async () => {
    const made = show(records);
    await frame();
    made.goTo(1);
    grid().focus();
    const width = (selector: string): number => document.querySelector<HTMLElement>(selector)!.offsetWidth;
    const before = width("[role=columnheader]");
    await userEvent.keyboard("{Alt>}{ArrowRight}{ArrowRight}{/Alt}");
    expect(width("[role=columnheader]")).toBe(before + 32);
    expect(width("[role=gridcell]")).toBe(before + 32);
  });

  test("other data keep the sort where the column stays", async () => {
    const made = show(records);
    await made.sortBy("value", "descending");
    made.update([...records, { name: "top", value: 99 }]);
    await expect.poll(() => visibleRows()[0][0]).toBe("top");
  });

  test("an empty table says so in its count and takes every key", async () => {
    show({ a: [], b: [] });
    grid().focus();
    await userEvent.keyboard("{End}{ArrowDown}{Enter}{PageUp}");
    expect(document.querySelector(".wf-table-note")?.textContent).toContain("0 rows × 2 columns");
  });
});
