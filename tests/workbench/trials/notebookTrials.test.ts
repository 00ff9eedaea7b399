import { beforeEach, expect, test, vi } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type { LedgerHead } from "#server/contract.ts";
import { madeTrials } from "../../engine/trials/madeTrials.ts";

/** A server in memory that can be away, full, or slow, and to which others append as well. */
const server = vi.hoisted(() => ({
  files: new Map<string, string>(),
  away: false,
  full: false,
  posts: [] as { notebook: string; trials: number }[],
  gate: Promise.resolve() as Promise<unknown>,
}));

vi.mock("#workbench/data/api.ts", async () => {
  const { TrialLedger: Ledger } = await import("#engine/trials/ledger.ts");
  const { EngineError: Failure } = await import("#engine/core/errors.ts");
  class OfflineError extends Error {}
  const change = async (
    notebook: string,
    known: LedgerHead,
    make: (ledger: TrialLedger) => string[],
  ): Promise<{ lines: string[] | null; head: LedgerHead }> => {
    await server.gate;
    if (server.away) throw new OfflineError("away");
    if (server.full) throw new Failure("store.disk-full", "The disk is full.");
    const before = server.files.get(notebook);
    if (before === undefined) throw new Failure("notebook.unknown", "There is no such notebook.");
    const ledger = Ledger.read(before);
    const isUpToDate = ledger.head.hash === known.hash;
    const lines = make(ledger);
    server.files.set(notebook, before + lines.map((line) => `${line}\n`).join(""));
    return { lines: isUpToDate ? lines : null, head: ledger.head };
  };
  const api = {
    async trials(notebook: string) {
      if (server.away) throw new OfflineError("away");
      return server.files.get(notebook) ?? "";
    },
    addTrials(notebook: string, trials: readonly Trial[], known: LedgerHead) {
      server.posts.push({ notebook, trials: trials.length });
      return change(notebook, known, (ledger) => ledger.append(trials, 1));
    },
    clearTrials: (notebook: string, reason: string, known: LedgerHead) =>
      change(notebook, known, (ledger) => [ledger.clear(reason, 2)]),
  };
  return { api, OfflineError };
});
vi.mock("#workbench/trials/startReader.ts", async () => {
  const { LedgerReader } = await import("#workbench/trials/ledgerReader.ts");
  return { startReader: () => ({ reader: new LedgerReader(), end: () => undefined }) };
});

const { NotebookTrials } = await import("#workbench/trials/notebookTrials.svelte.ts");

const trials = madeTrials(10, 20);
const ledgerOf = (notebook: string): TrialLedger => TrialLedger.read(server.files.get(notebook) ?? "");
let id = "mine";
const open = async () => {
  const opened = new NotebookTrials(() => id);
  await opened.open();
  return opened;
};

beforeEach(() => {
  server.files = new Map([["mine", ""]]);
  Object.assign(server, { away: false, full: false, posts: [], gate: Promise.resolve() });
  id = "mine";
});

test("what is tried goes to the file, in one chain, and is counted once", async () => {
  const mine = await open();
  for (const trial of [...trials, ...trials.slice(0, 4)]) mine.add(trial);
  await mine.flush();
  expect(ledgerOf("mine")).toMatchObject({ count: 10, faults: [] });
  expect(mine.state).toMatchObject({ trials: 10, waiting: 0, lines: 10, head: ledgerOf("mine").head });
  expect(mine.keeping.kind).toBe("kept");
  await vi.waitFor(() => expect(mine.summary?.trials).toBe(10));
  expect((await mine.rows()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("what comes while the server is busy goes together", async () => {
  const mine = await open();
  let answer: () => void = () => undefined;
  server.gate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  mine.add(trials[0]);
  await vi.waitFor(() => expect(server.posts).toHaveLength(1));
  for (const trial of trials.slice(1)) mine.add(trial);
  answer();
  await mine.flush();
  expect(server.posts.map((post) => post.trials)).toEqual([1, 9]);
  expect(ledgerOf("mine").count).toBe(10);
});

test("counts at once what the server has not taken yet, and brings it there when it can", async () => {
  const mine = await open();
  server.away = true;
  for (const trial of trials.slice(0, 3)) mine.add(trial);
  await mine.flush();
  expect([mine.keeping.kind, mine.state.trials, mine.state.waiting, ledgerOf("mine").count]).toEqual([
    "offline",
    3,
    3,
    0,
  ]);
  server.away = false;
  server.full = true;
  await mine.flush();
  expect(mine.keeping).toEqual({ kind: "refused", reason: "The disk is full." });
  server.full = false;
  await mine.flush();
  expect([mine.keeping.kind, mine.state.trials, mine.state.waiting, ledgerOf("mine").count]).toEqual([
    "kept",
    3,
    0,
    3,
  ]);
});

test("a ledger that could not be read when the notebook was opened is read when the server is back", async () => {
  server.files.set("mine", ledgerText(4));
  server.away = true;
  const mine = await open();
  expect([mine.keeping.kind, mine.state.trials]).toEqual(["offline", 0]);
  server.away = false;
  await mine.refresh();
  expect([mine.keeping.kind, mine.state.trials]).toEqual(["kept", 4]);
});

test("what another tab appended meanwhile is taken in, and neither loses any", async () => {
  const [a, b] = [await open(), await open()];
  a.add(trials[0]);
  await a.flush();
  b.add(trials[1]);
  b.add(trials[0]);
  await b.flush();
  expect(b.state).toMatchObject({ trials: 2, lines: 2 });
  await a.refresh();
  expect(a.state).toEqual(b.state);
  expect(ledgerOf("mine")).toMatchObject({ count: 2, faults: [] });
});

test("what is tried while the file gets another name goes to the new one", async () => {
  const mine = await open();
  mine.add(trials[0]);
  await mine.whileMoved(async () => {
    expect(ledgerOf("mine").count).toBe(1);
    mine.add(trials[1]);
    await new Promise((resolve) => setTimeout(resolve));
    server.files.set("renamed", server.files.get("mine") ?? "");
    server.files.delete("mine");
    id = "renamed";
  });
  await mine.flush();
  expect([ledgerOf("renamed").count, server.files.has("mine")]).toEqual([2, false]);
  expect(server.posts.map(({ notebook }) => notebook)).toEqual(["mine", "renamed"]);
});

test("clearing counts anew, by a line that says how many and why, after all that is on its way", async () => {
  const mine = await open();
  for (const trial of trials.slice(0, 3)) mine.add(trial);
  await mine.clear("a new idea");
  expect(mine.state).toMatchObject({ trials: 0, lines: 4 });
  expect(mine.state.cleared).toMatchObject([{ trials: 3, reason: "a new idea" }]);
  mine.add(trials[0]);
  await mine.flush();
  expect(mine.state.trials).toBe(1);
  await vi.waitFor(() => expect(mine.summary).toMatchObject({ trials: 1, cleared: 3 }));
  await expect(mine.clear(" ")).rejects.toBeInstanceOf(EngineError);
});

test("a notebook that is left still brings what is on its way", async () => {
  const mine = await open();
  mine.add(trials[0]);
  mine.close();
  await vi.waitFor(() => expect(ledgerOf("mine").count).toBe(1));
});

function ledgerText(count: number): string {
  return new TrialLedger()
    .append(trials.slice(0, count), 0)
    .map((line) => `${line}\n`)
    .join("");
}
