import { describe, expect, test } from "vitest";
import { cellText, notebookFrame } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const workbench = useWorkbench();
const completions = () => notebookFrame(workbench.page).locator(".cm-tooltip-autocomplete li");
/** What the editor offers, from the first on. */
const offered = (): Promise<string[]> => completions().locator(".cm-completionLabel").allInnerTexts();

/** Types after what a cell holds, key by key, as a person does. */
async function continueTyping(id: number, text: string): Promise<void> {
  await workbench.edit(id);
  await workbench.page.keyboard.press("ControlOrMeta+End");
  await workbench.page.keyboard.type(text);
}

/**
 * Takes what the editor offers first. A list that opened less than 75 ms ago takes no key (CodeMirror's
 * `interactionDelay`), so that Enter at the end of a line is a new line though a list springs up under it.
 */
async function takeOffer(): Promise<void> {
  const opened = await completions().first().elementHandle();
  await opened?.evaluate(() => new Promise((resolve) => setTimeout(resolve, 80)));
  await workbench.page.keyboard.press("Enter");
}

describe("the editor completes", () => {
  test("names of the library, with their arguments", async () => {
    await workbench.openNotebook("Library", [["ts", ""]]);
    await continueTyping(1, "rollingM");
    await expect.poll(offered).toEqual(expect.arrayContaining(["rollingMax", "rollingMin"]));
    expect(await completions().first().innerText()).toContain("length");
    await workbench.page.keyboard.press("Escape");
  });

  test("names that other cells define, before the library's, and takes one with Enter", async () => {
    await workbench.openNotebook("Names", [
      ["ts", `const smallestMove = 0.25;`],
      ["ts", ""],
    ]);
    await expect.poll(() => workbench.state(1)).toBe("ok");
    await continueTyping(2, "display(sm");
    await expect.poll(async () => (await offered())[0]).toBe("smallestMove");
    await takeOffer();
    await workbench.page.keyboard.press("ControlOrMeta+Enter");
    await expect.poll(() => cellText(workbench.page, 2)).toBe("0.25");
  });

  test("tables of the lake and their columns in SQL", async () => {
    await workbench.openNotebook("Tables", [["sql", "SELECT count(*) FROM simulated."]]);
    await continueTyping(1, "btc");
    await expect.poll(offered).toEqual(["btc_usdt_5m"]);
    await takeOffer();
    await workbench.page.keyboard.type(" WHERE simulated.btc_usdt_5m.vol");
    await expect.poll(offered).toContain("volume");
  });

  test("tables that other cells hold and their columns in SQL", async () => {
    await workbench.openNotebook("Held tables", [
      ["ts", `const result = { trades: [{ profit: 12, tag: "dip" }] };`],
      ["sql", "SELECT * FROM result."],
    ]);
    await expect.poll(() => workbench.state(1)).toBe("ok");
    await continueTyping(2, "tr");
    await expect.poll(offered).toEqual(["trades"]);
    await takeOffer();
    await workbench.page.keyboard.type(" WHERE prof");
    await expect.poll(offered).toContain("profit");
  });
});

describe("the editor marks", () => {
  test("the place of an error while it stands, and no longer", async () => {
    await workbench.openNotebook("Squiggle", [["ts", `const a = 1;\nconst b = a + nowhere;`]]);
    await expect.poll(() => workbench.state(1)).toBe("failed");
    await workbench.edit(1);
    await expect
      .poll(() => workbench.cell(1).locator(".cm-lintRange-error").allInnerTexts())
      .toEqual(["nowhere"]);
    await workbench.replaceCode(1, `const a = 1;\nconst b = a + 1;`);
    await expect.poll(() => workbench.state(1)).toBe("ok");
    await workbench.edit(1);
    await workbench.cell(1).locator(".cm-lintRange-error").waitFor({ state: "detached" });
  });

  test("text that does not parse, before it is run", async () => {
    await workbench.openNotebook("Syntax", [["ts", `display("fine");`]]);
    await expect.poll(() => cellText(workbench.page, 1)).toBe("fine");
    await workbench.type(1, `const a = 1;\nconst const b = 2;\n`);
    await expect.poll(() => workbench.cell(1).locator(".cm-lintRange-error").count()).toBe(1);
    await workbench.type(1, `const a = 1;\nconst b = 2;\n`);
    await expect.poll(() => workbench.cell(1).locator(".cm-lintRange-error").count()).toBe(0);
    expect(await workbench.state(1)).toBe("stale");
  });
});

describe("a cell that was edited and not run", () => {
  test("is stale, and so are the cells after it, until it runs", async () => {
    await workbench.openNotebook("Stale", [
      ["ts", `const base = 1;`],
      ["ts", `display("twice " + base * 2);`],
    ]);
    await expect.poll(() => cellText(workbench.page, 2)).toBe("twice 2");
    await workbench.type(1, `const base = 21;`);
    await expect.poll(() => workbench.state(1)).toBe("stale");
    expect(await cellText(workbench.page, 2)).toBe("twice 2");
    const runStale = notebookFrame(workbench.page).getByRole("button", { name: /^Run \d stale cells?$/ });
    await runStale.click();
    await expect.poll(() => cellText(workbench.page, 2)).toBe("twice 42");
    await expect.poll(() => workbench.state(1)).toBe("ok");
    await runStale.waitFor({ state: "detached" });
  });
});
