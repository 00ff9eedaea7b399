// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts of cells hold interpolations
import { parseJavaScript } from "@observablehq/notebook-kit";
import { parse } from "acorn";
import { describe, expect, test } from "vitest";
import { changedNames, freeNames } from "#runtime/names.ts";

describe("free names", () => {
  test.each<[text: string, free: string[]]>([
    ["a + b.c[d] + { e, f: g, [h]: 1 }.i", ["a", "b", "d", "e", "g", "h"]],
    ["(x, { y, z: [w = v] }, ...rest) => x + y + w + rest + u", ["v", "u"]],
    ["function f(n) { return n ? f(n - 1) : arguments.length + g; }", ["g"]],
    ["const f = function self() { return self; }; f; self;", ["self"]],
    ["{ let a = 1; a; } a;", ["a"]],
    ["{ var a = 1; } a;", []],
    ["{ class A {} new A(); } A;", ["A"]],
    ["{ function f() {} f(); } f;", ["f"]],
    ["class A extends B { static c = d; #e = this.f; [g]() { return A; } }", ["B", "d", "g"]],
    ["try { a } catch (e) { e; b } e;", ["a", "b", "e"]],
    ["try { a } catch ({ message }) { message }", ["a"]],
    ["for (const i of list) { i } i;", ["list", "i"]],
    ["for (let i = 0; i < n; i++) {}", ["n"]],
    ["label: for (;;) { break label; }", []],
    ["const { a = b, ...c } = d; a; c;", ["b", "d"]],
    ["`${a} text ${b`${c}`}`", ["a", "b", "c"]],
    ["a = b; ({ c: d.e, f } = g); [h] = i", ["a", "b", "d", "f", "g", "h", "i"]],
    ["typeof a; delete b.c; (function () { return new.target; })", ["a", "b"]],
    ["import { x as y } from 'walkforward'; y; x;", ["x"]],
    ["switch (a) { case 1: let b = 2; b; } b;", ["a", "b"]],
    ["class A { static { var v = 1; v; let w = u; } } v;", ["u", "v"]],
    ["((a, b = a) => { let c = b; return c; })(c)", ["c"]],
  ])("%s", (text, free) => {
    expect(freeNames(parse(text, { ecmaVersion: "latest", sourceType: "module" })).sort()).toEqual(
      [...free].sort(),
    );
  });

  test("notebook-kit finds the same in ordinary code", () => {
    const text = `const fast = ema(close, lengths.fast);
      function cross(a, b) { for (let i = 1; i < a.length; i++) if (a[i] > b[i] && a[i - 1] <= b[i - 1]) marks.push({ i, at: times[i] }); }
      const picked = [...symbols].filter((s) => s.endsWith(quote)).map(({ length }) => length * scale);`;
    const { body, references } = parseJavaScript(text);
    expect(freeNames(body).sort()).toEqual([...new Set(references.map(({ name }) => name))].sort());
  });
});

test.each<[text: string, changed: string[]]>([
  ["let a = 1; a = 2; const b = 1;", ["a"]],
  ["let a = 0; const f = () => { a++; };", ["a"]],
  ["const a = {}; a.b.c = 1; const d = []; d[0] = 1;", ["a", "d"]],
  ["const a = []; a.push(1); const b = a.map(f);", ["a"]],
  ["const a = {}; delete a.b;", ["a"]],
  ["const a = {}; Object.assign(a, b);", ["a"]],
  ["let a, b; [a, { c: b }] = d;", ["a", "b"]],
  ["let a; for (a of b) {}", ["a"]],
  ["const a = 1; { let a = 2; a = 3; } const f = (a) => { a = 1; };", []],
  ["const m = new Map(); m.set(1, 2); m.get(1);", ["m"]],
])("what changes its own names is known: %s", (text, changed) => {
  expect(changedNames(parseJavaScript(text).body)).toEqual(changed);
});
