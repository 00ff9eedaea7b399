import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Notebook, NotebookSummary } from "#server/contract.ts";
import { NOTEBOOK, openTestApp, type TestApp } from "./testApp.ts";

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.close());

const list = async (): Promise<NotebookSummary[]> => (await app.call("/api/notebooks")).json();
const create = async (title = "First steps", text = NOTEBOOK): Promise<Notebook> =>
  (await app.call("/api/notebooks", { body: { title, text } })).json();
const save = (id: string, text: string, basedOn: string | null): Promise<Response> =>
  app.call(`/api/notebooks/${encodeURIComponent(id)}`, { method: "PUT", body: { text, basedOn } });

describe("notebooks as files", () => {
  it("a new notebook is a file of one's own, named after its title", async () => {
    const made = await create("Bänder & Läufe");
    expect(made).toMatchObject({ id: "bander-laufe", title: "Bänder & Läufe", origin: "user" });
    const text = await readFile(join(app.home, "notebooks", "bander-laufe.html"), "utf8");
    expect(text).toBe(NOTEBOOK.replace("<title>First steps", "<title>Bänder &amp; Läufe"));
  });

  it("two notebooks of one title are two files", async () => {
    const ids = await Promise.all([create(), create(), create()]);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(3);
    expect((await readdir(join(app.home, "notebooks"))).length).toBe(3);
  });

  it("samples are listed, read and copied, and never written", async () => {
    expect((await list())[0]).toMatchObject({ id: "tour", origin: "sample", title: "The tour" });
    const sample: Notebook = await (await app.call("/api/notebooks/tour")).json();
    for (const answer of [
      await save("tour", NOTEBOOK, sample.hash),
      await app.call("/api/notebooks/tour", { method: "DELETE" }),
      await app.call("/api/notebooks/tour/rename", { body: { title: "Mine" } }),
    ]) {
      expect(answer.status).toBe(403);
      expect((await answer.json()).error.code).toBe("notebook.read-only");
    }
    const copy: Notebook = await (await app.call("/api/notebooks/tour/duplicate", { method: "POST" })).json();
    expect(copy).toMatchObject({ origin: "user", title: "The tour (copy)", id: "the-tour-copy" });
    expect(await readFile(join(app.home, "samples", "tour.html"), "utf8")).toBe(sample.text);
  });

  it("renaming gives another title and file name and keeps the content", async () => {
    const { id, text } = await create();
    const renamed: Notebook = await (
      await app.call(`/api/notebooks/${id}/rename`, { body: { title: "Second" } })
    ).json();
    expect(renamed).toMatchObject({ id: "second", title: "Second" });
    expect(renamed.text).toBe(text.replace("<title>First steps", "<title>Second"));
    expect(await readdir(join(app.home, "notebooks"))).toEqual(["second.html"]);
  });

  it("what is deleted lies in the trash and comes back whole", async () => {
    const { id, text } = await create();
    const { trashId } = await (await app.call(`/api/notebooks/${id}`, { method: "DELETE" })).json();
    expect((await list()).map((notebook) => notebook.id)).toEqual(["tour"]);
    const trash: NotebookSummary[] = await (await app.call("/api/notebooks/trash")).json();
    expect(trash).toMatchObject([{ id: trashId, title: "First steps", modifiedMs: Date.UTC(2024, 0, 1) }]);
    const back = await app.call(`/api/notebooks/trash/${trashId}/restore`, { method: "POST" });
    expect(await back.json()).toMatchObject({ id, text });
    expect(await (await app.call("/api/notebooks/trash")).json()).toEqual([]);
  });

  it("a restored notebook does not replace the one that took its name meanwhile", async () => {
    const { id } = await create();
    const { trashId } = await (await app.call(`/api/notebooks/${id}`, { method: "DELETE" })).json();
    await create();
    const back: Notebook = await (
      await app.call(`/api/notebooks/trash/${trashId}/restore`, { method: "POST" })
    ).json();
    expect(back.id).toBe("first-steps-2");
    expect((await list()).length).toBe(3);
  });

  it("a notebook that was put into the folder by hand is listed under its file's name", async () => {
    await mkdir(join(app.home, "notebooks"), { recursive: true });
    await writeFile(join(app.home, "notebooks", "My notes.v2.html"), NOTEBOOK);
    const [found] = await list();
    expect(found).toMatchObject({ id: "My notes.v2", title: "First steps", origin: "user" });
    expect((await app.call("/api/notebooks/My%20notes.v2")).status).toBe(200);
  });
});

