import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { ensureSamples } from "#datasets/samples.ts";
import { parseWire } from "#engine/core/wireJson.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import type { Job, OptimisationDetails, OptimiseRequest } from "#server/contract.ts";
import { openLake } from "#server/lake/lake.ts";
import { type CliRun, startCli } from "../cli/runCli.ts";

const TOKEN = "a-token-for-tests-0123456789";
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-crash-"));
  await ensureSamples(openLake(join(home, "lake")));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const REQUEST: OptimiseRequest = {
  ...{
    strategy: "momentum-rank",
    symbols: ["BTC/USDT", "ETH/USDT"],
    trials: 60,
    sampler: "random",
    loss: "sharpe",
  },
  ...{ folds: { folds: 2 }, backtest: { timeframe: "1h" } },
};

async function serve(): Promise<{ run: CliRun; call: <T>(path: string, body?: unknown) => Promise<T> }> {
  const run = startCli(["serve", "--port", "0", "--json"], home, { WALKFORWARD_TOKEN: TOKEN });
  const { url } = JSON.parse(await run.printed(/\n/)) as { url: string };
  const headers = { "x-walkforward-token": TOKEN, "content-type": "application/json" };
  const call = async <T>(path: string, body?: unknown): Promise<T> => {
    const post = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return parseWire(await (await fetch(`${url}api/${path}`, { headers, ...post })).text()) as T;
  };
  return { run, call };
}

const ledger = async (): Promise<TrialLedger> =>
  TrialLedger.read(await readFile(join(home, "searches/momentum-rank.trials.jsonl"), "utf8").catch(() => ""));

it("a search whose server is killed goes on with the next one, from every point that was written down", async () => {
  const first = await serve();
  const { id } = await first.call<Job>("runs/optimise", REQUEST);
  await vi.waitUntil(async () => (await ledger()).count >= 4, { timeout: 90_000, interval: 20 });
  first.run.signal("SIGKILL");
  await first.run.result;
  const before = await ledger();
  // The look at a test that followed a choice is no point of a search.
  const scored = before.trials.filter((trial) => trial.scored !== undefined);
  expect(scored.length).toBeLessThan(120);

  const second = await serve();
  const job = async (): Promise<Job | undefined> =>
    (await second.call<Job[]>("jobs")).find((one) => one.id === id);
  await vi.waitUntil(async () => (await job())?.finishedMs, { timeout: 90_000, interval: 100 });
  const done = await job();
  expect(done).toMatchObject({ state: "done", error: null });
  const { runId } = (done as Job).result as { runId: string };
  const { optimisation } = await second.call<OptimisationDetails>(`runs/${runId}`);
  expect(optimisation.folds.reduce((sum, fold) => sum + fold.reused, 0)).toBe(scored.length);
  const after = await ledger();
  expect(after.faults).toEqual([]);
  const points = optimisation.folds.flatMap(({ study }) =>
    study.trials.filter(({ sameAs }) => sameAs === undefined),
  );
  expect(after.count).toBe(points.length + 2);
  await vi.waitUntil(async () => (await readdir(join(home, "searches"))).length === 1);
  second.run.signal("SIGTERM");
  expect((await second.run.result).code).toBe(0);
}, 240_000);
