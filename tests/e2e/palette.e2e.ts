import { describe, expect, test } from "vitest";
import { cellText, notebookFrame } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const workbench = useWorkbench();
const palette = () => workbench.page.getByRole("dialog", { name: "Commands" });
const find = async (words: string): Promise<void> => {
  await workbench.page.keyboard.press("ControlOrMeta+k");
  await palette().waitFor();
  await workbench.page.keyboard.type(words);
};

describe("Ctrl K", () => {
  test("leads to pages, series and notebooks", async () => {
    const { page } = workbench;
    await page.getByRole("heading", { name: "Notebooks" }).waitFor();
    await find("runs");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    await palette().waitFor({ state: "detached" });

    await find("doge");
    await expect.poll(() => palette().getByRole("option").count()).toBe(1);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /DOGE\/USDT/ }).waitFor();

    await find("tour");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("#/notebook/tour");
  });

  test("changes the theme, here and in the notebook", async () => {
    const { page } = workbench;
    await workbench.openNotebook("Colours", [["ts", `display("one");`]]);
    await expect.poll(() => cellText(page, 1)).toBe("one");
    const themes = async (): Promise<(string | null)[]> => [
      await page.locator("html").getAttribute("data-theme"),
      await notebookFrame(page).locator("html").getAttribute("data-theme"),
    ];
    expect(await themes()).toEqual(["light", "light"]);
    for (let i = 0; i < 3 && (await themes())[0] !== "dark"; i++) {
      await find("theme");
      await page.keyboard.press("Enter");
      await palette().waitFor({ state: "detached" });
    }
    await expect.poll(themes).toEqual(["dark", "dark"]);
  });

  test("opens from inside a notebook's text too, and runs what belongs to the notebook", async () => {
    const { page } = workbench;
    await workbench.openNotebook("Commands", [["ts", `display("one");`]]);
    await expect.poll(() => cellText(page, 1)).toBe("one");
    const run = Number(await workbench.cell(1).getAttribute("data-run"));
    await workbench.edit(1);
    await find("run all");
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => Number(await workbench.cell(1).getAttribute("data-run")))
      .toBeGreaterThan(run);
  });

  test("closes with Escape and says when it knows nothing of that name", async () => {
    const { page } = workbench;
    await find("zzzz");
    await palette().getByText("Nothing by that name.").waitFor();
    await page.keyboard.press("Escape");
    await palette().waitFor({ state: "detached" });
  });
});
