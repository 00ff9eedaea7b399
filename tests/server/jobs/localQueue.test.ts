import { describe, expect, it, vi } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import type { Job } from "#server/contract.ts";
import { createLocalQueue } from "#server/jobs/localQueue.ts";
import type { FromWorker, ToWorker } from "#server/jobs/messages.ts";
import type { JobSpec } from "#server/jobs/queue.ts";
import { secondsLeft } from "#server/jobs/secondsLeft.ts";
import type { StartWorker } from "#server/jobs/startWorker.ts";
import { madeTrials } from "../../engine/trials/madeTrials.ts";

/** Workers that do what the test says, in the order in which the queue starts them. */
function stage(
  options: { limits?: Record<"cores" | "searches" | "lake" | "network", number>; graceMs?: number } = {},
) {
  type Actor = {
    home: string;
    heard: ToWorker[];
    killed: boolean;
    say: (m: FromWorker) => void;
    exit: (r: string) => void;
  };
  const actors: Actor[] = [];
  let now = 1000;
  const start: StartWorker = (home, events) => {
    const actor: Actor = { home, heard: [], killed: false, say: events.message, exit: events.exit };
    actors.push(actor);
    return {
      send: (message) => actor.heard.push(message),
      kill: () => {
        actor.killed = true;
        actor.exit("killed");
      },
    };
  };
  let ids = 0;
  const queue = createLocalQueue({ start, clock: () => now, newId: () => `job-${++ids}`, ...options });
  return { actors, queue, pass: (ms: number) => (now += ms) };
}

const spec = (title = "Evaluate x"): JobSpec<"evaluate"> => ({
  ...{ kind: "evaluate", title, unit: "slices", task: "evaluate" },
  input: { lakeRoot: "/nowhere", request: { strategy: "x" } },
});

