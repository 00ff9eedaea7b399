import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ENGINE = resolve(dirname(fileURLToPath(import.meta.url)), "../../engine");

/** Pure packages that the engine may use. Everything else comes in as an argument. */
const PACKAGES = [/^@stdlib\/math-base-special-[a-z0-9]+$/, /^@noble\/hashes\/[a-z0-9]+\.js$/];

/**
 * The folders in the order in which they may import: each from those before it. Folders of one row know nothing of
 * each other. `metrics`, `significance` and `montecarlo` take arrays, so they need only `core`.
 */
const ORDER = [
  ["core"],
  ["metrics", "significance", "montecarlo"],
  ["candles", "book"],
  ["indicators", "patterns", "orderflow"],
  ["catalogue"],
  ["regimes"],
  ["features", "labels"],
  ["splits"],
  ["models", "neural"],
  ["ensemble"],
  ["votes", "decisions"],
  ["discovery"],
  ["orders"],
  ["portfolio"],
  ["universe", "allocation", "sizing", "exits", "risk"],
  ["broker"],
  ["execution"],
  ["strategy"],
  ["session"],
  ["backtest"],
  ["sweep"],
  ["trials"],
  ["walkforward", "optimise"],
  ["selection"],
  ["leaks", "stress"],
  ["strategies", "rules", "reinforcement"],
];

/** `Math` as every JavaScript engine must compute it to the last bit; the rest is left to the engine. */
const PORTABLE_MATH = new Set(
  "abs ceil floor round trunc sign min max sqrt fround imul clz32 E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2".split(
    " ",
  ),
);

/** Clock, dice, timers, output, network and host: names that mean the world outside when nothing here defines them. */
const WORLD = new Set(
  (
    "performance fetch console process require global globalThis window self document navigator localStorage " +
    "setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame crypto XMLHttpRequest WebSocket " +
    "Worker importScripts eval Function Intl TextEncoder TextDecoder Buffer WebAssembly Temporal"
  ).split(" "),
);

/** Methods whose answer depends on the host's language or clock. */
const LOCAL_METHODS = new Set([
  "toLocaleString",
  "toLocaleDateString",
  "toLocaleTimeString",
  "localeCompare",
]);

type Source = { path: string; name: string; text: string };

function sources(folder: string): Source[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({
      path,
      name: relative(ENGINE, path).split(sep).join("/"),
      text: readFileSync(path, "utf8"),
    }));
}

