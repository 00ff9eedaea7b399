import type { Browser, BrowserContext, Locator, Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import {
  type App,
  type Complaints,
  cell,
  createNotebook,
  notebookFrame,
  notebookOf,
  openPage,
  samplesReady,
  skipWelcome,
  startApp,
  startBrowser,
} from "./app.ts";

type Cells = Parameters<typeof notebookOf>[1];

/** The running app with one page open, and what a person does with it. A file's tests share app and browser. */
export class Workbench {
  app!: App;
  browser!: Browser;
  context!: BrowserContext;
  page!: Page;
  complaints!: Complaints;
  /** Set where a test makes the server refuse or vanish: what the browser reports of that is not the page's error. */
  expectsConsoleErrors = false;

  /** Goes to a place of the shell. */
  async go(hash: string): Promise<void> {
    await this.page.goto(`${this.app.url}/${hash}`);
  }

  /** A notebook of these cells, stored, opened and running. */
  async openNotebook(title: string, cells: Cells): Promise<string> {
    const id = await createNotebook(this.page, this.app, title, notebookOf(title, cells));
    await this.go(`#/notebook/${id}`);
    // It is shown before it runs; afterwards a hostile one may have left.
    await this.cell(1).waitFor();
    await this.page.getByRole("button", { name: "Run this notebook" }).click();
    return id;
  }

  cell(id: number): Locator {
    return cell(this.page, id);
  }

  state(id: number): Promise<string | null> {
    return this.cell(id).getAttribute("data-state");
  }

  /** Ids of the cells, from the top of the page down. */
  order(): Promise<number[]> {
    return notebookFrame(this.page)
      .locator("[data-cell-id]")
      .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute("data-cell-id"))));
  }

  /** Puts the caret into a cell's text. */
  async edit(id: number): Promise<void> {
    await this.cell(id).locator(".code, .cm-content").first().click();
    await this.cell(id).locator(".cm-content").waitFor();
  }

  /** Types other text over a cell's own. */
  async type(id: number, code: string): Promise<void> {
    await this.edit(id);
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.insertText(code);
  }

  /** Types other code over a cell's own and runs it. */
  async replaceCode(id: number, code: string): Promise<void> {
    await this.type(id, code);
    await this.page.keyboard.press("ControlOrMeta+Enter");
  }

  /** Moves the slider of a cell to a value, as dragging does. */
  async slide(id: number, value: number): Promise<void> {
    const range = this.cell(id).locator('input[type="range"]');
    await range.evaluate((input: HTMLInputElement, given) => {
      input.value = String(given);
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }, value);
  }
}

/** A workbench for the tests of one file: a fresh page for each, which must end without a complaint. */
export function useWorkbench({
  expectsConsoleErrors = false,
  serve = async () => [],
}: {
  expectsConsoleErrors?: boolean;
  /** Further options of `serve`, asked for when the app starts. */
  serve?: () => Promise<string[]>;
} = {}): Workbench {
  const workbench = new Workbench();
  beforeAll(async () => {
    workbench.app = await startApp(undefined, await serve());
    workbench.browser = await startBrowser();
  });
  afterAll(async () => {
    await workbench.browser?.close();
    await workbench.app?.stop();
  });
  beforeEach(async () => {
    workbench.context = await workbench.browser.newContext({ viewport: { width: 1440, height: 900 } });
    workbench.expectsConsoleErrors = expectsConsoleErrors;
    await workbench.context.addInitScript(skipWelcome);
    const { page, complaints } = await openPage(workbench.context, workbench.app);
    workbench.page = page;
    workbench.complaints = complaints;
    await samplesReady(page, workbench.app);
  });
  afterEach(async () => {
    await workbench.context.close();
    const { foreignRequests, consoleErrors } = workbench.complaints;
    expect(foreignRequests).toEqual([]);
    if (!workbench.expectsConsoleErrors) expect(consoleErrors).toEqual([]);
  });
  return workbench;
}
