import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { Job, RunDetails, RunSummary } from "#server/contract.ts";
import { FIRST_MS, fillLake } from "./lakeOfWaves.ts";
import { openTestApp, type TestApp } from "./testApp.ts";

let app: TestApp;
let now = Date.UTC(2024, 0, 1);
let made: Evaluation;
beforeAll(async () => {
  app = await openTestApp({ clock: () => now });
  await fillLake(app.lake);
  made = evaluate(builtInStrategy("momentum-rank"), await app.lake.universe("simulated", "5m"));
});
afterAll(() => app.close());

const keep = (evaluation: unknown, notebook: string | null = "Tour"): Promise<Response> =>
  app.call("/api/runs", { method: "POST", body: stringifyWire({ evaluation, notebook }) });
const read = async <T>(path: string): Promise<T> => parseWire(await (await app.call(path)).text()) as T;

/** The job's last state, read from the event stream as the shell reads it. */
async function settled(id: string): Promise<Job> {
  const answer = await app.call("/api/jobs/events");
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const reader = answer
    .body!.pipeThrough(new TextDecoderStream() as never)
    .getReader() as ReadableStreamDefaultReader<string>;
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error("The stream ended before the job did.");
    text += value;
    for (const [, data] of text.matchAll(/^data: (\{.*\})$/gm)) {
      const job = JSON.parse(data) as Job;
      if (job.id === id && job.finishedMs !== null) {
        await reader.cancel();
        return job;
      }
    }
  }
}

