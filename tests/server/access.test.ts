import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApp, type TestApp, TOKEN } from "./testApp.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const API = [
  ["GET", "/api/health"],
  ["GET", "/api/lake"],
  ["GET", `/api/lake/files/${"0".repeat(64)}`],
  ["DELETE", "/api/lake/series?id=a/b/c/1h"],
  ["GET", "/api/notebooks"],
  ["GET", "/api/notebooks/tour"],
  ["POST", "/api/notebooks"],
  ["PUT", "/api/notebooks/tour"],
  ["DELETE", "/api/notebooks/tour"],
  ["GET", "/api/notebooks/trash"],
  ["GET", "/api/runs"],
  ["POST", "/api/runs"],
  ["POST", "/api/runs/evaluate"],
  ["GET", "/api/jobs"],
  ["GET", "/api/jobs/events"],
  ["POST", "/api/jobs/x/cancel"],
  ["GET", "/api/nowhere"],
  ["GET", "/api"],
] as const;

describe("who may call the API", () => {
  const strangers: [string, Record<string, string | null>][] = [
    ["without a token", { "x-walkforward-token": null }],
    ["with an empty token", { "x-walkforward-token": "" }],
    ["with a wrong token", { "x-walkforward-token": `${TOKEN}x` }],
    ["with the beginning of the token", { "x-walkforward-token": TOKEN.slice(0, -1) }],
    ["from the sandboxed frame, whose origin is null", { origin: "null" }],
    ["from another site", { origin: "https://evil.example" }],
    ["from another port of this machine", { origin: "http://127.0.0.1:9999" }],
    ["from this address under another scheme", { origin: "https://127.0.0.1:8787" }],
    ["as a cross-site request without an Origin", { "sec-fetch-site": "cross-site" }],
    ["as a same-site request", { "sec-fetch-site": "same-site" }],
    ["under a rebound name", { host: "evil.example:8787", origin: "http://evil.example:8787" }],
    ["under a name that only begins like ours", { host: "127.0.0.1.evil.example" }],
    ["without a host", { host: "" }],
  ];

  for (const [who, headers] of strangers) {
    it(`nothing answers a call ${who}`, async () => {
      for (const [method, path] of API) {
        const answer = await app.call(path, { method, headers, ...(method === "GET" ? {} : { body: {} }) });
        expect([method, path, answer.status]).toEqual([method, path, 403]);
        expect((await answer.json()).error.code).toBe("access.denied");
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      }
      expect(await (await app.call("/api/notebooks/trash")).json()).toEqual([]);
    });
  }

  it("the shell's own page is answered, by whichever loopback name it was opened", async () => {
    for (const host of ["127.0.0.1:8787", "localhost:8787", "[::1]:8787", "localhost"]) {
      const headers = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
      expect((await app.call("/api/health", { headers })).status).toBe(200);
    }
  });

  it("behind a proxy that ends TLS the page is answered under the name it was given, and under no other", async () => {
    const status = async (host: string, origin: string): Promise<number> =>
      (await app.call("/api/health", { headers: { host, origin, "sec-fetch-site": "same-origin" } })).status;
    expect(await status("desk.example", "https://desk.example")).toBe(200);
    expect(await status("desk.example:8443", "https://desk.example:8443")).toBe(200);
    expect(await status("desk.example", "https://desk.example:8443")).toBe(403);
    expect(await status("desk.example", "https://other.example")).toBe(403);
    expect(await status("localhost", "https://localhost")).toBe(403);
  });

  it("a preflight from another origin is given no permission", async () => {
    const headers = {
      origin: "https://evil.example",
      "access-control-request-method": "PUT",
      "x-walkforward-token": null,
    };
    const answer = await app.call("/api/notebooks/tour", { method: "OPTIONS", headers });
    expect(answer.status).toBe(403);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("no answer of the API can be run as a script", async () => {
    for (const [method, path] of API.filter(([verb, path]) => verb === "GET" && !path.endsWith("events"))) {
      const answer = await app.call(path, { method });
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    }
  });
});

describe("the pages", () => {
  it("the shell's page carries the token, is never stored and never framed", async () => {
    const answer = await app.call("/", { headers: { "x-walkforward-token": null } });
    expect(await answer.text()).toContain(`<meta name="walkforward-token" content="${TOKEN}">`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  });

  it("the shell's page is not given out under a rebound name", async () => {
    const answer = await app.call("/", { headers: { host: "evil.example" } });
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain(TOKEN);
  });

  it.each([
    ["notebook's", "/frame.html"],
    ["compute workers'", "/compute.html"],
  ])("the %s frame's policy names the asset folder, no network, and has no token", async (_, path) => {
    const answer = await app.call(path);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("script-src http://127.0.0.1:8787/assets/ ");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("sandbox allow-scripts");
    expect(policy).not.toMatch(/script-src[^;]*'self'|script-src[^;]*8787 /);
    expect(await answer.text()).not.toContain(TOKEN);
  });

  it("assets may be loaded by the frame and are kept for ever", async () => {
    const answer = await app.call("/assets/app-1234.js", { headers: { origin: "null" } });
    expect(await answer.text()).toBe("export default 1;");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("cache-control")).toContain("immutable");
    expect(answer.headers.get("content-type")).toContain("text/javascript");
    expect(answer.headers.get("content-security-policy")).toContain("connect-src 'self'");
  });

  it("nothing but assets is reachable through their folder", async () => {
    await writeFile(join(app.home, "static", "secret.js"), "secret");
    await writeFile(join(app.home, "static", "assets", "notes.xyz"), "secret");
    const names = [
      "%2e%2e%2fsecret.js",
      "..%5csecret.js",
      "%252e%252e%252fsecret.js",
      "notes.xyz",
      "none.js",
      "",
      ".",
    ];
    for (const name of names) {
      const answer = await app.call(`/assets/${name}`);
      expect([name, answer.status]).toEqual([name, 404]);
    }
  });

  it("what is not there is said plainly, in JSON under /api and without a page elsewhere", async () => {
    expect(await (await app.call("/api/nowhere")).json()).toMatchObject({
      error: { code: "request.unknown-address" },
    });
    expect((await app.call("/nowhere")).status).toBe(404);
  });
});
