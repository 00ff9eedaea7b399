import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureSamples } from "#datasets/samples.ts";
import { listen } from "#server/cli/listen.ts";
import { openLake } from "#server/lake/lake.ts";
import { openServices } from "#server/services.ts";
import { cli, cliHere, startCli } from "./runCli.ts";

const TOKEN = "a-token-for-tests-0123456789";
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
  await ensureSamples(openLake(join(home, "lake")));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe("walkforward serve", () => {
  it("prints its address, answers there, and ends by a signal with nothing left", async () => {
    const run = startCli(["serve", "--port", "0", "--json"], home, { WALKFORWARD_TOKEN: TOKEN });
    const { url } = JSON.parse(await run.printed(/\n/));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const health = await fetch(`${url}api/health`, { headers: { "x-walkforward-token": TOKEN } });
    expect(await health.json()).toMatchObject({ name: "walkforward", home, ready: true });
    expect((await fetch(`${url}api/health`)).status).toBe(403);
    const events = await fetch(`${url}api/jobs/events`, { headers: { "x-walkforward-token": TOKEN } });
    run.signal("SIGTERM");
    expect((await run.result).code).toBe(0);
    await expect(events.text().catch(() => "cut")).resolves.toBeTypeOf("string");
    await expect(fetch(url)).rejects.toThrow();
  });

  it("gives each start a token of its own that cannot be guessed", async () => {
    const services = await openServices({ home });
    const starts = await Promise.all([1, 2].map(() => listen(services, { host: "127.0.0.1", port: 0 })));
    const [one, other] = starts.map(({ token }) => token);
    expect(one).toMatch(/^[\w-]{43}$/);
    expect(one).not.toBe(other);
    await Promise.all(starts.map((start) => start.close()));
    await services.close();
  });

  it("says so when the port is in use, and how to go on", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const { code, stderr, stdout } = await cli(["serve", "--port", String(port)], home);
    other.close();
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(`Port ${port}`);
    expect(stderr).toContain("--port 0");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("refuses a port, a host and a token that make no sense", async () => {
    for (const args of [
      ["--port", "99999"],
      ["--port", "web"],
      ["--exchange-settings", "[]"],
      ["--exchange-settings", '{"binance":"http://proxy:3128"}'],
      ["--host", "a b"],
      ["--host", "203.0.113.7"],
    ]) {
      expect((await cliHere(["serve", ...args], home)).code).toBe(2);
    }
    expect((await cliHere(["serve", "--port", "0"], home, { WALKFORWARD_TOKEN: "short" })).code).toBe(2);
  });

  it("refuses a home that cannot be one", async () => {
    await writeFile(join(home, "file"), "");
    const { code, stderr } = await cliHere(["serve", "--port", "0"], join(home, "file", "below"));
    expect(code).toBe(3);
    expect(stderr).toContain("WALKFORWARD_HOME");
  });
});

describe("the command line", () => {
  const names = "serve evaluate backtest optimise leak-check datasets import ingest trials".split(" ");
  const commands = [[], ...names.map((name) => [name]), ["notebook", "run"]];
  it("helps with an example and the exit codes, for every command", async () => {
    for (const command of commands) {
      const { code, stdout } = await cliHere([...command, "--help"], home);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples?:\n {2}walkforward/);
      expect(stdout).toContain("Exit codes: 0 done");
    }
  });

  it("suggests the command that was meant", async () => {
    const { code, stderr } = await cliHere(["evalute"], home);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean evaluate?");
  });

  it("lists the lake's series for people and for programs", async () => {
    const { stdout } = await cliHere(["datasets"], home);
    expect(stdout).toMatch(/^simulated\/spot\/BTC\/USDT\/5m +25,\d{3} .*\[simulated\]/m);
    expect(stdout).toMatch(/^sample\/equity\/AAPL\/1d/m);
    const listed = JSON.parse((await cliHere(["datasets", "--json"], home)).stdout);
    expect(listed.series.length).toBeGreaterThanOrEqual(14);
  });
});

describe("walkforward import", () => {
  const CSV =
    "Date,Open,High,Low,Close,Volume\n2024-01-01,1,2,0.5,1.5,10\n2024-01-02,1.5,2,1,2,11\n2024-01-03,2,3,2,2.5,12\n";

  it("imports a file, then finds it there already, then reports what differs", async () => {
    const file = join(home, "prices.csv");
    await writeFile(file, CSV);
    const args = [
      "import",
      file,
      "--symbol",
      "XYZ",
      "--exchange",
      "mine",
      "--market",
      "equity",
      "--timeframe",
      "1d",
      "--json",
    ];
    expect(JSON.parse((await cliHere(args, home)).stdout)).toMatchObject({
      added: 3,
      identical: 0,
      symbol: "XYZ",
    });
    expect(JSON.parse((await cliHere(args, home)).stdout)).toMatchObject({ added: 0, identical: 3 });
    await writeFile(file, CSV.replace("1.5,10", "1.25,10"));
    const { stdout, code } = await cliHere(args.slice(0, -1), home);
    expect(code).toBe(0);
    expect(stdout).toContain("1 candles differ from what was stored");
    const replaced = JSON.parse((await cliHere([...args, "--replace"], home)).stdout);
    expect(replaced).toMatchObject({ replaced: 1 });
  });

  it("shows a preview and stores nothing", async () => {
    const file = join(home, "preview.csv");
    await writeFile(file, CSV);
    const { stdout, code } = await cliHere(["import", file, "--symbol", "NEW", "--preview"], home);
    expect(code).toBe(0);
    expect(stdout).toContain("3 candles from 2024-01-01 00:00");
    expect((await cliHere(["datasets"], home)).stdout).not.toContain("NEW");
  });

  it("refuses broken files with the place of the fault, and stores nothing", async () => {
    const broken: [string, string, RegExp][] = [
      ["text in a number", CSV.replace("1.5,2,1", "1.5,two,1"), /line 3.*two/],
      ["a missing column", CSV.replaceAll(",Close", "").replace("Volume", "V"), /./],
      ["nothing", "", /./],
    ];
    for (const [, text, message] of broken) {
      const file = join(home, "broken.csv");
      await writeFile(file, text);
      const { code, stderr, stdout } = await cliHere(
        ["import", file, "--symbol", "BAD", "--exchange", "mine"],
        home,
      );
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(message);
    }
    expect((await cliHere(["import", join(home, "none.csv")], home)).code).toBe(3);
    expect((await cliHere(["datasets"], home)).stdout).not.toContain("BAD");
  });
});
