import { describe, expect, test } from "vitest";
import type { CellSource } from "#runtime/types.ts";
import { cure, firstSentence } from "#workbench/frame/failure.ts";
import { find } from "#workbench/frame/find.ts";
import { count, plural, seconds } from "#workbench/frame/format.ts";
import { outline } from "#workbench/frame/outline.ts";

function cell(id: number, mode: CellSource["mode"], value: string, output?: string): CellSource {
  return { id, mode, value, pinned: true, hidden: false, ...(output && { output }) };
}

describe("outline", () => {
  test("headings of Markdown cells are listed in page order with their levels and without their marks", () => {
    const cells = [
      cell(1, "md", "# One *two* `three`\nwords\n## [Four](x) ##"),
      cell(2, "ts", "# no heading"),
      cell(3, "md", "### Five"),
    ];
    expect(outline(cells)).toEqual([
      { cell: 1, level: 1, text: "One two three" },
      { cell: 1, level: 2, text: "Four" },
      { cell: 3, level: 3, text: "Five" },
    ]);
  });

  test("a number sign in fenced code is no heading, and the fence ends where it is closed", () => {
    expect(outline([cell(1, "md", "```sh\n# comment\n```\n# After")])).toEqual([
      { cell: 1, level: 1, text: "After" },
    ]);
  });
});

describe("find", () => {
  const cells = [
    cell(1, "ts", "Length length"),
    cell(2, "sql", "select 1", "lengths"),
    cell(3, "md", "none"),
  ];

  test("every cell that holds the text is found, whatever the case, with how often", () => {
    expect(find(cells, "LENGTH")).toEqual([
      { id: 1, count: 2 },
      { id: 2, count: 1 },
    ]);
  });

  test("nothing is found for an empty text", () => {
    expect(find(cells, "")).toEqual([]);
  });
});

describe("failures", () => {
  test("the first sentence is what is wrong and the rest is the cure", () => {
    const message = 'rsi: length 0.5 is not whole; expected 1.0 or more. Use Math.round. Or "int".';
    expect(firstSentence(message)).toBe("rsi: length 0.5 is not whole; expected 1.0 or more.");
    expect(cure({ message })).toBe('Use Math.round. Or "int".');
  });

  test("a message of JavaScript's own comes with what to look for", () => {
    expect(cure({ message: "Cannot read properties of undefined (reading 'close')" })).toContain(
      "before the dot",
    );
  });

  test("a message that nobody knows has no made-up cure", () => {
    expect(cure({ message: "odd" })).toBeUndefined();
  });
});

describe("formats", () => {
  test("durations are in the unit in which they are short", () => {
    expect([0.4, 12.4, 999, 1240, 12_340, 125_000].map(seconds)).toEqual([
      "<\u202f1\u202fms",
      "12\u202fms",
      "999\u202fms",
      "1.24\u202fs",
      "12.3\u202fs",
      "2\u202fmin 5\u202fs",
    ]);
  });

  test("thousands are held apart by thin spaces", () => {
    expect(count(1234567)).toBe("1\u202f234\u202f567");
    expect([plural(1, "cell"), plural(2, "cell")]).toEqual(["1 cell", "2 cells"]);
  });
});
