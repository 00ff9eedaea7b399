import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cellText, createNotebook, notebookOf } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const workbench = useWorkbench();
const row = (title: string) =>
  workbench.page
    .getByRole("row")
    .filter({ has: workbench.page.getByRole("link", { name: title, exact: true }) });

/** A stored notebook, and the list that shows it. */
async function listed(title: string): Promise<string> {
  const text = notebookOf(title, [["ts", `display("I am ${title}");`]]);
  const id = await createNotebook(workbench.page, workbench.app, title, text);
  await workbench.page.reload();
  await row(title).waitFor();
  return id;
}

async function choose(title: string, action: string): Promise<void> {
  await workbench.page.getByRole("button", { name: `More about ${title}`, exact: true }).click();
  await workbench.page.getByRole("menuitem", { name: action }).click();
}

describe("the first visit", () => {
  test("opens the tour, but takes nobody back who has gone elsewhere before it could", async () => {
    const context = await workbench.browser.newContext();
    const page = await context.newPage();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/api/notebooks", (route) => held.then(() => route.continue()));
    const listed = page.waitForResponse("**/api/notebooks");
    await page.goto(workbench.app.url);
    await page.getByRole("link", { name: "Data" }).first().click();
    await page.getByRole("heading", { name: "Data" }).waitFor();
    release();
    await (await listed).finished();
    // Two frames: all that the answer sets off has happened by then.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    expect(page.url()).toMatch(/#\/data$/);
    await page.goto(`${workbench.app.url}/#/`);
    await expect.poll(() => page.url()).toContain("#/notebook/tour");
    await context.close();
  });
});

describe("the notebooks page", () => {
  test("makes a new notebook and lists it", async () => {
    const { page } = workbench;
    await page.getByRole("button", { name: "New notebook" }).click();
    await expect.poll(() => page.url()).toContain("#/notebook/");
    await page.getByRole("link", { name: "All notebooks" }).click();
    await row("Untitled").waitFor();
  });

  test("opens a notebook, which does not run before one says so", async () => {
    const { page } = workbench;
    await listed("Opened");
    await row("Opened").getByRole("link").click();
    await workbench.cell(1).waitFor();
    expect(await workbench.state(1)).toBe("new");
    await page.getByRole("button", { name: "Run this notebook" }).click();
    await expect.poll(() => cellText(page, 1)).toBe("I am Opened");
  });

  test("renames a notebook", async () => {
    const { page } = workbench;
    await listed("Old name");
    await choose("Old name", "Rename");
    await page.getByRole("textbox", { name: "New title" }).fill("New name");
    await page.keyboard.press("Enter");
    await row("New name").waitFor();
    expect(await row("Old name").count()).toBe(0);
    await page.reload();
    await row("New name").waitFor();
  });

  test("duplicates a notebook", async () => {
    const { page } = workbench;
    await listed("Original");
    await choose("Original", "Duplicate");
    await page.getByText("was made").waitFor();
    await expect.poll(() => page.getByRole("link", { name: /^Original/ }).count()).toBe(2);
  });

  test("moves a notebook to the trash and brings it back", async () => {
    const { page, app } = workbench;
    const id = await listed("Thrown away");
    await choose("Thrown away", "Move to trash");
    await row("Thrown away").waitFor({ state: "detached" });
    expect(readdirSync(join(app.home, "trash")).join()).toContain(id);
    await page.getByRole("button", { name: /^Trash, \d+$/ }).click();
    await page.getByRole("button", { name: "Restore Thrown away" }).click();
    await row("Thrown away").waitFor();
    await row("Thrown away").getByRole("link").click();
    await workbench.cell(1).waitFor();
  });

  test("imports a file and exports the same file", async () => {
    const { page } = workbench;
    const text = notebookOf("From a friend", [
      ["md", "# From a friend"],
      ["ts", `display("not yet");`],
    ]);
    const file = { name: "from-a-friend.html", mimeType: "text/html", buffer: Buffer.from(text) };
    await page.getByTestId("import-notebook").setInputFiles(file);
    await workbench.cell(2).waitFor();
    expect(await workbench.state(2)).toBe("new");
    await workbench.go("#/");
    await row("From a friend").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      choose("From a friend", "Export the file"),
    ]);
    expect(download.suggestedFilename()).toBe("from-a-friend.html");
    expect(readFileSync(await download.path(), "utf8")).toBe(text);
  });

  test("says what is wrong with a file that is not a notebook, and stores nothing", async () => {
    const { page, app } = workbench;
    const before = readdirSync(join(app.home, "notebooks"));
    const file = { name: "shopping.html", mimeType: "text/html", buffer: Buffer.from("<p>milk, eggs</p>") };
    await page.getByTestId("import-notebook").setInputFiles(file);
    await page.getByText(/not a notebook|no <notebook>/i).waitFor();
    expect(readdirSync(join(app.home, "notebooks"))).toEqual(before);
    workbench.expectsConsoleErrors = true;
  });
});

describe("a sample", () => {
  test("becomes one's own copy at the first change, and stays as it was", async () => {
    const { page, app } = workbench;
    await workbench.go("#/notebook/tour");
    await workbench.cell(28).waitFor();
    await workbench.type(28, `const candlesPerDay = 24; const swing = 0.5;`);
    await expect.poll(() => page.url(), { timeout: 60_000 }).toMatch(/#\/notebook\/tour-?.+/);
    await expect.poll(() => readdirSync(join(app.home, "notebooks")).join()).toMatch(/tour.*\.html/);
    const copy = readdirSync(join(app.home, "notebooks")).find((name) => /^tour.*\.html$/.test(name)) ?? "";
    await expect.poll(() => readFileSync(join(app.home, "notebooks", copy), "utf8")).toContain("swing = 0.5");
  });
});

describe("a tab that is closed in the middle of a word", () => {
  test("loses nothing of it", async () => {
    const { context, app } = workbench;
    const id = await workbench.openNotebook("Closed", [["ts", `display("before");`]]);
    await expect.poll(() => cellText(workbench.page, 1)).toBe("before");
    await workbench.type(1, `display("typed just now");`);
    const save = workbench.page.getByTestId("save-state");
    await expect.poll(() => save.getAttribute("data-state")).not.toBe("saved");
    await workbench.page.close();
    workbench.page = await context.newPage();
    await workbench.page.goto(`${app.url}/#/notebook/${id}`);
    await expect
      .poll(() =>
        workbench
          .cell(1)
          .innerText()
          .catch(() => ""),
      )
      .toContain("typed just now");
  });
});
