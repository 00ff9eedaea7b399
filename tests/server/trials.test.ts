import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { NO_LINE } from "#engine/trials/record.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type { LedgerChange, Notebook } from "#server/contract.ts";
import { madeTrials } from "../engine/trials/madeTrials.ts";
import { NOTEBOOK, openTestApp, type TestApp } from "./testApp.ts";

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.close());

const NONE = { seq: 0, hash: NO_LINE };
const create = async (title = "First steps", more: object = {}): Promise<Notebook> =>
  (await app.call("/api/notebooks", { body: { title, text: NOTEBOOK, ...more } })).json();
const post = (id: string, trials: readonly unknown[], known: object = NONE): Promise<Response> =>
  app.call(`/api/notebooks/${id}/trials`, { body: { trials, known } });
const add = async (id: string, trials: readonly Trial[], known: object = NONE): Promise<LedgerChange> =>
  (await post(id, trials, known)).json();
const textOf = async (id: string): Promise<string> => (await app.call(`/api/notebooks/${id}/trials`)).text();
const ledgerOf = async (id: string): Promise<TrialLedger> => TrialLedger.read(await textOf(id));
const names = async (id: string): Promise<string[]> => (await ledgerOf(id)).trials.map(({ name }) => name);
const files = async (folder = "notebooks"): Promise<string[]> =>
  (await readdir(join(app.home, folder))).sort();

describe("the ledger of a notebook's trials", () => {
  it("lies beside the notebook, from the first trial on", async () => {
    const { id } = await create();
    expect(await textOf(id)).toBe("");
    expect(await files()).toEqual(["first-steps.html"]);
    const { lines, head } = await add(id, madeTrials(2));
    expect(await files()).toEqual(["first-steps.html", "first-steps.trials.jsonl"]);
    const text = await readFile(join(app.home, "notebooks/first-steps.trials.jsonl"), "utf8");
    expect(text).toBe(await textOf(id));
    expect(lines).toEqual(text.trimEnd().split("\n"));
    const ledger = TrialLedger.read(text);
    expect([ledger.faults, ledger.head]).toEqual([[], head]);
    expect(ledger.records.map(({ atMs }) => atMs)).toEqual([Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1)]);
  });

  it("gives whoever knows its end the lines after it, and tells whoever does not to read it anew", async () => {
    const { id } = await create();
    const [a, b, c] = madeTrials(3);
    const first = await add(id, [a]);
    const second = await add(id, [a, b], first.head);
    expect(second.lines).toHaveLength(1);
    expect((await add(id, [a, b], second.head)).lines).toEqual([]);
    const behind = await add(id, [c], first.head);
    expect(behind).toMatchObject({ lines: null, head: { seq: 3 } });
    expect(await names(id)).toEqual(["trial 0", "trial 1", "trial 2"]);
  });

  it("is one chain for all tabs that append at once", async () => {
    const { id } = await create();
    const trials = madeTrials(20, 8);
    await Promise.all(trials.flatMap((trial) => [post(id, [trial]), post(id, [trial, trials[0]])]));
    const ledger = await ledgerOf(id);
    expect([ledger.faults, ledger.records.length]).toEqual([[], 20]);
  });

  it("is cleared by a line that stays", async () => {
    const { id } = await create();
    const { head } = await add(id, madeTrials(3));
    const clear = (reason: unknown) =>
      app.call(`/api/notebooks/${id}/trials/clear`, { body: { reason, known: head } });
    for (const reason of ["", "   ", "x".repeat(501), 7]) expect((await clear(reason)).status).toBe(400);
    const { lines }: LedgerChange = await (await clear("a new idea")).json();
    expect(JSON.parse(lines?.[0] ?? "")).toMatchObject({
      kind: "cleared",
      trials: 3,
      reason: "a new idea",
      seq: 4,
    });
    const ledger = await ledgerOf(id);
    expect([ledger.count, ledger.records.length, ledger.faults]).toEqual([0, 4, []]);
    await add(id, madeTrials(1));
    expect((await ledgerOf(id)).count).toBe(1);
  });

  it("of a sample lies among one's own files, and goes along when the sample becomes one's own", async () => {
    await add("tour", madeTrials(2));
    expect(await files("samples")).toEqual(["tour.html"]);
    expect(await files()).toEqual(["tour.trials.jsonl"]);
    const mine = await create("The tour", { trialsOf: "tour" });
    expect(mine.id).toBe("the-tour");
    expect(await names("the-tour")).toEqual(["trial 0", "trial 1"]);
    expect(await textOf("the-tour")).toBe(await textOf("tour"));
    await add("the-tour", madeTrials(3));
    expect([await names("tour"), await names("the-tour")].map((list) => list.length)).toEqual([2, 3]);
  });
});

