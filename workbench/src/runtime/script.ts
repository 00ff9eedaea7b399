import { getLineInfo, type ImportDeclaration, type Node, type Program } from "acorn";
import { ancestor } from "acorn-walk";
import { EngineError } from "#engine/core/errors.ts";
import { LIBRARY_NAME } from "./cellNames.ts";
import { nameUses } from "./names.ts";
import type { ParsedScript } from "./sourceText.ts";

export const EXPORT_MESSAGE =
  "A cell has no exports: its top-level names are known to all cells. Write const strategy = … instead.";

export type PreparedScript = {
  text: string;
  /** Names imported from the library. */
  imports: string[];
};

/**
 * Makes a cell's script ready for notebook-kit without moving a line: imports from the library become what they
 * mean here, any other import and every export is an error, and each `defineStrategy(…)` notes where it stands.
 */
export function prepareScript({ text, body }: ParsedScript, siteName: string): PreparedScript {
  refuse(body, text);
  const edits: Edit[] = [];
  const imports = body.type === "Program" ? rewriteImports(body, text, edits) : [];
  for (const [index, { callee }] of strategyCalls(body, text).entries()) {
    edits.push({
      start: callee.start,
      end: callee.end,
      text: `${siteName}(${index}, ${text.slice(callee.start, callee.end)})`,
    });
  }
  return { text: edited(text, edits), imports };
}

/** The calls of the library's `defineStrategy`, under its own name or another it was imported as, in order. */
export function strategyCalls(body: ParsedScript["body"], text: string): { callee: Node; call: Node }[] {
  const aliases = new Set(["defineStrategy"]);
  for (const declaration of importsOf(body)) {
    for (const specifier of declaration.specifiers) {
      if (importedName(specifier, text) === "defineStrategy") aliases.add(specifier.local.name);
    }
  }
  const calls: { callee: Node; call: Node }[] = [];
  for (const { name, node, scope, ancestors } of nameUses(body)) {
    const call = ancestors[ancestors.length - 2] as (Node & { callee?: Node }) | undefined;
    const isOwn = scope === undefined ? name === "defineStrategy" : scope === body && isImported(body, name);
    if (aliases.has(name) && isOwn && call?.type === "CallExpression" && call.callee === node) {
      calls.push({ callee: node, call });
    }
  }
  return calls.sort((a, b) => a.callee.start - b.callee.start);
}

/** The library's name that an import binds; undefined for the whole namespace. */
export function importedName(
  specifier: ImportDeclaration["specifiers"][number],
  text: string,
): string | undefined {
  if (specifier.type === "ImportNamespaceSpecifier") return undefined;
  if (specifier.type === "ImportDefaultSpecifier") {
    throw at(
      specifier,
      text,
      "notebook.import-not-found",
      `"${LIBRARY_NAME}" has no default export. Write import { name } from "${LIBRARY_NAME}".`,
    );
  }
  return specifier.imported.type === "Identifier"
    ? specifier.imported.name
    : String(specifier.imported.value);
}

export function importsOf(body: ParsedScript["body"]): ImportDeclaration[] {
  return body.type === "Program" ? body.body.filter((node) => node.type === "ImportDeclaration") : [];
}

function isImported(body: ParsedScript["body"], name: string): boolean {
  return importsOf(body).some(({ specifiers }) => specifiers.some(({ local }) => local.name === name));
}

/** `import { a, b as c }`: `a` is in scope anyway, `c` becomes a constant of the cell. */
function rewriteImports(program: Program, text: string, edits: Edit[]): string[] {
  const imports: string[] = [];
  for (const declaration of importsOf(program)) {
    const constants: string[] = [];
    for (const specifier of declaration.specifiers) {
      const name = importedName(specifier, text);
      if (name !== undefined) imports.push(name);
      if (name === specifier.local.name) continue;
      const value = name === undefined ? LIBRARY_NAME : `${LIBRARY_NAME}[${JSON.stringify(name)}]`;
      constants.push(`const ${specifier.local.name} = ${value};`);
    }
    const { start, end } = declaration;
    const breaks = text.slice(start, end).replace(/[^\n]/g, "");
    edits.push({ start, end, text: constants.join(" ") + breaks });
  }
  return [...new Set(imports)];
}

function refuse(body: ParsedScript["body"], text: string): void {
  const refuseExport = (node: Node): never => {
    throw at(node, text, "notebook.export", EXPORT_MESSAGE);
  };
  ancestor(body, {
    ExportAllDeclaration: refuseExport,
    ExportDefaultDeclaration: refuseExport,
    ExportNamedDeclaration: refuseExport,
    ImportDeclaration(node) {
      if (node.source.value !== LIBRARY_NAME) throw refusedImport(node, text, String(node.source.value));
    },
    ImportExpression(node) {
      const { source } = node;
      throw refusedImport(node, text, source.type === "Literal" ? String(source.value) : undefined);
    },
    MetaProperty(node) {
      if (node.meta.name !== "import") return;
      throw at(
        node,
        text,
        "notebook.import",
        "import.meta is not there in a cell: a notebook has no address.",
      );
    },
  });
}

function refusedImport(node: Node, text: string, source: string | undefined): EngineError {
  const what = source === undefined ? "import() of a computed address" : `"${source}"`;
  return at(
    node,
    text,
    "notebook.import",
    `${what} cannot be imported: a notebook has no network, and takes code from nowhere but its own cells. ` +
      `Use the library in scope, or import { … } from "${LIBRARY_NAME}".`,
  );
}

function at(node: Node, text: string, code: string, message: string): EngineError {
  const { line, column } = getLineInfo(text, node.start);
  return new EngineError(code, message, { line, column: column + 1 });
}

type Edit = { start: number; end: number; text: string };

function edited(text: string, edits: Edit[]): string {
  let out = "";
  let from = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    out += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return out + text.slice(from);
}