describe("the queue of one machine", () => {
  it("runs as many jobs of a lane as there are cores for, and the rest in the order given", () => {
    const { actors, queue } = stage({ limits: { cores: 2, searches: 1, lake: 1, network: 1 } });
    for (const title of ["a", "b", "c", "d"]) queue.submit(spec(title));
    const states = (): string[] =>
      queue
        .list()
        .map(({ title, state }) => `${title} ${state}`)
        .reverse();
    expect(states()).toEqual(["a running", "b running", "c queued", "d queued"]);
    actors[1].say({ type: "done", output: null });
    actors[1].exit("exit code 0");
    expect(states()).toEqual(["a running", "b done", "c running", "d queued"]);
  });

  it("does not let work of one kind wait for another kind", () => {
    const { queue } = stage({ limits: { cores: 1, searches: 1, lake: 1, network: 1 } });
    queue.submit(spec());
    queue.submit({ kind: "samples", title: "s", unit: "series", task: "samples", input: { lakeRoot: "/" } });
    expect(queue.list().map(({ state }) => state)).toEqual(["running", "running"]);
  });

  it("gives writers of the lake a process, whose death frees the lake's lock, and computing a thread", () => {
    const { actors, queue } = stage();
    queue.submit(spec());
    queue.submit({ kind: "samples", title: "s", unit: "series", task: "samples", input: { lakeRoot: "/" } });
    expect(actors.map(({ home }) => home)).toEqual(["thread", "process"]);
  });

  it("tells every change with how much is done and how long it takes at this pace", () => {
    const { actors, queue, pass } = stage();
    const heard: Job[] = [];
    const unsubscribe = queue.subscribe((job) => heard.push(job));
    queue.submit(spec());
    pass(2000);
    actors[0].say({ type: "progress", done: 25, total: 100, message: "Evaluating" });
    unsubscribe();
    actors[0].say({ type: "progress", done: 50, total: 100 });
    expect(heard.map(({ state, done, secondsLeft }) => [state, done, secondsLeft])).toEqual([
      ["queued", 0, null],
      ["running", 0, null],
      ["running", 25, 6],
    ]);
    expect(queue.get("job-1")).toMatchObject({ done: 50, message: "Evaluating" });
  });

  it("keeps what a finished job made, as its own finish says", async () => {
    const { actors, queue } = stage();
    const packed = { summary: {}, body: new Uint8Array() } as never;
    const { id } = queue.submit({ ...spec(), finish: (output) => ({ same: output === packed }) });
    actors[0].say({ type: "done", output: packed });
    actors[0].exit("exit code 0");
    expect(await queue.settled(id)).toMatchObject({
      state: "done",
      result: { same: true },
      finishedMs: 1000,
    });
  });

  it("a result that cannot be kept fails the job", async () => {
    const { actors, queue } = stage();
    const fail = (): never => {
      throw new Error("no room");
    };
    const { id } = queue.submit({ ...spec(), finish: fail });
    actors[0].say({ type: "done", output: null });
    actors[0].exit("exit code 0");
    expect(await queue.settled(id)).toMatchObject({ state: "failed", error: { message: "no room" } });
  });

  it("a worker that dies fails its job with a reason, and the next job runs", async () => {
    const { actors, queue } = stage({ limits: { cores: 1, searches: 1, lake: 1, network: 1 } });
    const { id } = queue.submit(spec("a"));
    queue.submit(spec("b"));
    actors[0].exit("JavaScript heap out of memory");
    const job = await queue.settled(id);
    expect(job).toMatchObject({ state: "failed", error: { code: "job.worker-died" } });
    expect(job.error?.message).toContain("JavaScript heap out of memory");
    expect(queue.get("job-2").state).toBe("running");
  });

  it("a worker that cannot be started fails its job and not the queue", async () => {
    const queue = createLocalQueue({
      start: () => {
        throw new Error("no threads left");
      },
    });
    const { id } = queue.submit(spec());
    expect(await queue.settled(id)).toMatchObject({ state: "failed", error: { message: "no threads left" } });
  });

  it("a canceled job that stops by itself is canceled, not killed", async () => {
    const { actors, queue } = stage({ graceMs: 60_000 });
    const { id } = queue.submit(spec());
    queue.cancel(id);
    expect(actors[0].heard.at(-1)).toEqual({ type: "cancel" });
    actors[0].say({ type: "failed", failure: { code: "canceled", message: "", details: {} } });
    actors[0].exit("exit code 0");
    expect(await queue.settled(id)).toMatchObject({ state: "canceled", error: null });
    expect(actors[0].killed).toBe(false);
  });

  it("a canceled worker that does not listen is killed after the grace time", async () => {
    const { actors, queue } = stage({ graceMs: 1 });
    const { id } = queue.submit(spec());
    queue.cancel(id);
    expect(await queue.settled(id)).toMatchObject({ state: "canceled" });
    expect(actors[0].killed).toBe(true);
  });

  it("a queued job that is canceled never starts", async () => {
    const { actors, queue } = stage({ limits: { cores: 1, searches: 1, lake: 1, network: 1 } });
    queue.submit(spec());
    const { id } = queue.submit(spec());
    expect(queue.cancel(id).state).toBe("canceled");
    actors[0].say({ type: "done", output: null });
    actors[0].exit("exit code 0");
    expect(actors.length).toBe(1);
  });

  it("work that was done before the cancel arrived is kept", async () => {
    const { actors, queue } = stage({ graceMs: 60_000 });
    const { id } = queue.submit(spec());
    queue.cancel(id);
    actors[0].say({ type: "done", output: "made" });
    actors[0].exit("exit code 0");
    expect(await queue.settled(id)).toMatchObject({ state: "done", result: "made" });
  });

  it("closing cancels everything and takes nothing more", async () => {
    const { actors, queue } = stage({ graceMs: 1, limits: { cores: 1, searches: 1, lake: 1, network: 1 } });
    queue.submit(spec());
    queue.submit(spec());
    await queue.close();
    expect(queue.list().map(({ state }) => state)).toEqual(["canceled", "canceled"]);
    expect(actors.map(({ killed }) => killed)).toEqual([true]);
    expect(() => queue.submit(spec())).toThrow(expect.objectContaining({ code: "server.closing" }));
  });

  it("ends a job when the last trial that its worker told of is written down", async () => {
    const { actors, queue } = stage();
    const names: string[] = [];
    const writes: (() => void)[] = [];
    const { id } = queue.submit({
      ...spec(),
      keepTrials: (trials) =>
        new Promise((resolve) => {
          names.push(...trials.map(({ name }) => name));
          writes.push(resolve);
        }),
      finish: () => [...names],
    });
    const told = (name: string): FromWorker => ({
      type: "trials",
      trials: [{ ...madeTrials(1, 30)[0], name }],
    });
    actors[0].say(told("first"));
    actors[0].say(told("second"));
    actors[0].say({ type: "done", output: null });
    actors[0].exit("exit code 0");
    await vi.waitUntil(() => writes.length === 1);
    expect(names).toEqual(["first"]);
    writes[0]();
    await vi.waitUntil(() => writes.length === 2);
    expect(queue.get(id).state).toBe("running");
    writes[1]();
    expect(await queue.settled(id)).toMatchObject({ state: "done", result: ["first", "second"] });
  });

  it("stops a job whose trials cannot be written down, and says why", async () => {
    const { actors, queue } = stage();
    const { id } = queue.submit({
      ...spec(),
      keepTrials: () => Promise.reject(new EngineError("store.disk-full", "The disk is full.")),
    });
    actors[0].say({ type: "trials", trials: madeTrials(1, 30) });
    await vi.waitUntil(() => actors[0].heard.some(({ type }) => type === "cancel"));
    actors[0].say({ type: "failed", failure: { code: "canceled", message: "Canceled.", details: {} } });
    actors[0].exit("exit code 0");
    expect(await queue.settled(id)).toMatchObject({ state: "failed", error: { code: "store.disk-full" } });
  });

  it("an unknown job is an error that says so", () => {
    expect(() => stage().queue.get("x")).toThrow(expect.objectContaining({ code: "job.unknown" }));
  });
});

describe("seconds left", () => {
  it("is the work that is left at the pace so far, or null while there is none to speak of", () => {
    expect(secondsLeft({ done: 1, total: 4, elapsedMs: 10_000 })).toBe(30);
    expect(secondsLeft({ done: 4, total: 4, elapsedMs: 10_000 })).toBe(0);
    expect(secondsLeft({ done: 0, total: 4, elapsedMs: 10_000 })).toBeNull();
    expect(secondsLeft({ done: 1, total: null, elapsedMs: 10_000 })).toBeNull();
    expect(secondsLeft({ done: 1, total: 4, elapsedMs: 100 })).toBeNull();
  });
});