/** What a source does that the engine may not, each as `file:line what`. */
function impurities({ name, text }: Pick<Source, "name" | "text">): string[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
  const own = declaredNames(file);
  const found: string[] = [];
  const report = (node: ts.Node, what: string): void => {
    found.push(`${name}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1} ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node) && isValue(node)) {
      if (WORLD.has(node.text) && !own.has(node.text)) report(node, node.text);
      if (node.text === "Date" && !isMember(node.parent, "UTC")) report(node, "Date");
      if (node.text === "Math" && !isPortable(node.parent)) report(node, node.parent.getText(file));
    }
    if (ts.isPropertyAccessExpression(node) && LOCAL_METHODS.has(node.name.text))
      report(node, node.name.text);
    if (ts.isBinaryExpression(node) && isPower(node.operatorToken.kind)) report(node, "**");
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      report(node, "import()");
    if (ts.isMetaProperty(node)) report(node, node.getText(file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The names that a source defines itself: a `window` of its own is not the browser's. */
function declaredNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isDeclaration =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node);
    if (isDeclaration && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** Whether an identifier stands for a value of its own, not for a member's or a property's name. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !(
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isParameter(parent) ||
    ts.isTypeReferenceNode(parent)
  );
}

function isMember(node: ts.Node, name: string): boolean {
  return ts.isPropertyAccessExpression(node) && node.name.text === name;
}

function isPortable(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && PORTABLE_MATH.has(node.name.text);
}

/** `**` is left to the engine as `Math.pow` is. */
function isPower(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken;
}

type Import = { from: string; line: number; specifier: string };

function importsOf({ name, text }: Pick<Source, "name" | "text">): Import[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (statement.moduleSpecifier === undefined || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const line = file.getLineAndCharacterOfPosition(statement.getStart(file)).line + 1;
    return [{ from: name, line, specifier: statement.moduleSpecifier.text }];
  });
}

/** The engine's file that a relative import names, or undefined for a package. */
function target({ from, specifier }: Import): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return relative(ENGINE, resolve(ENGINE, dirname(from), specifier))
    .split(sep)
    .join("/");
}

const rankOf = (folder: string): number => ORDER.findIndex((row) => row.includes(folder));

function importFaults(all: readonly Import[]): string[] {
  return all.flatMap((one) => {
    const place = `${one.from}:${one.line}`;
    const to = target(one);
    if (to === undefined)
      return PACKAGES.some((allowed) => allowed.test(one.specifier)) ? [] : [`${place} ${one.specifier}`];
    if (to.startsWith("..") || !to.endsWith(".ts"))
      return [`${place} leaves the engine or has no .ts: ${one.specifier}`];
    // The engine's index lists every folder's public names; nothing inside may go through it.
    if (one.from === "index.ts") return [];
    const [fromFolder, toFolder] = [one.from.split("/")[0], to.split("/")[0]];
    if (fromFolder === toFolder) return [];
    if (rankOf(fromFolder) < 0) return [`${place} folder ${fromFolder} has no place in the import order`];
    const isAllowed = rankOf(toFolder) >= 0 && rankOf(toFolder) < rankOf(fromFolder);
    const isTooFar = ORDER[1].includes(fromFolder) && toFolder !== "core";
    return isAllowed && !isTooFar ? [] : [`${place} ${fromFolder} imports ${toFolder}`];
  });
}

/** Each chain of imports that comes back to where it began, `a.ts → b.ts → a.ts`. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): void => {
    if (path.includes(node)) {
      found.push([...path.slice(path.indexOf(node)), node].join(" → "));
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return found;
}

describe("the engine", () => {
  const all = sources(ENGINE);
  const imports = all.flatMap(importsOf);

  it("has sources to look at", () => {
    expect(all.length).toBeGreaterThan(20);
    expect(imports.length).toBeGreaterThan(20);
  });

  it("uses no clock, dice, output, network or host, and no mathematics that differs between engines", () => {
    expect(all.flatMap(impurities)).toEqual([]);
  });

  it("imports only the listed pure packages and its own folders in their order", () => {
    expect(importFaults(imports)).toEqual([]);
  });

  it("has no import cycles", () => {
    const graph = new Map(all.map(({ name }) => [name, [] as string[]]));
    for (const one of imports) {
      const to = target(one);
      if (to !== undefined) graph.get(one.from)?.push(to);
    }
    expect(cycles(graph)).toEqual([]);
  });
});

describe("the watch over the engine", () => {
  it.each([
    ["const now = Date.now();", "Date"],
    ["const day = new Date(0);", "Date"],
    ["const clock = Date; clock.now();", "Date"],
    ["const dice = Math.random();", "Math.random"],
    ["const y = Math.exp(1);", "Math.exp"],
    ["const { log } = Math;", "log"],
    ['const y = Math["pow"](2, 3);', "pow"],
    ["const y = x ** 2;", "**"],
    ["x **= 2;", "**"],
    ["console.log(1);", "console"],
    ["await fetch('/');", "fetch"],
    ["const t = performance.now();", "performance"],
    ["const { env } = process;", "process"],
    ["setTimeout(() => 1, 5);", "setTimeout"],
    ["const g = globalThis;", "globalThis"],
    ["new Function('return 1')();", "Function"],
    ["const b = { fetch };", "fetch"],
    ["await import('./x.ts');", "import()"],
    ["const here = import.meta.url;", "import.meta"],
    ["const s = (5).toLocaleString();", "toLocaleString"],
  ])("sees %s", (text, what) => {
    const found = impurities({ name: "core/planted.ts", text });
    expect(found.length).toBeGreaterThan(0);
    expect(found.join()).toContain("core/planted.ts:1");
    expect(found.join()).toContain(what);
  });

  it.each([
    "const y = Math.sqrt(2) + Math.max(1, 2);",
    "const t = Date.UTC(2024, 0, 1);",
    "type Clock = { process(): void; readonly fetch: number };",
    "const row = { process: 1, console: 2 }; row.process;",
    "// Math.random() and Date.now() in a comment",
    'const text = "fetch";',
    "const window = [1]; window.length;",
    "function total(window: number[]): number { return window[0]; }",
  ])("lets through %s", (text) => {
    expect(impurities({ name: "core/planted.ts", text })).toEqual([]);
  });

  it("sees imports that go back, leave the engine, or name a package that is not listed", () => {
    const faults = (from: string, specifier: string) =>
      importFaults(importsOf({ name: from, text: `import { a } from "${specifier}";` }));
    expect(faults("core/a.ts", "../candles/candles.ts")).toEqual(["core/a.ts:1 core imports candles"]);
    expect(faults("metrics/a.ts", "../candles/candles.ts")).toHaveLength(1);
    expect(faults("candles/a.ts", "../book/book.ts")).toHaveLength(1);
    expect(faults("core/a.ts", "../../server/app.ts")).toHaveLength(1);
    expect(faults("core/a.ts", "../index.ts")).toHaveLength(1);
    expect(faults("core/a.ts", "node:fs")).toEqual(["core/a.ts:1 node:fs"]);
    expect(faults("nowhere/a.ts", "../core/errors.ts")).toHaveLength(1);
    expect(faults("walkforward/a.ts", "../strategy/contract.ts")).toEqual([]);
    expect(faults("core/a.ts", "@stdlib/math-base-special-exp")).toEqual([]);
  });

  it("sees a cycle", () => {
    const graph = new Map([
      ["a.ts", ["b.ts"]],
      ["b.ts", ["c.ts"]],
      ["c.ts", ["b.ts"]],
    ]);
    expect(cycles(graph)).toEqual(["b.ts → c.ts → b.ts"]);
  });
});
