import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { cell, cellText } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

/**
 * SQL cells that try to write, to leave the database or to change how it runs. Each is refused in its own cell, no
 * request leaves, and the next statement reads the lake as if nothing had been.
 */
const workbench = useWorkbench();
let collector: Server;
let collected: string[] = [];
let elsewhere: string;
let asked: string[];

beforeAll(async () => {
  collector = createServer((request, response) => {
    collected.push(String(request.url));
    response.end("a\n1\n");
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  elsewhere = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterAll(() => void collector?.close());
beforeEach(() => {
  collected = [];
  asked = [];
  workbench.page.on("request", (request) => asked.push(request.url()));
});

const READS = (origin: string): string[] => [
  `SELECT * FROM read_parquet('${elsewhere}/x.parquet')`,
  `SELECT * FROM read_csv('${elsewhere}/x.csv')`,
  `FROM '${elsewhere}/x.csv'`,
  `SELECT * FROM read_csv('${origin}/api/notebooks')`,
  "SELECT * FROM read_csv('/api/lake')",
  `SELECT * FROM read_json('${origin}/api/health')`,
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_blob('*')",
  "SELECT * FROM glob('*')",
  "FROM 'secrets.parquet'",
  "WITH x AS (SELECT * FROM read_csv('s3://bucket/x.csv')) SELECT * FROM x",
  `SELECT * FROM query('SELECT * FROM read_csv(''${elsewhere}/x.csv'')')`,
];

const WRITES = [
  "COPY (SELECT 1) TO 'out.csv'",
  "COPY simulated.btc_usdt_5m TO 'out.parquet'",
  "EXPORT DATABASE 'out'",
  "INSTALL httpfs",
  "LOAD httpfs",
  "ATTACH 'other.db'",
  "CREATE TABLE mine AS SELECT 1",
  "CREATE OR REPLACE TABLE lake.series AS SELECT 1",
  "DROP TABLE simulated.btc_usdt_5m",
  "DELETE FROM simulated.btc_usdt_5m",
  "UPDATE simulated.btc_usdt_5m SET close = 0",
  "INSERT INTO simulated.btc_usdt_5m VALUES (NULL, 1, 1, 1, 1, 1)",
  "SET enable_external_access = true",
  "SET memory_limit = '64GB'",
  "RESET lock_configuration",
  "PRAGMA enable_profiling",
  "CALL force_checkpoint()",
  "USE lake",
  "BEGIN TRANSACTION",
  "PREPARE x AS SELECT 1",
  "SELECT 1; DROP TABLE simulated.btc_usdt_5m",
  "SELECT 1; COMMIT; DROP TABLE simulated.btc_usdt_5m",
  "WITH x AS (SELECT 1) INSERT INTO simulated.btc_usdt_5m SELECT NULL, 1, 1, 1, 1, 1 FROM x",
  "WITH x AS (SELECT 1) DELETE FROM simulated.btc_usdt_5m",
  "EXPLAIN ANALYZE CREATE TABLE mine AS SELECT 1",
  "EXPLAIN ANALYZE DELETE FROM simulated.btc_usdt_5m",
  "PIVOT_WIDER simulated.btc_usdt_5m",
];

test("hostile statements are refused one by one, nothing leaves, and the lake reads as before", async () => {
  const statements = [...READS(workbench.app.url), ...WRITES];
  const count = "SELECT count(*)::INTEGER AS rows, sum(close) AS closes FROM simulated.btc_usdt_5m";
  const cells = [
    ["sql", count, "before"],
    ["ts", "const first = before.get(0).rows + ' rows, ' + before.get(0).closes;\ndisplay(first);"],
    ...statements.map((sql) => ["sql", sql]),
    ["sql", `${count}`, "after"],
    ["ts", "display(after.get(0).rows + ' rows, ' + after.get(0).closes);"],
    ["sql", "SELECT current_setting('enable_external_access')::VARCHAR AS access", "settings"],
    ["ts", "display('access: ' + settings.get(0).access);"],
  ] as Parameters<typeof workbench.openNotebook>[1];
  await workbench.openNotebook("Hostile SQL", cells);
  for (const [i, sql] of statements.entries()) {
    await expect.poll(() => workbench.state(i + 3), { message: sql, timeout: 90_000 }).toBe("failed");
    expect((await cell(workbench.page, i + 3).innerText()).length, sql).toBeGreaterThan(20);
  }
  const last = statements.length + 3;
  await expect.poll(() => cellText(workbench.page, 2)).toMatch(/^25\d+ rows/);
  await expect.poll(() => cellText(workbench.page, last + 1)).toBe(await cellText(workbench.page, 2));
  await expect.poll(() => cellText(workbench.page, last + 3)).toBe("access: false");
  expect(collected).toEqual([]);
  const foreign = asked.filter((url) => !url.startsWith("blob:") && !url.startsWith(workbench.app.url));
  expect(foreign).toEqual([]);
  // Of the API only what the shell itself reads.
  const api = asked.filter((url) => url.includes("/api/")).map((url) => new URL(url).pathname);
  expect(api.filter((path) => /openapi|passwd|runs/.test(path))).toEqual([]);
  workbench.expectsConsoleErrors = true;
});

test("the database's worker and the lake's may talk to this server alone, by their own policy", async () => {
  const policies: string[] = [];
  workbench.page.on("response", (response) => {
    if (/worker[^/]*\.js$/.test(new URL(response.url()).pathname)) {
      policies.push(response.headers()["content-security-policy"] ?? `none: ${response.url()}`);
    }
  });
  await workbench.openNotebook("SQL", [
    ["sql", "SELECT 6 * 7 AS answer", "answers"],
    ["ts", "display('answer ' + answers.get(0).answer);"],
  ]);
  await expect.poll(() => cellText(workbench.page, 2)).toBe("answer 42");
  expect(policies.length).toBeGreaterThan(1);
  for (const policy of policies) {
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain("*");
  }
});
