import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  chromium,
  type FrameLocator,
  type Locator,
  type Page,
} from "playwright";
import { findChromium } from "#server/cli/chromium.ts";
import { buildIfNeeded } from "#server/setup/build.ts";
import { root } from "#server/setup/install.mjs";

/** The built app on a free port with a home of its own, and a browser that may talk to nothing else. */
export type App = {
  url: string;
  home: string;
  process: ChildProcess;
  stop(): Promise<void>;
};

export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Serves the built app; `options` are further ones of `serve`. */
export async function startApp(
  home = mkdtempSync(join(tmpdir(), "walkforward-e2e-")),
  options: readonly string[] = [],
): Promise<App> {
  await buildIfNeeded();
  const child = spawn(
    process.execPath,
    [join(root, "build/server/main.js"), "serve", "--port", "0", ...options],
    {
      env: { ...process.env, WALKFORWARD_HOME: home },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = output.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
      if (address) resolve(address);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) =>
      reject(new Error(`the server ended with ${code} before it listened:\n${output}`)),
    );
  });
  return {
    url,
    home,
    process: child,
    async stop() {
      if (child.exitCode === null) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        await ended;
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
}

/** What a page did that it must never do. */
export type Complaints = { foreignRequests: string[]; consoleErrors: string[] };

/**
 * A page that aborts and records every request to another host, and records console errors. Tests end with
 * `expectQuiet(complaints)`.
 */
export async function openPage(
  context: BrowserContext,
  app: App,
  hash = "",
): Promise<{ page: Page; complaints: Complaints }> {
  const complaints: Complaints = { foreignRequests: [], consoleErrors: [] };
  const own = new URL(app.url).host;
  await context.route("**/*", (route) => {
    const address = new URL(route.request().url());
    if (address.protocol.startsWith("http") && address.host !== own) {
      complaints.foreignRequests.push(route.request().url());
      return route.abort();
    }
    return route.continue();
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.consoleErrors.push(message.text());
  });
  page.on("pageerror", (error) => complaints.consoleErrors.push(String(error)));
  await page.goto(`${app.url}/${hash}`);
  return { page, complaints };
}

/** Runs in a page before its own scripts: it shows the list of notebooks, not the tour that a first visit opens. */
export function skipWelcome(): void {
  if (window === top && location.protocol === "http:") localStorage.setItem("walkforward.welcomed", "true");
}

/** The notebook inside the sandboxed frame. */
export function notebookFrame(page: Page): FrameLocator {
  return page.frameLocator("iframe[sandbox]:not([hidden])");
}

/** What a cell shows, without its code; text is shown in quotes, as values are, and read without them. */
export async function cellText(page: Page, id: number): Promise<string> {
  const shown = await notebookFrame(page).locator(`[data-cell-id="${id}"] .output`).innerText();
  return shown.trim().replace(/^(["`])(.*)\1$/s, "$2");
}

export function tokenOf(page: Page): Promise<string> {
  return page.evaluate(
    () => document.querySelector<HTMLMetaElement>('meta[name="walkforward-token"]')?.content ?? "",
  );
}

/** Puts a notebook into the app's home by its API, as a stranger's file that was imported. */
export async function createNotebook(page: Page, app: App, title: string, text: string): Promise<string> {
  const answer = await fetch(`${app.url}/api/notebooks`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-walkforward-token": await tokenOf(page) },
    body: JSON.stringify({ title, text }),
  });
  if (!answer.ok) throw new Error(`POST /api/notebooks: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}

/** Waits until the sample data of a first start are in the lake. */
export async function samplesReady(page: Page, app: App): Promise<void> {
  const headers = { "x-walkforward-token": await tokenOf(page) };
  const isReady = async (): Promise<boolean> => {
    const answer = await fetch(`${app.url}/api/health`, { headers });
    return ((await answer.json()) as { ready: boolean }).ready;
  };
  while (!(await isReady())) await page.waitForTimeout(200);
}

type Mode = "ts" | "sql" | "md";
const SCRIPT_TYPES: Record<Mode, string> = {
  ts: "text/x-typescript",
  sql: "application/sql",
  md: "text/markdown",
};

/** A notebook file of these cells, with ids 1, 2, …; an SQL cell's result may be named. */
export function notebookOf(title: string, cells: [mode: Mode, code: string, output?: string][]): string {
  const scripts = cells.map(([mode, code, output], i) => {
    const name = output === undefined ? "" : ` output="${output}"`;
    return `  <script id="${i + 1}" type="${SCRIPT_TYPES[mode]}" pinned=""${name}>\n    ${code.replaceAll("\n", "\n    ")}\n  </script>`;
  });
  return `<!doctype html>\n<notebook theme="air">\n  <title>${title}</title>\n${scripts.join("\n")}\n</notebook>\n`;
}

export function cell(page: Page, id: number): Locator {
  return notebookFrame(page).locator(`[data-cell-id="${id}"]`);
}

/** Waits until no cell of the notebook is new, waiting or running. */
export async function settled(page: Page): Promise<void> {
  const cells = notebookFrame(page).locator("[data-cell-id]");
  await cells.first().waitFor();
  const busy = '[data-cell-id]:is([data-state="new"], [data-state="waiting"], [data-state="running"])';
  await notebookFrame(page).locator(busy).first().waitFor({ state: "detached", timeout: 90_000 });
}

export async function storedNotebook(
  page: Page,
  app: App,
  id: string,
): Promise<{ text: string; hash: string }> {
  const answer = await fetch(`${app.url}/api/notebooks/${id}`, {
    headers: { "x-walkforward-token": await tokenOf(page) },
  });
  if (!answer.ok) throw new Error(`GET /api/notebooks/${id}: ${answer.status}`);
  return (await answer.json()) as { text: string; hash: string };
}
