import { beforeEach, expect, test, vi } from "vitest";
import type { Notebook } from "#server/contract.ts";
import { memoryStore } from "./memoryStore.ts";

/** A server in memory that can be away, and where others can save in between. */
const server = vi.hoisted(() => ({
  notebooks: new Map<string, Notebook>(),
  away: false,
  full: false,
  saves: 0,
}));

vi.mock("#workbench/data/api.ts", async () => {
  const { contentHash } = await import("#workbench/state/trust.ts");
  const { EngineError } = await import("#engine/core/errors.ts");
  class OfflineError extends Error {}
  class SaveConflictError extends Error {
    constructor(readonly theirs: Notebook) {
      super("conflict");
    }
  }
  const put = (id: string, title: string, text: string): Notebook => {
    const notebook: Notebook = {
      id,
      title,
      text,
      origin: "user",
      modifiedMs: 1,
      bytes: text.length,
      hash: contentHash(text),
    };
    server.notebooks.set(id, notebook);
    return notebook;
  };
  const reach = () => {
    if (server.away) throw new OfflineError("away");
  };
  const api = {
    async notebook(id: string) {
      return server.notebooks.get(id);
    },
    async createNotebook(title: string, text: string) {
      reach();
      return put(`${title.toLowerCase().replace(/\W+/g, "-")}-${server.notebooks.size}`, title, text);
    },
    async saveNotebook(id: string, { text, basedOn }: { text: string; basedOn: string }) {
      reach();
      if (server.full) throw new EngineError("store.disk-full", "The disk is full.");
      server.saves++;
      const there = server.notebooks.get(id)!;
      if (there.hash !== basedOn) throw new SaveConflictError(there);
      return put(id, there.title, text);
    },
    async renameNotebook(id: string, title: string) {
      const there = server.notebooks.get(id)!;
      server.notebooks.delete(id);
      return put("renamed", title, there.text.replace(/<title>.*<\/title>/, `<title>${title}</title>`));
    },
  };
  return { api, OfflineError, SaveConflictError };
});
const tabs = vi.hoisted(() => ({ name: "tab", living: new Set<string>() }));
vi.mock("#workbench/state/tab.ts", () => ({
  tabName: async () => tabs.name,
  livingTabs: async () => tabs.living,
}));

const { NotebookSession } = await import("#workbench/state/notebookSession.svelte.ts");
const { contentHash, isTrusted, trust } = await import("#workbench/state/trust.ts");

const file = (body: string) =>
  `<notebook>\n  <title>Mine</title>\n  <script id="1">${body}</script>\n</notebook>\n`;

function there(id: string, text: string, origin: Notebook["origin"] = "user"): void {
  server.notebooks.set(id, {
    id,
    title: "Mine",
    text,
    origin,
    modifiedMs: 1,
    bytes: text.length,
    hash: contentHash(text),
  });
}

beforeEach(() => {
  vi.stubGlobal("localStorage", memoryStore());
  server.notebooks.clear();
  server.away = false;
  server.saves = 0;
  tabs.name = "tab";
  tabs.living = new Set(["tab"]);
  there("mine", file("1"));
});

test("an edit is saved over the version it was based on", async () => {
  const session = await NotebookSession.open("mine");
  session.edited(file("2"), "Mine");
  expect(session.save.kind).toBe("edited");
  await session.saveNow();
  expect(session.save.kind).toBe("saved");
  expect(server.notebooks.get("mine")?.text).toBe(file("2"));
  session.edited(file("3"), "Mine");
  await session.saveNow();
  expect(server.notebooks.get("mine")?.text).toBe(file("3"));
});

test("reporting the same text again is no edit", async () => {
  const session = await NotebookSession.open("mine");
  session.edited(file("1"), "Mine");
  await session.saveNow();
  expect(server.saves).toBe(0);
});

