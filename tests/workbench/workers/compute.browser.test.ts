import { afterEach, describe, expect, test } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { strategyModule } from "#engine/strategy/module.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { ComputeClient } from "#workbench/workers/client.ts";
import { ComputePool } from "#workbench/workers/pool.ts";
import type { EvaluateTask, Progress } from "#workbench/workers/protocol.ts";
import { spawnInPage, spawnInSandbox } from "#workbench/workers/spawn.ts";
import { strategyText, wanderingUniverse } from "./universe.ts";

const universe = wanderingUniverse(4, 3000);
const builtIn: EvaluateTask = {
  strategy: { kind: "builtIn", name: "momentum-rank" },
  candles: universe,
  options: {},
};

function moduleTask(body: string, options: EvaluateTask["options"] = {}): EvaluateTask {
  return { strategy: { kind: "module", ...strategyModule(strategyText(body)) }, candles: universe, options };
}

const first = "return [{ symbol: market.rows[0].symbol, weight: 1 }];";
const endless = "for (;;) {}";

let workers: Worker[] = [];
/** Spawns as the page does and remembers the worker, so that a test can kill it. */
const spawn = (): Worker => {
  const worker = spawnInPage();
  workers.push(worker);
  return worker;
};
const client = (): ComputeClient => new ComputeClient(spawn, { allowModules: true });

afterEach(() => {
  for (const worker of workers) worker.terminate();
  workers = [];
});

async function failure(promise: Promise<unknown>): Promise<EngineError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EngineError)) throw new Error(`expected an EngineError, got ${String(error)}`);
  return error;
}

describe("a compute worker", () => {
  test("answers with the hash that a direct call of the engine gives", async () => {
    const direct = evaluate(builtInStrategy("momentum-rank"), universe);
    const there = await client().evaluate(builtIn);
    expect(there.hash).toBe(direct.hash);
    expect(there.trades.length).toBe(direct.trades.length);
    expect(there.trades.length).toBeGreaterThan(0);
  });

  test("links a strategy's text under the hash of that text", async () => {
    const task = moduleTask(first);
    const result = await client().evaluate(task);
    expect(result.strategy).toEqual({ name: "from-a-test", hash: strategyModule(strategyText(first)).hash });
    expect(new Set(result.trades.map(({ symbol }) => symbol))).toEqual(new Set(["C0/USDT"]));
  });

  test("starts from a blob too, as it must in the sandbox", async () => {
    const inBlob = new ComputeClient(spawnInSandbox(location.origin));
    const result = await inBlob.evaluate(builtIn);
    expect(result.hash).toBe(evaluate(builtInStrategy("momentum-rank"), universe).hash);
    inBlob.dispose();
  });

  test("says so when its code cannot be loaded", async () => {
    const nowhere = new ComputeClient(spawnInSandbox(location.origin, "/there-is-no-such-worker.js"));
    expect((await failure(nowhere.evaluate(builtIn))).code).toBe("worker.not-started");
  });

  test("keeps candles, takes changed ones anew and leaves the caller's columns alone", async () => {
    const own = wanderingUniverse(4, 3000);
    const worker = client();
    const task = { ...builtIn, candles: own };
    const before = await worker.evaluate(task);
    const again = await worker.evaluate(task);
    expect(again.hash).toBe(before.hash);
    own[0].close[2500] *= 1.01;
    own[0].high[2500] *= 1.02;
    const changed = await worker.evaluate(task);
    expect(changed.dataHash).not.toBe(before.dataHash);
    expect(changed.hash).toBe(evaluate(builtInStrategy("momentum-rank"), own).hash);
  });

  test("an error keeps its code, its details and its words", async () => {
    const error = await failure(client().evaluate({ ...builtIn, options: { windowMs: 1 } }));
    expect(error.code).toBe("walkforward.window-shorter-than-timeframe");
    expect(error.details).toMatchObject({ windowMs: 1, timeframe: "5m" });
  });

  test("tells its progress, rising to the total", async () => {
    const told: Progress[] = [];
    const slow = moduleTask("let x = 0; for (let i = 0; i < 4e6; i++) x += i; return x < 0 ? [] : [];");
    await client().evaluate(slow, { onProgress: (progress) => told.push(progress) });
    expect(told.length).toBeGreaterThan(1);
    for (let i = 1; i < told.length; i++) expect(told[i].done).toBeGreaterThanOrEqual(told[i - 1].done);
    expect(told.every(({ done, total }) => done <= total)).toBe(true);
  });

  test("refuses a strategy's text where none is allowed", async () => {
    const strict = new ComputeClient(spawn);
    expect((await failure(strict.evaluate(moduleTask(first)))).code).toBe("worker.modules-not-allowed");
    strict.dispose();
  });
});

