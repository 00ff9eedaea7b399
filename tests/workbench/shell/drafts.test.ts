import { expect, test } from "vitest";
import { Drafts } from "#workbench/state/drafts.ts";
import { memoryStore } from "./memoryStore.ts";

const draft = (text: string, atMs: number) => ({ notebook: "mine", title: "Mine", text, basedOn: "h", atMs });

test("what was typed comes back as it was", () => {
  const store = memoryStore();
  new Drafts("tab", store).put(draft("text", 5));
  expect(new Drafts("tab", store).of("mine")).toEqual([{ ...draft("text", 5), tab: "tab" }]);
});

test("two tabs on one notebook keep two drafts, the newest first", () => {
  const store = memoryStore();
  const [a, b] = [new Drafts("a", store), new Drafts("b", store)];
  a.put(draft("from a", 1));
  b.put(draft("from b", 2));
  expect(a.of("mine").map(({ text }) => text)).toEqual(["from b", "from a"]);
  b.drop("mine");
  expect(a.of("mine").map(({ text }) => text)).toEqual(["from a"]);
});

test("a reload goes on with its own draft, a new tab with that of a closed one, never with that of a living one", () => {
  const store = memoryStore();
  new Drafts("alive", store).put(draft("being typed", 9));
  const fresh = new Drafts("fresh", store);
  expect(fresh.toResume("mine", new Set(["alive", "fresh"]))).toBeUndefined();
  new Drafts("closed", store).put(draft("left behind", 3));
  expect(fresh.toResume("mine", new Set(["alive", "fresh"]))?.text).toBe("left behind");
  fresh.put(draft("my own", 1));
  expect(fresh.toResume("mine", new Set(["alive", "fresh"]))?.text).toBe("my own");
});

test("drafts of a notebook whose id begins the same stay apart", () => {
  const store = memoryStore();
  const drafts = new Drafts("t", store);
  drafts.put(draft("one", 1));
  drafts.put({ ...draft("two", 2), notebook: "mine.t" });
  drafts.put({ ...draft("three", 3), notebook: "mine/too" });
  expect(drafts.of("mine").map(({ text }) => text)).toEqual(["one"]);
  expect(drafts.of("mine.t").map(({ text }) => text)).toEqual(["two"]);
});

test("a full store is told to the caller and leaves the earlier draft", () => {
  const store = memoryStore(300);
  const drafts = new Drafts("t", store);
  expect(drafts.put(draft("short", 1))).toBe(true);
  expect(drafts.put(draft("x".repeat(1000), 2))).toBe(false);
  expect(drafts.of("mine").map(({ text }) => text)).toEqual(["short"]);
});

test("damaged drafts are passed over", () => {
  const store = memoryStore();
  store.setItem("walkforward.draft.mine.t", "{");
  store.setItem("walkforward.draft.mine.u", '{"text":5}');
  expect(new Drafts("t", store).of("mine")).toEqual([]);
});
