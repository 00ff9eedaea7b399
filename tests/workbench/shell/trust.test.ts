import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contentHash, isTrusted, trust } from "#workbench/state/trust.ts";
import { memoryStore } from "./memoryStore.ts";

test("the content hash is the server's: SHA-256 over UTF-8", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(contentHash(text)).toBe(createHash("sha256").update(text, "utf8").digest("hex"));
    }),
  );
});

test("trust follows the content: one other character is another notebook", () => {
  const store = memoryStore();
  trust(contentHash("const a = 1"), store);
  expect(isTrusted(contentHash("const a = 1"), store)).toBe(true);
  expect(isTrusted(contentHash("const a = 2"), store)).toBe(false);
});

test("only so many versions are remembered, and the oldest is forgotten first", () => {
  const store = memoryStore();
  for (let i = 0; i <= 2000; i++) trust(String(i), store);
  expect(isTrusted("0", store)).toBe(false);
  expect(isTrusted("1", store)).toBe(true);
  trust("1", store);
  trust("new", store);
  expect(isTrusted("1", store)).toBe(true);
  expect(isTrusted("2", store)).toBe(false);
});

test("a store that holds something else trusts nothing", () => {
  const store = memoryStore();
  for (const text of ["{", '"all"', "[1,{}]", "null"]) {
    store.setItem("walkforward.trust", text);
    expect(isTrusted("all", store)).toBe(false);
  }
});