describe("canceling", () => {
  test("a long evaluation rejects at once and its worker serves the next call", async () => {
    const worker = client();
    await worker.warm();
    const abort = new AbortController();
    const slow = moduleTask("let x = 0; for (let i = 0; i < 2e7; i++) x += i; return x < 0 ? [] : [];");
    const call = failure(worker.evaluate(slow, { signal: abort.signal }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const aborted = performance.now();
    abort.abort();
    expect((await call).code).toBe("canceled");
    console.info(`canceled after ${(performance.now() - aborted).toFixed(1)} ms`);
    expect((await worker.evaluate(builtIn)).trades.length).toBeGreaterThan(0);
  });

  test("an endless loop in a strategy loses its worker, and the next call has another", async () => {
    const worker = client();
    await worker.evaluate(builtIn);
    const abort = new AbortController();
    const call = failure(worker.evaluate(moduleTask(endless), { signal: abort.signal }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    abort.abort();
    expect((await call).code).toBe("canceled");
    expect((await worker.evaluate(builtIn)).trades.length).toBeGreaterThan(0);
    expect(workers.length).toBe(2);
  });

  test("a call that is canceled before it begins never begins", async () => {
    const abort = new AbortController();
    abort.abort();
    expect((await failure(client().evaluate(builtIn, { signal: abort.signal }))).code).toBe("canceled");
    expect(workers.length).toBe(0);
  });
});

describe("a worker that is killed", () => {
  test("rejects its call with worker.died and is replaced", async () => {
    const worker = client();
    await worker.warm();
    const call = failure(worker.evaluate(moduleTask(endless)));
    await new Promise((resolve) => setTimeout(resolve, 200));
    workers[0].terminate();
    expect((await call).code).toBe("worker.died");
    const result = await worker.evaluate(builtIn);
    expect(result.hash).toBe(evaluate(builtInStrategy("momentum-rank"), universe).hash);
  });
});

test("a worker that gives no sign is ended and says why", async () => {
  const worker = new ComputeClient(spawn, { allowModules: true, silentMs: 300 });
  const error = await failure(worker.evaluate(moduleTask(endless)));
  expect(error.code).toBe("worker.died");
  expect(error.message).toContain("no sign");
  expect((await worker.evaluate(builtIn)).trades.length).toBeGreaterThan(0);
});

describe("the scope of a strategy", () => {
  const reach = {
    network: 'fetch("/api/health")',
    "the same by its prototype":
      'Object.getPrototypeOf(Object.getPrototypeOf(globalThis)).fetch("/api/health")',
    socket: 'new WebSocket("ws://127.0.0.1")',
    request: "new XMLHttpRequest()",
    scripts: 'importScripts("/x.js")',
    storage: 'indexedDB.open("x")',
    beacon: 'navigator.sendBeacon("/x")',
    "the page": "postMessage({ ready: true })",
    timer: "setTimeout(() => {}, 1)",
    clock: "Date.now()",
    "the present as a date": "new Date()",
    "the present by a date's constructor": "new (new Date(0).constructor)()",
    "a finer clock": "performance.now()",
    dice: "Math.random()",
    "stronger dice": "crypto.getRandomValues(new Uint8Array(1))",
  };
  test.each(Object.entries(reach))("has no %s", async (_, expression) => {
    const error = await failure(client().evaluate(moduleTask(`${expression}; return [];`)));
    expect(`${error.code} ${error.message}`).toMatch(/strategy\.(forbidden|threw)/);
    expect(error.message).toMatch(/not there for a strategy|is not a function|Illegal invocation/);
  });

  test("still reads dates from numbers", async () => {
    const body = 'return new Date(market.time).toISOString().startsWith("2024") ? [] : "not 2024";';
    expect((await client().evaluate(moduleTask(body))).slices.empty).toBeGreaterThan(0);
  });
});

describe("a pool", () => {
  test("a call by the same name cancels the one under way", async () => {
    const pool = new ComputePool(spawn, { size: 1, allowModules: true });
    const before = failure(pool.evaluate(moduleTask(endless), { replaces: "cell 1" }));
    const after = pool.evaluate(builtIn, { replaces: "cell 1" });
    expect((await before).code).toBe("canceled");
    expect((await after).trades.length).toBeGreaterThan(0);
  });

  test("more calls than workers are served in turn, each with its own answer", async () => {
    const pool = new ComputePool(spawn, { size: 2, allowModules: true });
    const seeds = [1, 2, 3, 4, 5];
    const results = await Promise.all(seeds.map((seed) => pool.evaluate({ ...builtIn, options: { seed } })));
    expect(results.map(({ settings }) => settings.seed)).toEqual(seeds);
    expect(workers.length).toBe(2);
  });

  test("a call that waits for a worker can be canceled while it waits", async () => {
    const pool = new ComputePool(spawn, { size: 1, allowModules: true });
    const blocking = new AbortController();
    const blocked = failure(pool.evaluate(moduleTask(endless), { signal: blocking.signal }));
    const waiting = new AbortController();
    const call = failure(pool.evaluate(builtIn, { signal: waiting.signal }));
    waiting.abort();
    expect((await call).code).toBe("canceled");
    blocking.abort();
    await blocked;
    expect((await pool.evaluate(builtIn)).trades.length).toBeGreaterThan(0);
  });
});