describe("a ledger goes where its notebook goes", () => {
  const at = (path: string, body: object = {}) => app.call(`/api/notebooks/${path}`, { body });

  it("into a duplicate, which then counts for itself", async () => {
    const { id } = await create();
    await add(id, madeTrials(2));
    const copy: Notebook = await (await at(`${id}/duplicate`)).json();
    expect(await textOf(copy.id)).toBe(await textOf(id));
    await add(copy.id, madeTrials(4));
    expect([(await names(id)).length, (await names(copy.id)).length]).toEqual([2, 4]);
    expect((await ledgerOf(copy.id)).faults).toEqual([]);
  });

  it("under a new name, leaving none behind", async () => {
    const { id } = await create();
    await add(id, madeTrials(2));
    const text = await textOf(id);
    await at(`${id}/rename`, { title: "Second" });
    expect(await files()).toEqual(["second.html", "second.trials.jsonl"]);
    expect(await textOf("second")).toBe(text);
    await at("second/rename", { title: "Second!" });
    expect(await textOf("second")).toBe(text);
  });

  it("into the trash and back", async () => {
    const { id } = await create();
    await add(id, madeTrials(2));
    const text = await textOf(id);
    const { trashId } = await (await app.call(`/api/notebooks/${id}`, { method: "DELETE" })).json();
    expect(await files()).toEqual([]);
    expect(await files("trash")).toEqual([`${trashId}.html`, `${trashId}.trials.jsonl`]);
    await create();
    expect(await textOf(id)).toBe("");
    const back: Notebook = await (await at(`trash/${trashId}/restore`)).json();
    expect(back.id).toBe("first-steps-2");
    expect(await textOf(back.id)).toBe(text);
    expect(await files("trash")).toEqual([]);
  });

  it("with a file that is imported, as it is: also when it was tampered with", async () => {
    await create("Original");
    await add("original", madeTrials(3));
    const text = await textOf("original");
    const imported = await create("Imported", { trials: text });
    expect(await textOf(imported.id)).toBe(text);
    await add(imported.id, madeTrials(4));
    expect((await ledgerOf(imported.id)).faults).toEqual([]);
    const forged = await create("Forged", { trials: text.replace('"trades":30', '"trades":31') });
    await add(forged.id, madeTrials(5));
    expect((await ledgerOf(forged.id)).faults).toMatchObject([{ kind: "changed", line: 1 }]);
    expect((await ledgerOf(forged.id)).count).toBe(5);
  });

  it("does not become another notebook's that later has its name", async () => {
    await create("First steps");
    await writeFile(join(app.home, "notebooks/second.trials.jsonl"), "left behind\n");
    const { id } = await create("Second");
    expect(id).toBe("second-2");
    expect(await textOf(id)).toBe("");
  });
});

describe("what is no trial or no ledger", () => {
  it("is refused, with the field that is wrong, and nothing is written", async () => {
    const { id } = await create();
    const [good, other] = madeTrials(2);
    const bad = { ...other, trades: -1 };
    const answer = await post(id, [good, bad]);
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toMatchObject({
      code: "trials.not-a-trial",
      details: { field: "trades" },
    });
    for (const body of [
      { trials: [good] },
      { trials: good, known: NONE },
      { trials: [good], known: { seq: -1, hash: "" } },
    ])
      expect((await app.call(`/api/notebooks/${id}/trials`, { body })).status).toBe(400);
    expect(await textOf(id)).toBe("");
    expect(await files()).toEqual(["first-steps.html"]);
  });

  it("cannot come with a notebook", async () => {
    for (const trials of ["hello\n", "{}\n", " "]) {
      const answer = await app.call("/api/notebooks", { body: { title: "X", text: NOTEBOOK, trials } });
      expect((await answer.json()).error.code).toBe("trials.not-a-ledger");
    }
    const unknown = await app.call("/api/notebooks", {
      body: { title: "X", text: NOTEBOOK, trialsOf: "nobody" },
    });
    expect(unknown.status).toBe(404);
  });

  it("is not looked for outside the notebooks", async () => {
    await writeFile(join(app.home, "secret.trials.jsonl"), "secret\n");
    for (const id of ["..%2Fsecret", "nobody", "%2E%2E%2Fsecret"]) {
      const answer = await app.call(`/api/notebooks/${id}/trials`);
      expect(answer.status).toBe(404);
      expect((await post(id, madeTrials(1))).status).toBe(404);
    }
    expect(await readFile(join(app.home, "secret.trials.jsonl"), "utf8")).toBe("secret\n");
  });

  it("is not repaired in silence: a file that was edited by hand goes on being one that was", async () => {
    const { id } = await create();
    await add(id, madeTrials(2));
    await appendFile(join(app.home, "notebooks/first-steps.trials.jsonl"), "a note of mine\n");
    await add(id, madeTrials(3));
    expect((await ledgerOf(id)).faults.map(({ kind, line }) => [kind, line])).toEqual([["unreadable", 3]]);
  });
});
