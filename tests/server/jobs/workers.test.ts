import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Job } from "#server/contract.ts";
import { createLocalQueue } from "#server/jobs/localQueue.ts";
import type { JobQueue } from "#server/jobs/queue.ts";
import { evaluateJob } from "#server/runs/evaluateJob.ts";
import { unpackRun } from "#server/runs/packedRun.ts";
import { fillLake } from "../lakeOfWaves.ts";
import { openTestApp, type TestApp } from "../testApp.ts";

let app: TestApp;
let queue: JobQueue;
beforeEach(async () => {
  app = await openTestApp();
  queue = createLocalQueue({ graceMs: 50 });
  await fillLake(app.lake);
});
afterEach(async () => {
  await queue.close();
  await app.close();
});

const strategy = (decide: string): string =>
  `import { close, defineStrategy, sma } from "walkforward";
export default defineStrategy({
  name: "of-the-test", timeframe: "5m", history: 20, parameters: {},
  features: ({ close }) => ({ mean: sma(close, 10) }),
  decide: ({ market }) => ${decide},
});
`.replace("close, defineStrategy", "defineStrategy");

function run(moduleText: string | undefined, strategyName = "of-the-test"): Promise<Job> {
  const { id } = queue.submit(
    evaluateJob({
      request: { strategy: strategyName },
      lakeRoot: app.lake.root,
      ...(moduleText === undefined ? {} : { moduleText }),
      keep: ({ body }) => unpackRun(body),
    }),
  );
  return queue.settled(id);
}

describe("a real worker", () => {
  it("evaluates a built-in strategy and a strategy's text over the lake", async () => {
    expect(await run(undefined, "momentum-rank")).toMatchObject({
      state: "done",
      result: { strategy: { name: "momentum-rank" }, universe: { simulated: true } },
    });
    const own = await run(strategy('[{ symbol: "BBB/USDT", weight: 1 }]'));
    expect(own).toMatchObject({ state: "done", error: null });
    const { trades } = own.result as { trades: { symbol: string }[] };
    expect(trades.length).toBeGreaterThan(10);
    expect(new Set(trades.map(({ symbol }) => symbol))).toEqual(new Set(["BBB/USDT"]));
  });

  it("reports what a strategy did wrong, by its code", async () => {
    const wrongs: [string, string][] = [
      ['(() => { throw new Error("oops"); })()', "strategy.threw"],
      ['[{ symbol: "AAA/USDT", weight: NaN }]', "strategy.weight-not-finite"],
      ['[{ symbol: "ZZZ/USDT", weight: 1 }]', "strategy.unknown-symbol"],
    ];
    for (const [decide, code] of wrongs) {
      expect(await run(strategy(decide))).toMatchObject({ state: "failed", error: { code } });
    }
  });

  it("is ended when a strategy never comes back", async () => {
    const { id } = queue.submit(
      evaluateJob({
        request: { strategy: "of-the-test" },
        lakeRoot: app.lake.root,
        moduleText: strategy("{ for (;;); }"),
        keep: () => null,
      }),
    );
    const computing = new Promise<void>((resolve) => {
      queue.subscribe((job) => job.message === "Evaluating" && resolve());
    });
    await computing;
    queue.cancel(id);
    expect(await queue.settled(id)).toMatchObject({ state: "canceled" });
    expect(await run(undefined, "momentum-rank")).toMatchObject({ state: "done" });
  });

  it("that dies fails its job alone, and the next one gets a fresh worker", async () => {
    const killsItsThread = '(0).constructor.constructor("return process")().exit(3)';
    const job = await run(strategy(killsItsThread));
    expect(job).toMatchObject({ state: "failed", error: { code: "job.worker-died" } });
    expect(job.error?.message).toContain("exit code 3");
    expect(await run(undefined, "momentum-rank")).toMatchObject({ state: "done" });
  });
});
