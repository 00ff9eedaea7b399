import { type Browser, chromium, type Page } from "playwright-core";
import { z } from "zod";
import { EngineError } from "#engine/core/errors.ts";
import { chromiumArguments, findChromium } from "./chromium.ts";

/** How a notebook's run went, as its page reports it. */
export type NotebookSummary = {
  phase: "done" | "failed";
  cells: number;
  failures: { id: number; name: string; message: string }[];
  /** Errors of the page itself, which no cell owns. */
  problems: string[];
};

const reported = z.object({
  phase: z.enum(["done", "failed"]),
  cells: z.number(),
  failures: z.array(z.object({ id: z.number(), name: z.string(), message: z.string() })),
});

export type HeadlessPage = {
  /** Opens the address of a notebook's headless view and waits until the notebook is idle. */
  run(url: string, timeoutMs: number): Promise<NotebookSummary>;
  /** Ends the browser; a run that is under way rejects as canceled. */
  close(): Promise<void>;
};

export async function openHeadlessPage(): Promise<HeadlessPage> {
  const browser = await launch();
  let closing = false;
  return {
    async run(url, timeoutMs) {
      const page = await (await browser.newContext()).newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      try {
        return { ...(await summaryOf(page, url, timeoutMs)), problems };
      } catch (cause) {
        if (closing)
          throw new EngineError("canceled", "Canceled before the notebook was done.", {}, { cause });
        throw cause;
      }
    },
    async close() {
      closing = true;
      await browser.close();
    },
  };
}

async function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new EngineError(
      "browser.unavailable",
      "Notebooks run in Chromium, and neither Chromium nor Chrome was found. Install one " +
        "(Debian: apt-get install chromium), or set WALKFORWARD_CHROMIUM to its program.",
    );
  }
  try {
    // Signals are the command's to handle: it closes the browser, and says that it was interrupted.
    const own = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    return await chromium.launch({ executablePath, args: chromiumArguments(), ...own });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new EngineError(
      "browser.unavailable",
      `${executablePath} could not be started (${reason}). Set WALKFORWARD_CHROMIUM to another Chromium or Chrome.`,
      { executablePath },
      { cause },
    );
  }
}

async function summaryOf(page: Page, url: string, timeoutMs: number): Promise<z.infer<typeof reported>> {
  const crashed = new Promise<never>((_, reject) => {
    page.on("crash", () =>
      reject(
        new EngineError(
          "notebook.failed",
          "The page crashed while the notebook ran, most likely out of memory.",
        ),
      ),
    );
  });
  const finished = async (): Promise<string> => {
    await page.goto(url);
    const idle = 'html[data-notebook="done"], html[data-notebook="failed"]';
    await page.locator(idle).waitFor({ state: "attached", timeout: timeoutMs });
    return page.locator("#notebook-summary").evaluate((element) => element.textContent ?? "");
  };
  try {
    return reported.parse(JSON.parse(await Promise.race([finished(), crashed])));
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== "TimeoutError") throw cause;
    throw new EngineError(
      "notebook.failed",
      `The notebook was not done after ${timeoutMs / 1000} s; some cell may wait for ever. --timeout gives it longer.`,
      { timeoutMs },
      { cause },
    );
  }
}
