// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts of cells hold interpolations
import { deserialize, serialize } from "@observablehq/notebook-kit";
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { emptyNotebook, newCell, parse, serialise, unusedId } from "#runtime/notebook.ts";
import type { CellMode, CellSource, NotebookSource } from "#runtime/types.ts";

const { window } = new JSDOM();
const kit = {
  read: (text: string) => deserialize(text, { parser: new window.DOMParser() }),
  write: (notebook: Parameters<typeof serialize>[0]) => serialize(notebook, { document: window.document }),
};

const MODES: CellMode[] = ["js", "ts", "sql", "md", "html", "tex", "ojs", "dot", "node", "python", "r"];

/** Texts that a format made of HTML may trip over, beside any other text. */
const tricky = fc.constantFrom(
  "</script>",
  "<\\/script>",
  "<\\\\/SCRIPT >",
  "</script",
  "</script/x>",
  "<!--",
  "-->",
  "<script>",
  "</notebook>",
  "</title>",
  "&amp;",
  "\u00a0",
  "  ",
  "\t",
  "    ",
  "\n",
  "\n\n",
  "`${x}`",
  "€ 漢字 🕯",
  "\\",
  '"',
);
const text = fc
  .array(fc.oneof(tricky, fc.string({ unit: "grapheme", maxLength: 12 })), { maxLength: 12 })
  .map((parts) => parts.join("").replace(/\r\n?/g, "\n"));
const cell = fc.record({
  mode: fc.constantFrom(...MODES),
  value: text,
  pinned: fc.boolean(),
  hidden: fc.boolean(),
  output: fc.option(
    text.map((name) => name.replace(/\s/g, "")).filter((name) => name !== ""),
    { nil: undefined },
  ),
});
const notebook: fc.Arbitrary<NotebookSource> = fc
  .record({
    title: text,
    cells: fc.array(cell, { maxLength: 6 }),
    ids: fc.uniqueArray(fc.integer({ min: 1, max: 99 })),
  })
  .map(({ title, cells, ids }) => ({
    title,
    attributes: { theme: "air" },
    cells: cells.map(({ output, ...rest }, i): CellSource => {
      const id = ids[i] ?? 100 + i;
      return output === undefined ? { id, ...rest } : { id, ...rest, output };
    }),
  }));

