import { describe, expect, test } from "vitest";
import { useWorkbench } from "./workbench.ts";

const workbench = useWorkbench();
const QUERY = `SELECT range AS i, (range * 7919) % 1000003 AS mixed, 'row ' || range AS name FROM range(1000000)`;

describe("a table of 1,000,000 rows from SQL", () => {
  test("goes to its last row with End, is sorted by its heads, and needs no mouse for either", async () => {
    const { page } = workbench;
    await workbench.openNotebook("A million", [["sql", QUERY, "million"]]);
    const grid = workbench.cell(1).getByRole("grid");
    await grid.waitFor();
    expect(await grid.getAttribute("aria-rowcount")).toBe("1000001");
    const names = () => grid.locator(".wf-table-row:visible [role=gridcell]:nth-child(3)").allInnerTexts();
    const active = () => grid.locator(".wf-table-cell.is-active").innerText();

    await grid.focus();
    await page.keyboard.press("End");
    await expect.poll(names).toContain("row 999999");
    await page.keyboard.press("Home");
    await expect.poll(names).toContain("row 0");
    expect(await names()).not.toContain("row 999999");
    await page.keyboard.press("PageDown");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await active()).toMatch(/^row \d+$/);

    await grid.getByRole("columnheader", { name: /mixed/ }).click();
    // 7919 · i mod 1000003 is a permutation: its inverse tells which row comes first, second and third.
    await expect.poll(async () => (await names()).slice(0, 1)).toEqual(["row 0"]);
    await expect
      .poll(() => grid.getByRole("columnheader", { name: /mixed/ }).getAttribute("aria-sort"))
      .toBe("ascending");
    const smallest = Array.from({ length: 1_000_000 }, (_, i) => [(i * 7919) % 1_000_003, i])
      .sort(([a], [b]) => a - b)
      .slice(0, 3)
      .map(([, i]) => `row ${i}`);
    expect((await names()).slice(0, 3)).toEqual(smallest);

    await grid.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Control+ArrowLeft");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => grid.getByRole("columnheader", { name: /^i/ }).getAttribute("aria-sort"))
      .toBe("descending");
    await expect.poll(async () => (await names())[0]).toBe("row 999999");
  });
});
