import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LakeListing } from "#server/contract.ts";
import { OPERATIONS } from "#server/routes/openapi.ts";
import { fillLake } from "./lakeOfWaves.ts";
import { openTestApp, type TestApp, TOKEN } from "./testApp.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  await fillLake(app.lake, { days: 2 });
});
afterAll(() => app.close());

const CSV = "Date,Open,High,Low,Close,Volume\n2024-01-01,1,2,0.5,1.5,10\n2024-01-02,1.5,2,1,2,11\n";

function upload(path: string, text: string, options: unknown, name = "prices.csv"): Promise<Response> {
  const form = new FormData();
  form.set("file", new File([text], name));
  form.set("options", typeof options === "string" ? options : JSON.stringify(options));
  const headers = { host: "127.0.0.1:8787", "x-walkforward-token": TOKEN };
  return Promise.resolve(app.request(path, { method: "POST", headers, body: form }));
}

const listing = async (): Promise<LakeListing> => (await app.call("/api/lake")).json();

describe("the lake's routes", () => {
  it("list the series without paths, and give each file by its hash to be kept for ever", async () => {
    const { series } = await listing();
    expect(series.map(({ id }) => id)).toContain("simulated/spot/AAA/USDT/5m");
    expect(JSON.stringify(series)).not.toMatch(/"path"|parquet/);
    const [file] = series[0].files;
    const answer = await app.call(`/api/lake/files/${file.hash}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.hash);
    expect(answer.headers.get("content-length")).toBe(String(file.bytes));
    expect(answer.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("know no file by another name than a hash that the lake has", async () => {
    for (const name of ["0".repeat(64), "..%2f..%2fwalkforward.db", "manifest.json", "A".repeat(64)]) {
      expect((await app.call(`/api/lake/files/${name}`)).status).toBe(404);
    }
  });

  it("preview a file and store nothing, then import it, then delete it", async () => {
    const options = { symbol: "XYZ", exchange: "mine", timeframe: "1d" };
    const preview = await (await upload("/api/lake/preview", CSV, options)).json();
    expect(preview).toMatchObject({ rows: 2, symbol: "XYZ", dialect: "header", file: "prices.csv" });
    expect((await listing()).series.some(({ exchange }) => exchange === "mine")).toBe(false);
    const answer = await upload("/api/lake/import", CSV, options);
    expect(answer.status).toBe(201);
    const report = await answer.json();
    expect(report).toMatchObject({ added: 2, conflictCount: 0 });
    expect(await readdir(join(app.home, "uploads"))).toEqual([]);
    const deleted = await app.call(`/api/lake/series?id=${encodeURIComponent(report.series.id)}`, {
      method: "DELETE",
    });
    expect(deleted.status).toBe(200);
    expect((await listing()).series.some(({ exchange }) => exchange === "mine")).toBe(false);
  });

  it("refuse a broken file with the place of the fault, and keep nothing of it", async () => {
    const broken = CSV.replace("1.5,2,1", "1.5,two,1");
    for (const path of ["/api/lake/preview", "/api/lake/import"]) {
      const answer = await upload(path, broken, { symbol: "XYZ", exchange: "mine" });
      expect(answer.status).toBe(400);
      const { error } = await answer.json();
      expect(error.message).toMatch(/line 3.*two/);
      expect(error.details.problems[0]).toMatchObject({ line: 3, given: "two" });
    }
    expect(await readdir(join(app.home, "uploads"))).toEqual([]);
    expect((await listing()).series.some(({ exchange }) => exchange === "mine")).toBe(false);
  });

  it("take a file's name as a name only, whatever path it says", async () => {
    const answer = await upload("/api/lake/preview", CSV, { symbol: "XYZ" }, "../../../etc/passwd");
    expect((await answer.json()).file).toBe("passwd");
  });

  it("refuse forms and options that are not what is expected", async () => {
    for (const options of ["{", '{"symbol": 5}', '{"dialekt": "yahoo"}', '{"dialect": "excel"}']) {
      expect((await upload("/api/lake/import", CSV, options)).status).toBe(400);
    }
    expect((await app.call("/api/lake/import", { method: "POST", body: "x" })).status).toBe(400);
    expect(app.reported).toEqual([]);
  });

  it("refuse a fetch that could not be meant before any exchange is asked", async () => {
    const sound = { exchange: "binance", symbols: ["BTC/USDT"], timeframe: "1h", fromMs: 0 };
    for (const wrong of [
      { symbols: [] },
      { fromMs: "yesterday" },
      { exchange: "" },
      { settings: { urls: {} } },
    ]) {
      const answer = await app.call("/api/lake/ingest", { body: { ...sound, ...wrong } });
      expect(answer.status).toBe(400);
    }
    expect(await (await app.call("/api/jobs")).json()).not.toContainEqual(
      expect.objectContaining({ kind: "ingest" }),
    );
  });

  it("say which series is not there, and which was meant", async () => {
    const answer = await app.call("/api/lake/series?id=simulated/spot/AAA/USDT/15m", { method: "DELETE" });
    expect(answer.status).toBe(404);
    expect((await answer.json()).error.message).toContain('did you mean "simulated/spot/AAA/USDT/5m"');
    expect((await app.call("/api/lake/series", { method: "DELETE" })).status).toBe(400);
  });
});

describe("the API's description", () => {
  it("names every route that there is, and no other", () => {
    const routes = app.routes.filter(({ method, path }) => method !== "ALL" && path.startsWith("/api"));
    const addresses = routes.map(
      ({ method, path }) => `${method} ${path.replace(/\{.*?\}+$/, "").replace(/\/$/, "")}`,
    );
    expect(new Set(addresses)).toEqual(new Set(Object.keys(OPERATIONS)));
  });

  it("is OpenAPI made from the schemas that parse the requests", async () => {
    const description = await (await app.call("/api/openapi.json")).json();
    expect(description.openapi).toBe("3.1.0");
    const body = description.paths["/api/runs/evaluate"].post.requestBody.content["application/json"].schema;
    expect(body).toMatchObject({ required: ["strategy"], additionalProperties: false });
    expect(Object.keys(body.properties)).toContain("windowMs");
    expect(description.paths["/api/runs"].get.parameters.map(({ name }: { name: string }) => name)).toContain(
      "sinceMs",
    );
  });
});