describe("saving", () => {
  it("a save over the version that it was based on replaces it", async () => {
    const { id, hash } = await create();
    const changed = NOTEBOOK.replace("# First", "# Very first");
    const saved: Notebook = await (await save(id, changed, hash)).json();
    expect(saved.text).toBe(changed);
    expect(saved.hash).not.toBe(hash);
    expect(await readFile(join(app.home, "notebooks", `${id}.html`), "utf8")).toBe(changed);
  });

  it("the second of two tabs is told, shown the other's text, and overwrites nothing", async () => {
    const { id, hash } = await create();
    const mine = NOTEBOOK.replace("# First", "# My");
    const theirs = NOTEBOOK.replace("# First", "# Their");
    expect((await save(id, theirs, hash)).status).toBe(200);
    const answer = await save(id, mine, hash);
    expect(answer.status).toBe(409);
    const conflict = await answer.json();
    expect(conflict).toMatchObject({ code: "notebook.conflict", theirs: { id, text: theirs } });
    expect(await readFile(join(app.home, "notebooks", `${id}.html`), "utf8")).toBe(theirs);
    expect((await save(id, mine, conflict.theirs.hash)).status).toBe(200);
  });

  it("of many saves at once over one version exactly one wins, and the file is one of them whole", async () => {
    const { id, hash } = await create();
    const texts = Array.from({ length: 12 }, (_, k) =>
      NOTEBOOK.replace("# First", `# Number ${k} `.repeat(500)),
    );
    const answers = await Promise.all(texts.map((text) => save(id, text, hash)));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(answers.filter(({ status }) => status === 409).length).toBe(11);
    expect(texts).toContain(await readFile(join(app.home, "notebooks", `${id}.html`), "utf8"));
  });

  it("saving what is there already is no conflict, whatever it was based on", async () => {
    const { id, text } = await create();
    expect((await save(id, text, "f".repeat(64))).status).toBe(200);
    expect((await save(id, text, null)).status).toBe(200);
  });

  it("saving a notebook that was deleted meanwhile says so and makes nothing", async () => {
    const { id, hash } = await create();
    await app.call(`/api/notebooks/${id}`, { method: "DELETE" });
    const answer = await save(id, NOTEBOOK, hash);
    expect(answer.status).toBe(404);
    expect((await answer.json()).error.code).toBe("notebook.unknown");
    expect(await readdir(join(app.home, "notebooks"))).toEqual([]);
  });
});

describe("what is not a notebook, and who asks for what is not theirs", () => {
  const impostors: [string, string][] = [
    ["an empty file", ""],
    ["plain text", "hello"],
    ["a web page", "<!doctype html><html><body><script>1</script></body></html>"],
    ["JSON", '{"cells": []}'],
    ["a notebook cut short inside a cell", NOTEBOOK.slice(0, NOTEBOOK.indexOf("</script>"))],
    ["a notebook cut short after a cell", NOTEBOOK.slice(0, NOTEBOOK.indexOf("</notebook>"))],
    ["binary data", `${NOTEBOOK}\0`],
  ];
  for (const [what, text] of impostors) {
    it(`${what} is refused with a reason, and nothing is stored`, async () => {
      const answer = await app.call("/api/notebooks", { body: { title: "X", text } });
      expect(answer.status).toBe(400);
      expect((await answer.json()).error.code).toBe("notebook.not-a-notebook");
      expect((await list()).map(({ id }) => id)).toEqual(["tour"]);
    });
  }

  it("a notebook is not replaced by a file that is none", async () => {
    const { id, hash, text } = await create();
    expect((await save(id, "gone", hash)).status).toBe(400);
    expect(await readFile(join(app.home, "notebooks", `${id}.html`), "utf8")).toBe(text);
  });

  it("text that is made to make patterns backtrack is refused all the same", async () => {
    for (const text of [
      "<!---->".repeat(5000),
      "<script>".repeat(50_000),
      "<notebook>" + "<title".repeat(50_000),
    ]) {
      const answer = await app.call("/api/notebooks", { body: { title: "X", text } });
      expect(answer.status).toBe(400);
    }
  });

  it("a notebook too large to be one is refused", async () => {
    const text = NOTEBOOK.replace("# First", "x".repeat(20_000_001));
    const answer = await app.call("/api/notebooks", { body: { title: "X", text } });
    expect(answer.status).toBe(413);
    expect((await answer.json()).error.code).toBe("notebook.too-large");
  });

  it("no id reaches outside the folders", async () => {
    await writeFile(join(app.home, "secret.html"), NOTEBOOK);
    await create();
    const ids = [
      "../secret",
      "..",
      ".",
      "",
      "notebooks/../../secret",
      "..\\secret",
      "/etc/passwd",
      "tour\0",
      "secret",
      "constructor",
    ];
    for (const id of ids) {
      const path = `/api/notebooks/${encodeURIComponent(id)}`;
      if (id === "" || id === "." || id === "..") continue;
      for (const method of ["GET", "DELETE"]) expect((await app.call(path, { method })).status).toBe(404);
      expect((await save(id, NOTEBOOK, null)).status).toBe(404);
      const restore = `/api/notebooks/trash/${encodeURIComponent(id)}/restore`;
      expect((await app.call(restore, { method: "POST" })).status).toBe(404);
    }
    expect(await readFile(join(app.home, "secret.html"), "utf8")).toBe(NOTEBOOK);
  });

  it("a title that looks like a path makes a plain file", async () => {
    for (const title of ["../../evil", "C:\\evil", "/etc/passwd", "...", "con", "a".repeat(400), "💥"]) {
      expect((await app.call("/api/notebooks", { body: { title, text: NOTEBOOK } })).status).toBe(201);
    }
    for (const name of await readdir(join(app.home, "notebooks")))
      expect(name).toMatch(/^[\p{L}\p{N}-]{1,84}\.html$/u);
  });

  it("a body that is not JSON, or not the right JSON, is refused with what was expected", async () => {
    for (const body of [
      "",
      "{",
      "[]",
      "null",
      '{"title":1,"text":"x"}',
      '{"title":"","text":"x"}',
      '{"title":"a","text":"b","more":1}',
    ]) {
      const answer = await app.call("/api/notebooks", { body, method: "POST" });
      expect(answer.status).toBe(400);
      expect((await answer.json()).error.code).toMatch(/^request\.(?:not-json|invalid)$/);
    }
    expect(app.reported).toEqual([]);
  });

  it("a body beyond all measure is refused", async () => {
    const answer = await app.call("/api/notebooks", { body: "x".repeat(64_000_001), method: "POST" });
    expect(answer.status).toBe(413);
  });
});
