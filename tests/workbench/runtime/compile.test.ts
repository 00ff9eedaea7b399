// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts of cells hold interpolations
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "#runtime/compile.ts";
import { newCell } from "#runtime/notebook.ts";
import type { CellMode, CompiledCell } from "#runtime/types.ts";

const compiled = (value: string, mode: CellMode = "ts"): CompiledCell => compile(newCell(1, mode, value));

describe("what a cell reads and gives", () => {
  test.each<[mode: CellMode, text: string, reads: string[], defines: string[]]>([
    ["js", "const { a, b: [c = d] } = e; function f() {} class G {}", ["d", "e"], ["a", "c", "f", "G"]],
    ["ts", "const a: Candles = await candles(symbol as string); type B = C;", ["candles", "symbol"], ["a"]],
    ["ts", "import type { Candles } from 'walkforward'; const a = 1;", [], ["a"]],
    ["js", "display(view(x)); invalidation.then(stop)", ["x", "stop"], []],
    ["js", "Math.max(...values)", ["values"], []],
    ["md", "# ${title} in `${unit}`", ["md", "title", "unit"], []],
    ["sql", "SELECT ${ident(name)} FROM t WHERE x > ${low}", ["ident", "name", "low"], []],
    ["html", "<b>${value}</b>", ["html", "value"], []],
    ["tex", "\\frac{a}{${b}}", ["tex", "b"], []],
  ])("%s: %s", (mode, text, reads, defines) => {
    expect(compiled(text, mode)).toMatchObject({ reads, defines });
    expect(compiled(text, mode).failure).toBeUndefined();
  });

  test("only an expression is shown by itself, and not when its cell is hidden", () => {
    expect(compiled("a + 1").autodisplay).toBe(true);
    expect(compiled("{ a: 1 }").autodisplay).toBe(true);
    expect(compiled("x as number").autodisplay).toBe(true);
    expect(compiled("const a = 1").autodisplay).toBe(false);
    expect(compiled("display(a)").autodisplay).toBe(false);
    expect(compile({ ...newCell(1, "js", "a + 1"), hidden: true }).autodisplay).toBe(false);
  });

  test("an empty cell of any kind runs and does nothing", () => {
    for (const mode of ["js", "ts", "sql", "md", "html", "tex"] as const) {
      for (const text of ["", "  \n "]) {
        expect(compiled(text, mode)).toMatchObject({ reads: [], defines: [] });
        expect(compiled(text, mode).failure).toBeUndefined();
      }
    }
  });
});

describe("imports", () => {
  test("from the library they are what is in scope, under another name a constant of the cell", () => {
    const { body, imports, defines, reads } = compiled(
      'import { sma, rsi as strength } from "walkforward";\nsma(strength)',
    );
    expect({ imports, defines, reads }).toEqual({
      imports: ["sma", "rsi"],
      defines: ["strength"],
      reads: ["sma"],
    });
    expect(body).toContain('const strength = walkforward["rsi"];');
  });

  test.each([
    'import d3 from "npm:d3"',
    'import { x } from "https://example.com/x.js"',
    'import "./local.js"',
    'import fs from "node:fs"',
    'const m = await import("walkforward")',
    "const m = await import(address)",
    "import.meta.url",
  ])("any other is an error that says what there is instead: %s", (text) => {
    const { failure, body } = compiled(`const before = 1;\n${text}`);
    expect(failure).toMatchObject({ code: "notebook.import", line: 2 });
    expect(body).toBeUndefined();
  });

  test.each(["export default 1", "export const a = 1", "export * from 'x'"])("%s is an error", (text) => {
    expect(compiled(text).failure?.code).toBe("notebook.export");
  });

  test("a default import of the library is an error", () => {
    expect(compiled('import walk from "walkforward"').failure?.code).toBe("notebook.import-not-found");
  });
});

describe("text that is wrong", () => {
  test.each<[mode: CellMode, text: string, line: number, column: number]>([
    ["js", "const a = 1;\nconst b = ;", 2, 11],
    ["ts", "const a: number = 1;\nconst b: = 2;", 2, 10],
    ["ts", "type A = {\n  x: number\n", 3, 1],
    ["md", "# Title\n${a b}", 2, 5],
    ["js", "let document = 1", 1, 5],
    ["js", "x = 1", 1, 1],
  ])("%s %j has its place", (mode, text, line, column) => {
    expect(compiled(text, mode).failure).toMatchObject({ line, column });
  });

  test("changing another cell's name says whose it is", () => {
    expect(compiled("count++").failure).toMatchObject({ code: "notebook.assignment-outside" });
  });

  test("a language that does not run here is told by its name", () => {
    for (const [mode, name] of [
      ["python", "Python"],
      ["r", "R"],
      ["ojs", "Observable JavaScript"],
    ] as const) {
      const { failure, body } = compiled("x", mode);
      expect(failure?.code).toBe("notebook.mode-not-run");
      expect(failure?.message).toContain(name);
      expect(body).toBeUndefined();
    }
  });

  test("no text of any kind makes the compiler throw, and each compiles or tells a failure", () => {
    const piece = fc.constantFrom(
      "const a = ",
      "${",
      "}",
      "`",
      "(",
      ")",
      "=>",
      "import ",
      '"walkforward"',
      "{",
      ";",
      "\n",
      "\\",
      "'",
      "defineStrategy(",
      "async ",
      "/*",
      "//",
      "</script>",
      "@x",
      "#y",
      "😀",
      "<T>",
    );
    const text = fc
      .array(fc.oneof(piece, fc.string({ maxLength: 6 })), { maxLength: 10 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.constantFrom<CellMode>("js", "ts", "sql", "md", "html", "tex"), text, (mode, value) => {
        const { body, failure } = compiled(value, mode);
        expect((body === undefined) !== (failure === undefined)).toBe(true);
        // What compiles is a function that the page can make.
        if (body !== undefined)
          expect(typeof new Function(`"use strict"; return (${body}\n)`)()).toBe("function");
      }),
      { numRuns: 1000 },
    );
  });
});
