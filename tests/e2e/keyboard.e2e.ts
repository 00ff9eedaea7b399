import { describe, expect, test } from "vitest";
import { cellText, notebookFrame, storedNotebook } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const workbench = useWorkbench();
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await workbench.page.keyboard.press(key);
};
const type = (text: string): Promise<void> => workbench.page.keyboard.insertText(text);
const active = async (): Promise<number> =>
  Number(
    await notebookFrame(workbench.page)
      .locator('[data-cell-id][aria-current="true"]')
      .getAttribute("data-cell-id"),
  );

async function openLetters(title: string): Promise<string> {
  const id = await workbench.openNotebook(title, [
    ["ts", `display("alpha");`],
    ["ts", `display("beta");`],
    ["ts", `display("gamma");`],
  ]);
  await expect.poll(() => cellText(workbench.page, 3)).toBe("gamma");
  await workbench.cell(1).focus();
  await expect.poll(active).toBe(1);
  return id;
}

describe("by keyboard alone, one", () => {
  test("walks through the cells, edits one and runs it", async () => {
    await openLetters("Walk");
    await press("ArrowDown", "j");
    await expect.poll(active).toBe(3);
    await press("Home");
    await expect.poll(active).toBe(1);
    await press("Enter");
    await workbench.cell(1).locator(".cm-content").waitFor();
    await press("ControlOrMeta+A");
    await type(`display("first " + 6 * 7);`);
    await press("Shift+Enter");
    await expect.poll(() => cellText(workbench.page, 1)).toBe("first 42");
    await expect.poll(active).toBe(2);
  });

  test("adds, deletes and brings back cells, and what was brought back runs", async () => {
    const id = await openLetters("Add and delete");
    await press("b", "Enter");
    await workbench.cell(4).locator(".cm-content").waitFor();
    await type(`display("below");`);
    await press("ControlOrMeta+Enter");
    await expect.poll(() => cellText(workbench.page, 4)).toBe("below");
    expect(await workbench.order()).toEqual([1, 4, 2, 3]);
    await press("d", "d");
    await expect.poll(() => workbench.order()).toEqual([1, 2, 3]);
    await press("z");
    await expect.poll(() => workbench.order()).toEqual([1, 4, 2, 3]);
    await expect.poll(() => cellText(workbench.page, 4)).toBe("below");
    await press("Home", "a");
    await expect.poll(async () => (await workbench.order()).length).toBe(5);
    expect((await workbench.order()).slice(1)).toEqual([1, 4, 2, 3]);
    await expect
      .poll(async () => (await storedNotebook(workbench.page, workbench.app, id)).text)
      .toContain("below");
  });

  test("moves cells, copies them, and takes it all back", async () => {
    await openLetters("Move");
    await press("Alt+ArrowDown");
    await expect.poll(() => workbench.order()).toEqual([2, 1, 3]);
    await press("Alt+ArrowDown");
    await expect.poll(() => workbench.order()).toEqual([2, 3, 1]);
    await press("z", "z");
    await expect.poll(() => workbench.order()).toEqual([1, 2, 3]);
    await press("Shift+ArrowDown", "c", "End", "v");
    await expect.poll(async () => (await workbench.order()).length).toBe(5);
    const [fourth, fifth] = (await workbench.order()).slice(3);
    await expect.poll(() => workbench.cell(fourth).innerText()).toContain("alpha");
    expect(await workbench.cell(fifth).innerText()).toContain("beta");
    await press("z");
    await expect.poll(() => workbench.order()).toEqual([1, 2, 3]);
  });

  test("duplicates a cell from its menu", async () => {
    await openLetters("Duplicate");
    const more = workbench.cell(2).getByRole("button", { name: "More for this cell" });
    await more.focus();
    await press("Enter");
    await workbench.cell(2).getByRole("menuitem", { name: "Duplicate" }).waitFor();
    // The first letter goes to the first item that begins with it: Duplicate, then Delete.
    await press("d", "Enter");
    await expect.poll(async () => (await workbench.order()).length).toBe(4);
    expect((await workbench.order())[2]).toBe(4);
    expect(await workbench.cell(4).innerText()).toContain("beta");
  });

  test("changes a cell's kind and folds its code", async () => {
    await openLetters("Kinds");
    await press("m");
    await expect.poll(() => workbench.cell(1).getAttribute("data-mode")).toBe("md");
    await press("q");
    await expect.poll(() => workbench.cell(1).getAttribute("data-mode")).toBe("sql");
    await press("y");
    await expect.poll(() => workbench.cell(1).getAttribute("data-mode")).toBe("ts");
    await workbench.cell(1).locator(".code").waitFor();
    await press("o");
    await workbench.cell(1).locator(".code").waitFor({ state: "detached" });
    expect(await workbench.cell(1).getByRole("button", { name: "Show the code" }).count()).toBe(1);
    await press("o");
    await workbench.cell(1).locator(".code").waitFor();
  });

  test("runs all cells and interrupts what runs", async () => {
    await workbench.openNotebook("Interrupt", [
      ["ts", `await new Promise((resolve) => invalidation.then(resolve)); display("let go");`],
      ["ts", `display("quick");`],
    ]);
    await expect.poll(() => cellText(workbench.page, 2)).toBe("quick");
    await expect.poll(() => workbench.state(1)).toBe("running");
    const before = Number(await workbench.cell(2).getAttribute("data-run"));
    await workbench.cell(2).focus();
    await press("i", "i");
    await expect.poll(() => workbench.state(1)).not.toBe("running");
    const runAll = notebookFrame(workbench.page).getByRole("button", { name: "Run all" });
    await runAll.focus();
    await press("Enter");
    await expect
      .poll(async () => Number(await workbench.cell(2).getAttribute("data-run")))
      .toBeGreaterThan(before);
    await expect.poll(() => workbench.state(1)).toBe("running");
  });

  test("reads all keys with ?, and comes back to where one was", async () => {
    await openLetters("Help");
    await press("?");
    const help = notebookFrame(workbench.page).getByRole("dialog", { name: "Keys" });
    await help.waitFor();
    for (const words of ["run the cell and go on", "delete the selected cells", "fold or unfold the code"])
      expect(await help.getByText(words).count()).toBe(1);
    await press("Escape");
    await help.waitFor({ state: "detached" });
    await press("ArrowDown");
    await expect.poll(active).toBe(2);
  });
});
