import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseWire } from "#engine/core/wireJson.ts";
import { type Optimisation, optimisingStrategy } from "#engine/selection/optimisation.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import type { Job, OptimisationDetails, OptimiseRequest } from "#server/contract.ts";
import { createLocalQueue } from "#server/jobs/localQueue.ts";
import { Searches } from "#server/searches/searches.ts";
import { fillLake } from "../lakeOfWaves.ts";
import { openTestApp, type TestApp } from "../testApp.ts";

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
  await fillLake(app.lake, { days: 8 });
});
afterEach(() => app.close());

const REQUEST: OptimiseRequest = {
  ...{ strategy: "momentum-rank", trials: 8, sampler: "random", loss: "sharpe", folds: { folds: 2 } },
  search: { parameters: { lookback: { min: 6, max: 40 }, skip: 0 } },
  backtest: { timeframe: "1h" },
};

const post = (body: unknown): Promise<Response> => app.call("/api/runs/optimise", { body });
const files = async (): Promise<string[]> => (await readdir(join(app.home, "searches"))).sort();
const ledger = async (): Promise<TrialLedger> =>
  TrialLedger.read(
    await readFile(join(app.home, "searches/momentum-rank.trials.jsonl"), "utf8").catch(() => ""),
  );

/** Without the looks at a test that followed a choice. */
const scoredPoints = ({ trials }: TrialLedger): number =>
  trials.filter(({ scored }) => scored !== undefined).length;

async function onOneThread(request: OptimiseRequest): Promise<Optimisation> {
  const { strategy, exchange: _, market: __, symbols: ___, ...options } = request;
  const universe = await app.lake.universe("simulated", "5m");
  const steps = optimisingStrategy(builtInStrategy(strategy), universe, {
    ...options,
    backtest: { ...options.backtest, simulated: true },
  });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

async function kept(job: Job): Promise<OptimisationDetails> {
  expect(job).toMatchObject({ state: "done", error: null });
  const { runId } = job.result as { runId: string };
  return parseWire(await (await app.call(`/api/runs/${runId}`)).text()) as OptimisationDetails;
}

describe("a search on the server", () => {
  it("is a job that shows the best so far, and ends as a run with the engine's hash", async () => {
    const words = new Set<string>();
    app.jobs.subscribe(({ message }) => words.add(message));
    const request = { ...REQUEST, batch: 4 };
    const answer = await post(request);
    expect(answer.status).toBe(202);
    const job = (await answer.json()) as Job;
    expect(job).toMatchObject({ kind: "optimise", title: "Optimise momentum-rank", unit: "points" });
    const done = await app.jobs.settled(job.id);
    const { run, optimisation } = await kept(done);
    const expected = await onOneThread(request);
    expect(optimisation.hash).toBe(expected.hash);
    expect(optimisation.outOfSample).toEqual(expected.outOfSample);
    expect(run).toMatchObject({
      ...{ kind: "optimisation", source: "form", hash: expected.hash, simulated: true, timeframe: "1h" },
      ...{ tradeCount: expected.outOfSample.trades, parameters: expected.folds[1].chosen?.parameters },
      metrics: { totalReturn: expected.outOfSample.figures.totalReturn },
    });
    expect(
      [...words].filter((one) => /^Best so far in fold [12] of 2: loss −?[\d.]+ at lookback=/.test(one)),
    ).not.toEqual([]);
    expect(done.done).toBe(done.total);
    expect(await files()).toEqual(["momentum-rank.trials.jsonl"]);
    const { count, faults } = await ledger();
    expect(faults).toEqual([]);
    expect(count).toBeGreaterThan(8);
  });

  it("goes on after the server ended in its midst, computes no finished point again, and comes out the same", async () => {
    const request = { ...REQUEST, trials: 120 };
    const { id } = (await (await post(request)).json()) as Job;
    await vi.waitUntil(async () => (await ledger()).count >= 8, { timeout: 90_000, interval: 20 });
    app.searches.rest();
    await app.jobs.close();
    expect(app.jobs.get(id).state).toBe("canceled");
    const before = await ledger();
    expect(await files()).toEqual([`${id}.search.json`, "momentum-rank.trials.jsonl"]);

    const jobs = createLocalQueue();
    const searches = new Searches({
      ...{ home: app.home, lakeRoot: app.lake.root, runs: app.runs, jobs },
      clock: () => Date.UTC(2024, 0, 2),
    });
    const [again] = await searches.resume();
    expect(again.id).toBe(id);
    const { optimisation } = await kept(await jobs.settled(id));
    expect(optimisation.hash).toBe((await onOneThread(request)).hash);
    const reused = optimisation.folds.reduce((sum, fold) => sum + fold.reused, 0);
    expect(reused).toBe(scoredPoints(before));
    await vi.waitUntil(async () => (await files()).length === 1);
    expect(await searches.resume()).toEqual([]);
    await jobs.close();
  }, 240_000);

  it("that a person canceled is over for good; its points stay in the ledger", async () => {
    const { id } = (await (await post({ ...REQUEST, trials: 2000 })).json()) as Job;
    await vi.waitUntil(async () => (await ledger()).count >= 1, { timeout: 90_000, interval: 20 });
    await app.call(`/api/jobs/${id}/cancel`, { method: "POST" });
    expect((await app.jobs.settled(id)).state).toBe("canceled");
    await vi.waitUntil(async () => (await files()).length === 1);
    expect(await app.searches.resume()).toEqual([]);
    expect((await ledger()).count).toBeGreaterThanOrEqual(1);
  });

  it("runs strategies that come with the program alone, and no loss that is somebody's text", async () => {
    expect((await post({ ...REQUEST, strategy: "mine" })).status).toBe(404);
    expect((await post({ ...REQUEST, moduleText: "export default 1" })).status).toBe(400);
    const loss = { kind: "own", name: "mine", text: "export default () => 0;\n", hash: "0".repeat(64) };
    const { id } = (await (await post({ ...REQUEST, loss })).json()) as Job;
    expect(await app.jobs.settled(id)).toMatchObject({
      state: "failed",
      error: { code: "optimise.loss-not-linked" },
    });
    expect(app.reported).toEqual([]);
  });

  it.each([
    [{ trials: 0 }],
    [{ trials: 1e9 }],
    [{ search: { parameters: { lookback: { least: 3 } } } }],
    [{ backtest: { parameters: { lookback: 3 } } }],
  ])("is refused where it asks for %j", async (wrong) => {
    const answer = await post({ ...REQUEST, ...wrong });
    expect(answer.status).toBe(400);
    expect((await answer.json()).error.code).toBe("request.invalid");
    expect(await files().catch(() => [])).toEqual([]);
  });
});
