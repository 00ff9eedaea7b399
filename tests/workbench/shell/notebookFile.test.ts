import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyNotebook, sqlCells, titleOf, withTitle } from "#workbench/state/notebookFile.ts";

const title = fc
  .string({ unit: "grapheme", minLength: 1 })
  .map((text) => text.replace(/[\s\0]+/g, " ").trim())
  .filter((text) => text !== "");

test("a title goes in and comes out as it was, whatever signs it holds", () => {
  fc.assert(
    fc.property(title, title, (first, second) => {
      const text = emptyNotebook(first);
      expect(titleOf(text)).toBe(first);
      expect(titleOf(withTitle(text, second))).toBe(second);
    }),
  );
});

test("a title that stands in a cell is the cell's business", () => {
  const text = '<notebook>\n<script id="1" type="text/html">\n<title>inner</title>\n</script>\n</notebook>\n';
  expect(titleOf(text)).toBeUndefined();
  expect(withTitle(text, "outer")).toContain("<title>inner</title>");
  expect(titleOf(withTitle(text, "outer"))).toBe("outer");
});

test("the statements of SQL cells are found, and only those", () => {
  const text = `<notebook>
  <script id="1" type="text/markdown">don't</script>
  <script id="2" type="application/sql" output="x">FROM a.b</script>
  <script id="3" type="module">sql</script>
</notebook>`;
  expect(sqlCells(text)).toEqual(["FROM a.b"]);
});