describe("runs", () => {
  it("an evaluation asked for by the form is kept, and reads back as the engine gives it, to the bit", async () => {
    const submitted = await app.call("/api/runs/evaluate", { body: { strategy: "momentum-rank" } });
    expect(submitted.status).toBe(202);
    const job = await settled((await submitted.json()).id);
    expect(job).toMatchObject({ state: "done", kind: "evaluate", error: null });
    const { runId } = job.result as { runId: string };
    const { run, evaluation } = await read<RunDetails>(`/api/runs/${runId}`);
    expect(evaluation).toEqual(made);
    expect(run).toMatchObject({
      id: runId,
      source: "form",
      hash: made.hash,
      simulated: true,
      tradeCount: made.trades.length,
    });
  });

  it("asking for a part of the span gives what the engine makes of all the data", async () => {
    const startMs = FIRST_MS + 2 * 86_400_000 + 7 * 60_000;
    const options = { startMs, endMs: startMs + 86_400_000, shiftMs: 3_600_000 };
    for (const timeframe of ["5m", "15m", "1h"]) {
      const history = { ...options, timeframe };
      const all = await app.lake.universe("simulated", "5m");
      const strategy = builtInStrategy("momentum-rank");
      const expected = evaluate(strategy, all, history);
      const submitted = await app.call("/api/runs/evaluate", {
        body: { strategy: strategy.name, ...history },
      });
      const job = await settled((await submitted.json()).id);
      const { runId } = job.result as { runId: string };
      expect((await read<RunDetails>(`/api/runs/${runId}`)).evaluation.hash).toBe(expected.hash);
    }
  });

  it("an evaluation from a notebook is kept with its notebook's name", async () => {
    const answer = await keep(made);
    expect(answer.status).toBe(201);
    const { id } = await answer.json();
    expect(await read<RunDetails>(`/api/runs/${id}`)).toMatchObject({
      run: { source: "notebook", notebook: "Tour" },
      evaluation: made,
    });
  });

  it("an evaluation whose numbers were changed is not kept", async () => {
    const [first, ...others] = made.trades;
    const forged = { ...made, trades: [{ ...first, return: first.return + 0.5 }, ...others] };
    const answer = await keep(forged);
    expect(answer.status).toBe(400);
    expect((await answer.json()).error.code).toBe("run.hash-mismatch");
  });

  it("what is no evaluation is refused, and says where", async () => {
    for (const given of [null, 5, {}, { ...made, trades: "none" }, { ...made, hash: "x" }]) {
      const answer = await keep(given);
      expect(answer.status).toBe(400);
      expect((await answer.json()).error.code).toBe("request.invalid");
    }
    expect((await app.call("/api/runs", { method: "POST", body: "{" })).status).toBe(400);
    expect(app.reported).toEqual([]);
  });

  it("lists the latest first and filters by strategy, source, time and text, together", async () => {
    now += 1000;
    const { id } = await (await keep(made, "Another notebook")).json();
    const all = await read<RunSummary[]>("/api/runs");
    expect(all[0].id).toBe(id);
    expect(all.map(({ createdMs }) => createdMs)).toEqual(
      all.map(({ createdMs }) => createdMs).toSorted((a, b) => b - a),
    );
    const ids = async (query: string): Promise<string[]> =>
      (await read<RunSummary[]>(`/api/runs?${query}`)).map((run) => run.id);
    expect(await ids(`sinceMs=${now}`)).toEqual([id]);
    expect(await ids("text=another")).toEqual([id]);
    expect(await ids("text=bbb/usdt&source=notebook&limit=1")).toEqual([id]);
    expect(await ids(`text=${made.hash.slice(0, 12)}`)).toEqual(
      all.filter(({ hash }) => hash === made.hash).map((run) => run.id),
    );
    expect(await ids("strategy=momentum")).toEqual([]);
    expect(await ids("exchange=binance")).toEqual([]);
    expect((await app.call("/api/runs?source=elsewhere")).status).toBe(400);
    expect((await app.call("/api/runs?limit=0")).status).toBe(400);
  });

  it("a deleted run is gone, and deleting it again says so", async () => {
    const { id } = await (await keep(made)).json();
    expect((await app.call(`/api/runs/${id}`, { method: "DELETE" })).status).toBe(200);
    for (const method of ["GET", "DELETE"]) {
      const answer = await app.call(`/api/runs/${id}`, { method });
      expect(answer.status).toBe(404);
      expect((await answer.json()).error.code).toBe("run.unknown");
    }
  });

  it("SQL in a filter is text like any other", async () => {
    const text = encodeURIComponent("'; DROP TABLE runs; --");
    expect(await read(`/api/runs?strategy=${text}&text=${text}`)).toEqual([]);
    expect((await read<RunSummary[]>("/api/runs")).length).toBeGreaterThan(0);
  });

  it("a request with a field too many or a value of the wrong kind is refused before any work", async () => {
    for (const body of [
      {},
      { strategy: "" },
      { strategy: "x", windowMS: 5 },
      { strategy: "x", symbols: "BTC" },
      { strategy: "x", feeBps: "ten" },
    ]) {
      expect((await app.call("/api/runs/evaluate", { body })).status).toBe(400);
    }
  });

  it("a request that the engine refuses fails its job with the engine's words", async () => {
    const wrongs: [Record<string, unknown>, string][] = [
      [{ strategy: "momentum-rnk" }, "strategy.unknown"],
      [{ strategy: "momentum-rank", symbols: ["AAA/USD"] }, "lake.unknown-symbol"],
      [{ strategy: "momentum-rank", exchange: "nowhere" }, "lake.unknown-series"],
      [{ strategy: "momentum-rank", windowMs: 1000 }, "walkforward.window-shorter-than-timeframe"],
      [
        { strategy: "momentum-rank", startMs: FIRST_MS + 1e8, endMs: FIRST_MS },
        "walkforward.end-before-start",
      ],
      [{ strategy: "momentum-rank", timeframe: "1m" }, "lake.unknown-series"],
    ];
    for (const [body, code] of wrongs) {
      const submitted = await app.call("/api/runs/evaluate", { body });
      expect(await settled((await submitted.json()).id)).toMatchObject({ state: "failed", error: { code } });
    }
  });
});

describe("numbers that JSON has not", () => {
  it("come back as they went", () => {
    const value = { a: [Number.NaN, Infinity, -Infinity, 1.5, null], b: { $number: "not one" }, c: "NaN" };
    expect(parseWire(stringifyWire(value))).toEqual(value);
  });
});