test("the first edit of a sample makes a copy and leaves the sample alone", async () => {
  there("tour", file("1"), "sample");
  const session = await NotebookSession.open("tour");
  expect(session.trusted).toBe(true);
  expect(session.id).toBe("tour");
  session.edited(file("2"), "Mine");
  await session.saveNow();
  expect(session.id).not.toBe("tour");
  expect(server.notebooks.get("tour")?.text).toBe(file("1"));
  expect(server.notebooks.get(session.id)?.text).toBe(file("2"));
});

test("with the server away the text is kept here, and a new tab goes on with it", async () => {
  const session = await NotebookSession.open("mine");
  server.away = true;
  session.edited(file("kept"), "Mine");
  await session.saveNow();
  expect(session.save.kind).toBe("offline");
  session.close();
  server.away = false;
  tabs.name = "next";
  tabs.living = new Set(["next"]);
  const next = await NotebookSession.open("mine");
  expect(next.text).toBe(file("kept"));
  await next.saveNow();
  expect(server.notebooks.get("mine")?.text).toBe(file("kept"));
});

test("what a full disk refused is kept here, and saving once there is room saves it", async () => {
  there("mine", file("1"));
  const session = await NotebookSession.open("mine");
  server.full = true;
  session.edited(file("2"), "Mine");
  await session.saveNow();
  expect(session.save).toEqual({ kind: "refused", reason: "The disk is full." });
  const again = await NotebookSession.open("mine");
  expect(again.text).toBe(file("2"));
  again.close();
  await again.saveNow();
  server.full = false;
  await session.saveNow();
  expect(session.save.kind).toBe("saved");
  expect(server.notebooks.get("mine")?.text).toBe(file("2"));
});

test("a second tab that saves over another's version is told, and both texts are still there", async () => {
  const session = await NotebookSession.open("mine");
  there("mine", file("theirs"));
  session.edited(file("my own"), "Mine");
  await session.saveNow();
  expect(session.save.kind).toBe("conflict");
  expect(server.notebooks.get("mine")?.text).toBe(file("theirs"));
  session.edited(file("my own, and more"), "Mine");
  expect(session.save.kind).toBe("conflict");
  const reopened = await NotebookSession.open("mine");
  expect(reopened.text).toBe(file("my own, and more"));
  expect(reopened.save.kind).toBe("conflict");
});

test("a conflict ends by overwriting, by a copy, or by taking theirs", async () => {
  const conflict = async () => {
    there("mine", file("1"));
    const session = await NotebookSession.open("mine");
    there("mine", file("theirs"));
    session.edited(file("my own"), "Mine");
    await session.saveNow();
    return session;
  };
  await (await conflict()).overwriteTheirs();
  expect(server.notebooks.get("mine")?.text).toBe(file("my own"));

  const copy = await (await conflict()).keepMineAsCopy();
  expect(copy.text).toBe(file("my own"));
  expect(server.notebooks.get("mine")?.text).toBe(file("theirs"));

  (await conflict()).takeTheirs();
  const reopened = await NotebookSession.open("mine");
  expect(reopened.text).toBe(file("theirs"));
  expect(reopened.save.kind).toBe("saved");
});

test("editing what runs keeps it trusted; editing what was never run does not make it so", async () => {
  trust(contentHash(file("1")));
  const mine = await NotebookSession.open("mine");
  expect(mine.trusted).toBe(true);
  mine.edited(file("2"), "Mine");
  expect(isTrusted(contentHash(file("2")))).toBe(true);

  there("strange", file("hostile"));
  const strange = await NotebookSession.open("strange");
  expect(strange.trusted).toBe(false);
  strange.edited(file("hostile, one comma added"), "Mine");
  expect(isTrusted(strange.text)).toBe(false);
  strange.agree();
  expect(isTrusted(contentHash(strange.text))).toBe(true);
});

test("a notebook renamed here keeps its new title although the frame still knows the old one", async () => {
  const session = await NotebookSession.open("mine");
  await session.rename("Better");
  expect(session.id).toBe("renamed");
  session.edited(file("after"), "Mine");
  expect(session.text).toContain("<title>Better</title>");
  expect(session.title).toBe("Better");
  session.edited(file("after").replace("Mine", "From the frame"), "From the frame");
  expect(session.title).toBe("From the frame");
});
