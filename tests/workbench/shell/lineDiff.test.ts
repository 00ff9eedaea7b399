import fc from "fast-check";
import { expect, test } from "vitest";
import { foldSame, lineDiff } from "#workbench/state/lineDiff.ts";

const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((lines) => lines.join("\n"));

/** Length of the longest common subsequence by its definition. */
function common(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  if (a[0] === b[0]) return 1 + common(a.slice(1), b.slice(1));
  return Math.max(common(a.slice(1), b), common(a, b.slice(1)));
}

test("taking out one side's lines gives the other side's text", () => {
  fc.assert(
    fc.property(text, text, (theirs, mine) => {
      const lines = lineDiff(theirs, mine);
      const without = (side: string) =>
        lines
          .filter(({ kind }) => kind !== side)
          .map((line) => line.text)
          .join("\n");
      expect(without("mine")).toBe(theirs);
      expect(without("theirs")).toBe(mine);
    }),
  );
});

test("as many lines as possible are shown as the same", () => {
  const short = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(short, short, (theirs, mine) => {
      const same = lineDiff(theirs.join("\n"), mine.join("\n")).filter(({ kind }) => kind === "same").length;
      expect(same).toBe(common(theirs, mine));
    }),
  );
});

test("texts too long to compare line by line are shown as replaced, and nothing is lost", () => {
  const theirs = Array.from({ length: 3000 }, (_, i) => `their ${i}`).join("\n");
  const mine = Array.from({ length: 3000 }, (_, i) => `my ${i}`).join("\n");
  const lines = lineDiff(`head\n${theirs}`, `head\n${mine}`);
  expect(lines).toHaveLength(6001);
  expect(lines[0]).toEqual({ kind: "same", text: "head" });
});

test("long stretches alike are folded to one entry that says how long they are", () => {
  const lines = Array.from({ length: 20 }, (_, i) => String(i)).join("\n");
  const parts = foldSame(lineDiff(lines, lines.replace("\n10\n", "\nten\n")));
  expect(parts[0]).toEqual({ kind: "skipped", lines: 7 });
  expect(parts.at(-1)).toEqual({ kind: "skipped", lines: 6 });
  expect(parts).toHaveLength(1 + 3 + 2 + 3 + 1);
});