describe("the file format", () => {
  test("what was written is read back, whatever the cells hold", () => {
    fc.assert(
      fc.property(notebook, (source) => {
        expect(parse(serialise(source))).toEqual(source);
      }),
      { numRuns: 500 },
    );
  });

  test("what was read is written byte for byte", () => {
    fc.assert(
      fc.property(notebook, (source) => {
        const file = serialise(source);
        expect(serialise(parse(file))).toBe(file);
      }),
    );
  });

  test("Observable's notebook-kit writes the same bytes, and reads ours as we do", () => {
    // What the kit itself cannot carry: white space alone on a line, and the texts that end its cells early.
    const carried = (value: string): boolean =>
      !/<!--|<\\*\/script(?![\s>])/i.test(value) &&
      !value.split("\n").some((line) => line !== "" && line.trim() === "");
    const sound = notebook.filter(
      ({ title, cells }) => carried(title) && cells.every(({ value }) => carried(value)),
    );
    fc.assert(
      fc.property(sound, (source) => {
        const cells = source.cells.map((one) =>
          one.mode === "sql" ? { ...one, attributes: { database: "var:db" } } : one,
        );
        const interpreted = cells.map((one) =>
          ["node", "python", "r"].includes(one.mode) ? { ...one, attributes: { format: "buffer" } } : one,
        );
        const file = serialise({ ...source, cells: interpreted });
        const read = kit.read(file);
        expect(kit.write(read)).toBe(file);
        const ours = source.cells.map(({ id, mode, value, pinned, hidden, output }) => ({
          id,
          mode,
          value,
          pinned,
          hidden,
          output,
        }));
        const theirs = read.cells.map(({ id, mode, value, pinned, hidden, output }) => ({
          id,
          mode,
          value,
          pinned,
          hidden,
          output,
        }));
        expect(theirs).toEqual(ours);
        expect(read.title).toBe(source.title);
      }),
    );
  });

  test("line ends of other systems are read as line ends", () => {
    const source: NotebookSource = { ...emptyNotebook("T"), cells: [newCell(1, "js", "a\r\nb\rc")] };
    expect(parse(serialise(source)).cells[0].value).toBe("a\nb\nc");
    expect(
      parse(serialise({ ...source, cells: [newCell(1, "js", "a\nb")] }).replace(/\n/g, "\r\n")).cells[0]
        .value,
    ).toBe("a\nb");
  });

  test("a stranger's file keeps what means nothing here: attributes, comments, unknown types, what stands around", () => {
    const file = `<!-- made by hand -->
<!doctype html>
<notebook theme="light-dark(air, ink)" readonly="" data-x="1 &amp; 2">
  <title>T</title>
  <!-- about the query -->
  <script id="4" type="application/sql" database="duckdb" since="2024-01-01" output="rows">
    SELECT 1
  </script>
  <script id="5" type="text/x-unheard-of" pinned="">
    do it
  </script>
  <!-- the end -->
</notebook>
<p>After</p>
`;
    const source = parse(file);
    expect(source.cells.map(({ id, mode, value }) => [id, mode, value])).toEqual([
      [4, "sql", "SELECT 1"],
      [5, "unknown", "do it"],
    ]);
    const written = serialise(source);
    expect(serialise(parse(written))).toBe(written);
    for (const kept of [
      "made by hand",
      "about the query",
      "the end",
      "<p>After</p>",
      'since="2024-01-01"',
      "text/x-unheard-of",
      'data-x="1 &amp; 2"',
      "light-dark(air, ink)",
      'readonly=""',
    ]) {
      expect(written).toContain(kept);
    }
  });

  test("cells without an id, or with one that is taken, get ids that no other cell has", () => {
    const file = `<notebook><script type="module">a</script><script id="7">b</script><script id="7">c</script><script id="x">d</script></notebook>`;
    const ids = parse(file).cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(ids[1]).toBe(7);
    expect(unusedId(parse(file).cells)).toBe(Math.max(...ids) + 1);
  });
});

describe("a file that is no notebook", () => {
  const cases: [name: string, text: string, found: RegExp][] = [
    ["nothing", "  \n", /empty/],
    ["a Jupyter notebook", '{"cells": [], "nbformat": 4}', /Jupyter/],
    ["JSON", '[{"a": 1}]', /JSON/],
    ["another page", "<!doctype html><html><body>Hi</body></html>", /HTML page/],
    ["a spreadsheet", "PK\u0003\u0004\u0000\u0000", /binary/],
    ["a table", "time,open,high\n1,2,3", /time,open/],
    [
      "a page that only talks of notebooks",
      "<html><script>'<notebook>'</script><!-- <notebook> -->",
      /HTML page/,
    ],
  ];
  test.each(cases)("%s is told as what it is", (_, given, found) => {
    expect(() => parse(given)).toThrowError(
      expect.objectContaining({ code: "notebook.not-a-notebook" }) as Error,
    );
    expect(() => parse(given)).toThrowError(found);
  });

  test("text of any kind is read or refused, never a crash, and in time that does not explode", () => {
    fc.assert(
      fc.property(text, (given) => {
        try {
          parse(`<notebook>${given}`);
        } catch (error) {
          expect((error as { code?: string }).code).toBe("notebook.not-a-notebook");
        }
      }),
    );
    parse(`<notebook>${"<a ".repeat(20_000)}`);
    parse(`<notebook>${"<script>".repeat(20_000)}`);
    parse(`<notebook>${"<!--".repeat(20_000)}`);
  });
});
